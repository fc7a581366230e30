package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/strictjson"
	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// maxImageBytes bounds the answer for one image. A real one is a few
// kilobytes: 100 variants and 1 KiB of metadata at most.
const maxImageBytes = 4 << 20

// Image is one image of an account, as the API describes it. Every field but
// ID may be missing from an answer.
//
// https://developers.cloudflare.com/api/resources/images/subresources/v1/methods/get/
type Image struct {
	// ID is the UUID-shaped ID given by Cloudflare, or the custom ID given at
	// upload, of up to 1024 characters. It is never empty.
	ID string
	// Filename is the name of the uploaded file, of up to 255 characters. Nil
	// for a draft, and where none was given.
	Filename *string
	// Creator is the uploader's own reference to a user, of up to 1024
	// characters. Nil where none was set.
	Creator *string
	// Uploaded is when the upload finished, or when a draft was made: RFC 3339,
	// character for character as the API wrote it. Nil where it was missing.
	Uploaded *string
	// RequireSignedURLs is whether delivery asks for a signed URL.
	RequireSignedURLs bool
	// Draft is whether the image still waits for its bytes.
	Draft bool
	// Variants are delivery URLs, one for each variant of the account, in the
	// API's order, which changes from one answer to the next.
	Variants []string
	// Meta is the uploader's own key-value store, as compact JSON, with keys
	// and numbers as the API wrote them. Nil where there was none. The API
	// documents an object but may hold any JSON value.
	Meta json.RawMessage
}

// ReadOptions are the options of a read.
type ReadOptions struct {
	// RetryNotFound retries if the object is not found: it was created recently,
	// and the API is eventually consistent. An object that this Client created is
	// read so in any case.
	RetryNotFound bool
}

// GetImage reads one image, or takes it from the listing of the account if images
// are prefetched. Callers share the image and must not change it. The messages are
// those of a successful response. Every error is an *Error.
func (c *Client) GetImage(ctx context.Context, accountID, imageID string, opts ReadOptions) (*Image, []Message, error) {
	r := newGet(maxImageBytes, "accounts", accountID, "images", "v1", imageID)
	r.retryNotFound = opts.RetryNotFound || c.objects.isRecent(objectKey{accountID, imageKind, imageID})
	if err := CheckImageID(imageID); err != nil {
		return nil, nil, r.newError(Rejected, fmt.Errorf("image ID %w", err))
	}
	image, earlier, err := c.fromSnapshot(ctx, accountID, imageID)
	if image != nil || err != nil {
		return image, earlier, err
	}
	got, messages, err := read(ctx, c, r, requestedImage{id: imageID, hint: "; check image_id and base_url"})
	if err != nil {
		return nil, nil, err
	}
	return &got.Image, append(earlier, messages...), nil
}

// requestedImage is an Image that must have the requested ID; any if that is empty.
// It detects the responses of other endpoints below /images/v1/, and of a proxy.
type requestedImage struct {
	Image

	id   string
	hint string // for a response that isn't an image
}

func (r *requestedImage) UnmarshalJSON(data []byte) error {
	err := r.Image.UnmarshalJSON(data)
	switch {
	case err != nil && r.ID == "":
		return fmt.Errorf("%w%s", err, r.hint)
	case err == nil && r.id != "" && r.ID != r.id:
		return fmt.Errorf("id is %q, but %q was asked for", r.ID, r.id)
	}
	return err
}

// UnmarshalJSON reads the result object of an image. Unknown members are
// ignored; a known member of another type than the documented one is an
// error.
func (i *Image) UnmarshalJSON(data []byte) error {
	var meta, metadata json.RawMessage
	var variants []*string
	err := strictjson.Decode(data,
		strictjson.Key("id", "a string", (*strictjson.String)(&i.ID)),
		strictjson.Key("filename", "a string or null", &i.Filename),
		strictjson.Key("creator", "a string or null", &i.Creator),
		strictjson.Key("uploaded", "a string", &i.Uploaded),
		strictjson.Key("requireSignedURLs", "true or false", &i.RequireSignedURLs),
		strictjson.Key("draft", "true or false", &i.Draft),
		strictjson.Key("variants", "an array of URLs", &variants),
		strictjson.Key("meta", "an object", &meta),
		// The name in two of Cloudflare's own sample answers.
		strictjson.Key("metadata", "an object", &metadata),
	)
	switch {
	case i.ID == "" && err == nil:
		return errors.New("it has no id, so it is not an image")
	case err != nil:
		return err
	}
	for at, variant := range variants {
		if variant == nil {
			return fmt.Errorf("variants[%d]: want a URL, got null", at)
		}
		i.Variants = append(i.Variants, *variant)
	}
	if i.Uploaded != nil {
		if _, err := delivery.ParseTime(*i.Uploaded); err != nil {
			return fmt.Errorf("uploaded is %q, want an RFC 3339 time", *i.Uploaded)
		}
	}
	if meta == nil {
		meta = metadata
	}
	if meta != nil && string(meta) != "null" {
		i.Meta, err = strictjson.Marshal(meta)
	}
	return err
}

// EqualJSON reports whether two JSON values are equal, whatever the order of
// their keys, the white space, and the notation of their numbers: the API need
// not return 1.0 as it was sent. No value equals an empty object.
func EqualJSON(one, two json.RawMessage) bool { return strictjson.Equal(one, two) }
