package client

import (
	"slices"
	"sync"
)

// outageAfter is how many different requests in a row must have failed, each
// after all its retries, for those after them to be tried only once.
const outageAfter = 3

// outageKinds are failures that do not concern one object.
var outageKinds = []Kind{Unreachable, Unavailable, Throttled}

// outage notes whether the API is down as a whole: a thousand reads that are
// each retried would take hours to say so. The first answer that is none of
// the outageKinds ends it.
type outage struct {
	mu     sync.Mutex
	failed map[string]bool // paths, since the last other answer
}

// is tells whether the API is down.
func (o *outage) is() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.failed) >= outageAfter
}

// note takes in how a request ended; nil is a success.
func (o *outage) note(path string, failed *Error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case failed == nil || !slices.Contains(outageKinds, failed.Kind):
		o.failed = nil
	case o.failed == nil:
		o.failed = map[string]bool{path: true}
	case len(o.failed) < outageAfter:
		o.failed[path] = true
	}
}
