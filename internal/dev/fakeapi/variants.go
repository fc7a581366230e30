package fakeapi

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// The response that lists the initial variants.
//
//go:embed variants.json
var variantsResponse string

const maxVariants = 100

// variant is a variant of the account.
type variant struct {
	id           string
	options      string // compact JSON
	never        bool   // neverRequireSignedURLs
	createdLater bool   // the fixtures do not list it
}

func (v variant) object() string {
	return fmt.Sprintf(`{"id":%s,"options":%s,"neverRequireSignedURLs":%t}`, quoted(v.id), v.options, v.never)
}

// variantListing is the account's variants at one time, in the order of their
// creation.
type variantListing struct {
	variants []variant
	response string // of the listing, while nothing has changed
}

func (l variantListing) find(id string) (v variant, found bool) {
	i := slices.IndexFunc(l.variants, func(v variant) bool { return v.id == id })
	if i < 0 {
		return variant{}, false
	}
	return l.variants[i], true
}

// variantStore is the account's variants, and their state before the last
// change.
type variantStore struct {
	now, before variantListing
	removed     map[string]bool
	stale       int     // stale reads after each change
	left        counter // remaining stale reads
}

func newVariantStore() variantStore {
	var list struct {
		Result struct {
			Variants json.RawMessage `json:"variants"`
		} `json:"result"`
	}
	if err := json.Unmarshal([]byte(variantsResponse), &list); err != nil {
		panic(err)
	}
	c := variantStore{removed: map[string]bool{}, now: variantListing{response: variantsResponse}}
	for _, member := range objectFields(list.Result.Variants) {
		var v struct {
			ID      string          `json:"id"`
			Options json.RawMessage `json:"options"`
			Never   bool            `json:"neverRequireSignedURLs"`
		}
		if err := json.Unmarshal(member.value, &v); err != nil {
			panic(err)
		}
		c.now.variants = append(c.now.variants, variant{id: v.ID, options: compact(v.Options), never: v.Never})
	}
	return c
}

// changed reports whether the variants differ from those of the fixtures.
func (c *variantStore) changed() bool { return c.now.response == "" }

// begin keeps the current variants for stale reads, before a change.
func (c *variantStore) begin() {
	c.before, c.left = c.now, counter(c.stale)
	c.now = variantListing{variants: slices.Clone(c.now.variants)}
}

// put creates a variant or updates the one with its ID.
func (c *variantStore) put(v variant) {
	c.begin()
	if i := slices.IndexFunc(c.now.variants, func(other variant) bool { return other.id == v.id }); i >= 0 {
		v.createdLater = c.now.variants[i].createdLater
		c.now.variants[i] = v
		return
	}
	v.createdLater = true
	delete(c.removed, v.id)
	c.now.variants = append(c.now.variants, v)
}

func (c *variantStore) remove(id string) {
	c.begin()
	c.removed[id] = true
	c.now.variants = slices.DeleteFunc(c.now.variants, func(v variant) bool { return v.id == id })
}

// read returns the variants as a read sees them.
func (c *variantStore) read() variantListing {
	if c.left.spend() {
		return c.before
	}
	return c.now
}

func (s *Server) listVariants(*http.Request, string) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.visibleVariants(s.moment())
	if list.response != "" {
		return jsonResponse(http.StatusOK, list.response)
	}
	members := make([]string, len(list.variants))
	for i, v := range list.variants {
		members[i] = quoted(v.id) + ":" + v.object()
	}
	return success(`{"variants":{` + strings.Join(members, ",") + `}}`)
}

func (s *Server) getVariant(r *http.Request, id string) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, found := s.visibleVariants(s.moment()).find(id)
	if !found {
		return s.reject(r, noSuchVariant.asText())
	}
	return success(`{"variant":` + v.object() + `}`)
}

func (s *Server) createVariant(r *http.Request, _ string) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := readVariant(r, variant{})
	_, exists := s.variants.now.find(v.id)
	switch {
	case !ok || !variantID.MatchString(v.id):
		return s.reject(r, badRequest)
	case exists:
		return s.reject(r, alreadyExists)
	case len(s.variants.now.variants) >= maxVariants:
		return s.reject(r, limitIsReached)
	}
	v.options = s.assumptions.options("{}", v.options)
	s.variants.put(v)
	return success(`{"variant":` + v.object() + `}`)
}

func (s *Server) changeVariant(r *http.Request, id string) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, found := s.variants.now.find(id)
	if !found {
		return s.reject(r, noSuchVariant)
	}
	v, ok := readVariant(r, old)
	if !ok {
		return s.reject(r, badRequest)
	}
	v.id = id
	v.options = s.assumptions.options(old.options, v.options)
	s.variants.put(v)
	return success(`{"variant":` + v.object() + `}`)
}

// deleteVariant reports success for "public" too, but keeps it.
func (s *Server) deleteVariant(r *http.Request, id string) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, found := s.variants.now.find(id); !found {
		return s.reject(r, noSuchVariant)
	}
	if id != "public" {
		s.variants.remove(id)
	}
	return success("{}")
}
