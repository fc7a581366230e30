package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// defaultKeyName is the key that every account has.
const defaultKeyName = "default"

type imageSigningKey struct{ *providerData }

var _ ephemeral.EphemeralResourceWithConfigure = (*imageSigningKey)(nil)

func newImageSigningKey() ephemeral.EphemeralResource { return &imageSigningKey{} }

type imageSigningKeyModel struct {
	AccountID types.String `tfsdk:"account_id"`
	Name      types.String `tfsdk:"name"`
	Value     types.String `tfsdk:"value"`
}

// Metadata names the ephemeral resource.
func (k *imageSigningKey) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image_signing_key"
}

// Configure takes over the provider's data.
func (k *imageSigningKey) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	k.providerData = takeProviderData(req.ProviderData, &resp.Diagnostics)
}

// Schema describes the ephemeral resource.
func (k *imageSigningKey) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads a key that signs the delivery URLs of private images. The key is in neither plan nor state. " +
			"Terraform lets it go to other ephemeral places only: provider blocks, write-only arguments, and functions such as `signed_url`, whose result is then ephemeral as well.",
		Attributes: map[string]schema.Attribute{
			"account_id": schema.StringAttribute{
				MarkdownDescription: accountIDDescription,
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{text(client.CheckAccountID)},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the key, of up to 20 characters. Defaults to `" + defaultKeyName + "`.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, 20)},
			},
			"value": schema.StringAttribute{
				MarkdownDescription: "Value of the key, for `signed_url`.",
				Computed:            true,
				Sensitive:           true,
			},
		},
	}
}

// Open reads the key.
func (k *imageSigningKey) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var model imageSigningKeyModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if model.AccountID = k.account(model.AccountID, &resp.Diagnostics); resp.Diagnostics.HasError() {
		return
	}
	if model.Name.IsNull() {
		model.Name = types.StringValue(defaultKeyName)
	}

	subject := subject{object: "image signing keys", accountID: model.AccountID.ValueString()}
	keys, messages, err := k.client.ListSigningKeys(ctx, model.AccountID.ValueString())
	if err != nil {
		resp.Diagnostics.Append(subject.diagnose(err))
		return
	}
	resp.Diagnostics.Append(subject.notices(messages)...)

	name := model.Name.ValueString()
	at := slices.IndexFunc(keys, func(key client.SigningKey) bool { return key.Name == name })
	if at < 0 {
		resp.Diagnostics.AddAttributeError(path.Root("name"), fmt.Sprintf("Cloudflare image signing key %q not found", name),
			fmt.Sprintf("Account %s has no signing key of this name. It has: %s.", model.AccountID.ValueString(), keyNames(keys)))
		return
	}
	model.Value = types.StringValue(keys[at].Value)
	resp.Diagnostics.Append(resp.Result.Set(ctx, &model)...)
}

func keyNames(keys []client.SigningKey) string {
	if len(keys) == 0 {
		return "none"
	}
	names := make([]string, 0, len(keys))
	for _, key := range keys {
		names = append(names, fmt.Sprintf("%q", key.Name))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
