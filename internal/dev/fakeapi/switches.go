package fakeapi

// StaleReads makes the next reads after each change of the variants, of the
// list or of one, still answer what was before that change. It holds for every
// change from now on, those of PutVariant and RemoveVariant too, until it is
// called with 0; a negative count means all reads until the next change.
func (s *Server) StaleReads(times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.variants.stale = times
	s.variants.left = 0
}

// DelayVisibility makes an image that is uploaded from now on absent from the next
// reads that would show it: of itself, where they are answered with 404, and of
// lists.
func (s *Server) DelayVisibility(times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hiddenReads = counter(times)
}

// ConflictAfterDelete makes the ID of an image that is deleted from now on stay taken for
// the next uploads that ask for it.
func (s *Server) ConflictAfterDelete(times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conflictsAfterDelete = counter(times)
}

// NewIDOnAccessChange makes an image get a new ID when a PATCH changes whether
// it requires signed URLs. There is evidence that the API does, and that it
// does not.
func (s *Server) NewIDOnAccessChange(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.newIDs = on
}

// PlainTextErrors makes the Images service refuse in plain text, whatever the
// client accepts.
func (s *Server) PlainTextErrors(on bool) { s.textErrors.Store(on) }
