package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/strictjson"
)

// Variant is a way of delivering images that is defined for an account. Every
// field but ID may be missing from an answer.
//
// https://developers.cloudflare.com/api/resources/images/subresources/v1/subresources/variants/
type Variant struct {
	// ID is the variant's name: letters, digits, and at most 99 of them.
	ID string
	// Fit is how an image is fitted into width and height: "scale-down",
	// "contain", "cover", "crop" or "pad".
	Fit *string
	// Width and Height are in pixels.
	Width, Height *float64
	// Metadata is what is kept of a picture's own metadata: "keep",
	// "copyright" or "none".
	Metadata *string
	// BrowserTTL is how long browsers keep a picture, in seconds: 3600 to
	// 31536000. Nil where the account's own setting counts.
	//
	// https://developers.cloudflare.com/images/optimization/hosted-images/browser-ttl/
	BrowserTTL *float64
	// NeverRequireSignedURLs is whether the variant is served unsigned, even
	// of images that require signed URLs.
	NeverRequireSignedURLs bool

	// UnknownOptions are the options that have no field, such as one for blur, by
	// their names. Nil where there are none.
	UnknownOptions map[string]json.RawMessage
}

// UnmarshalJSON decodes one variant.
func (v *Variant) UnmarshalJSON(data []byte) error {
	options := strictjson.Object{
		strictjson.Key("fit", "a string", &v.Fit),
		strictjson.Key("width", "a number", &v.Width),
		strictjson.Key("height", "a number", &v.Height),
		strictjson.Key("metadata", "a string", &v.Metadata),
		strictjson.Key("browser_ttl", "a number", &v.BrowserTTL),
		strictjson.Rest(&v.UnknownOptions),
	}
	return strictjson.Decode(data,
		strictjson.Key("id", "a string", (*strictjson.String)(&v.ID)),
		strictjson.Key("neverRequireSignedURLs", "true or false", &v.NeverRequireSignedURLs),
		strictjson.Key("options", "an object", &options),
	)
}

// requestBody is a variant as it is written, all of it but its name.
func (v *Variant) requestBody() map[string]any {
	options := map[string]any{}
	for name, raw := range v.UnknownOptions {
		options[name] = raw
	}
	setIfNotNil(options, "fit", v.Fit)
	setIfNotNil(options, "width", v.Width)
	setIfNotNil(options, "height", v.Height)
	setIfNotNil(options, "metadata", v.Metadata)
	setIfNotNil(options, "browser_ttl", v.BrowserTTL)
	return map[string]any{"options": options, "neverRequireSignedURLs": v.NeverRequireSignedURLs}
}

func setIfNotNil[T any](options map[string]any, name string, value *T) {
	if value != nil {
		options[name] = *value
	}
}

// Canonical is what the fields say, but for the name, as compact JSON: equal
// for two variants that are defined alike.
func (v *Variant) Canonical() json.RawMessage {
	known := *v
	known.UnknownOptions = nil
	text, _ := strictjson.Marshal(known.requestBody()) // texts and finite numbers always fit
	return text
}

// CreateVariant creates a variant, and never changes an existing one. If the
// name is taken by a variant that this client is deleting, it waits for that. A
// create whose outcome is unknown is resolved by a listing, unless the one
// before showed the name, and sent again if that lacks the variant. Every error
// is an *Error.
func (c *Client) CreateVariant(ctx context.Context, accountID string, variant *Variant) (*Variant, []Message, error) {
	value := variant.requestBody()
	value["id"] = variant.ID
	r := newMutation(http.MethodPost, value, false, maxVariantBytes, "accounts", accountID, "images", "v1", "variants")
	var created *Variant
	var messages []Message
	err := c.create(ctx, r, objectKey{accountID, variantKind, variant.ID}, func(o *trackedObject) (bool, error) {
		before, _, err := c.listVariants(ctx, accountID)
		if err != nil {
			return false, err
		}
		_, isListed := before[variant.ID]
		r.retryConflict = o.isDeleted()
		found, err := c.sendUntilKnown(ctx, func() (err error) {
			got := expected(variant)
			messages, err = c.do(ctx, r, &got)
			created = &got.Variant
			return err
		}, func(ctx context.Context, _ time.Time) (err error) {
			if isListed || o.isDeleted() {
				return NotFound // as far as a listing, which may be stale, can prove
			}
			created, messages, err = c.findVariant(ctx, accountID, variant)
			return err
		})
		if err == nil {
			c.objects.setCreated(o, nil)
		}
		return found, err
	})
	if err != nil {
		return nil, nil, err
	}
	return created, messages, nil
}

// findVariant finds a variant that was to be created as defined.
func (c *Client) findVariant(ctx context.Context, accountID string, variant *Variant) (*Variant, []Message, error) {
	variants, messages, err := c.listVariants(ctx, accountID)
	if err != nil {
		return nil, nil, err
	}
	found, exists := variants[variant.ID]
	switch {
	case !exists:
		return nil, nil, NotFound
	case !bytes.Equal(found.Canonical(), variant.Canonical()):
		return nil, nil, Exists
	}
	return &found, messages, nil
}

// UpdateVariant defines a variant anew. Options that have no field stay as they
// are; a field that is nil is left out. Every error is an *Error.
func (c *Client) UpdateVariant(ctx context.Context, accountID string, variant *Variant) (*Variant, []Message, error) {
	before, _, err := c.GetVariant(ctx, accountID, variant.ID, ReadOptions{})
	if err != nil && !errors.Is(err, NotFound) { // which a new one may be for a while
		return nil, nil, err
	}
	whole := *variant
	if before != nil {
		whole.UnknownOptions = before.UnknownOptions
	}
	r := newMutation(http.MethodPatch, whole.requestBody(), true, maxVariantBytes,
		"accounts", accountID, "images", "v1", "variants", variant.ID)
	changed := expected(variant)
	key := objectKey{accountID, variantKind, variant.ID}
	messages, err := c.withLock(ctx, r, key, func(*trackedObject) ([]Message, error) {
		return c.do(ctx, r, &changed)
	})
	if err != nil {
		return nil, nil, err
	}
	return &changed.Variant, messages, nil
}

// expected is what the answer to a write is read into: what it leaves out, and
// has no nil, is as it was sent.
func expected(variant *Variant) requestedVariant {
	sent := Variant{NeverRequireSignedURLs: variant.NeverRequireSignedURLs}
	return requestedVariant{Variant: sent, id: variant.ID}
}

// DeleteVariant deletes a variant, and breaks every delivery URL that names it.
// One that is already gone is no error. Nothing is deleted if this client has
// created the variant again after the time at which the one to delete was
// created; zero if that is unknown. Every error is an *Error.
func (c *Client) DeleteVariant(ctx context.Context, accountID, variantID string, created time.Time) ([]Message, error) {
	r := newMutation(http.MethodDelete, nil, true, maxVariantBytes, "accounts", accountID, "images", "v1", "variants", variantID)
	return c.withLock(ctx, r, objectKey{accountID, variantKind, variantID}, func(o *trackedObject) ([]Message, error) {
		if o.isOlder(created) {
			return nil, nil
		}
		return c.delete(o, "", func() ([]Message, error) { return c.do(ctx, r, nil) })
	})
}
