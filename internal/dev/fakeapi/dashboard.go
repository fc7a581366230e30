package fakeapi

import (
	"cmp"
	"maps"
	"slices"
)

// The methods in this file bypass the API and its switches: they change the
// account as somebody could in the dashboard, and return its contents.

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

// PutVariant creates or updates a variant. The options are not validated.
func (s *Server) PutVariant(id, optionsJSON string, never bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.variants.put(variant{id: id, options: compact([]byte(optionsJSON)), never: never})
}

// RemoveVariant removes a variant, even "public".
func (s *Server) RemoveVariant(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.variants.remove(id)
}

// Image returns the response body for an image, even if it is hidden.
func (s *Server) Image(id string) (response string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	image, found := s.images[id]
	if !found {
		return "", false
	}
	return s.imageResponse(image), true
}

// SetMetadata sets the metadata of an image to any JSON, such as a string.
func (s *Server) SetMetadata(id, json string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if image, found := s.images[id]; found {
		image.response, image.result = "", nil
		image.setMeta(json)
		s.images[id] = image
	}
}

// Images returns the IDs of all images in the order of their upload.
func (s *Server) Images() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := slices.Collect(maps.Keys(s.images))
	slices.SortFunc(ids, func(a, b string) int { return cmp.Compare(s.images[a].number, s.images[b].number) })
	return ids
}

// RemoveImage removes an image; its ID can be used again immediately.
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

// KeyNames returns the names of the signing keys in the order of their
// creation.
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

// AddKey creates a signing key without checking its name or the limit.
func (s *Server) AddKey(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys.put(name)
}
