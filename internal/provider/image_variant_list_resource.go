package provider

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// imageVariantListResource lists the variants that can be imported.
type imageVariantListResource struct{ imageVariantResource }

var _ list.ListResourceWithConfigure = (*imageVariantListResource)(nil)

func newImageVariantListResource() list.ListResource { return &imageVariantListResource{} }

func (r *imageVariantListResource) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = accountListSchema("Lists the variants of an account, including `public`, for `terraform query` " +
		"(Terraform 1.14 or later), sorted by name.")
}

func (r *imageVariantListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	read := func(accountID types.String) (models []resourceModel, _ []client.Message, _ error) {
		variants, messages, err := r.client.ListVariants(ctx, accountID.ValueString())
		for _, id := range slices.Sorted(maps.Keys(variants)) {
			model := &imageVariantResourceModel{AccountID: accountID, ID: types.StringValue(id)}
			model.fill(new(variants[id]))
			models = append(models, model)
		}
		return models, messages, err
	}
	r.listAccount(ctx, req, stream, objectVariants, read)
}
