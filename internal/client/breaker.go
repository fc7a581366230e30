package client

import (
	"slices"
	"sync"
)

// breakerThreshold is the number of consecutive requests to different paths
// that must fail after all their retries for the breaker to open.
const breakerThreshold = 3

// breakerKinds are failures that don't depend on the object.
var breakerKinds = []Kind{Unreachable, Unavailable, RateLimited}

// circuitBreaker stops retries while the API is down: a thousand reads with all
// their retries would take hours. The first success, or failure whose kind
// isn't in breakerKinds, closes it.
type circuitBreaker struct {
	mu     sync.Mutex
	failed map[string]bool // paths, since the breaker was last reset
}

// isOpen reports whether retries are stopped.
func (b *circuitBreaker) isOpen() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.failed) >= breakerThreshold
}

// record records the outcome of a request; nil means success.
func (b *circuitBreaker) record(path string, failed *Error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case failed == nil || !slices.Contains(breakerKinds, failed.Kind):
		clear(b.failed)
	case len(b.failed) < breakerThreshold:
		b.failed[path] = true
	}
}
