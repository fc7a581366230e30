package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Upload is an image that is to be made.
//
// https://developers.cloudflare.com/images/storage/upload-images/
type Upload struct {
	// ID is the custom ID. Empty where Cloudflare gives one.
	ID string
	// File is the picture. Nil where Cloudflare fetches it from URL.
	File *File
	// URL is where Cloudflare fetches the picture from; it may hold a password.
	URL string
	// Metadata is a JSON object of up to 1024 bytes. Nil for none.
	Metadata json.RawMessage
	// Creator is the uploader's own reference to a user. Nil for none.
	Creator *string
	// RequireSignedURLs is whether delivery is to ask for a signed URL; it
	// cannot be together with an ID.
	RequireSignedURLs bool
}

// CreateImage uploads an image, and never changes an existing one. If the ID is
// taken by an image that this client is deleting, it waits for that. An upload
// under a custom ID whose outcome is unknown is resolved by reading that ID; one
// without is an error that names the candidates. Every error is an *Error.
func (c *Client) CreateImage(ctx context.Context, accountID string, upload Upload) (*Image, []Message, error) {
	r, err := c.uploadRequest(accountID, upload)
	if err != nil {
		return nil, nil, err
	}
	if upload.ID == "" {
		return c.uploadGenerated(ctx, r, accountID, &upload)
	}
	var image *Image
	var messages []Message
	err = c.create(ctx, r, objectKey{accountID, imageKind, upload.ID}, func(o *trackedObject) (_ bool, err error) {
		image, messages, err = c.uploadCustom(ctx, r, o, accountID, &upload)
		return false, err
	})
	return image, messages, err
}

// uploadRequest checks what would never be stored as it is.
func (c *Client) uploadRequest(accountID string, upload Upload) (request, error) {
	r := newMutation(http.MethodPost, nil, false, maxImageBytes, "accounts", accountID, "images", "v1")
	if upload.ID != "" {
		if err := CheckImageID(upload.ID); err != nil {
			return r, r.newError(Rejected, fmt.Errorf("image ID %w", err))
		}
	}
	form, err := upload.form()
	if err != nil {
		return r, r.newError(Rejected, err)
	}
	r.body, r.contentType, r.uploadTimeout = form.body, form.contentType, form.uploadTimeout
	r.redact = upload.userInfo()
	return r, nil
}

// userInfo is the user and the password in the URL, which may be a token.
func (u *Upload) userInfo() []string {
	address, err := url.Parse(u.URL)
	if err != nil || address.User == nil {
		return nil
	}
	user := address.User.Username()
	password, _ := address.User.Password()
	return []string{user + ":" + password, user, password}
}

// send makes one attempt at an upload, or several if none can have been stored.
func (c *Client) send(ctx context.Context, r request, id string) (*Image, []Message, error) {
	got := uploadedImage{id: id}
	messages, err := c.do(ctx, r, &got)
	if err != nil {
		return nil, nil, err
	}
	return &got.Image, messages, nil
}

// uploadGenerated uploads an image to which Cloudflare gives an ID. A second
// attempt might store it twice.
func (c *Client) uploadGenerated(ctx context.Context, r request, accountID string, upload *Upload) (*Image, []Message, error) {
	image, messages, err := c.send(ctx, r, "")
	if isAmbiguous(err) {
		e, _ := errors.AsType[*Error](err)
		c.addCandidates(ctx, accountID, e,
			func(image *Image) bool { return image.Uploaded != nil && c.clock.isBefore(*image.Uploaded, e.sent) },
			func(image *Image) bool { return c.matches(upload, image, e.sent) })
	}
	if err == nil {
		c.objects.setCreated(c.objects.get(objectKey{accountID, imageKind, image.ID}), image)
	}
	return image, messages, err
}

// uploadCustom uploads an image under a custom ID; the caller holds its lock.
func (c *Client) uploadCustom(
	ctx context.Context, r request, o *trackedObject, accountID string, upload *Upload,
) (image *Image, messages []Message, err error) {
	r.retryConflict = o.deleted
	_, err = c.sendUntilKnown(ctx, func() (err error) {
		image, messages, err = c.send(ctx, r, upload.ID)
		return err
	}, func(ctx context.Context, sent time.Time) (err error) {
		image, messages, err = c.GetImage(ctx, accountID, upload.ID)
		isStale := err == nil && o.deleted && (isSameUpload(deref(image.Uploaded), o.lastUploaded) ||
			c.clock.isBefore(deref(image.Uploaded), o.deletedAt))
		switch {
		case err != nil:
			return err
		case isStale:
			return NotFound
		case o.image != nil || !c.matches(upload, image, sent) || !upload.mayBeFetchedAs(deref(image.Filename)) ||
			!EqualJSON(image.Meta, upload.Metadata):
			return Exists
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	c.objects.setCreated(o, image)
	return image, messages, nil
}

// uploadedImage is an Image that must have the requested ID; any if that is empty.
type uploadedImage struct {
	Image

	id string
}

func (u *uploadedImage) UnmarshalJSON(data []byte) error {
	if err := u.Image.UnmarshalJSON(data); err != nil {
		return err
	}
	if u.id != "" && u.ID != u.id {
		return fmt.Errorf("id is %q, but %q was asked for", u.ID, u.id)
	}
	return nil
}
