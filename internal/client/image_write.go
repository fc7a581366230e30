package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// ImageChange is what is to become of an image; what is nil stays as it is.
type ImageChange struct {
	// Metadata is the whole of the new metadata, a JSON object: {} for none.
	Metadata json.RawMessage
	// Creator is the new reference to a user: empty for none.
	Creator *string
	// RequireSignedURLs is whether delivery is to ask for a signed URL. A change
	// may give the image another ID.
	RequireSignedURLs *bool
	// Filename and Uploaded are what is known of the image, to find it by under
	// another ID.
	Filename, Uploaded *string
}

// ChangeImage changes what is known of an image, but not its picture. Where the
// answer is lost and the image has got another ID, it is looked for. Every error
// is an *Error.
//
// https://developers.cloudflare.com/api/resources/images/subresources/v1/methods/edit/
func (c *Client) ChangeImage(ctx context.Context, accountID, imageID string, change ImageChange) (*Image, []Message, error) {
	value := map[string]any{}
	if change.Metadata != nil {
		value["metadata"] = change.Metadata
	}
	put(value, "creator", change.Creator)
	put(value, "requireSignedURLs", change.RequireSignedURLs)
	r := newWrite(http.MethodPatch, value, always, maxImageBytes, "accounts", accountID, "images", "v1", imageID)
	if err := CheckImageID(imageID); err != nil {
		return nil, nil, r.failure(Rejected, fmt.Errorf("image ID %w", err))
	}
	if change.RequireSignedURLs == nil {
		return c.change(ctx, r, imageID)
	}
	began, made := time.Now(), &traits{name: change.Filename, private: *change.RequireSignedURLs}
	return c.settle(accountID, made, func() (*Image, []Message, error) {
		image, messages, err := c.change(ctx, r, "")
		if e, ok := errors.AsType[*Error](err); ok && e.Kind == NotFound && e.inDoubt {
			return c.findInList(ctx, accountID, *e, made, func(image *Image) bool { return c.isChanged(change, image, began) })
		}
		return image, messages, err
	})
}

// change sends a change. The ID is the one that the answer must have, or empty
// where it may have any.
func (c *Client) change(ctx context.Context, r request, imageID string) (*Image, []Message, error) {
	var image Image
	messages, err := c.do(ctx, r, &uploadedImage{&image, imageID})
	if err != nil {
		return nil, nil, err
	}
	return &image, messages, nil
}

// isChanged is whether an image may be the one that a change, which began at a
// time, has given another ID.
func (c *Client) isChanged(change ImageChange, image *Image, began time.Time) bool {
	uploaded := orEmpty(image.Uploaded)
	isFrom := change.Uploaded != nil && uploaded == *change.Uploaded || !c.clock.isBefore(uploaded, began)
	hasCreator := change.Creator == nil || orEmpty(image.Creator) == *change.Creator
	hasMetadata := change.Metadata == nil || SameJSON(image.Meta, change.Metadata)
	return isFrom && hasCreator && hasMetadata && orEmpty(image.Filename) == orEmpty(change.Filename) &&
		image.RequireSignedURLs == *change.RequireSignedURLs
}

// DeleteImage removes an image, and every copy of it that Cloudflare keeps. One
// that is gone already is no error. Every error is an *Error.
func (c *Client) DeleteImage(ctx context.Context, accountID, imageID string) ([]Message, error) {
	r := newWrite(http.MethodDelete, nil, always, maxImageBytes, "accounts", accountID, "images", "v1", imageID)
	if err := CheckImageID(imageID); err != nil {
		return nil, r.failure(Rejected, fmt.Errorf("image ID %w", err))
	}
	messages, err := c.do(ctx, r, nil)
	if err == nil || errors.Is(err, NotFound) {
		c.made.remove(accountID, imageID)
		c.deleted.add(accountID, imageID)
		return messages, nil
	}
	return nil, err
}

// maxReplacing bounds the time for an exchange, which nothing interrupts.
const maxReplacing = 10 * time.Minute

// ReplaceImage exchanges the picture behind a custom ID. The API cannot, so the
// image is deleted and made anew; first of all, the new picture is read to its
// end, and once the old one is deleted, the end of ctx does not keep the new one
// from being sent. Where there is an error, gone is whether the old image is, or
// may be. Every error is an *Error.
func (c *Client) ReplaceImage(ctx context.Context, accountID string, upload Upload) (
	image *Image, messages []Message, gone bool, err error,
) {
	r, err := c.uploadRequest(accountID, upload)
	if err != nil {
		return nil, nil, false, err
	}
	if upload.Content != nil {
		if err := upload.Content.Check(); err != nil {
			return nil, nil, false, r.failure(Rejected, err)
		}
	}
	if ctx.Err() != nil {
		return nil, nil, false, r.failure(Canceled, context.Cause(ctx))
	}
	_, err = c.DeleteImage(ctx, accountID, upload.ID)
	shielded, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxReplacing+r.extra)
	defer cancel()
	if mayBeDone(err) && ctx.Err() != nil {
		_, err = c.DeleteImage(shielded, accountID, upload.ID)
	}
	if err != nil {
		return nil, nil, mayBeDone(err), err
	}
	image, messages, err = c.upload(shielded, r, accountID, upload)
	return image, messages, err != nil, err
}

// mayBeDone is whether a write that failed may have been carried out.
func mayBeDone(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.MayBeDone
}
