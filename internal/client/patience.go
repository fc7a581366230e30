package client

import (
	"fmt"
	"sync"
	"time"
)

// MaxRateLimitWait is how long a Client waits for the rate limit in all. That is
// enough for some 7,000 requests of the 1,200 in five minutes that Cloudflare
// allows; a limit that never lets go would otherwise hold a run up for hours.
const MaxRateLimitWait = 30 * time.Minute

// waitBudget is how long a Client has waited for the rate limit: the time in
// which one request or more did.
type waitBudget struct {
	mu    sync.Mutex
	spent time.Duration
	until time.Time // when the latest of the waits ends
}

// errBudgetExhausted means that no more waiting for the rate limit is worth while.
type errBudgetExhausted struct{ spent, next time.Duration }

func (e errBudgetExhausted) Error() string {
	return fmt.Sprintf("waiting for the rate limit has taken %s in this run, and another %s would be more than %s",
		e.spent.Round(time.Second), e.next.Round(time.Second), MaxRateLimitWait)
}

// spend allows a wait that begins now, or refuses it.
func (p *waitBudget) spend(now time.Time, delay time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	end := now.Add(delay)
	if !end.After(p.until) {
		return nil
	}
	more := min(delay, end.Sub(p.until))
	if p.spent+more > MaxRateLimitWait {
		return errBudgetExhausted{p.spent, delay}
	}
	p.spent, p.until = p.spent+more, end
	return nil
}
