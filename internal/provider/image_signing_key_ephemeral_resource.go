package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
)

type imageSigningKeyEphemeralResource struct{ baseEphemeralResource }

var _ ephemeral.EphemeralResourceWithConfigure = (*imageSigningKeyEphemeralResource)(nil)

func newImageSigningKeyEphemeralResource() ephemeral.EphemeralResource {
	return &imageSigningKeyEphemeralResource{}
}

func (e *imageSigningKeyEphemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image_signing_key"
}

func (e *imageSigningKeyEphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads a key that signs the delivery URLs of private images. The key is never stored in plan or state. " +
			"It can only be used in ephemeral contexts: provider blocks, write-only arguments, " +
			"and functions such as `signed_url`, whose result is then ephemeral as well." + readPermission,
		Attributes: toEphemeral(imageSigningKeyAttributes()),
	}
}

// Open lists all keys, because the API can't read a single one.
func (e *imageSigningKeyEphemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var model imageSigningKeyModel
	if !e.prepare(ctx, req.Config, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}

	op := operation{action: actionRead, object: objectSigningKeys, accountID: model.AccountID.ValueString()}
	keys, messages, err := e.client.ListSigningKeys(ctx, op.accountID)
	if !e.handleResult(op, messages, err, &resp.Diagnostics) {
		return
	}

	resp.Diagnostics.Append(model.fill(keys, e.client.Sanitize)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, &model)...)
}
