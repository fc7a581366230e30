package provider

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// What the resources have in common: the account, and import by ID and by
// identity.

// forcesReplacement is an attribute whose change makes another object.
func forcesReplacement(a schema.StringAttribute) schema.StringAttribute {
	a.MarkdownDescription += " A change replaces it."
	if !a.Computed { // of the account, plan takes care
		a.PlanModifiers = []planmodifier.String{stringplanmodifier.RequiresReplace()}
	}
	return a
}

// planAccount settles the account of a planned object, so that the plan shows it, and
// replaces what is in another one. It is false where there is nothing more to
// plan: of a destroy, and where diags says why not.
func (r *baseResource) planAccount(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) bool {
	if req.Plan.Raw.IsNull() || r.providerData == nil {
		return false
	}
	at := path.Root("account_id")
	var configured, before types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at, &configured)...)
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, at, &before)...)
	}
	account := configured
	switch {
	case r.hasUnknown && configured.IsNull() && !before.IsNull():
		account = before
	case r.hasUnknown && configured.IsNull():
		account = types.StringUnknown()
	case r.hasUnknown:
	case !r.checkConfigured(&resp.Diagnostics):
		return false
	case configured.IsNull():
		account = r.account(configured, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return false
	}
	setAccount(ctx, &resp.Plan, account)
	if !before.IsNull() && !account.Equal(before) {
		resp.RequiresReplace = append(resp.RequiresReplace, at)
	}
	return !resp.Diagnostics.HasError()
}

// setAccount is Plan.SetAttribute, which copies all of the plan several times.
func setAccount(ctx context.Context, plan *tfsdk.Plan, account types.String) {
	var planned map[string]tftypes.Value
	if err := plan.Raw.As(&planned); err != nil {
		panic(fmt.Sprintf("setAccount: %s", err)) // every plan here is an object
	}
	planned = maps.Clone(planned)                            // As gives the map of the value itself
	planned["account_id"], _ = account.ToTerraformValue(ctx) // any text can be one
	plan.Raw = tftypes.NewValue(plan.Raw.Type(), planned)
}

// identitySchema is the account, and the attribute that names an object in it.
func identitySchema(name, description string) identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"account_id": identityschema.StringAttribute{
			Description:       "Account that holds it. Defaults to the provider's account_id.",
			OptionalForImport: true,
		},
		name: identityschema.StringAttribute{Description: description, RequiredForImport: true},
	}}
}

// setIdentity tells which object it is.
func setIdentity(
	ctx context.Context, identity *tfsdk.ResourceIdentity, accountID types.String, name string, id types.String,
) diag.Diagnostics {
	diags := identity.SetAttribute(ctx, path.Root("account_id"), accountID)
	diags.Append(identity.SetAttribute(ctx, path.Root(name), id)...)
	return diags
}

// parseImport is what an import names: by identity, or by a text that is an ID
// with its account or alone. An ID may hold slashes, percent signs and spaces,
// and is taken as it is; so an account counts only where it has the form of one.
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

// heldBy says what a delivery URL contains of the name that an import takes.
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

// isAccountID is whether a text has the form of Cloudflare's own account IDs.
func isAccountID(text string) bool {
	return len(text) == 32 && strings.Trim(text, "0123456789abcdef") == ""
}

// importBlock is what takes an object into the state. Where the account is not
// known yet, it is that of the provider.
func importBlock(kind, accountID, id string) string {
	if id == "" {
		return "" // the API gives the ID
	}
	if accountID != "" {
		id = accountID + "/" + id
	}
	return fmt.Sprintf("\n\n  import {\n    to = %s.example # its own address\n    id = %s\n  }", kind, hclQuote(id))
}

// taintedHint is what to know where an object was made, but not as it was to be.
const taintedHint = " As it is new, the next plan replaces it, unless terraform untaint lets it be."

// hclQuote is a text as it stands in a configuration.
func hclQuote(text string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(fmt.Sprintf("%q", text))
}

// notYetFound is the warning about an object that was created minutes ago and is
// not found: the API may not show it yet.
func notYetFound(op operation) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Cloudflare "+op.String()+" not found yet",
		"It was created a few minutes ago, and the API can take minutes to show a new "+op.object.name+
			" everywhere, so it stays in the state. If it was deleted since, a plan in some minutes shows that.")
}

// checkDeleted rejects the plan of an object that a recent request may have
// deleted: a read that finds it may be stale, and so may one that does not.
func checkDeleted(ctx context.Context, private privateState, op operation, diags *diag.Diagnostics) {
	written, failed := readRecentWrites(ctx, private, time.Now())
	diags.Append(failed...)
	if written.mayHaveDeleted() {
		diags.AddError("Cloudflare "+op.String()+" may have been deleted",
			"A request to delete it got no response less than three minutes ago, and reads may be stale for that long, "+
				"so it is not known whether it exists. Plan again in three minutes. It can be destroyed at once.")
	}
}
