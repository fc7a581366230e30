package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/strictjson"
)

// Variant is a variant of an account. Only the ID is present in every response.
//
// https://developers.cloudflare.com/api/resources/images/subresources/v1/subresources/variants/
type Variant struct {
	// ID is the name, of 1 to 99 letters and digits.
	ID string
	// Fit is "scale-down", "contain", "cover", "crop" or "pad".
	Fit *string
	// Width and Height are in pixels.
	Width, Height *float64
	// Metadata is the embedded metadata to keep: "keep" for all of it, "copyright"
	// or "none".
	Metadata *string
	// BrowserTTL is the time for which browsers cache an image, in seconds: 3600 to
	// 31536000. Nil for the setting of the account.
	//
	// https://developers.cloudflare.com/images/optimization/hosted-images/browser-ttl/
	BrowserTTL *float64
	// NeverRequireSignedURLs reports whether the variant doesn't require signed URLs,
	// even for images that do.
	NeverRequireSignedURLs bool

	// UnknownOptions are the options without a field, such as blur, by key. Nil if
	// there are none.
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
		strictjson.Key("neverRequireSignedURLs", "a boolean", &v.NeverRequireSignedURLs),
		strictjson.Key("options", "an object", &options),
	)
}

// requestBody returns the body of a write, without the ID.
func (v *Variant) requestBody() map[string]any {
	options := map[string]any{}
	for key, raw := range v.UnknownOptions {
		options[key] = raw
	}
	setIfNotNil(options, "fit", v.Fit)
	setIfNotNil(options, "width", v.Width)
	setIfNotNil(options, "height", v.Height)
	setIfNotNil(options, "metadata", v.Metadata)
	setIfNotNil(options, "browser_ttl", v.BrowserTTL)
	return map[string]any{"options": options, "neverRequireSignedURLs": v.NeverRequireSignedURLs}
}

func setIfNotNil[T any](options map[string]any, key string, value *T) {
	if value != nil {
		options[key] = *value
	}
}

// Canonical returns the definition, without ID and UnknownOptions, as compact JSON,
// for comparison.
func (v *Variant) Canonical() json.RawMessage {
	known := *v
	known.UnknownOptions = nil
	encoded, _ := strictjson.Marshal(known.requestBody()) // strings and finite numbers never fail
	return encoded
}

// The largest responses for one variant, and for all variants of an account, which
// are at most 100.
const (
	maxVariantBytes  = 1 << 20
	maxVariantsBytes = 4 << 20
)

// requestedVariant is a Variant that must have the requested ID.
type requestedVariant struct {
	Variant

	id string
}

func (r *requestedVariant) UnmarshalJSON(data []byte) error {
	err := strictjson.Decode(data, strictjson.Key("variant", "an object", &r.Variant))
	if err == nil && r.ID != r.id {
		err = fmt.Errorf("variant: unexpected id %q, want %q", r.ID, r.id)
	}
	return err
}

// GetVariant reads one variant. The API's 404 for a variant can't be distinguished from
// that of a proxy, so the variant counts as not found only if the listing lacks it
// too. Every error is an *Error.
func (c *Client) GetVariant(ctx context.Context, accountID, id string, opts ReadOptions) (*Variant, []Message, error) {
	r := newGet(maxVariantBytes, "accounts", accountID, "images", "v1", "variants", id)
	r.retryNotFound = opts.RetryNotFound || c.objects.isRecent(objectKey{accountID, variantKind, id})
	got, messages, err := read(ctx, c, r, requestedVariant{id: id})
	if err == nil {
		return &got.Variant, messages, nil
	}
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Status != http.StatusNotFound {
		return nil, nil, err
	}
	variants, messages, listErr := c.ListVariants(ctx, accountID)
	if listErr != nil {
		return nil, nil, listErr
	}
	if variant, ok := variants[id]; ok {
		return &variant, messages, nil
	}
	absent := *e // e is shared
	absent.Kind = NotFound
	return nil, nil, &absent
}

