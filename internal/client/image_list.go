package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// The bounds of a page of a listing.
// https://developers.cloudflare.com/api/resources/images/subresources/v2/methods/list/
const (
	minPerPage   = 10
	maxPerPage   = 1000
	maxPageBytes = 64 << 20
)

// maxBarrenPages is how many pages in a row may bring nothing new. A filter
// may leave many of them empty, and a hundred requests are well within what
// the API allows.
const maxBarrenPages = 100

// Filter picks images of an account. The zero Filter picks all, newest first.
type Filter struct {
	// Creator picks the images of one creator; the empty string those without
	// a creator. Nil does not pick by creator.
	Creator *string
	// Meta picks the images whose metadata holds, at each field path, exactly
	// this string. A path is up to five names with points between them, such
	// as "region.name"; up to five paths are allowed.
	Meta map[string]string
	// SortOrder is "asc" or "desc", by time of upload; empty means "desc".
	SortOrder string
	// MaxItems is how many images are wanted at most; 0 means all.
	MaxItems int
}

// query is how the API is asked for a page.
func (f *Filter) query() url.Values {
	perPage := maxPerPage
	if f.MaxItems > 0 {
		perPage = min(max(f.MaxItems, minPerPage), maxPerPage)
	}
	query := url.Values{"per_page": {strconv.Itoa(perPage)}}
	if f.SortOrder != "" {
		query.Set("sort_order", f.SortOrder)
	}
	if f.Creator != nil {
		query.Set("creator", *f.Creator)
	}
	for path, value := range f.Meta {
		query.Set("meta."+path+"[eq:string]", value)
	}
	return query
}

// check tells where an image contradicts the filter, as it does when the API
// does not know the filter and ignores it.
func (f *Filter) check(image *Image) error {
	if f.Creator != nil {
		creator := ""
		if image.Creator != nil {
			creator = *image.Creator
		}
		if creator != *f.Creator {
			return fmt.Errorf("the filter was ignored: image %q has the creator %q, but %q was asked for", image.ID, creator, *f.Creator)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(f.Meta)) {
		want := f.Meta[path]
		got, ok := metaString(image.Meta, strings.Split(path, "."))
		if !ok {
			return fmt.Errorf("the filter was ignored: image %q has no text at %q in its metadata, but %q was asked for", image.ID, path, want)
		}
		if got != want {
			return fmt.Errorf("the filter was ignored: image %q has %q at %q in its metadata, but %q was asked for", image.ID, got, path, want)
		}
	}
	return nil
}

// metaString finds the string at a path in a JSON object.
func metaString(meta json.RawMessage, path []string) (value string, ok bool) {
	for _, name := range path {
		var object map[string]json.RawMessage
		if json.Unmarshal(meta, &object) != nil {
			return "", false
		}
		meta, ok = object[name]
		if !ok {
			return "", false
		}
	}
	if jsonKind(meta) != "a string" || json.Unmarshal(meta, &value) != nil {
		return "", false
	}
	return value, true
}

// ListImages reads the images that the filter picks, in the API's order. Of
// an image that comes twice, as it does when an upload shifts the pages, the
// first is kept. Callers share the images and must not change them. Every
// error is an *Error, and comes with no images.
func (c *Client) ListImages(ctx context.Context, accountID string, filter Filter) ([]Image, []Message, error) {
	list := newImageList(filter)
	key := fmt.Sprintf("%s?%s#%d", escapedPath("accounts", accountID, "images", "v2"), list.query.Encode(), filter.MaxItems)
	answer, err := shared(ctx, &c.sharer, key, func(ctx context.Context) (answered[[]Image], error) {
		var messages []Message
		for !list.complete {
			more, err := c.nextPage(ctx, accountID, list, false)
			if err != nil {
				return answered[[]Image]{}, err
			}
			messages = append(messages, more...)
		}
		return answered[[]Image]{list.images, messages}, nil
	})
	return answer.value, answer.messages, err
}

// nextPage reads one more page into the list.
func (c *Client) nextPage(ctx context.Context, accountID string, list *imageList, optional bool) ([]Message, error) {
	return c.get(ctx, question{
		segments: []string{"accounts", accountID, "images", "v2"},
		query:    list.query,
		limit:    maxPageBytes,
		optional: optional,
	}, list)
}

// newImageList returns a list that is to be filled page by page.
func newImageList(filter Filter) *imageList {
	return &imageList{filter: filter, query: filter.query(), at: map[string]int{}, tokens: map[string]bool{}}
}

// imageList grows with each page of a listing that is decoded into it.
type imageList struct {
	filter   Filter
	query    url.Values // of the next page
	complete bool       // there is no next page, or none is wanted
	images   []Image
	at       map[string]int  // where in images an ID stands
	tokens   map[string]bool // of pages so far
	barren   int             // pages in a row without a new image
}

// isFull is whether no more images are wanted.
func (l *imageList) isFull() bool {
	return l.filter.MaxItems > 0 && len(l.images) == l.filter.MaxItems
}

// UnmarshalJSON reads the result object of one more page. An error names the
// image that is malformed, or contradicts the filter.
func (l *imageList) UnmarshalJSON(data []byte) error {
	var entries []json.RawMessage
	var token string
	err := decodeObject(data,
		member{"images", "an array of images", &entries},
		member{"continuation_token", "a string or null", &token},
	)
	if err != nil {
		return err
	}
	if entries == nil {
		return errors.New("images: want an array of images, got nothing")
	}
	var fresh []Image
	seen := map[string]bool{} // on this page
	for i, entry := range entries {
		if wanted := l.filter.MaxItems; wanted > 0 && len(l.images)+len(fresh) == wanted {
			break
		}
		var image Image
		if err := image.UnmarshalJSON(entry); err != nil {
			return fmt.Errorf("images[%d]%s: %w", i, nameOf(entry), err)
		}
		if err := l.filter.check(&image); err != nil {
			return err
		}
		if _, known := l.at[image.ID]; !known && !seen[image.ID] {
			seen[image.ID] = true
			fresh = append(fresh, image)
		}
	}
	l.add(fresh)
	switch {
	case token == "" || l.isFull():
		l.complete = true
		return nil
	case l.tokens[token]:
		return errors.New("continuation_token: it repeats an earlier one, so the listing would never end")
	case l.barren == maxBarrenPages:
		return fmt.Errorf("images: %d pages in a row brought no new image, so the listing may never end", l.barren)
	}
	l.tokens[token] = true
	l.query.Set("continuation_token", token)
	return nil
}

// add takes over the new images of a page, now that all of it is known to be
// good.
func (l *imageList) add(fresh []Image) {
	l.barren++
	for _, image := range fresh {
		l.at[image.ID] = len(l.images)
		l.images = append(l.images, image)
		l.barren = 0
	}
}

// nameOf gives the ID of a malformed image, where it has one.
func nameOf(entry json.RawMessage) string {
	var id string
	if decodeObject(entry, member{"id", "a string", &id}) != nil || id == "" {
		return ""
	}
	return fmt.Sprintf(" (id %q)", clean(id, delivery.MaxImageIDLength))
}
