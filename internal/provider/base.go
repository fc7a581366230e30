package provider

import (
	"context"
	"fmt"
	"maps"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

// providerData is the configured provider, shared by its data sources and
// resources.
type providerData struct {
	client           *client.Client   // nil if there are configErrors
	configErrors     diag.Diagnostics // why no request can be sent
	reported         atomic.Bool      // whether they have been reported in full
	hasUnknown       bool             // some settings are known only during apply
	rateLimitWarning rateLimitWarning
	accountID        string // empty if none is configured
	deletedVariants  deletedWrites
	enforceLimits    bool // whether image files are checked against Cloudflare's upload limits
}

// checkConfigured reports whether requests can be sent. If not, the first call
// reports the errors in full, and later ones refer to it.
func (d *providerData) checkConfigured(diags *diag.Diagnostics) bool {
	first := d.reported.CompareAndSwap(false, true)
	for _, problem := range d.configErrors {
		detail := problem.Detail()
		if !first {
			detail = "See the first occurrence of this error in this output for how to fix it."
		}
		diags.AddError(problem.Summary(), detail)
	}
	return len(d.configErrors) == 0
}

// Each kind has a Configure with a different signature.
type (
	baseDataSource        struct{ *providerData }
	baseEphemeralResource struct{ *providerData }
	baseResource          struct{ *providerData }
)

func (d *baseDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.providerData = toProviderData(req.ProviderData, &resp.Diagnostics)
}

func (e *baseEphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.providerData = toProviderData(req.ProviderData, &resp.Diagnostics)
}

func (r *baseResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.providerData = toProviderData(req.ProviderData, &resp.Diagnostics)
}

// toProviderData returns nil while Terraform validates, before the provider is
// configured.
func toProviderData(data any, diags *diag.Diagnostics) *providerData {
	if data == nil {
		return nil
	}
	typed, ok := data.(*providerData)
	if !ok {
		diags.AddError("Unexpected provider data",
			fmt.Sprintf("Expected *providerData, got %T. This is a bug in the provider; please report it.", data))
	}
	return typed
}

// prepare reads a source into a model and resolves the account ID of the
// model. If it returns false, diags says why.
func (d *providerData) prepare(
	ctx context.Context, from tfwire.Source, model any, accountID *types.String, diags *diag.Diagnostics,
) bool {
	diags.Append(tfwire.Read(ctx, from, model)...)
	if diags.HasError() || !d.checkConfigured(diags) {
		return false
	}
	*accountID = d.account(*accountID, diags)
	return !diags.HasError()
}

// account resolves the account ID: the one of the object, or else the one of
// the provider.
func (d *providerData) account(own types.String, diags *diag.Diagnostics) types.String {
	switch {
	case !own.IsNull() && !own.IsUnknown():
		return own
	case d.accountID != "":
		return types.StringValue(d.accountID)
	}
	diags.AddAttributeError(path.Root("account_id"), "Missing Cloudflare account ID",
		"Set account_id here or in the provider block, or CLOUDFLARE_ACCOUNT_ID in the environment. "+
			"The dashboard shows the account ID on the account's overview page.")
	return types.StringNull()
}

// handleResult adds the messages and the error of a call to diags, and reports
// whether the call succeeded.
func (d *providerData) handleResult(op operation, messages []client.Message, err error, diags *diag.Diagnostics) bool {
	d.rateLimitWarning.report(diags)
	if err != nil {
		diags.Append(op.diagnostic(err))
		return false
	}
	diags.Append(op.apiMessages(messages)...)
	return true
}

// planAccount resolves account_id at plan time, so that the plan shows it, and
// forces the replacement of an object in another account. It returns false if
// there is nothing more to plan: for a destroy, if the provider isn't
// configured, and after an error.
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

// setAccount sets account_id in the plan. Plan.SetAttribute would copy the
// whole plan several times.
func setAccount(ctx context.Context, plan *tfsdk.Plan, account types.String) {
	var planned map[string]tftypes.Value
	if err := plan.Raw.As(&planned); err != nil {
		panic(fmt.Sprintf("setAccount: %s", err)) // every plan here is an object
	}
	planned = maps.Clone(planned)                            // As returns the map of the value itself
	planned["account_id"], _ = account.ToTerraformValue(ctx) // every string can be converted
	plan.Raw = tftypes.NewValue(plan.Raw.Type(), planned)
}
