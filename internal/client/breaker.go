package client

import (
	"slices"
	"sync"
)

// breakerThreshold is how many different requests in a row must have failed, each
// after all its retries, for those after them to be tried only once.
const breakerThreshold = 3

// breakerKinds are failures that do not concern one object.
var breakerKinds = []Kind{Unreachable, Unavailable, RateLimited}

// circuitBreaker notes whether the API is down as a whole: a thousand reads that are
// each retried would take hours to say so. The first answer that is none of
// the breakerKinds ends it.
type circuitBreaker struct {
	mu     sync.Mutex
	failed map[string]bool // paths, since the last other answer
}

// open tells whether the API is down.
func (o *circuitBreaker) open() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.failed) >= breakerThreshold
}

// record takes in how a request ended; nil is a success.
func (o *circuitBreaker) record(path string, failed *Error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case failed == nil || !slices.Contains(breakerKinds, failed.Kind):
		o.failed = nil
	case o.failed == nil:
		o.failed = map[string]bool{path: true}
	case len(o.failed) < breakerThreshold:
		o.failed[path] = true
	}
}
