package client

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

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
		meta = object[name] // nothing where there is none, which is no object and no string
	}
	if jsonKind(meta) != "a string" || json.Unmarshal(meta, &value) != nil {
		return "", false
	}
	return value, true
}
