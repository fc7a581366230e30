package client

import (
	"slices"
	"sync"
)

// breakerThreshold is how many different requests in a row must fail, each after
// all its retries, before requests are no longer retried.
const breakerThreshold = 3

// breakerKinds are failures that do not concern one object.
var breakerKinds = []Kind{Unreachable, Unavailable, RateLimited}

// circuitBreaker stops retries during an outage: a thousand reads with all their
// retries would take hours. The first response that is none of the breakerKinds
// closes it.
type circuitBreaker struct {
	mu     sync.Mutex
	failed map[string]bool // paths, since the last other response
}

// isOpen reports whether the API seems to be down.
func (b *circuitBreaker) isOpen() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.failed) >= breakerThreshold
}

// record records the outcome of a request; nil is a success.
func (b *circuitBreaker) record(path string, failed *Error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case failed == nil || !slices.Contains(breakerKinds, failed.Kind):
		b.failed = nil
	case b.failed == nil:
		b.failed = map[string]bool{path: true}
	case len(b.failed) < breakerThreshold:
		b.failed[path] = true
	}
}
