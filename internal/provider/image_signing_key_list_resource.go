package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// imageSigningKeyListResource lists the signing keys that can be imported.
type imageSigningKeyListResource struct{ imageSigningKeyResource }

var _ list.ListResourceWithConfigure = (*imageSigningKeyListResource)(nil)

func newImageSigningKeyListResource() list.ListResource { return &imageSigningKeyListResource{} }

func (r *imageSigningKeyListResource) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = accountListSchema("Lists the signing keys of an account for `terraform query` (Terraform 1.14 or later). " +
		"Results contain the names of the keys, never their values.")
}

func (r *imageSigningKeyListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	read := func(accountID types.String) (models []resourceModel, _ []client.Message, _ error) {
		keys, messages, err := r.client.ListSigningKeys(ctx, accountID.ValueString())
		for _, key := range keys {
			name := types.StringValue(key.Name)
			models = append(models, &imageSigningKeyResourceModel{ID: name, AccountID: accountID, Name: name})
		}
		return models, messages, err
	}
	r.listAccount(ctx, req, stream, objectSigningKeys, read)
}
