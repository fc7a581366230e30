package client

import (
	"fmt"
	"sync"
	"time"
)

// MaxLimitedWait is how long a Client waits for the rate limit in all. That is
// enough for some 7,000 requests of the 1,200 in five minutes that Cloudflare
// allows; a limit that never lets go would otherwise hold a run up for hours.
const MaxLimitedWait = 30 * time.Minute

// patience is how long a Client has waited for the rate limit: the time in
// which one request or more did.
type patience struct {
	mu    sync.Mutex
	spent time.Duration
	until time.Time // when the latest of the waits ends
}

// errImpatient means that no more waiting for the rate limit is worth while.
type errImpatient struct{ spent, next time.Duration }

func (e errImpatient) Error() string {
	return fmt.Sprintf("waiting for the rate limit has taken %s in this run, and another %s would be more than %s",
		e.spent.Round(time.Second), e.next.Round(time.Second), MaxLimitedWait)
}

// take allows a wait that begins now, or refuses it.
func (p *patience) take(now time.Time, delay time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	end := now.Add(delay)
	if !end.After(p.until) {
		return nil
	}
	more := min(delay, end.Sub(p.until))
	if p.spent+more > MaxLimitedWait {
		return errImpatient{p.spent, delay}
	}
	p.spent, p.until = p.spent+more, end
	return nil
}
