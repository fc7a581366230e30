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
			"Set width, height or both, in pixels: a variant requires a size. If one of them is omitted, it is derived from the image.")
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
		resp.Diagnostics.AddAttributeError(path.Root("id"), `Cloudflare image variant "public" exists in every account`,
			"Import it, and this configuration will update it:"+
				importBlock("cloudflare_image_variant", account.ValueString(), publicVariant))
	}
}

// keepUnreportedOptions keeps options null that the API doesn't return and the
// configuration omits: a default would be an unintended change.
func keepUnreportedOptions(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var options types.Object
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("options"), &options)...)
	if options.IsUnknown() {
		return // the omitted options are unknown as well
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
// mismatch. Fields that the response omits are assumed to be as in the request.
func (m *imageVariantResourceModel) applyWrite(response *client.Variant, op operation) (diags diag.Diagnostics) {
	planned := m.variant(op.id)
	got := *planned
	got.Fit, got.Metadata = cmp.Or(response.Fit, got.Fit), cmp.Or(response.Metadata, got.Metadata)
	got.Width, got.Height = cmp.Or(response.Width, got.Width), cmp.Or(response.Height, got.Height)
	got.BrowserTTL = cmp.Or(response.BrowserTTL, got.BrowserTTL)
	got.NeverRequireSignedURLs = response.NeverRequireSignedURLs
	m.fill(&got)
	if !bytes.Equal(got.Canonical(), planned.Canonical()) {
		detail := "Change the configuration to match, or change the variant in the dashboard. " +
			"The API accepted the request but returned a different definition, which is now in state."
		if op.action == actionCreate {
			detail += taintedHint
		}
		diags.AddError(fmt.Sprintf("Cloudflare %s doesn't match the configuration", op),
			fmt.Sprintf("%s\n\nRequest: %s\nResponse: %.1000s", detail, planned.Canonical(), got.Canonical()))
	}
	return diags
}
