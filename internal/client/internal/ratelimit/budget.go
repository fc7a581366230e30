package ratelimit

import (
	"fmt"
	"sync"
	"time"
)

// MaxWait is how long a Limiter waits for the rate limit in total. That is enough
// for some 7,000 requests of the 1,200 in five minutes that Cloudflare allows;
// an endless limit would otherwise delay a run by hours.
const MaxWait = 30 * time.Minute

// budget is the time spent waiting for the rate limit: that in which at least
// one request waited.
type budget struct {
	mu    sync.Mutex
	spent time.Duration
	until time.Time // end of the latest wait
}

// BudgetExhaustedError means that the next wait would exceed MaxWait.
type BudgetExhaustedError struct{ spent, next time.Duration }

func (e BudgetExhaustedError) Error() string {
	return fmt.Sprintf("waiting for the rate limit has taken %s in this run, and another %s would be more than %s",
		e.spent.Round(time.Second), e.next.Round(time.Second), MaxWait)
}

// spend takes a wait that begins now from the budget.
func (b *budget) spend(now time.Time, delay time.Duration) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	end := now.Add(delay)
	if !end.After(b.until) {
		return nil
	}
	more := min(delay, end.Sub(b.until))
	if b.spent+more > MaxWait {
		return BudgetExhaustedError{b.spent, delay}
	}
	b.spent, b.until = b.spent+more, end
	return nil
}
