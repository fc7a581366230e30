package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// ImageUpdate is an update of an image; nil fields are not updated.
type ImageUpdate struct {
	// Creator is the new reference to a user: empty for none.
	Creator *string `json:"creator,omitempty"`
	// Metadata replaces all of the metadata, a JSON object: {} for none.
	Metadata json.RawMessage `json:"metadata,omitempty"`
	// RequireSignedURLs requires or no longer requires signed URLs for delivery,
	// which may change the ID of the image.
	RequireSignedURLs *bool `json:"requireSignedURLs,omitempty"`
	// Filename and Uploaded are the current values of the image, by which it is
	// recognized even if its ID changes.
	Filename, Uploaded *string `json:"-"`
}

// UpdateImage updates the metadata, creator or access of an image, but not its
// content. If an update of the access may have been applied, the error names
// the candidates for the updated image. If the ID belongs to a later upload,
// the error is Replaced. Every error is an *Error.
//
// https://developers.cloudflare.com/api/resources/images/subresources/v1/methods/edit/
func (c *Client) UpdateImage(ctx context.Context, accountID, imageID string, update ImageUpdate) (
	image *Image, messages []Message, err error,
) {
	r := newMutation(http.MethodPatch, update, true, maxImageBytes, "accounts", accountID, "images", "v1", imageID)
	messages, err = c.withLock(r, objectKey{accountID, imageKind, imageID}, func(*trackedObject) ([]Message, error) {
		r.precondition = c.requireUpload(r, accountID, imageID, deref(update.Uploaded))
		if update.RequireSignedURLs == nil {
			image, messages, err = c.send(ctx, r, imageID)
		} else {
			image, messages, err = c.updateAccess(ctx, r, accountID, imageID, update)
		}
		if err == nil {
			c.objects.setUpdated(c.objects.get(objectKey{accountID, imageKind, image.ID}), image)
		}
		return messages, err
	})
	return image, messages, err
}

// updateAccess sends an update that may change the ID of the image. If its outcome
// is unknown, the error names the candidates for the updated image.
func (c *Client) updateAccess(
	ctx context.Context, r request, accountID, imageID string, update ImageUpdate,
) (*Image, []Message, error) {
	began := time.Now()
	image, messages, err := c.send(ctx, r, "")
	if e, ok := errors.AsType[*Error](err); ok && (e.MaybeApplied || e.ambiguous) {
		e.MaybeApplied, e.MayHaveNewID = true, true
		known := deref(update.Uploaded)
		c.addCandidates(ctx, accountID, e,
			func(image *Image) bool { return known != "" && IsLaterUpload(known, deref(image.Uploaded)) },
			func(image *Image) bool {
				isFrom := isSameUpload(deref(image.Uploaded), known) || !c.clock.isBefore(deref(image.Uploaded), began)
				return isFrom && image.ID != imageID && deref(image.Filename) == deref(update.Filename) &&
					image.RequireSignedURLs == *update.RequireSignedURLs
			})
		isSame := func(candidate Candidate) bool { return isSameUpload(candidate.Uploaded, known) }
		if slices.ContainsFunc(e.Candidates, isSame) { // the update kept the upload time
			e.Candidates = slices.DeleteFunc(e.Candidates, func(candidate Candidate) bool { return !isSame(candidate) })
		}
	}
	return image, messages, err
}

// DeleteImage deletes an image, and purges Cloudflare's caches. A missing image
// is not an error. uploaded is the upload time of the image, empty if unknown.
// If this client has created or updated another image with its ID, nothing is
// deleted; an image whose upload time differs or is unknown counts as another
// one. If somebody else has uploaded a later image, the error is Replaced.
// earlier is the outcome of an earlier delete: an image that is already deleted is
// not deleted again. Every error is an *Error.
func (c *Client) DeleteImage(ctx context.Context, accountID, id, uploaded string, earlier Deletion) ([]Message, error) {
	key := objectKey{accountID, imageKind, id}
	return c.withLock(deleteRequest(accountID, id), key, func(o *trackedObject) ([]Message, error) {
		if o.image != nil && !isSameUpload(uploaded, deref(o.image.Uploaded)) {
			return nil, nil
		}
		return c.deleteImage(ctx, o, accountID, id, uploaded, earlier)
	})
}

