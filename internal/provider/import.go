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

// identitySchema has the account, and the attribute that names an object in
// it.
func identitySchema(name, description string) identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"account_id": identityschema.StringAttribute{
			Description:       "Account that holds it. Defaults to the provider's account_id.",
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

// saveImport stores what an import names: the account, the ID in the attributes
// that hold it, and the identity. Terraform reads the rest.
func saveImport(ctx context.Context, resp *resource.ImportStateResponse, object objectIdentity, attributes ...string) {
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("account_id"), object.accountID)...)
	for _, attribute := range attributes {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(attribute), object.id)...)
	}
	resp.Diagnostics.Append(object.save(ctx, resp.Identity)...)
}

// parseImport returns the account and the ID that an import names: by
// identity, or by a string with the ID alone or after its account. An ID may
// contain slashes, percent signs and spaces, and is not decoded; so the part
// before a slash is an account only if it has the form of one.
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
		diags.AddAttributeError(at, "Invalid "+at.String(), "The value "+err.Error()+". Leave it out for the provider's.")
	}
	if id.ValueString() == "" {
		diags.AddError("Nothing to import", "The import names no object. Give its "+name+", or <account_id>/<"+name+">.")
	}
	if url, ok := deliveryURL(id.ValueString()); ok {
		diags.AddError("A delivery URL isn't an import ID", "The import names a delivery URL "+heldBy(url, name))
	}
	if diags.HasError() || !r.checkConfigured(diags) {
		return accountID, id
	}
	return r.account(accountID, diags), id
}

// heldBy says what a delivery URL contains of the requested name.
func heldBy(url delivery.URL, name string) string {
	switch name {
	case "image_id":
		return fmt.Sprintf("instead of an image ID. The ID of its image is %.200q: import that.", url.ImageID)
	case "variant_id":
		return fmt.Sprintf("instead of the name of a variant. The variant of the URL is %.200q: import that.", url.Variant)
	default:
		return "instead of a " + name + ". A delivery URL contains none."
	}
}

// isAccountID reports whether a string has the form of an account ID.
func isAccountID(text string) bool {
	return len(text) == 32 && strings.Trim(text, "0123456789abcdef") == ""
}

// importBlock returns the block that imports an object. If the account is
// unknown, it is the one of the provider.
func importBlock(kind, accountID, id string) string {
	if id == "" {
		return "" // the API gives the ID
	}
	if accountID != "" {
		id = accountID + "/" + id
	}
	return fmt.Sprintf("\n\n  import {\n    to = %s.example # its own address\n    id = %s\n  }", kind, hclQuote(id))
}

// hclQuote quotes a string for a configuration.
func hclQuote(text string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(fmt.Sprintf("%q", text))
}
