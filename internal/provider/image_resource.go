package provider

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

type imageResource struct{ baseResource }

var (
	_ resource.ResourceWithConfigure      = (*imageResource)(nil)
	_ resource.ResourceWithValidateConfig = (*imageResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*imageResource)(nil)
	_ resource.ResourceWithImportState    = (*imageResource)(nil)
	_ resource.ResourceWithIdentity       = (*imageResource)(nil)
)

func newImageResource() resource.Resource { return &imageResource{} }

func (r *imageResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image"
	resp.ResourceBehavior.MutableIdentity = true // Cloudflare may assign another ID with require_signed_urls
}

func (r *imageResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := imageAttributes("cloudflare_image.logo")
	attributes["account_id"] = forcesReplacement(accountIDAttribute())
	attributes["id"] = customIDAttribute()
	maps.Copy(attributes, contentAttributes())
	maps.Copy(attributes, imageInfoAttributes())
	maps.Copy(attributes, imageSettingAttributes())
	resp.Schema = schema.Schema{
		Version:             schemaVersion,
		MarkdownDescription: imageResourceDescription,
		Attributes:          attributes,
	}
}

func (r *imageResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identitySchema("image_id", "ID of the image, not percent-encoded.")
}

func (r *imageResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var planned imageResourceModel
	if !r.prepare(ctx, req.Plan, &planned, &planned.AccountID, &resp.Diagnostics) {
		return
	}
	upload, ok := r.upload(ctx, req.Config, &planned, &resp.Diagnostics)
	if !ok {
		return
	}

	op := planned.operation(actionCreate)
	image, messages, err := r.client.CreateImage(ctx, op.accountID, upload)
	if !r.handleResult(op, messages, err, &resp.Diagnostics) {
		return
	}

	resp.Diagnostics.Append(planned.applyWrite(image, op)...)
	resp.Diagnostics.Append(writeObject(ctx, &resp.State, resp.Identity, &planned)...)
	resp.Diagnostics.Append(imagePrivate{}.withContent(&planned, nil).save(ctx, resp.Private)...)
}

func (r *imageResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var model imageResourceModel
	if !r.prepare(ctx, req.State, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(model.identity().save(ctx, resp.Identity)...)
	op := model.operation(actionRead)
	private, diags := readImagePrivate(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	written, diags := readRecentWrites(ctx, req.Private, time.Now())
	resp.Diagnostics.Append(diags...)
	options := client.ReadOptions{RetryNotFound: model.isRecent(time.Now())}
	image, messages, err := r.client.GetImage(ctx, op.accountID, op.id, options)
	switch {
	case isImageNotFound(err) && private.Deletion != client.Deleted && model.mayBeStale(time.Now()):
		private.Deletion = client.MayBeDeleted // so that a later image with this ID isn't taken for this one
		resp.Diagnostics.Append(private.save(ctx, resp.Private)...)
		resp.Diagnostics.Append(notYetFound(op))
		return
	case isImageNotFound(err):
		resp.State.RemoveResource(ctx)
		return
	case !r.handleResult(op, messages, err, &resp.Diagnostics):
		return
	case private.compare(image, &model) == foreign:
		resp.Diagnostics.Append(foreignImage(op))
		fallthrough
	case private.compare(image, &model) == gone:
		resp.State.RemoveResource(ctx)
		return
	case model.isStale(image, time.Now()):
		tflog.Debug(ctx, "Ignoring stale read of Cloudflare image after a recent write", map[string]any{"image_id": op.id})
		return
	case private.Deletion != client.NotDeleted && !written.mayHideDelete(time.Now()): // it was not deleted after all
		private.Deletion = client.NotDeleted
		resp.Diagnostics.Append(private.save(ctx, resp.Private)...)
	}
	resp.Diagnostics.Append(model.applyRead(image, op)...)
	tfwire.Write(ctx, &resp.State, &model)
}

// Update updates an image in place, and re-uploads content under a custom ID.
// ModifyPlan forces replacement for all other changes.
func (r *imageResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var planned, before imageResourceModel
	resp.Diagnostics.Append(tfwire.Read(ctx, req.State, &before)...)
	if !r.prepare(ctx, req.Plan, &planned, &planned.AccountID, &resp.Diagnostics) {
		return
	}
	op := before.operation(actionUpdate)
	private, diags := readImagePrivate(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	found, ok := r.afterFailedReupload(ctx, private, &before, op, &resp.Diagnostics)
	if !ok {
		return
	}

	var image *client.Image
	switch change := planned.update(&before); {
	case found == foreign:
		resp.Diagnostics.Append(op.diagnostic(&client.Error{Kind: client.Replaced}))
		return
	case found == gone, hasNewContent(&before, &planned, private.URL):
		image, ok = r.replaceContent(ctx, req, resp, &planned, &before, private, found)
	case change != nil:
		var messages []client.Message
		var err error
		image, messages, err = r.client.UpdateImage(ctx, op.accountID, op.id, *change)
		ok = r.handleResult(op, messages, err, &resp.Diagnostics)
	}
	if !ok {
		return
	}

	planned.keepImageInfo(&before)
	if image != nil {
		private.Deletion = client.NotDeleted
		resp.Diagnostics.Append(planned.applyWrite(image, op)...)
		resp.Diagnostics.Append(clearDeletes(ctx, resp.Private)...)
	}
	resp.Diagnostics.Append(writeObject(ctx, &resp.State, resp.Identity, &planned)...)
	resp.Diagnostics.Append(private.withContent(&planned, &before).save(ctx, resp.Private)...)
}

func (r *imageResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var model imageResourceModel
	if !r.prepare(ctx, req.State, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}

	op := model.operation(actionDelete)
	private, diags := readImagePrivate(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	uploaded := model.knownUpload()
	if private.Deletion != client.NotDeleted { // a later upload is somebody else's, even of a draft
		uploaded = model.Uploaded.ValueString()
	}
	messages, err := r.client.DeleteImage(ctx, op.accountID, op.id, uploaded, private.Deletion)
	if errors.Is(err, client.Replaced) {
		resp.Diagnostics.Append(foreignImage(op))
		return
	}
	r.handleResult(op, messages, err, &resp.Diagnostics)
	resp.Diagnostics.Append(addAmbiguousDelete(ctx, err, "", resp.Private)...)
	if isAmbiguous(err) {
		private.Deletion = client.MayBeDeleted
		resp.Diagnostics.Append(private.save(ctx, resp.Private)...)
	}
}

func (r *imageResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	account, id := r.parseImport(ctx, req, "image_id", &resp.Diagnostics)
	if err := client.CheckImageID(id.ValueString()); err != nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.AddError("Invalid import ID", "The image ID "+err.Error()+".")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	saveImport(ctx, resp, objectIdentity{account, "image_id", id}, "id")
}
