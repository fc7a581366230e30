package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

// accountListModel is the configuration of a list resource without filters.
type accountListModel struct {
	AccountID types.String `tfsdk:"account_id"`
}

// accountListSchema returns the schema of a list resource without filters.
func accountListSchema(description string) schema.Schema {
	return schema.Schema{
		MarkdownDescription: description + readPermission,
		Attributes:          map[string]schema.Attribute{"account_id": toList(accountIDAttribute())},
	}
}

// listAccount streams all objects of an account, each with its ID as the
// display name.
func (r *baseResource) listAccount(
	ctx context.Context, req list.ListRequest, stream *list.ListResultsStream, objects objectType,
	read func(accountID types.String) ([]resourceModel, []client.Message, error),
) {
	var config accountListModel
	var diags diag.Diagnostics
	if r.providerData == nil || !r.prepare(ctx, req.Config, &config, &config.AccountID, &diags) {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	op := operation{action: actionRead, object: objects, accountID: config.AccountID.ValueString()}
	models, messages, err := read(config.AccountID)
	if !r.handleResult(op, messages, err, &diags) {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		if len(diags) > 0 && !push(list.ListResult{Diagnostics: diags}) {
			return
		}
		for _, model := range models {
			if !push(listResult(ctx, req, model.identity().id.ValueString(), model)) {
				return
			}
		}
	}
}

// listResult returns an object as it would be after an import.
func listResult(ctx context.Context, req list.ListRequest, displayName string, model resourceModel) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = displayName
	result.Diagnostics.Append(model.identity().save(ctx, result.Identity)...)
	if req.IncludeResource {
		result.Resource.Raw = tfwire.Object(ctx, result.Resource.Raw.Type(), model)
	}
	return result
}
