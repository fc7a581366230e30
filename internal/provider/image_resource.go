package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
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
	resp.ResourceBehavior.MutableIdentity = true // a change of access may give another ID
}

func (r *imageResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identitySchema("image_id", "ID of the image, as it is: nothing in it is encoded.")
}

func (r *imageResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var planned imageResourceModel
	if !r.begin(ctx, req.Plan, &planned, &planned.AccountID, &resp.Diagnostics) {
		return
	}
	upload, ok := r.upload(ctx, req.Config, &planned, &resp.Diagnostics)
	if !ok {
		return
	}

	what := planned.subject(creating)
	image, messages, err := r.client.CreateImage(ctx, what.accountID, upload)
	if !r.succeeded(what, messages, err, &resp.Diagnostics) {
		return
	}

	resp.Diagnostics.Append(planned.take(image, what)...)
	setModel(ctx, &resp.State, &planned)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, planned.AccountID, "image_id", planned.ID)...)
}

func (r *imageResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var model imageResourceModel
	if !r.begin(ctx, req.State, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, model.AccountID, "image_id", model.ID)...)

	what := model.subject(reading)
	get := r.client.GetImage
	if model.isFresh(time.Now()) {
		get = r.client.GetFreshImage
	}
	image, messages, err := get(ctx, what.accountID, what.id)
	if e, ok := errors.AsType[*client.Error](err); ok && e.HasCode(client.CodeNotFound) {
		resp.State.RemoveResource(ctx)
		return
	}
	if !r.succeeded(what, messages, err, &resp.Diagnostics) {
		return
	}

	resp.Diagnostics.Append(model.refresh(image, what)...)
	setModel(ctx, &resp.State, &model)
}

// Update changes what is known of an image in place, and the picture behind a
// custom ID; ModifyPlan has had all others replaced.
func (r *imageResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var planned, before imageResourceModel
	resp.Diagnostics.Append(getModel(ctx, req.State, &before)...)
	if !r.begin(ctx, req.Plan, &planned, &planned.AccountID, &resp.Diagnostics) {
		return
	}
	what := before.subject(changing)
	var image *client.Image
	var ok bool
	switch change := planned.change(&before); {
	case hasNewContent(&before, &planned):
		image, ok = r.exchange(ctx, req, &planned, what, &resp.Diagnostics)
	case change != nil:
		var messages []client.Message
		var err error
		image, messages, err = r.client.ChangeImage(ctx, what.accountID, what.id, *change)
		ok = r.succeeded(what, messages, err, &resp.Diagnostics)
	default: // of the state alone, such as the path of the same picture
		ok = true
	}
	if !ok {
		return
	}

	if image != nil {
		resp.Diagnostics.Append(planned.take(image, what)...)
	}
	setModel(ctx, &resp.State, &planned)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, planned.AccountID, "image_id", planned.ID)...)
}

// exchange uploads a new picture behind a custom ID.
func (r *imageResource) exchange(
	ctx context.Context, req resource.UpdateRequest, planned *imageResourceModel, what subject, diags *diag.Diagnostics,
) (*client.Image, bool) {
	upload, ok := r.upload(ctx, req.Config, planned, diags)
	if !ok {
		return nil, false
	}
	image, messages, gone, err := r.client.ReplaceImage(ctx, what.accountID, upload)
	ok = r.succeeded(what, messages, err, diags)
	if gone {
		now := "Its URLs serve nothing but what caches still hold. Mend what is told above and apply again: the next plan makes the image anew."
		if errors.Is(err, client.Exists) {
			now = "Cloudflare goes on to say that its ID is taken: by the image that was deleted, or by a new one of somebody else. " +
				"Look at what is there in some minutes, and apply again."
		}
		diags.AddError("Cloudflare "+what.String()+" was deleted, but its new picture is not there",
			"The API cannot exchange the picture behind an ID, so the image was deleted first. "+now)
	}
	return image, ok
}

func (r *imageResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var model imageResourceModel
	if !r.begin(ctx, req.State, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}

	what := model.subject(deleting)
	messages, err := r.client.DeleteImage(ctx, what.accountID, what.id)
	r.succeeded(what, messages, err, &resp.Diagnostics)
}

func (r *imageResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	account, id := r.imported(ctx, req, "image_id", &resp.Diagnostics)
	if err := client.CheckImageID(id.ValueString()); err != nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.AddError("Invalid image ID to import", "The ID "+err.Error()+".")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("account_id"), account)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, account, "image_id", id)...)
}
