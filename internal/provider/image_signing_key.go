package provider

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// defaultKeyName is the name of the key that every account has until it is
// deleted.
const defaultKeyName = "default"

// imageSigningKeyModel is a signing key. Its value is a secret and must not be
// in a state.
type imageSigningKeyModel struct {
	AccountID types.String `tfsdk:"account_id"`
	Name      types.String `tfsdk:"name"`
	Value     types.String `tfsdk:"value"`
}

// imageSigningKeyAttributes returns the attributes of imageSigningKeyModel.
func imageSigningKeyAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"account_id": accountIDAttribute(),
		"name": schema.StringAttribute{
			MarkdownDescription: "Name of the key: up to 20 characters. Default: `" + defaultKeyName + "`, " +
				"which exists in every account until it is deleted.",
			Optional:   true,
			Computed:   true,
			Validators: []validator.String{stringvalidator.UTF8LengthBetween(1, 20)},
		},
		"value": schema.StringAttribute{
			MarkdownDescription: "Value of the key, for the function `signed_url`.",
			Computed:            true,
			Sensitive:           true,
		},
	}
}

// fill selects the key with the model's name. An error lists the existing names,
// sanitized by show.
func (m *imageSigningKeyModel) fill(keys []client.SigningKey, show func(string, int) string) (diags diag.Diagnostics) {
	if m.Name.IsNull() {
		m.Name = types.StringValue(defaultKeyName)
	}
	name := m.Name.ValueString()
	at := slices.IndexFunc(keys, func(key client.SigningKey) bool { return key.Name == name })
	if at < 0 {
		var names []string
		for _, key := range keys {
			names = append(names, key.Name)
		}
		diags.AddAttributeError(path.Root("name"), fmt.Sprintf("Unable to read Cloudflare image signing key %q: not found", name),
			fmt.Sprintf("Check name: account %s has no signing key with this name. It has: %s.", m.AccountID.ValueString(), quotedNames(names, show)))
		return diags
	}
	m.Value = types.StringValue(keys[at].Value)
	return nil
}
