package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/url"
	"strings"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/strictjson"
)

// The bounds of a page of a listing.
// https://developers.cloudflare.com/api/resources/images/subresources/v2/methods/list/
const (
	minPerPage   = 10
	maxPerPage   = 1000
	maxPageBytes = 64 << 20
)

// The bounds of a whole listing. Accounts on Cloudflare's largest listed plan have
// far fewer images.
const (
	// MaxListedImages is the maximum number of images in a listing.
	MaxListedImages = 1_000_000
	maxListedPages  = 5_000
	maxListedBytes  = 4 << 30 // of all pages
	// maxEmptyPages limits consecutive pages without new images. A filter may leave
	// many pages empty, and a hundred requests are well within the rate limit.
	maxEmptyPages = 100
)

// ListImages reads the images that the filter selects, in the API's order. If an
// image appears twice, as it does when an upload shifts the pages, the first
// occurrence wins. While the listing lacks an image that this client created
// recently, it is read again, within the retry budget. Callers share the images
// and must not modify them. Every error is an *Error, without images.
func (c *Client) ListImages(ctx context.Context, accountID string, filter Filter) ([]Image, []Message, error) {
	isMissing := func(list *imageList, id string, image *Image) bool {
		_, exists := list.at[id]
		return !exists && image != nil && filter.MaxItems == 0 && filter.check(image) == nil
	}
	read := func(ctx context.Context, accountID string) (*imageList, []Message, error) {
		list := newImageList(filter)
		r := pageRequest(accountID, list)
		variety := fmt.Sprintf("%s#%d", r.query.Encode(), filter.MaxItems)
		return coalesce(ctx, &c.inFlight, r, variety, func() (*imageList, []Message, error) {
			messages, err := c.readPages(ctx, accountID, list)
			return list, messages, err
		})
	}
	list, messages, err := awaitListed(ctx, c, accountID, imageKind, isMissing, read)
	if err != nil {
		return nil, nil, err
	}
	return list.images, messages, nil
}

// readPages reads the rest of a list.
func (c *Client) readPages(ctx context.Context, accountID string, list *imageList) (messages []Message, err error) {
	for !list.complete {
		more, err := c.do(ctx, pageRequest(accountID, list), list)
		if err != nil {
			return nil, err
		}
		messages = append(messages, more...)
	}
	return messages, nil
}

// EachImage yields the images of ListImages, but reads a page only after all
// images before it have been consumed, and doesn't read again if a new image is
// missing. An error ends the sequence.
func (c *Client) EachImage(ctx context.Context, accountID string, filter Filter) iter.Seq2[*Image, error] {
	return func(yield func(*Image, error) bool) {
		for list := newImageList(filter); !list.complete; {
			known := len(list.images)
			if _, err := c.do(ctx, pageRequest(accountID, list), list); err != nil {
				yield(nil, err)
				return
			}
			for i := known; i < len(list.images); i++ {
				if !yield(&list.images[i], nil) {
					return
				}
			}
		}
	}
}

// pageRequest returns the request for the next page of a list.
func pageRequest(accountID string, list *imageList) request {
	r := newGet(maxPageBytes, "accounts", accountID, "images", "v2")
	r.query = list.query
	return r
}

// newImageList returns an empty list.
func newImageList(filter Filter) *imageList {
	return &imageList{filter: filter, query: filter.query(), at: map[string]int{}, tokens: map[string]bool{}}
}

// imageList accumulates the pages of a listing that are decoded into it.
type imageList struct {
	filter     Filter
	query      url.Values // of the next page
	complete   bool       // there is no next page, or it isn't needed
	images     []Image
	at         map[string]int  // index in images, by ID
	tokens     map[string]bool // of pages so far, except the last
	bytes      int64           // of pages so far
	emptyPages int             // consecutive pages without a new image
}

// isFull reports whether the list has reached its limit.
func (l *imageList) isFull() bool { return l.filter.MaxItems > 0 && len(l.images) == l.filter.MaxItems }

// UnmarshalJSON decodes the next page. An error names the image that is malformed,
// or doesn't match the filter.
func (l *imageList) UnmarshalJSON(data []byte) error {
	var entries json.RawMessage
	var token string
	err := strictjson.Decode(data,
		strictjson.Key("images", "an array of images", &entries),
		strictjson.Key("continuation_token", "a string or null", &token),
	)
	if err != nil {
		return err
	}
	if kind := strictjson.Kind(entries); kind != "an array" {
		return fmt.Errorf("images: expected an array of images, got %s", strings.Replace(kind, "null", "nothing", 1))
	}
	l.emptyPages++
	known, i := len(l.images), 0
	for entry := range strictjson.Elements(entries) {
		if l.isFull() {
			break
		}
		if err := l.add(entry, i); err != nil {
			// Use no part of the page.
			l.images = l.images[:known]
			maps.DeleteFunc(l.at, func(_ string, at int) bool { return at >= known })
			return err
		}
		i++
	}
	l.bytes += int64(len(data))
	return l.advance(token)
}

// add adds the image at an index of a page, unless the list has it already.
func (l *imageList) add(entry json.RawMessage, index int) error {
	var image Image
	if err := image.UnmarshalJSON(entry); err != nil {
		name := fmt.Sprintf("images[%d]", index)
		if image.ID != "" {
			name += fmt.Sprintf(" (id %q)", image.ID)
		}
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := l.filter.check(&image); err != nil {
		return err
	}
	if _, isKnown := l.at[image.ID]; !isKnown {
		l.at[image.ID] = len(l.images)
		l.images = append(l.images, image)
		l.emptyPages = 0
	}
	return nil
}

// advance prepares the request for the page that the token identifies; without
// a token, the list is complete.
func (l *imageList) advance(token string) error {
	switch {
	case token == "" || l.isFull():
		l.complete = true
		return nil
	case l.tokens[token]:
		return errors.New("repeated continuation_token")
	case l.emptyPages == maxEmptyPages:
		return fmt.Errorf("images: %d consecutive pages without a new image", l.emptyPages)
	case len(l.images) >= MaxListedImages || len(l.tokens) >= maxListedPages-1 || l.bytes >= maxListedBytes:
		return fmt.Errorf("images: the listing does not end after %d images, %d pages and %d MB",
			len(l.images), len(l.tokens)+1, l.bytes/1e6)
	}
	l.tokens[token] = true
	l.query.Set("continuation_token", token)
	return nil
}
