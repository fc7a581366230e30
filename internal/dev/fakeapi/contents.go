package fakeapi

// Holdings is the content of an account, regardless of all switches.
type Holdings struct {
	Images   map[string]HeldImage
	Variants map[string]string // the definition by name, as the API writes it
	Keys     map[string]string // the value by name
}

// HeldImage is a stored image.
type HeldImage struct {
	Content  []byte // nil for one that was not uploaded
	Metadata string // compact JSON, empty for none
	Creator  string
	Private  bool
}

// Contents returns what the account holds. The contents are shared and must not
// be changed.
func (s *Server) Contents() Holdings {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := Holdings{map[string]HeldImage{}, map[string]string{}, map[string]string{}}
	for id, image := range s.images {
		h.Images[id] = HeldImage{image.content, image.metaJSON, image.creator, image.private}
	}
	for _, v := range s.variants.now.variants {
		h.Variants[v.id] = v.object()
	}
	for _, key := range s.keys.keys {
		h.Keys[key.Name] = key.Value
	}
	return h
}

// Clear empties the account, but for the variant "public" and the key
// "default".
func (s *Server) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.images, s.bases = map[string]storedImage{}, map[string]string{}
	public, _ := s.variants.now.find("public")
	s.variants.now = variantListing{variants: []variant{public}}
	s.keys = keyring{}
	s.keys.put("default")
}
