package fakeapi

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strconv"
)

// connectionDrops counts the writes whose connection is to be dropped, by the stage.
type connectionDrops struct{ duringRequest, beforeApply, afterCommit, duringResponse counter }

// counter is how many more times; negative means for ever.
type counter int

func (c *counter) spend() bool {
	if *c > 0 {
		*c--
		return true
	}
	return *c < 0
}

// DropDuringRequest makes the next writes lose their connection when half of their
// body was read. As for all switches, a negative count means all of them.
func (s *Server) DropDuringRequest(times int) { s.setDrops(&s.drops.duringRequest, times) }

// DropBeforeRequest makes the next writes lose their connection when the whole of them
// was read, but nothing was carried out.
func (s *Server) DropBeforeRequest(times int) { s.setDrops(&s.drops.beforeApply, times) }

// DropResponseAfterCommit makes the next writes lose their connection when they were
// carried out, before any answer.
func (s *Server) DropResponseAfterCommit(times int) { s.setDrops(&s.drops.afterCommit, times) }

// DropDuringResponse makes the next writes lose their connection when they were
// carried out and half of the answer was sent.
func (s *Server) DropDuringResponse(times int) { s.setDrops(&s.drops.duringResponse, times) }

func (s *Server) setDrops(count *counter, times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*count = counter(times)
}

func (s *Server) shouldDrop(count *counter) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return count.spend()
}

// serveWrite reads a write, carries it out and answers, as far as the switches
// let it come. A write that is cut at one stage does not count for later ones.
func (s *Server) serveWrite(w http.ResponseWriter, r *http.Request, apply func() response) {
	if s.shouldDrop(&s.drops.duringRequest) {
		_, _ = io.CopyN(io.Discard, r.Body, max(r.ContentLength/2, 1)) // of chunks, the first byte
		panic(http.ErrAbortHandler)
	}
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		panic(http.ErrAbortHandler) // the client broke off, so that nothing was asked
	}
	if s.shouldDrop(&s.drops.beforeApply) {
		panic(http.ErrAbortHandler)
	}
	result := s.applyWithChaos(r, apply)
	switch {
	case s.shouldDrop(&s.drops.afterCommit):
		panic(http.ErrAbortHandler)
	case s.shouldDrop(&s.drops.duringResponse):
		w.Header().Set("Content-Length", strconv.Itoa(len(result.body)))
		result.body = result.body[:len(result.body)/2]
		result.write(w)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	result.write(w)
}

// sentBody is the body of a write, which was read before it is carried out.
func sentBody(r *http.Request) []byte {
	if body, isKept := r.Body.(*keptBody); isKept {
		return body.kept
	}
	return nil
}

// sentObject reads a body that has to be a JSON object.
func sentObject(r *http.Request) (members map[string]json.RawMessage, ok bool) {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/json" {
		return nil, false
	}
	err = json.Unmarshal(sentBody(r), &members)
	return members, err == nil && members != nil
}

// compact is JSON without its white space.
func compact(raw []byte) string {
	var compacted bytes.Buffer
	if err := json.Compact(&compacted, raw); err != nil {
		panic(err) // it was read before, or is written by hand
	}
	return compacted.String()
}
