package fakeapi

import (
	"context"
	"maps"
	"slices"
	"time"
)

// lag is eventual consistency: reads that show the account as it was, and IDs
// that stay reserved after a delete, each for a time.
type lag struct {
	window   time.Duration
	behind   func() time.Duration // nil for no stale reads
	past     []moment             // oldest first
	reserve  func() time.Duration // nil for none
	reserved map[string]time.Time
}

// moment is the content of the account until a time.
type moment struct {
	until    time.Time
	images   map[string]storedImage
	variants variantListing
	keys     []signingKey
}

// LagReads makes each read show the account as it was some time before, up to
// the window: behind is called for each read and returns how long. The existence
// of images is stale, and the existence and content of variants and keys. A read
// of one image with a generated ID is never stale. It is in effect from the next
// write on; nil ends it.
func (s *Server) LagReads(window time.Duration, behind func() time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lag.window, s.lag.behind = window, behind
}

// ReserveDeleted makes the ID of each image that is deleted from now on stay
// taken for the time that the function returns; nil ends it.
func (s *Server) ReserveDeleted(how func() time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lag.reserve = how
}

// FetchFrom makes uploads by URL get their content from a function, which
// reports whether there is any, instead of from this machine.
func (s *Server) FetchFrom(origin func(address string) ([]byte, bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.origin = origin
}

// fetch reads the content of an upload by URL.
func (s *Server) fetch(ctx context.Context, f *form) *apiError {
	s.mu.Lock()
	origin, naming := s.origin, s.assumptions.naming
	s.mu.Unlock()
	if origin == nil {
		if failed := f.fetch(ctx); failed != nil {
			return failed
		}
	} else {
		content, ok := origin(f.url)
		if !ok {
			return &notFetched
		}
		f.content = content
		f.nameByURL()
	}
	if naming != nil {
		f.filename = naming(f.url)
	}
	return nil
}

// remember keeps the current account before a write, for stale reads.
func (s *Server) remember() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lag.window == 0 {
		return
	}
	now := time.Now()
	s.lag.past = slices.DeleteFunc(s.lag.past, func(m moment) bool { return now.Sub(m.until) > s.lag.window })
	s.lag.past = append(s.lag.past, moment{now, maps.Clone(s.images), s.variants.now, slices.Clone(s.keys.keys)})
}

// moment returns the account as a read sees it, or nil for the current one.
func (s *Server) moment() *moment {
	if s.lag.behind == nil || len(s.lag.past) == 0 {
		return nil
	}
	at := time.Now().Add(-min(s.lag.behind(), s.lag.window))
	for i := range s.lag.past {
		if s.lag.past[i].until.After(at) {
			return &s.lag.past[i]
		}
	}
	return nil
}

// visibleImages returns the images that existed at a moment, each as it is now
// if it still exists.
func (s *Server) visibleImages(m *moment) map[string]storedImage {
	if m == nil {
		return s.images
	}
	visible := maps.Clone(m.images)
	for id := range visible {
		if image, exists := s.images[id]; exists {
			visible[id] = image
		}
	}
	return visible
}

func (s *Server) visibleVariants(m *moment) variantListing {
	if m == nil {
		return s.variants.read()
	}
	return m.variants
}

func (s *Server) visibleKeys(m *moment) response {
	if m == nil {
		return s.keys.list()
	}
	past := keyring{keys: m.keys}
	return past.list()
}

// reserve keeps a deleted ID from being used again for a time.
func (s *Server) reserve(id string) {
	if s.lag.reserve == nil {
		return
	}
	if s.lag.reserved == nil {
		s.lag.reserved = map[string]time.Time{}
	}
	s.lag.reserved[id] = time.Now().Add(s.lag.reserve())
}

func (s *Server) isReserved(id string) bool { return time.Now().Before(s.lag.reserved[id]) }
