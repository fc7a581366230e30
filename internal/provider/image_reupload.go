package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// imagePrivate is the private state of an image resource.
type imagePrivate struct {
	// URL is the URL of the content, even if the configuration no longer contains
	// it.
	URL string `json:"url,omitempty"`
	// Deletion reports whether the image was deleted, or may have been: by a
	// re-upload or delete that failed, or because a read did not find a recent
	// image.
	Deletion client.Deletion `json:"deletion,omitempty"`
}

const imagePrivateKey = "image"

// readImagePrivate returns the zero value if there is none, or if it is in an
// unknown format.
func readImagePrivate(ctx context.Context, private privateState) (p imagePrivate, diags diag.Diagnostics) {
	encoded, diags := private.GetKey(ctx, imagePrivateKey)
	if len(encoded) > 0 && json.Unmarshal(encoded, &p) != nil {
		p = imagePrivate{}
	}
	return p, diags
}

func (p imagePrivate) save(ctx context.Context, private privateState) diag.Diagnostics {
	encoded, err := json.Marshal(p)
	if err != nil {
		panic(fmt.Sprintf("imagePrivate: %s", err)) // strings and integers can always be encoded
	}
	return private.SetKey(ctx, imagePrivateKey, encoded)
}

// withContent returns the private state with the content of a planned image.
func (p imagePrivate) withContent(planned, before *imageResourceModel) imagePrivate {
	switch {
	case !planned.URL.IsNull():
		p.URL = planned.URL.ValueString()
	case !planned.SHA256.IsNull():
		p.URL = ""
	case before != nil && !before.URL.IsNull():
		p.URL = before.URL.ValueString()
	}
	return p
}

// compare classifies the image that a read returned after a failed re-upload or
// delete of the one in the state.
func (p imagePrivate) compare(image *client.Image, state *imageResourceModel) existing {
	switch {
	case p.Deletion == client.NotDeleted:
		return ours
	case image.Uploaded != nil && client.IsLaterUpload(*image.Uploaded, state.Uploaded.ValueString()):
		return foreign
	case p.Deletion == client.Deleted:
		return gone // the read is stale
	}
	return ours
}

// existing describes the image that has the ID of an image in the state.
type existing int

const (
	ours existing = iota
	gone
	foreign
)

// afterFailedReupload reads the image under the ID of one whose re-upload or
// delete failed. Without such a failure, it sends no request and returns ours.
func (r *imageResource) afterFailedReupload(
	ctx context.Context, private imagePrivate, state *imageResourceModel, op operation, diags *diag.Diagnostics,
) (existing, bool) {
	if private.Deletion == client.NotDeleted {
		return ours, true
	}
	image, messages, err := r.client.GetImage(ctx, op.accountID, op.id, client.ReadOptions{Fresh: true})
	switch {
	case isImageNotFound(err) && private.Deletion == client.MayBeDeleted: // or the read is stale
		return ours, true
	case isImageNotFound(err):
		return gone, true
	case !r.handleResult(op, messages, err, diags):
		return gone, false
	}
	return private.compare(image, state), true
}

// replaceContent uploads new content under a custom ID.
func (r *imageResource) replaceContent(
	ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse,
	planned, before *imageResourceModel, private imagePrivate, found existing,
) (*client.Image, bool) {
	diags, op := &resp.Diagnostics, before.operation(actionUpdate)
	upload, ok := r.upload(ctx, req.Config, planned, diags)
	if !ok {
		return nil, false
	}
	var image *client.Image
	var messages []client.Message
	var err error
	deletion := private.Deletion
	if found == gone {
		image, messages, err = r.client.CreateImage(ctx, op.accountID, upload)
	} else {
		image, messages, deletion, err = r.client.ReplaceImage(ctx, op.accountID, upload, before.knownUpload())
	}
	ok = r.handleResult(op, messages, err, diags)
	if !ok && deletion != client.NotDeleted {
		private.Deletion = deletion
		diags.Append(private.save(ctx, resp.Private)...)
		if deletion == client.MayBeDeleted {
			diags.Append(addAmbiguousDelete(ctx, err, "", resp.Private)...)
		}
		diags.Append(failedReupload(op, deletion, err))
	}
	return image, ok
}