// variantList is the result of a listing: an object with a key for each variant.
type variantList map[string]Variant

func (l *variantList) UnmarshalJSON(data []byte) error {
	var entries json.RawMessage
	if err := strictjson.Decode(data, strictjson.Key("variants", "an object of variants", &entries)); err != nil {
		return err
	}
	if kind := strictjson.Kind(entries); kind != "an object" {
		return fmt.Errorf("variants: expected an object of variants, got %s", strings.Replace(kind, "null", "nothing", 1))
	}
	*l = variantList{}
	for rawName, raw := range strictjson.Fields(entries) {
		var name strictjson.String
		var variant Variant
		err := cmp.Or(name.UnmarshalJSON(rawName), variant.UnmarshalJSON(raw))
		variant.ID = cmp.Or(variant.ID, string(name))
		_, isKnown := (*l)[string(name)]
		switch {
		case err == nil && variant.ID != string(name):
			err = fmt.Errorf("unexpected id %q", variant.ID)
		case err == nil && isKnown:
			err = errors.New("duplicate key")
		}
		if err != nil {
			return fmt.Errorf("variants: %q: %w", name, err)
		}
		(*l)[variant.ID] = variant
	}
	return nil
}

// ListVariants reads the variants of an account, by ID. While the listing lacks
// one that this client created recently, it is read again, within the retry
// budget. Callers share the map and must not modify it. Every error is an *Error.
func (c *Client) ListVariants(ctx context.Context, accountID string) (map[string]Variant, []Message, error) {
	isMissing := func(variants map[string]Variant, id string, _ *Image) bool { _, exists := variants[id]; return !exists }
	return awaitListed(ctx, c, accountID, variantKind, isMissing, c.listVariants)
}

func (c *Client) listVariants(ctx context.Context, accountID string) (map[string]Variant, []Message, error) {
	return read(ctx, c, newGet(maxVariantsBytes, "accounts", accountID, "images", "v1", "variants"), variantList(nil))
}

// CreateVariant creates a variant, and never overwrites an existing one. If the
// name belongs to a variant that this client is deleting, it waits for the
// delete. If ctx is canceled after an attempt whose outcome was unknown, it
// remains unknown: another resource block, whose delete was canceled too, may
// have the variant. Every error is an *Error.
func (c *Client) CreateVariant(ctx context.Context, accountID string, variant *Variant) (
	created *Variant, messages []Message, err error,
) {
	value := variant.requestBody()
	value["id"] = variant.ID
	r := newMutation(http.MethodPost, value, false, maxVariantBytes, "accounts", accountID, "images", "v1", "variants")
	found := false
	err = c.create(ctx, r, objectKey{accountID, variantKind, variant.ID}, func(o *trackedObject) (_ bool, err error) {
		found, created, messages, err = c.sendVariant(ctx, r, o, accountID, variant)
		return found, err
	})
	if found && ctx.Err() != nil {
		canceled := r.newError(Canceled, context.Cause(ctx))
		canceled.MaybeApplied = true
		return nil, nil, canceled
	}
	return created, messages, err
}

// sendVariant creates a variant whose lock the caller holds. If the outcome is
// unknown, a listing resolves it, unless an earlier listing had the name or this
// client has deleted the variant. As the listing may be stale, another create,
// which never overwrites, confirms that the variant exists. found reports whether
// the outcome was resolved in this way.
func (c *Client) sendVariant(ctx context.Context, r request, o *trackedObject, accountID string, variant *Variant) (
	found bool, created *Variant, messages []Message, err error,
) {
	before, _, err := c.listVariants(ctx, accountID)
	if err != nil {
		return false, nil, nil, err
	}
	_, isListed := before[variant.ID]
	r.retryConflict = o.isDeleted()
	send := func(ctx context.Context) (err error) {
		got := expected(variant)
		messages, err = c.do(ctx, r, &got)
		created = &got.Variant
		return err
	}
	found, err = c.sendUntilKnown(ctx, func() error { return send(ctx) }, func(ctx context.Context, _ time.Time) error {
		if isListed || o.isDeleted() || !o.created.IsZero() {
			return NotFound // a listing, which may be stale or show another block's variant, proves nothing
		}
		listed, more, err := c.findVariant(ctx, accountID, variant)
		if err != nil {
			return err
		}
		if err := send(ctx); err != nil && !errors.Is(err, Exists) {
			return NotFound // not confirmed
		}
		created, messages = listed, more
		return nil
	})
	if err != nil {
		return false, nil, nil, err
	}
	c.objects.setCreated(o, nil)
	return found, created, messages, nil
}

