package fakeapi

import (
	"math/rand/v2"
	"net/http"
	"time"
)

// chaos is a sequence of faults for writes.
type chaos struct {
	random  *rand.Rand
	percent int
	delay   time.Duration
}

// writeFault is a fault injected into a write.
type writeFault int

const (
	noFault writeFault = iota
	dropBefore
	dropAfterCommit
	slow
	rateLimited
	failBefore
	failAfterCommit
	faultCount // the number of values
)

// Chaos injects a fault into the given percentage of writes, in a sequence that
// depends on the seed alone: the connection is dropped before or after the
// write is applied, the response is delayed, or it is a 429 with a Retry-After
// of one second, or a 500 before or after the write is applied. Concurrent
// writes draw their faults in the order in which they arrive.
func (s *Server) Chaos(seed uint64, percent int, delay time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chaos = &chaos{rand.New(rand.NewPCG(seed, 0)), percent, delay} //nolint:gosec // the sequence must be reproducible
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

// applyWithChaos applies a write unless the next fault prevents it.
func (s *Server) applyWithChaos(r *http.Request, apply func() response) response {
	broken := response{status: http.StatusInternalServerError, contentType: "text/plain", body: "error"}
	met, delay := s.nextWriteFault()
	switch met {
	case dropBefore:
		panic(http.ErrAbortHandler)
	case rateLimited:
		rejection := rateLimitResponse(r)
		rejection.header = []string{"Retry-After", "1"}
		return rejection
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
	switch met { //nolint:exhaustive // the others were handled above
	case dropAfterCommit:
		panic(http.ErrAbortHandler)
	case failAfterCommit:
		return broken
	}
	return result
}