// failedReupload returns the error about the image after a failed re-upload.
func failedReupload(op operation, deletion client.Deletion, err error) diag.Diagnostic {
	const why = "The API can't replace the content of an image, so a re-upload deletes the image first."
	const fix = "Fix the error above and apply again: "
	e, _ := errors.AsType[*client.Error](err)
	switch {
	case deletion == client.MayBeDeleted:
		return diag.NewErrorDiagnostic("Cloudflare "+op.String()+" may have been deleted, and was not re-uploaded",
			fix+"that deletes the image, if it still exists, and uploads it. "+why)
	case e != nil && e.MaybeApplied:
		return diag.NewErrorDiagnostic("Cloudflare "+op.String()+" was deleted, and may have been re-uploaded",
			"Plan again: if the plan finds an image with this ID, it removes the resource from state, "+
				"because somebody else may have uploaded that image. If the image is yours, import it with the block below. "+why+
				importBlock(op.object.resource, op.accountID, op.id))
	case errors.Is(err, client.Exists):
		return diag.NewErrorDiagnostic("Cloudflare "+op.String()+" was deleted, but not re-uploaded: the ID is taken",
			"Check the image with this ID, and apply again in a few minutes: the API still reports the ID as taken, "+
				"either by the deleted image or by one that somebody else has uploaded since, which is left untouched. "+why)
	}
	return diag.NewErrorDiagnostic("Cloudflare "+op.String()+" was deleted, but not re-uploaded",
		fix+"that uploads the image. Until then, its URLs only serve cached copies. "+why)
}

// foreignImage returns the warning about another image under the ID of one that
// a failed re-upload has deleted.
func foreignImage(op operation) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Cloudflare "+op.String()+" is not the image in state",
		"Import the image that now has this ID, with the block below, if it is yours; otherwise choose another ID. "+
			"The image of this resource was deleted, by a re-upload that then failed or outside of Terraform. "+
			"The one that now has its ID was uploaded later, by somebody else or by an upload that got no response. "+
			"It is left untouched, and the resource is removed from state."+importBlock(op.object.resource, op.accountID, op.id))
}

// checkReupload rejects a re-upload whose upload the API would reject after the
// existing image has been deleted.
func (p *imagePlan) checkReupload() {
	op := p.before.operation(actionUpdate)
	if metadata := string(p.planned.plannedMetadata()); metadata != "" && !p.planned.MetaJSON.IsUnknown() {
		if err := checkMetadata(metadata); err != nil {
			p.diags.AddAttributeError(path.Root("metadata"), "Unable to re-upload Cloudflare "+op.String()+": invalid existing metadata",
				"Set metadata: a re-upload sends the existing metadata if none is configured, and the API would reject that. Metadata "+
					err.Error()+".")
		}
	}
	if extension := nonImageExt(p.before.ID.ValueString()); extension != "" {
		p.diags.AddAttributeError(path.Root("id"), "Unable to re-upload Cloudflare "+op.String()+": non-image file extension",
			"Choose another id, or keep the content: a re-upload deletes the image first, and Cloudflare may then reject the ID, because "+
				extension+" is a non-image file extension.")
	}
}

// planPrivate plans the replacement of an image with a custom ID, which can't be
// private, by one with a generated ID.
func (p *imagePlan) planPrivate() bool {
	isCustom := p.before != nil && p.before.ID.ValueString() != "" && !delivery.IsGeneratedID(p.before.ID.ValueString())
	if !isCustom || !p.config.ID.IsNull() || !p.planned.RequireSignedURLs.ValueBool() {
		return false
	}
	p.planned.ID = types.StringUnknown()
	p.replace = append(p.replace, path.Root("require_signed_urls"))
	if p.config.hasContent() {
		return true
	}
	p.diags.AddAttributeError(path.Root("require_signed_urls"), "Images with a custom ID can't be private",
		fmt.Sprintf("To replace the image %q with a private one with a generated ID, set source, url or file. "+
			"To keep it public, omit require_signed_urls. "+
			"To keep it and stop managing it, run terraform state rm with the address of this resource.", p.before.ID.ValueString()))
	return true
}
