package client

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/strictjson"
)

// What is read of an answer at most: for one variant, and for all of them, of
// which an account has 100 at most.
const (
	maxVariantBytes  = 1 << 20
	maxVariantsBytes = 4 << 20
)

// requestedVariant is a Variant that must have the ID that was asked for.
type requestedVariant struct {
	Variant

	id string
}

func (r *requestedVariant) UnmarshalJSON(data []byte) error {
	if err := strictjson.Decode(data, strictjson.Key("variant", "an object", &r.Variant)); err != nil {
		return err
	}
	if r.ID != r.id {
		return fmt.Errorf("variant: id is %q, but %q was asked for", r.ID, r.id)
	}
	return nil
}

// GetVariant reads one variant. The 404 of the API has no sign of the API, so a
// variant is not found only if the listing lacks it too. Every error is an *Error.
func (c *Client) GetVariant(ctx context.Context, accountID, variantID string, options ReadOptions) (
	*Variant, []Message, error,
) {
	r := newGet(maxVariantBytes, "accounts", accountID, "images", "v1", "variants", variantID)
	r.retryNotFound = options.RetryNotFound || c.objects.isRecent(objectKey{accountID, variantKind, variantID})
	got, messages, err := read(ctx, c, r, requestedVariant{id: variantID})
	if err == nil {
		return &got.Variant, messages, nil
	}
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Status != http.StatusNotFound {
		return nil, nil, err
	}
	variants, messages, listed := c.ListVariants(ctx, accountID)
	if listed != nil {
		return nil, nil, listed
	}
	if variant, ok := variants[variantID]; ok {
		return &variant, messages, nil
	}
	absent := *e // which others share
	absent.Kind = NotFound
	return nil, nil, &absent
}

// variantList is the result of a listing: an object with a member for each
// variant.
type variantList struct{ variants map[string]Variant }

func (l *variantList) UnmarshalJSON(data []byte) error {
	var entries json.RawMessage
	if err := strictjson.Decode(data, strictjson.Key("variants", "an object of variants", &entries)); err != nil {
		return err
	}
	if kind := strictjson.Kind(entries); kind != "an object" {
		return fmt.Errorf("variants: want an object of variants, got %s", strings.Replace(kind, "null", "nothing", 1))
	}
	l.variants = map[string]Variant{}
	for rawName, raw := range strictjson.Fields(entries) {
		var name strictjson.String
		if err := name.UnmarshalJSON(rawName); err != nil {
			return fmt.Errorf("variants: %w", err)
		}
		var variant Variant
		err := variant.UnmarshalJSON(raw)
		variant.ID = cmp.Or(variant.ID, string(name))
		_, isKnown := l.variants[string(name)]
		switch {
		case err == nil && variant.ID != string(name):
			err = fmt.Errorf("id is %q", variant.ID)
		case err == nil && isKnown:
			err = errors.New("the name stands twice")
		}
		if err != nil {
			return fmt.Errorf("variants: %q: %w", name, err)
		}
		l.variants[variant.ID] = variant
	}
	return nil
}

// ListVariants reads the variants of an account, by ID. While the listing lacks
// one that this client created recently, it is read again, within the retry
// budget. Callers share the map and must not change it. Every error is an
// *Error.
func (c *Client) ListVariants(ctx context.Context, accountID string) (map[string]Variant, []Message, error) {
	isMissing := func(variants map[string]Variant, id string, _ *Image) bool { _, exists := variants[id]; return !exists }
	return awaitListed(ctx, c, accountID, variantKind, isMissing, c.listVariants)
}

func (c *Client) listVariants(ctx context.Context, accountID string) (map[string]Variant, []Message, error) {
	r := newGet(maxVariantsBytes, "accounts", accountID, "images", "v1", "variants")
	list, messages, err := read(ctx, c, r, variantList{})
	return list.variants, messages, err
}
