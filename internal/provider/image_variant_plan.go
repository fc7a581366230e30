package provider

import (
	"bytes"
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

func (r *imageVariantResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	var width, height types.Float64
	var options types.Object
	at := path.Root("options")
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at, &options)...)
	if options.IsNull() || options.IsUnknown() {
		return
	}
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at.AtName("width"), &width)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at.AtName("height"), &height)...)
	if width.IsNull() && height.IsNull() {
		resp.Diagnostics.AddAttributeError(at, "Invalid options",
			"A variant needs a size. Set width, height or both, in pixels; where one is missing, it follows from the other.")
	}
}

func (r *imageVariantResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if !r.planAccount(ctx, req, resp) {
		return
	}
	if !req.State.Raw.IsNull() {
		var before imageVariantResourceModel
		resp.Diagnostics.Append(tfwire.Read(ctx, req.State, &before)...)
		checkDeleted(ctx, req.Private, before.operation(actionUpdate), &resp.Diagnostics)
		keepUnreportedOptions(ctx, req, resp)
		return
	}
	var account, id types.String
	resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("account_id"), &account)...)
	resp.Diagnostics.Append(resp.Plan.GetAttribute(ctx, path.Root("id"), &id)...)
	if id.ValueString() == publicVariant {
		resp.Diagnostics.AddAttributeError(path.Root("id"), `Cloudflare image variant "public" cannot be created`,
			"Every account has this variant from the start. Take it into the state, and this configuration will change it:"+
				importBlock("cloudflare_image_variant", account.ValueString(), publicVariant))
	}
}

// keepUnreportedOptions keeps options null that the account does not report
// and the configuration leaves out: a default would be an unintended change.
func keepUnreportedOptions(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var options types.Object
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("options"), &options)...)
	if options.IsUnknown() {
		return // so that nobody knows yet what they leave out
	}
	for _, name := range []string{"fit", "metadata"} {
		at := path.Root("options").AtName(name)
		var configured, before types.String
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at, &configured)...)
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, at, &before)...)
		if configured.IsNull() && before.IsNull() {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, at, before)...)
		}
	}
}

// applyWrite maps the response of a write into the model, and reports a
// mismatch. Fields that the response leaves out are assumed to be as they
// were sent.
func (m *imageVariantResourceModel) applyWrite(response *client.Variant, op operation) (diags diag.Diagnostics) {
	planned := m.variant(op.id)
	got := *planned
	got.Fit, got.Metadata = cmp.Or(response.Fit, got.Fit), cmp.Or(response.Metadata, got.Metadata)
	got.Width, got.Height = cmp.Or(response.Width, got.Width), cmp.Or(response.Height, got.Height)
	got.BrowserTTL = cmp.Or(response.BrowserTTL, got.BrowserTTL)
	got.NeverRequireSignedURLs = response.NeverRequireSignedURLs
	m.fill(&got)
	if !bytes.Equal(got.Canonical(), planned.Canonical()) {
		detail := "The API took the request, but answered with another definition, which is in the state now. " +
			"Change the configuration to it, or look at the variant in the dashboard."
		if op.action == actionCreate {
			detail += taintedHint
		}
		diags.AddError(fmt.Sprintf("Cloudflare %s is not as it was to be", op),
			fmt.Sprintf("%s\n\nSent: %s\nAnswered: %.1000s", detail, planned.Canonical(), got.Canonical()))
	}
	return diags
}
