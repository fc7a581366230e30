package standin

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
