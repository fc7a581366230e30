package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

// imageSigningKeyListResource finds the signing keys that could be managed.
type imageSigningKeyListResource struct{ imageSigningKeyResource }

var _ list.ListResourceWithConfigure = (*imageSigningKeyListResource)(nil)

func newImageSigningKeyListResource() list.ListResource { return &imageSigningKeyListResource{} }

type imageSigningKeyListModel struct {
	AccountID types.String `tfsdk:"account_id"`
}

func (r *imageSigningKeyListResource) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds the keys that sign the delivery URLs of private images, for `terraform query` of Terraform 1.14 " +
			"or later. Results contain the names of the keys, never their values." + readPermission,
		Attributes: map[string]schema.Attribute{"account_id": toList(accountIDAttribute())},
	}
}

func (r *imageSigningKeyListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var model imageSigningKeyListModel
	var diags diag.Diagnostics
	if r.providerData == nil || !r.prepare(ctx, req.Config, &model, &model.AccountID, &diags) {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	op := operation{action: actionRead, object: objectSigningKeys, accountID: model.AccountID.ValueString()}
	keys, messages, err := r.client.ListSigningKeys(ctx, op.accountID)
	if !r.handleResult(op, messages, err, &diags) {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		if len(diags) > 0 && !push(list.ListResult{Diagnostics: diags}) {
			return
		}
		for _, key := range keys {
			if !push(signingKeyResult(ctx, req, model.AccountID, key.Name)) {
				return
			}
		}
	}
}

// signingKeyResult returns a key as it would be after an import.
func signingKeyResult(ctx context.Context, req list.ListRequest, accountID types.String, name string) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = name
	model := imageSigningKeyResourceModel{AccountID: accountID, ID: types.StringValue(name), Name: types.StringValue(name)}
	result.Diagnostics.Append(model.identity().save(ctx, result.Identity)...)
	if req.IncludeResource {
		result.Resource.Raw = tfwire.Object(ctx, result.Resource.Raw.Type(), &model)
	}
	return result
}
