// Package ratelimit delays requests to stay within the rate limit of the Cloudflare
// API, which each response reports, and within a limit set by the user.
//
// https://developers.cloudflare.com/fundamentals/api/reference/limits/
package ratelimit

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limiter delays requests. Each response reports the remaining requests, the
// quota, and the time until it is reset. The Limiter is in one of three states:
//
//   - unknown, at first and after a window that ran low: the next request is a
//     probe, and the others wait for its response;
//   - plenty, while more than a fifth remains: requests are not delayed;
//   - low: the remaining requests, less a reserve for other users of the same
//     credentials, are spread over the rest of the window.
//
// For example, a response reports that 21 of 100 remain for 50 s, and 3 more
// requests are in flight: 18 is low. One is reserved for the quota of 100, and
// one more in any case; 16 requests are sent in 51 s, one every 3.2 s. After the
// window, the remaining number is unknown, and the next request is a probe.
type Limiter struct {
	userLimiter  *rate.Limiter // the limit set by the user
	quotaLimiter *rate.Limiter // the limit of the API
	lock         chan struct{} // contains a value while a request waits, or a probe is in flight
	budget       budget        // for waits for quotaLimiter

	mu       sync.Mutex
	isProbe  bool // the remaining number is unknown: the next request is a probe
	inFlight int
	quota    quota     // of the latest response; zero while unknown
	usable   int       // requests that this Limiter may use
	reset    time.Time // end of the window
	reason   string    // why quotaLimiter delays requests; empty if it does not
}

// UserLimit is the reason of waits for the limit set by the user.
const UserLimit = "requests_per_second"

// New returns a Limiter with a limit set by the user. Zero means only the limit
// of the API.
func New(requestsPerSecond float64) *Limiter {
	limit := rate.Inf
	if requestsPerSecond > 0 {
		limit = rate.Limit(requestsPerSecond)
	}
	return &Limiter{
		userLimiter:  rate.NewLimiter(limit, 1),
		quotaLimiter: rate.NewLimiter(rate.Inf, 1),
		lock:         make(chan struct{}, 1),
		isProbe:      true,
	}
}

// Acquire waits until the next request may be sent, and reports whether it is a
// probe. After success, Release must be called once. notify is called before a
// wait of a second or more, with its length and reason. The error is a
// BudgetExhaustedError or that of the context.
func (l *Limiter) Acquire(ctx context.Context, notify func(time.Duration, string)) (isProbe bool, err error) {
	// Serialized, so that each request waits for the latest limit.
	select {
	case l.lock <- struct{}{}:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	defer func() {
		if !isProbe {
			<-l.lock
		} // else Release unlocks
	}()
	reservation, delay, reason := l.reserve()
	err = l.Spend(time.Now(), delay)
	if err == nil {
		err = wait(ctx, delay, reason, notify)
	}
	if err == nil {
		reservation = l.userLimiter.Reserve()
		err = wait(ctx, reservation.Delay(), UserLimit, notify)
	}
	if err != nil {
		reservation.Cancel()
		return false, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight++
	l.recompute(time.Now())
	isProbe, l.isProbe = l.isProbe, false
	return isProbe, nil
}

// Charge counts a request that is sent without a wait, and delays later ones for it.
// Release must be called once.
func (l *Limiter) Charge() {
	l.userLimiter.Reserve()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight++
}

// reserve returns the wait for the limit of the API. After the end of the
// window, the remaining number is unknown.
func (l *Limiter) reserve() (reservation *rate.Reservation, delay time.Duration, reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	untilReset := max(l.reset.Sub(now), 0)
	reservation = l.quotaLimiter.ReserveN(now, 1)
	delay = reservation.DelayFrom(now)
	if l.reason != "" && (delay > untilReset || untilReset == 0 || l.usable == 0) {
		delay, l.isProbe = untilReset, true
	}
	return reservation, delay, l.reason
}

// Spend charges a wait for the rate limit, beginning now, to the budget. The error
// is a BudgetExhaustedError.
func (l *Limiter) Spend(now time.Time, delay time.Duration) error { return l.budget.spend(now, delay) }

// wait sleeps, and calls notify first if the delay is a second or more.
func wait(ctx context.Context, delay time.Duration, reason string, notify func(time.Duration, string)) error {
	if delay >= time.Second {
		notify(delay, reason)
	}
	return Sleep(ctx, delay)
}

// Sleep waits for the delay, or returns the error of the context if that ends first.
func Sleep(ctx context.Context, delay time.Duration) error {
	if delay <= 0 {
		return ctx.Err()
	}
	select {
	case <-time.After(delay):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Release ends a request. header is that of its response, or nil.
func (l *Limiter) Release(isProbe bool, header http.Header, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight--
	if reported, ok := parseQuota(header); ok {
		l.observe(reported, now)
	}
	if isProbe {
		<-l.lock
	}
}

// clockSlack is the inaccuracy of the header, whose unit is seconds.
const clockSlack = time.Second

// reorderSlack is the tolerated increase of the remaining requests within a window,
// in addition to twice the requests in flight: Terraform sends ten at a time, and
// so may other users of the same credentials.
const reorderSlack = 20

// observe records the quota of a response.
func (l *Limiter) observe(reported quota, now time.Time) {
	// Responses arrive out of order: within a window, the lowest number is the
	// latest. A later reset means a new window, and so does an increase beyond the
	// tolerance.
	sameWindow := now.Before(l.reset.Add(-clockSlack)) &&
		reported.untilReset < l.quota.untilReset+2*clockSlack &&
		reported.remaining <= l.quota.remaining+2*l.inFlight+reorderSlack
	reset := now.Add(reported.untilReset + clockSlack)
	if sameWindow {
		reported.remaining = min(reported.remaining, l.quota.remaining)
		reset = l.reset
	}
	l.quota, l.reset = reported, reset
	l.recompute(now)
}

// recompute spreads the remaining requests over the rest of the window if they are
// low.
func (l *Limiter) recompute(now time.Time) {
	if !now.Before(l.reset) {
		return // the quota of the new window is unknown; see reserve
	}
	// The reported quota doesn't account for the requests in flight.
	unsent := l.quota
	unsent.remaining -= l.inFlight
	if !unsent.isLow() {
		l.reason = ""
		l.quotaLimiter.SetLimitAt(now, rate.Inf)
		return
	}
	// For other users of the same credentials.
	reserved := min(1+l.quota.total/100, max(unsent.remaining/2, 1))
	l.usable = max(unsent.remaining-reserved, 0)
	l.reason = fmt.Sprintf("rate limit: %d requests left for the next %s", l.quota.remaining, l.quota.untilReset)
	l.quotaLimiter.SetLimitAt(now, rate.Limit(float64(max(l.usable, 1))/l.reset.Sub(now).Seconds()))
}

// MaxWait is the wait budget: the total time a Limiter waits for the rate limit. It
// is enough for some 7,000 requests at Cloudflare's 1,200 per five minutes, and
// keeps a run from waiting for hours.
const MaxWait = 30 * time.Minute

// budget tracks the wall-clock time in which at least one request waited for the
// rate limit.
type budget struct {
	mu    sync.Mutex
	spent time.Duration
	until time.Time // end of the latest wait
}

// BudgetExhaustedError means that the next wait would exceed MaxWait.
type BudgetExhaustedError struct{ spent, next time.Duration }

func (e BudgetExhaustedError) Error() string {
	return fmt.Sprintf("rate-limit wait budget exceeded: waited %s, next wait %s, limit %s",
		e.spent.Round(time.Second), e.next.Round(time.Second), MaxWait)
}

// spend charges a wait, beginning now, to the budget.
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
