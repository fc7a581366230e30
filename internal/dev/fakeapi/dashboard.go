package fakeapi

import (
	"cmp"
	"maps"
	"slices"
)

// The methods in this file do what someone does in the dashboard, and show
// what the account holds, past the API and its switches.

// Variant returns a variant as the API writes it.
func (s *Server) Variant(id string) (body string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, found := s.variants.now.find(id)
	if !found {
		return "", false
	}
	return v.object(), true
}

// PutVariant makes a variant, or changes it. The options are not checked.
func (s *Server) PutVariant(id, optionsJSON string, never bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.variants.put(variant{id: id, options: compact([]byte(optionsJSON)), never: never})
}

// RemoveVariant removes a variant, "public" too.
func (s *Server) RemoveVariant(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.variants.remove(id)
}

// Image returns the answer that a request for an image gets, hidden or not.
func (s *Server) Image(id string) (answer string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	image, found := s.images[id]
	if !found {
		return "", false
	}
	return s.imageAnswer(image), true
}

// SetMetadata gives an image any JSON as its metadata, such as a string.
func (s *Server) SetMetadata(id, json string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if image, found := s.images[id]; found {
		image.response, image.result = "", nil
		image.setMeta(json)
		s.images[id] = image
	}
}

// Images lists the IDs of the images, as they were stored.
func (s *Server) Images() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := slices.Collect(maps.Keys(s.images))
	slices.SortFunc(ids, func(a, b string) int { return cmp.Compare(s.images[a].number, s.images[b].number) })
	return ids
}

// RemoveImage removes an image; its ID is free at once.
func (s *Server) RemoveImage(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.images, id)
}

// Content returns the bytes of an image that was uploaded.
func (s *Server) Content(id string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.images[id].content)
}

// KeyNames lists the names of the signing keys, as they were made.
func (s *Server) KeyNames() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := make([]string, len(s.keys.keys))
	for i, key := range s.keys.keys {
		names[i] = key.Name
	}
	return names
}

// RemoveKey removes a signing key, as DELETE does.
func (s *Server) RemoveKey(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys.remove(name)
}

// AddKey makes a signing key, whatever its name and however many there are.
func (s *Server) AddKey(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys.put(name)
}
