package provider

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

// imageVariantListResource lists the variants that can be imported.
type imageVariantListResource struct{ imageVariantResource }

var _ list.ListResourceWithConfigure = (*imageVariantListResource)(nil)

func newImageVariantListResource() list.ListResource { return &imageVariantListResource{} }

type imageVariantListModel struct {
	AccountID types.String `tfsdk:"account_id"`
}

func (r *imageVariantListResource) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the variants of an account, including `public`, for `terraform query` (Terraform 1.14 or later), " +
			"sorted by name." + readPermission,
		Attributes: map[string]schema.Attribute{"account_id": toList(accountIDAttribute())},
	}
}

func (r *imageVariantListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var model imageVariantListModel
	var diags diag.Diagnostics
	if r.providerData == nil || !r.prepare(ctx, req.Config, &model, &model.AccountID, &diags) {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	op := operation{action: actionRead, object: objectVariants, accountID: model.AccountID.ValueString()}
	variants, messages, err := r.client.ListVariants(ctx, op.accountID)
	if !r.handleResult(op, messages, err, &diags) {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		if len(diags) > 0 && !push(list.ListResult{Diagnostics: diags}) {
			return
		}
		for _, id := range slices.Sorted(maps.Keys(variants)) {
			if !push(variantResult(ctx, req, model.AccountID, id, variants[id])) {
				return
			}
		}
	}
}

// variantResult returns a variant as it would be after an import.
func variantResult(ctx context.Context, req list.ListRequest, accountID types.String, id string, variant client.Variant) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = id
	model := imageVariantResourceModel{AccountID: accountID, ID: types.StringValue(id)}
	model.fill(&variant)
	result.Diagnostics.Append(model.identity().save(ctx, result.Identity)...)
	if req.IncludeResource {
		result.Resource.Raw = tfwire.Object(ctx, result.Resource.Raw.Type(), &model)
	}
	return result
}
