package standin

// StaleReads makes the next reads after each change of the variants, of the
// list or of one, still answer what was before that change. A negative count
// means until the next one.
func (s *Server) StaleReads(times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.variants.stale = times
	s.variants.left = 0
}

// TextErrors makes the Images service refuse in plain text, whatever the
// client accepts.
func (s *Server) TextErrors(on bool) { s.textErrors.Store(on) }
