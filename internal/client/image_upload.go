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
	// Content is the picture. Nil where Cloudflare fetches it from URL.
	Content *Content
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

// CreateImage uploads an image, and never changes one that exists; an ID whose
// image this client has deleted may seem taken for some seconds more. Where the
// answer is lost, it looks for the image that it may have made: with an ID of
// the upload's own, after another try, which cannot make a second one; else in
// the listing. Every error is an *Error.
func (c *Client) CreateImage(ctx context.Context, accountID string, upload Upload) (*Image, []Message, error) {
	r, err := c.uploadRequest(accountID, upload)
	if err != nil {
		return nil, nil, err
	}
	return c.upload(ctx, r, accountID, upload)
}

// uploadRequest checks what would never be stored as it is.
func (c *Client) uploadRequest(accountID string, upload Upload) (request, error) {
	r := newWrite(http.MethodPost, nil, unlessStored, maxImageBytes, "accounts", accountID, "images", "v1")
	if upload.ID != "" {
		r.repeat = always // the second one would meet the first
		if err := CheckImageID(upload.ID); err != nil {
			return r, r.failure(Rejected, fmt.Errorf("image ID %w", err))
		}
	}
	form, err := upload.form()
	if err != nil {
		return r, r.failure(Rejected, err)
	}
	r.body, r.contentType, r.extra = form.body, form.contentType, form.allowance
	r.hidden = upload.userInfo()
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

func (c *Client) upload(ctx context.Context, r request, accountID string, upload Upload) (*Image, []Message, error) {
	r.vacated = c.deleted.has(accountID, upload.ID)
	began, made := time.Now(), upload.traits()
	return c.settle(accountID, made, func() (*Image, []Message, error) {
		var image Image
		messages, err := c.do(ctx, r, &uploadedImage{&image, upload.ID})
		if err == nil {
			return &image, messages, nil
		}
		e, ok := errors.AsType[*Error](err)
		if !ok || !e.MayBeDone {
			return nil, nil, err
		}
		if upload.ID != "" {
			return c.findByID(ctx, accountID, upload, began, *e)
		}
		return c.findInList(ctx, accountID, *e, made, func(image *Image) bool { return c.isOf(upload, image, began) })
	})
}

// uploadedImage is an Image that must have the ID that was asked for, if one
// was.
type uploadedImage struct {
	*Image

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
