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
)

// imagePrivate is what an image resource keeps in its private state.
type imagePrivate struct {
	// URL is where the content came from, even if the configuration no longer
	// names it.
	URL string `json:"url,omitempty"`
	// Deletion is what became of the image in a re-upload or a delete that failed.
	Deletion client.Deletion `json:"deletion,omitempty"`
}

const imagePrivateKey = "image"

// readImagePrivate returns the zero value if another version wrote it.
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
		panic(fmt.Sprintf("imagePrivate: %s", err)) // strings and integers always fit
	}
	return private.SetKey(ctx, imagePrivateKey, encoded)
}

// withContent returns the private state after a write of a planned image.
func (p imagePrivate) withContent(planned, before *imageResourceModel) imagePrivate {
	p.Deletion = client.NotDeleted
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

// isForeign reports whether an image that has the ID of a failed re-upload or
// delete is certainly not the one in the state: that one was deleted.
func (p imagePrivate) isForeign(image *client.Image, state *imageResourceModel) bool {
	if p.Deletion == client.MayBeDeleted {
		return image.Uploaded != nil && client.IsLaterUpload(*image.Uploaded, state.Uploaded.ValueString())
	}
	return p.Deletion == client.Deleted
}

// existing is what has the ID of an image in the state.
type existing int

const (
	ours existing = iota
	gone
	foreign
)

// afterFailedReupload reads what has the ID of an image whose re-upload failed;
// without a failure, it is taken for the image of the state without a request.
func (r *imageResource) afterFailedReupload(
	ctx context.Context, private imagePrivate, state *imageResourceModel, op operation, diags *diag.Diagnostics,
) (existing, bool) {
	if private.Deletion == client.NotDeleted {
		return ours, true
	}
	image, messages, err := r.client.GetImage(ctx, op.accountID, op.id, client.ReadOptions{})
	switch {
	case isImageNotFound(err) && private.Deletion == client.MayBeDeleted: // or the read is stale
		return ours, true
	case isImageNotFound(err):
		return gone, true
	case !r.handleResult(op, messages, err, diags):
		return gone, false
	case private.isForeign(image, state):
		return foreign, true
	}
	return ours, true
}

// isImageNotFound reports whether the API itself says that there is no such
// image.
func isImageNotFound(err error) bool {
	e, ok := errors.AsType[*client.Error](err)
	return ok && e.HasCode(client.CodeNotFound)
}

// replaceContent uploads new content behind a custom ID.
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
		image, messages, deletion, err = r.client.ReplaceImage(ctx, op.accountID, upload, before.Uploaded.ValueString())
	}
	ok = r.handleResult(op, messages, err, diags)
	if !ok && deletion != client.NotDeleted {
		private.Deletion = deletion
		diags.Append(private.save(ctx, resp.Private)...)
		if deletion == client.MayBeDeleted {
			diags.Append(addAmbiguousDelete(ctx, err, resp.Private)...)
		}
		diags.Append(failedReupload(op, deletion, err))
	}
	return image, ok
}

// failedReupload reports what became of an image that was to be re-uploaded.
func failedReupload(op operation, deletion client.Deletion, err error) diag.Diagnostic {
	const why = "The API cannot replace the content behind an ID, so the image is deleted first. "
	const fix = "Fix the error above and apply again: "
	e, _ := errors.AsType[*client.Error](err)
	switch {
	case deletion == client.MayBeDeleted:
		return diag.NewErrorDiagnostic("Cloudflare "+op.String()+" may have been deleted, and its new content was not uploaded",
			why+"Fix the error above, and apply again: the image is deleted, if it still exists, and uploaded.")
	case e != nil && e.MaybeApplied:
		return diag.NewErrorDiagnostic("Cloudflare "+op.String()+" was deleted, but its new content may not have been uploaded",
			why+"If the account has an image under this ID at the next plan, the resource is removed from the state, "+
				"since somebody else may have uploaded that image. If it is yours, import it then:"+
				importBlock(op.object.resource, op.accountID, op.id))
	case errors.Is(err, client.Exists):
		return diag.NewErrorDiagnostic("Cloudflare "+op.String()+" was deleted, but its new content was not uploaded: the ID is taken",
			why+"The API reports that the ID is taken, by the deleted image or by a new one of somebody else, which is left untouched. "+
				"Check the image that has this ID, and apply again in some minutes.")
	}
	return diag.NewErrorDiagnostic("Cloudflare "+op.String()+" was deleted, but its new content was not uploaded",
		why+"Its URLs serve only what caches still hold. "+fix+"the next plan creates the image.")
}

// foreignImage is the warning about an image under the ID of one that a failed
// re-upload has deleted.
func foreignImage(op operation) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Cloudflare "+op.String()+" is not the one in the state, which was deleted",
		"A re-upload deleted the image of this resource and then failed. The image that has its ID now was uploaded since, "+
			"by somebody else, or by an upload whose response was lost. It is left untouched, and the resource is removed from the state. "+
			"If the image is yours, import it:"+importBlock(op.object.resource, op.accountID, op.id))
}

// foreignImageOnUpdate is the error of an update of such an image.
func foreignImageOnUpdate(op operation) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("id"),
		"Cloudflare "+op.String()+" was not updated: it is not the one in the state, which was deleted",
		"A re-upload deleted the image of this resource and then failed. The image that has its ID now was uploaded since, "+
			"and is left untouched. Plan again with a refresh, which removes the resource from the state. "+
			"Then choose another ID, or import the image if it is yours:"+importBlock(op.object.resource, op.accountID, op.id))
}

// checkReupload rejects a re-upload that the API would reject after the existing
// image has been deleted.
func (p *imagePlan) checkReupload() {
	if metadata := string(p.planned.plannedMetadata()); metadata != "" && !p.planned.MetaJSON.IsUnknown() {
		if err := checkMetadata(metadata); err != nil {
			p.diags.AddAttributeError(path.Root("metadata"), "The metadata of the image cannot be uploaded again",
				"A re-upload sends the metadata that the account has, as none is configured, and the API would reject it: it "+err.Error()+
					". Set metadata.")
		}
	}
	if extension := hasNonImageExt(p.before.ID.ValueString()); extension != "" {
		p.diags.AddAttributeError(path.Root("id"), "An image with this ID cannot be uploaded again",
			"A re-upload deletes the image first, and Cloudflare may then reject the ID, because "+extension+
				" is the extension of another kind of file. Choose another id, or keep the content.")
	}
}

// planPrivate plans the replacement of an image whose custom ID cannot be
// private by one with a generated ID.
func (p *imagePlan) planPrivate() bool {
	isCustom := p.before != nil && p.before.ID.ValueString() != "" && !isGeneratedID(p.before.ID.ValueString())
	if !isCustom || !p.config.ID.IsNull() || !p.planned.RequireSignedURLs.ValueBool() {
		return false
	}
	p.planned.ID = types.StringUnknown()
	p.replace = append(p.replace, path.Root("require_signed_urls"))
	if p.config.hasContent() {
		return true
	}
	p.diags.AddAttributeError(path.Root("require_signed_urls"), "A custom ID cannot be private",
		fmt.Sprintf("The image has the custom ID %q, and Cloudflare keeps images with a custom ID public. "+
			"To replace it by a private one with a generated ID, set source, url or file. "+
			"To keep it public, leave require_signed_urls out. "+
			"To keep it and stop managing it, run terraform state rm with the address of this resource.", p.before.ID.ValueString()))
	return true
}
