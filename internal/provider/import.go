package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

// Import by ID and by identity.

// identitySchema returns the schema of an identity: the account, and the
// attribute for the ID of the object.
func identitySchema(name, description string) identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"account_id": identityschema.StringAttribute{
			Description:       "Account ID. Default: the provider's account_id.",
			OptionalForImport: true,
		},
		name: identityschema.StringAttribute{Description: description, RequiredForImport: true},
	}}
}

// objectIdentity is the identity of an object.
type objectIdentity struct {
	accountID types.String
	name      string // the attribute of the ID
	id        types.String
}

// save stores the identity in a response.
func (i objectIdentity) save(ctx context.Context, identity *tfsdk.ResourceIdentity) diag.Diagnostics {
	diags := identity.SetAttribute(ctx, path.Root("account_id"), i.accountID)
	diags.Append(identity.SetAttribute(ctx, path.Root(i.name), i.id)...)
	return diags
}

// resourceModel is the model of an object with an identity.
type resourceModel interface{ identity() objectIdentity }

// writeObject stores an object that was created or updated, and its identity.
func writeObject(
	ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, model resourceModel,
) diag.Diagnostics {
	tfwire.Write(ctx, state, model)
	return model.identity().save(ctx, identity)
}

// saveImport stores the account, the ID in the given attributes, and the
// identity. Terraform then reads the object.
func saveImport(ctx context.Context, resp *resource.ImportStateResponse, object objectIdentity, attributes ...string) {
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("account_id"), object.accountID)...)
	for _, attribute := range attributes {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(attribute), object.id)...)
	}
	resp.Diagnostics.Append(object.save(ctx, resp.Identity)...)
}

// parseImport returns the account and the ID of an import: from the identity, or
// from a string with the ID alone or after its account. An ID may contain
// slashes, percent signs and spaces, and isn't decoded, so the part before the
// first slash is an account only if it is a valid account ID.
func (r *baseResource) parseImport(
	ctx context.Context, req resource.ImportStateRequest, name string, diags *diag.Diagnostics,
) (accountID, id types.String) {
	if req.ID == "" && req.Identity != nil {
		diags.Append(req.Identity.GetAttribute(ctx, path.Root("account_id"), &accountID)...)
		diags.Append(req.Identity.GetAttribute(ctx, path.Root(name), &id)...)
	} else {
		id = types.StringValue(req.ID)
		if account, rest, ok := strings.Cut(req.ID, "/"); ok && isAccountID(account) {
			accountID, id = types.StringValue(account), types.StringValue(rest)
		}
	}
	if err := client.CheckAccountID(accountID.ValueString()); err != nil && !accountID.IsNull() {
		at := path.Root("account_id")
		diags.AddAttributeError(at, "Invalid "+at.String(), "The value "+err.Error()+". Omit it to use the provider's account.")
	}
	if id.ValueString() == "" {
		diags.AddError("Invalid import ID", "Use the "+name+" of the object, or <account_id>/<"+name+">: the import ID doesn't name an object.")
	}
	if url, ok := deliveryURL(id.ValueString()); ok {
		diags.AddError("Invalid import ID", "Use "+importIDOf(url, name)+" instead of a delivery URL.")
	}
	if diags.HasError() || !r.checkConfigured(diags) {
		return accountID, id
	}
	return r.account(accountID, diags), id
}

// importIDOf describes the ID to import instead of a delivery URL, with its
// value if the URL contains it.
func importIDOf(url delivery.URL, name string) string {
	switch name {
	case "image_id":
		return fmt.Sprintf("the ID of the image, %.200q,", url.ImageID)
	case "variant_id":
		return fmt.Sprintf("the name of the variant, %.200q,", url.Variant)
	default:
		return "the " + name + " of the object"
	}
}

// isAccountID reports whether a string has the form of an account ID: 32
// lower-case hexadecimal digits.
func isAccountID(text string) bool {
	return len(text) == 32 && strings.Trim(text, "0123456789abcdef") == ""
}

// importBlock returns the block that imports an object, without the account if
// that is unknown.
func importBlock(kind, accountID, id string) string {
	if id == "" {
		return "" // the API generates the ID
	}
	if accountID != "" {
		id = accountID + "/" + id
	}
	return fmt.Sprintf("\n\n  import {\n    to = %s.example # replace with the resource address\n    id = %s\n  }", kind, hclQuote(id))
}

// hclQuote quotes a string for a configuration.
func hclQuote(text string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(fmt.Sprintf("%q", text))
}
