package client

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/strictjson"
)

// Filter selects images of an account. The zero Filter selects all, newest first.
type Filter struct {
	// Creator selects the images of one creator, or those without a creator if it
	// is empty. Nil selects all.
	Creator *string
	// Meta selects the images whose metadata has one of the values at each field
	// path. A path is up to five keys, separated by dots, such as "region.name";
	// up to five paths are allowed.
	Meta map[string]MetaMatch
	// SortOrder is "asc" or "desc", by time of upload; empty means "desc".
	SortOrder string
	// MaxItems is the maximum number of images; 0 means all.
	MaxItems int
}

// query returns the parameters of the first page.
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
		operator := "eq:"
		if len(match.Values) > 1 {
			operator = "in:"
		}
		query.Set("meta."+path+"["+operator+string(match.Type)+"]", strings.Join(match.Values, "|"))
	}
	return query
}

// check returns an error if an image doesn't match the filter, which means that
// the API ignored the filter.
func (f *Filter) check(image *Image) error {
	if creator := deref(image.Creator); f.Creator != nil && creator != *f.Creator {
		return fmt.Errorf("API ignored the filter: image %q has creator %q, want %q", image.ID, creator, *f.Creator)
	}
	for _, path := range slices.Sorted(maps.Keys(f.Meta)) {
		if err := f.Meta[path].check(image.Meta, path); err != nil {
			return fmt.Errorf("API ignored the filter: image %q %w", image.ID, err)
		}
	}
	return nil
}

// MetaType is the type of the values of a filter by metadata.
type MetaType string

// The types that the API compares. It accepts several values for a path if they
// are strings or numbers.
const (
	MetaString  MetaType = "string"
	MetaNumber  MetaType = "number"
	MetaBoolean MetaType = "boolean"
)

// MetaMatch matches metadata that has one of the values at a path.
//
// https://developers.cloudflare.com/api/resources/images/subresources/v2/methods/list/
type MetaMatch struct {
	Type MetaType
	// Values are 1 to 10 values of the type: strings unquoted, numbers and
	// booleans as in JSON. If there are several, a string must not contain a
	// vertical bar, which separates them.
	Values []string
}

// check returns an error if metadata doesn't match at a path.
func (m MetaMatch) check(meta json.RawMessage, path string) error {
	raw := metaAt(meta, strings.Split(path, "."))
	if strictjson.Kind(raw) != "a "+string(m.Type) {
		return fmt.Errorf("has no %s at %q in its metadata, want %s", m.Type, path, m)
	}
	got := string(raw)
	isEqual := func(want string) bool {
		return got == want || m.Type == MetaNumber && strictjson.EqualNumbers(got, want)
	}
	if m.Type == MetaString && json.Unmarshal(raw, &got) != nil || !slices.ContainsFunc(m.Values, isEqual) {
		return fmt.Errorf("has %s at %q in its metadata, want %s", raw, path, m)
	}
	return nil
}

// String returns the values for a message.
func (m MetaMatch) String() string {
	if m.Type == MetaString {
		return `"` + strings.Join(m.Values, `" or "`) + `"`
	}
	return strings.Join(m.Values, " or ")
}

// metaAt returns the value at a path in a JSON object, or nil.
func metaAt(meta json.RawMessage, path []string) json.RawMessage {
	for _, key := range path {
		var object map[string]json.RawMessage
		if json.Unmarshal(meta, &object) != nil {
			return nil
		}
		meta = object[key]
	}
	return meta
}
