package fakeapi

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strconv"
)

// connectionDrops counts the writes whose connection will be dropped, by stage.
type connectionDrops struct{ duringRequest, beforeApply, afterCommit, duringResponse counter }

// counter is how many more times something happens; negative means always.
type counter int

func (c *counter) spend() bool {
	if *c > 0 {
		*c--
		return true
	}
	return *c < 0
}

// DropDuringRequest drops the connection of the next writes once half of the
// body has been read. As with all switches, a negative count means all of them.
func (s *Server) DropDuringRequest(times int) { s.setDrops(&s.drops.duringRequest, times) }

// DropBeforeRequest drops the connection of the next writes after the request
// has been read, without applying it.
func (s *Server) DropBeforeRequest(times int) { s.setDrops(&s.drops.beforeApply, times) }

// DropResponseAfterCommit drops the connection of the next writes after they
// have been applied, without sending a response.
func (s *Server) DropResponseAfterCommit(times int) { s.setDrops(&s.drops.afterCommit, times) }

// DropDuringResponse drops the connection of the next writes after they have
// been applied and half of the response has been sent.
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

// serveWrite reads a write, applies it and responds, unless a switch
// interferes. A write that is dropped at one stage doesn't count for later
// ones.
func (s *Server) serveWrite(w http.ResponseWriter, r *http.Request, apply func() response) {
	if s.shouldDrop(&s.drops.duringRequest) {
		_, _ = io.CopyN(io.Discard, r.Body, max(r.ContentLength/2, 1)) // for a chunked body, one byte
		panic(http.ErrAbortHandler)
	}
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		panic(http.ErrAbortHandler) // the client canceled the request
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

// sentBody returns the body of a write, which has been read before.
func sentBody(r *http.Request) []byte {
	if body, isKept := r.Body.(*keptBody); isKept {
		return body.kept
	}
	return nil
}

// sentObject decodes a body that must be a JSON object.
func sentObject(r *http.Request) (members map[string]json.RawMessage, ok bool) {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/json" {
		return nil, false
	}
	err = json.Unmarshal(sentBody(r), &members)
	return members, err == nil && members != nil
}

// compact returns JSON without white space.
func compact(raw []byte) string {
	var compacted bytes.Buffer
	if err := json.Compact(&compacted, raw); err != nil {
		panic(err) // it was validated before, or comes from a test
	}
	return compacted.String()
}
