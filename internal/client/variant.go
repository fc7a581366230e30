package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
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
		member{"id", "a string", &v.ID},
		member{"neverRequireSignedURLs", "true or false", &v.NeverRequireSignedURLs},
		member{"options", "an object", &options},
	)
}

// variantList is the result of a listing: an object with a member for each
// variant.
type variantList struct{ variants map[string]Variant }

func (l *variantList) UnmarshalJSON(data []byte) error {
	var entries map[string]json.RawMessage
	err := decodeObject(data, member{"variants", "an object of variants", &entries})
	if err != nil {
		return err
	}
	if entries == nil {
		return errors.New("variants: want an object of variants, got nothing")
	}
	l.variants = make(map[string]Variant, len(entries))
	for _, id := range slices.Sorted(maps.Keys(entries)) {
		var variant Variant
		if err := variant.UnmarshalJSON(entries[id]); err != nil {
			return fmt.Errorf("variants: %q: %w", clean(id, 100), err)
		}
		if variant.ID == "" {
			variant.ID = id
		}
		if variant.ID != id {
			return fmt.Errorf("variants: %q: id is %q", clean(id, 100), clean(variant.ID, 100))
		}
		l.variants[id] = variant
	}
	return nil
}

// ListVariants reads the variants of an account, by ID. Callers share the map
// and must not change it. Every error is an *Error.
func (c *Client) ListVariants(ctx context.Context, accountID string) (map[string]Variant, []Message, error) {
	r := newRead(maxVariantsBytes, "accounts", accountID, "images", "v1", "variants")
	list, messages, err := read(ctx, c, r, variantList{})
	return list.variants, messages, err
}