func deleteRequest(accountID, imageID string) request {
	return newMutation(http.MethodDelete, nil, false, maxImageBytes, "accounts", accountID, "images", "v1", imageID)
}

// requireUpload returns the precondition of a write that could affect somebody
// else's image: the ID belongs to the given upload. It returns Replaced for a later
// one, and NotFound if there is none. If the upload time is unknown, or the ID is
// generated and so never used again, it is nil. Between the read and the write,
// nothing protects the image, as the API has no conditional requests.
func (c *Client) requireUpload(r request, accountID, imageID, uploaded string) func(context.Context) error {
	if uploaded == "" || delivery.IsGeneratedID(imageID) {
		return nil
	}
	return func(ctx context.Context) error {
		found, _, err := c.GetImage(ctx, accountID, imageID, ReadOptions{Fresh: true})
		switch {
		case errors.Is(err, NotFound) && !c.clock.isBefore(uploaded, time.Now().Add(-createdRecently)):
			return nil // a recently created image may only be missing temporarily
		case err == nil && IsLaterUpload(deref(found.Uploaded), uploaded):
			return r.newError(Replaced, errors.New("not sent: the image was uploaded at "+deref(found.Uploaded)))
		}
		return err
	}
}

// deleteImage deletes an image whose lock the caller holds.
func (c *Client) deleteImage(
	ctx context.Context, o *trackedObject, accountID, imageID, uploaded string, deletion Deletion,
) ([]Message, error) {
	r := deleteRequest(accountID, imageID)
	require := c.requireUpload(r, accountID, imageID, uploaded)
	r.precondition = require
	if deletion == Deleted {
		r.precondition = func(context.Context) error { return NotFound }
	}
	if require == nil {
		return c.delete(ctx, r, o, &uploaded, nil)
	}
	return c.delete(ctx, r, o, &uploaded, func(ctx context.Context) error {
		err := require(ctx)
		if errors.Is(err, Replaced) {
			return NotFound // so the delete was applied
		}
		return err
	})
}

// maxReplacing limits the time of a re-upload, which can't be interrupted.
const maxReplacing = 10 * time.Minute

// ReplaceImage re-uploads an image with a custom ID. The API can't replace content,
// so the image, identified by its upload time, is deleted and created again. The
// new file is verified before the delete; after it, cancellation is ignored. On
// error, deletion is the outcome of the delete. Every error is an *Error.
func (c *Client) ReplaceImage(ctx context.Context, accountID string, upload Upload, uploaded string) (
	image *Image, messages []Message, deletion Deletion, err error,
) {
	r := uploadRequest(accountID, upload)
	if upload.File != nil {
		if err := upload.File.Check(); err != nil {
			return nil, nil, NotDeleted, r.newError(Rejected, err)
		}
	}
	if ctx.Err() != nil {
		return nil, nil, NotDeleted, r.newError(Canceled, context.Cause(ctx))
	}
	messages, err = c.withLock(r, objectKey{accountID, imageKind, upload.ID}, func(o *trackedObject) ([]Message, error) {
		shielded, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxReplacing+r.uploadTimeout)
		defer cancel()
		_, err = c.deleteImage(ctx, o, accountID, upload.ID, uploaded, NotDeleted)
		mayBeDeleted := isAmbiguous(err)
		if mayBeDeleted && ctx.Err() != nil { // a cancellation left the outcome unknown
			_, err = c.deleteImage(shielded, o, accountID, upload.ID, uploaded, MayBeDeleted)
		}
		switch {
		case err == nil:
			deletion = Deleted
			_, image, messages, err = c.uploadCustom(shielded, r, o, accountID, &upload)
		case mayBeDeleted: // even if the second delete failed for another reason
			deletion = MayBeDeleted
		}
		return messages, err
	})
	return image, messages, deletion, err
}

// Deletion is the outcome of the delete in a re-upload.
type Deletion int

// The values of a Deletion.
const (
	NotDeleted Deletion = iota
	MayBeDeleted
	Deleted
)
