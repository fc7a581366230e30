package fakeapi

// StaleReads makes the next reads of variants after each change, of the list or
// of one, return the state before that change. It applies to every later
// change, including those of PutVariant and RemoveVariant, until it is called
// with 0; a negative count means all reads until the next change.
func (s *Server) StaleReads(times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.variants.stale = times
	s.variants.left = 0
}

// DelayVisibility hides images that are uploaded from now on from the next
// reads that would show them: reads of the image return 404, listings leave it
// out.
func (s *Server) DelayVisibility(times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hiddenReads = counter(times)
}

// ConflictAfterDelete makes the next uploads to the ID of an image that is
// deleted from now on fail with a conflict.
func (s *Server) ConflictAfterDelete(times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conflictsAfterDelete = counter(times)
}

// NewIDOnAccessChange gives an image a new ID when a PATCH changes whether it
// requires signed URLs. There is evidence for both behaviors of the API.
func (s *Server) NewIDOnAccessChange(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.newIDs = on
}

// PlainTextErrors turns errors of the Images service into plain text, whatever
// the client accepts.
func (s *Server) PlainTextErrors(on bool) { s.textErrors.Store(on) }
