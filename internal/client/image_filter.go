package client

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
)

// Filter picks images of an account. The zero Filter picks all, newest first.
type Filter struct {
	// Creator picks the images of one creator; the empty string those without
	// a creator. Nil does not pick by creator.
	Creator *string
	// Meta picks the images whose metadata holds, at each field path, one of
	// these values. A path is up to five names with points between them, such
	// as "region.name"; up to five paths are allowed.
	Meta map[string]MetaMatch
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
	for path, match := range f.Meta {
		query.Set("meta."+path+"["+match.operator()+"]", match.parameter())
	}
	return query
}

// check tells where an image contradicts the filter, as it does when the API
// does not know the filter and ignores it.
func (f *Filter) check(image *Image) error {
	if creator := deref(image.Creator); f.Creator != nil && creator != *f.Creator {
		return fmt.Errorf("the filter was ignored: image %q has the creator %q, but %q was asked for", image.ID, creator, *f.Creator)
	}
	for _, path := range slices.Sorted(maps.Keys(f.Meta)) {
		if err := f.Meta[path].check(image.Meta, path); err != nil {
			return fmt.Errorf("the filter was ignored: image %q %w", image.ID, err)
		}
	}
	return nil
}
