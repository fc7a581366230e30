package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// maxVariantsBytes bounds the answer that lists the variants, of which an
// account has 100 at most.
const maxVariantsBytes = 4 << 20

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
	// NeverRequireSignedURLs is whether the variant is served unsigned, even
	// of images that require signed URLs.
	NeverRequireSignedURLs bool
}

// UnmarshalJSON reads one variant.
func (v *Variant) UnmarshalJSON(data []byte) error {
	options := object{
		{"fit", "a string", &v.Fit},
		{"width", "a number", &v.Width},
		{"height", "a number", &v.Height},
		{"metadata", "a string", &v.Metadata},
	}
	return decodeObject(data,
		member{"id", "a string", (*exactText)(&v.ID)},
		member{"neverRequireSignedURLs", "true or false", &v.NeverRequireSignedURLs},
		member{"options", "an object", &options},
	)
}

// variantList is the result of a listing: an object with a member for each
// variant.
type variantList struct{ variants map[string]Variant }

func (l *variantList) UnmarshalJSON(data []byte) error {
	var entries variantEntries
	if err := decodeObject(data, member{"variants", "an object of variants", &entries}); err != nil {
		return err
	}
	if entries == nil {
		return errors.New("variants: want an object of variants, got nothing")
	}
	l.variants = entries
	return nil
}

type variantEntries map[string]Variant

// UnmarshalJSON reads the variants by their names.
func (e *variantEntries) UnmarshalJSON(data []byte) error {
	switch kind := jsonKind(data); kind {
	case "an object":
	case "null":
		return nil
	default:
		return fmt.Errorf("want an object of variants, got %s", kind)
	}
	*e = variantEntries{}
	for rawName, raw := range members(data) {
		var name exactText
		if err := name.UnmarshalJSON(rawName); err != nil {
			return err
		}
		if err := e.add(string(name), raw); err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
	}
	return nil
}

func (e variantEntries) add(name string, raw json.RawMessage) error {
	var variant Variant
	if err := variant.UnmarshalJSON(raw); err != nil {
		return err
	}
	if variant.ID == "" {
		variant.ID = name
	}
	if variant.ID != name {
		return fmt.Errorf("id is %q", variant.ID)
	}
	if _, known := e[name]; known {
		return errors.New("the name stands twice")
	}
	e[name] = variant
	return nil
}

// ListVariants reads the variants of an account, by ID. Callers share the map
// and must not change it. Every error is an *Error.
func (c *Client) ListVariants(ctx context.Context, accountID string) (map[string]Variant, []Message, error) {
	r := newRead(maxVariantsBytes, "accounts", accountID, "images", "v1", "variants")
	list, messages, err := read(ctx, c, r, variantList{})
	return list.variants, messages, err
}
