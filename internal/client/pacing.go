package client

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// rateLimiter keeps the requests of a Client within what the API allows. Each
// answer says how many requests are left, of how many, and for how long. The
// rateLimiter is in one of three states:
//
//   - unknown, at first and after a window that ran low: the next request goes
//     alone, and the others wait for what its answer says;
//   - plenty, while more than a fifth is left: requests go as they come;
//   - low: what is left, less something for others who use the same
//     credentials, is spread over the rest of the window.
//
// For example, an answer says that 21 of 100 are left for 50 s, and 3 more
// requests are on their way: 18 is low. One is kept back for the quota of 100,
// and one more in any case; 16 requests go in 51 s, one every 3.2 s. Then the
// window is over, nobody knows what is left, and one goes alone.
//
// https://developers.cloudflare.com/fundamentals/api/reference/limits/
type rateLimiter struct {
	userLimiter  *rate.Limiter // the user's own limit
	quotaLimiter *rate.Limiter // what the answers ask for
	token        chan struct{} // there while nobody waits for spread
	budget       waitBudget

	mu       sync.Mutex
	probe    bool // nobody knows what is left: the next request goes alone
	inFlight int
	allowed  quota     // by the latest answer; zero while nothing is known
	usable   int       // how many requests are ours to send
	reset    time.Time // when the whole quota is allowed again
	reason   string    // why spread is slow; empty where it is not
}

// userLimitReason is why a request waits for the user's own limit.
const userLimitReason = "requests_per_second"

// newRateLimiter returns a pacer with a ceiling of requests per second, or none for
// zero.
func newRateLimiter(requestsPerSecond float64) *rateLimiter {
	ceiling := rate.Inf
	if requestsPerSecond > 0 {
		ceiling = rate.Limit(requestsPerSecond)
	}
	p := &rateLimiter{
		userLimiter:  rate.NewLimiter(ceiling, 1),
		quotaLimiter: rate.NewLimiter(rate.Inf, 1),
		token:        make(chan struct{}, 1),
		probe:        true,
	}
	p.token <- struct{}{}
	return p
}

// acquire returns when the next request may be sent. Each turn that comes must be
// followed by one call of done, which is told whether the request goes
// alone. A wait of a second or more is told before it begins.
func (p *rateLimiter) acquire(ctx context.Context, tell func(delay time.Duration, reason string)) (alone bool, err error) {
	// One after the other, so that each goes by the latest limit.
	select {
	case <-p.token:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	defer func() {
		if !alone {
			p.token <- struct{}{}
		} // else the end of this request passes the baton on
	}()
	reservation, delay, reason := p.reserve()
	err = p.budget.spend(time.Now(), delay)
	if err == nil {
		err = wait(ctx, delay, reason, tell)
	}
	if err != nil {
		reservation.Cancel()
		return false, err
	}
	reservation = p.userLimiter.Reserve()
	if err := wait(ctx, reservation.Delay(), userLimitReason, tell); err != nil {
		reservation.Cancel()
		return false, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inFlight++
	p.recompute(time.Now())
	alone, p.probe = p.probe, false
	return alone, nil
}

// reserve tells how long to wait for the API's limit. After the end of the
// window, nobody knows what is left.
func (p *rateLimiter) reserve() (reservation *rate.Reservation, delay time.Duration, reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	untilReset := max(p.reset.Sub(now), 0)
	reservation = p.quotaLimiter.ReserveN(now, 1)
	delay = reservation.DelayFrom(now)
	if p.reason != "" && (delay > untilReset || untilReset == 0 || p.usable == 0) {
		delay, p.probe = untilReset, true
	}
	return reservation, delay, p.reason
}

// wait sleeps, and tells so where that takes a second or more.
func wait(ctx context.Context, delay time.Duration, reason string, tell func(time.Duration, string)) error {
	if delay >= time.Second {
		tell(delay, reason)
	}
	return sleep(ctx, delay)
}

// sleep waits on the context.
func sleep(ctx context.Context, delay time.Duration) error {
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

// release takes note of an answer, or of none where the header is nil.
func (p *rateLimiter) release(alone bool, header http.Header, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inFlight--
	if allowed, ok := readQuota(header); ok {
		p.observe(allowed, now)
	}
	if alone {
		p.token <- struct{}{}
	}
}

// clockSlack is how far off the header may be, which counts in whole seconds.
const clockSlack = time.Second

// reorderSlack is how many more may be left by an answer than by the one before
// it, beside twice what is on its way: Terraform asks for ten at a time, and so
// does whoever shares the credentials.
const reorderSlack = 20

// observe takes note of what an answer says.
func (p *rateLimiter) observe(allowed quota, now time.Time) {
	// Answers overtake each other: within a window, the lowest number is the
	// latest. The time that is left shows a new window, and so does a number
	// that no overtaking explains.
	sameWindow := now.Before(p.reset.Add(-clockSlack)) &&
		allowed.untilReset < p.allowed.untilReset+2*clockSlack &&
		allowed.remaining <= p.allowed.remaining+2*p.inFlight+reorderSlack
	reset := now.Add(allowed.untilReset + clockSlack)
	if sameWindow {
		allowed.remaining = min(allowed.remaining, p.allowed.remaining)
		reset = p.reset
	}
	p.allowed, p.reset = allowed, reset
	p.recompute(now)
}

// recompute spreads what is left over the rest of the window, once it is low.
func (p *rateLimiter) recompute(now time.Time) {
	if !now.Before(p.reset) {
		return // nobody knows what the new window holds; see reserve
	}
	// Requests on their way are not counted in the answers yet.
	left := p.allowed
	left.remaining -= p.inFlight
	if !left.isLow() {
		p.reason = ""
		p.quotaLimiter.SetLimitAt(now, rate.Inf)
		return
	}
	// Something is kept back for others who use the same credentials.
	kept := min(1+p.allowed.quota/100, max(left.remaining/2, 1))
	p.usable = max(left.remaining-kept, 0)
	p.reason = fmt.Sprintf("rate limit: %d left for another %s", p.allowed.remaining, p.allowed.untilReset)
	p.quotaLimiter.SetLimitAt(now, rate.Limit(float64(max(p.usable, 1))/p.reset.Sub(now).Seconds()))
}
