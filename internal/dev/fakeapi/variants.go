package fakeapi

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// The answer that lists the variants that the account begins with.
//
//go:embed variants.json
var variantsAnswer string

const maxVariants = 100

// variant is a variant of the account.
type variant struct {
	id      string
	options string // as they were sent, without white space
	never   bool   // neverRequireSignedURLs
	made    bool   // since the beginning, so that the stored images do not list it
}

func (v variant) object() string {
	return fmt.Sprintf(`{"id":%s,"options":%s,"neverRequireSignedURLs":%t}`, quoted(v.id), v.options, v.never)
}

// listing is the account's variants at one time, in the order in which they
// were made.
type listing struct {
	variants []variant
	answer   string // to the list, where nothing was changed yet
}

func (l listing) find(id string) (v variant, found bool) {
	i := slices.IndexFunc(l.variants, func(v variant) bool { return v.id == id })
	if i < 0 {
		return variant{}, false
	}
	return l.variants[i], true
}

// catalogue is the account's variants, with what they were before the last
// change.
type catalogue struct {
	now, before listing
	removed     map[string]bool
	stale       int     // reads after each change that still see what was before it
	left        counter // how many of them are left
}

func newCatalogue() catalogue {
	var list struct {
		Result struct {
			Variants json.RawMessage `json:"variants"`
		} `json:"result"`
	}
	if err := json.Unmarshal([]byte(variantsAnswer), &list); err != nil {
		panic(err)
	}
	c := catalogue{removed: map[string]bool{}, now: listing{answer: variantsAnswer}}
	for _, member := range membersOf(list.Result.Variants) {
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

// changed tells whether the stored answers no longer list the right variants.
func (c *catalogue) changed() bool { return c.now.answer == "" }

// begin notes that there is going to be a change.
func (c *catalogue) begin() {
	c.before, c.left = c.now, counter(c.stale)
	c.now = listing{variants: slices.Clone(c.now.variants)}
}

// put makes a variant or changes the one with its ID.
func (c *catalogue) put(v variant) {
	c.begin()
	if i := slices.IndexFunc(c.now.variants, func(other variant) bool { return other.id == v.id }); i >= 0 {
		v.made = c.now.variants[i].made
		c.now.variants[i] = v
		return
	}
	v.made = true
	delete(c.removed, v.id)
	c.now.variants = append(c.now.variants, v)
}

func (c *catalogue) remove(id string) {
	c.begin()
	c.removed[id] = true
	c.now.variants = slices.DeleteFunc(c.now.variants, func(v variant) bool { return v.id == id })
}

// read is the listing as a read sees it.
func (c *catalogue) read() listing {
	if c.left.take() {
		return c.before
	}
	return c.now
}

func (s *Server) listVariants(*http.Request, string) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.visibleVariants(s.moment())
	if list.answer != "" {
		return inJSON(http.StatusOK, list.answer)
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
		return s.rejectCredentials(r, noSuchVariant.asText())
	}
	return success(`{"variant":` + v.object() + `}`)
}

func (s *Server) createVariant(r *http.Request, _ string) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := readVariant(r, variant{})
	_, taken := s.variants.now.find(v.id)
	switch {
	case !ok || !variantID.MatchString(v.id):
		return s.rejectCredentials(r, badRequest)
	case taken:
		return s.rejectCredentials(r, alreadyExists)
	case len(s.variants.now.variants) >= maxVariants:
		return s.rejectCredentials(r, limitIsReached)
	}
	s.variants.put(v)
	return success(`{"variant":` + v.object() + `}`)
}

func (s *Server) changeVariant(r *http.Request, id string) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, found := s.variants.now.find(id)
	if !found {
		return s.rejectCredentials(r, noSuchVariant)
	}
	v, ok := readVariant(r, old)
	if !ok {
		return s.rejectCredentials(r, badRequest)
	}
	v.id = id
	s.variants.put(v)
	return success(`{"variant":` + v.object() + `}`)
}

// deleteVariant answers for "public" as for any other, but that one stays.
func (s *Server) deleteVariant(r *http.Request, id string) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, found := s.variants.now.find(id); !found {
		return s.rejectCredentials(r, noSuchVariant)
	}
	if id != "public" {
		s.variants.remove(id)
	}
	return success("{}")
}
