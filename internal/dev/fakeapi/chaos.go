package fakeapi

import (
	"math/rand/v2"
	"net/http"
	"time"
)

// chaos is a sequence of troubles for writes.
type chaos struct {
	random  *rand.Rand
	percent int
	delay   time.Duration
}

// writeFault is what a write meets.
type writeFault int

const (
	noFault writeFault = iota
	dropBefore
	dropAfterCommit
	slow
	rateLimited
	failBefore
	failAfterCommit
	faultCount // how many there are
)

// Chaos makes so many of a hundred writes meet trouble, in a sequence that is
// the same for the same seed: the connection is dropped before or after the
// write is carried out, the answer waits for the delay, or is 429 with a
// Retry-After of one second, or 500 before or after the write is carried out.
// Writes at the same time take their turns as they come.
func (s *Server) Chaos(seed uint64, percent int, delay time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chaos = &chaos{rand.New(rand.NewPCG(seed, 0)), percent, delay} //nolint:gosec // it has to come out the same
}

func (s *Server) nextWriteFault() (writeFault, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.chaos == nil {
		return noFault, 0
	}
	meets, which := s.chaos.random.IntN(100) < s.chaos.percent, 1+s.chaos.random.IntN(int(faultCount)-1)
	if !meets {
		return noFault, 0
	}
	return writeFault(which), s.chaos.delay
}

// applyWithChaos carries a write out, as far as the sequence lets it.
func (s *Server) applyWithChaos(r *http.Request, apply func() response) response {
	broken := response{status: http.StatusInternalServerError, contentType: "text/plain", body: "error"}
	met, delay := s.nextWriteFault()
	switch met {
	case dropBefore:
		panic(http.ErrAbortHandler)
	case rateLimited:
		refused := rateLimitResponse(r)
		refused.header = []string{"Retry-After", "1"}
		return refused
	case failBefore:
		return broken
	case slow:
		select {
		case <-time.After(delay):
		case <-r.Context().Done():
		}
	case noFault, dropAfterCommit, failAfterCommit, faultCount:
	}
	result := apply()
	switch met { //nolint:exhaustive // the others were met above
	case dropAfterCommit:
		panic(http.ErrAbortHandler)
	case failAfterCommit:
		return broken
	}
	return result
}