// findVariant returns a variant if it exists with the given definition. The error
// is NotFound, Exists for another definition, or that of the listing.
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

// errAnotherDefinition is the cause of Replaced.
var errAnotherDefinition = errors.New("not sent: the variant with this name has another definition")

// UpdateVariant updates a variant, and keeps the options without a field. Nil
// fields are not sent. After a delete whose outcome was unknown, known is the
// variant before it, otherwise nil: the error for one with another definition is
// Replaced, and a missing one isn't updated. Every error is an *Error.
func (c *Client) UpdateVariant(ctx context.Context, accountID string, variant, known *Variant) (
	*Variant, []Message, error,
) {
	before, _, err := c.GetVariant(ctx, accountID, variant.ID, ReadOptions{})
	if err != nil && (known != nil || !errors.Is(err, NotFound)) { // a new variant may not be found for a while
		return nil, nil, err
	}
	complete := *variant
	if before != nil {
		complete.UnknownOptions = before.UnknownOptions
	}
	r := newMutation(http.MethodPatch, complete.requestBody(), true, maxVariantBytes,
		"accounts", accountID, "images", "v1", "variants", variant.ID)
	if before != nil && known != nil && !bytes.Equal(before.Canonical(), known.Canonical()) {
		return nil, nil, r.newError(Replaced, errAnotherDefinition)
	}
	updated, key := expected(variant), objectKey{accountID, variantKind, variant.ID}
	messages, err := c.withLock(r, key, func(o *trackedObject) ([]Message, error) {
		messages, err := c.do(ctx, r, &updated)
		if err == nil {
			c.objects.setUpdated(o, nil)
		}
		return messages, err
	})
	if err != nil {
		return nil, nil, err
	}
	return &updated.Variant, messages, nil
}

// expected returns the target for the response to a write. Fields that a response
// may omit, but that can't be nil, have the values of the request.
func expected(variant *Variant) requestedVariant {
	return requestedVariant{Variant: Variant{NeverRequireSignedURLs: variant.NeverRequireSignedURLs}, id: variant.ID}
}

// DeleteVariant deletes a variant, and breaks every delivery URL that uses it. A
// missing variant is not an error. created is the creation time of the variant to
// delete, zero if unknown: nothing is deleted if this client has created it again
// since. After an earlier delete whose outcome was unknown, mayBeDeleted is true,
// and the error for a variant with another definition is Replaced. Every error is
// an *Error.
func (c *Client) DeleteVariant(
	ctx context.Context, accountID string, variant *Variant, created time.Time, mayBeDeleted bool,
) ([]Message, error) {
	r := newMutation(http.MethodDelete, nil, false, maxVariantBytes, "accounts", accountID, "images", "v1", "variants", variant.ID)
	isGone := func(ctx context.Context) error {
		_, _, err := c.findVariant(ctx, accountID, variant)
		switch {
		case errors.Is(err, NotFound) && isRecent(created):
			return nil
		case errors.Is(err, Exists): // or a stale listing
			return r.newError(Replaced, errAnotherDefinition)
		}
		return err
	}
	if mayBeDeleted {
		r.precondition = isGone
	}
	return c.withLock(r, objectKey{accountID, variantKind, variant.ID}, func(o *trackedObject) ([]Message, error) {
		if o.isOlder(created) {
			return nil, nil
		}
		return c.delete(ctx, r, o, new(string), isGone)
	})
}
