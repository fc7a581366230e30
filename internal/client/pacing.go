package client

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// pacer keeps the requests of a Client within what the API allows. Each
// answer says how many requests are left, of how many, and for how long. The
// pacer is in one of three states:
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
type pacer struct {
	ceiling  *rate.Limiter // the user's own limit
	spread   *rate.Limiter // what the answers ask for
	baton    chan struct{} // there while nobody waits for spread
	patience patience

	mu       sync.Mutex
	probe    bool // nobody knows what is left: the next request goes alone
	inFlight int
	allowed  allowance // by the latest answer; zero while nothing is known
	free     int       // how many requests are ours to send
	reset    time.Time // when the whole quota is allowed again
	reason   string    // why spread is slow; empty where it is not
}

// ceilingReason is why a request waits for the user's own limit.
const ceilingReason = "requests_per_second"

// newPacer returns a pacer with a ceiling of requests per second, or none for
// zero.
func newPacer(requestsPerSecond float64) *pacer {
	ceiling := rate.Inf
	if requestsPerSecond > 0 {
		ceiling = rate.Limit(requestsPerSecond)
	}
	p := &pacer{
		ceiling: rate.NewLimiter(ceiling, 1),
		spread:  rate.NewLimiter(rate.Inf, 1),
		baton:   make(chan struct{}, 1),
		probe:   true,
	}
	p.baton <- struct{}{}
	return p
}

// turn returns when the next request may be sent. Each turn that comes must be
// followed by one call of done, which is told whether the request goes
// alone. A wait of a second or more is told before it begins.
func (p *pacer) turn(ctx context.Context, tell func(delay time.Duration, reason string)) (alone bool, err error) {
	// One after the other, so that each goes by the latest limit.
	select {
	case <-p.baton:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	defer func() {
		if !alone {
			p.baton <- struct{}{}
		} // else the end of this request passes the baton on
	}()
	reservation, delay, reason := p.reserve()
	err = p.patience.take(time.Now(), delay)
	if err == nil {
		err = wait(ctx, delay, reason, tell)
	}
	if err != nil {
		reservation.Cancel()
		return false, err
	}
	reservation = p.ceiling.Reserve()
	if err := wait(ctx, reservation.Delay(), ceilingReason, tell); err != nil {
		reservation.Cancel()
		return false, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inFlight++
	p.setPace(time.Now())
	alone, p.probe = p.probe, false
	return alone, nil
}

// reserve tells how long to wait for the API's limit. After the end of the
// window, nobody knows what is left.
func (p *pacer) reserve() (reservation *rate.Reservation, delay time.Duration, reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	untilReset := max(p.reset.Sub(now), 0)
	reservation = p.spread.ReserveN(now, 1)
	delay = reservation.DelayFrom(now)
	if p.reason != "" && (delay > untilReset || untilReset == 0 || p.free == 0) {
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

// done takes note of an answer, or of none where the header is nil.
func (p *pacer) done(alone bool, header http.Header, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inFlight--
	if allowed, ok := readAllowance(header); ok {
		p.adjust(allowed, now)
	}
	if alone {
		p.baton <- struct{}{}
	}
}

// rounding is how far off the header may be, which counts in whole seconds.
const rounding = time.Second

// overtaking is how many more may be left by an answer than by the one before
// it, beside twice what is on its way: Terraform asks for ten at a time, and so
// does whoever shares the credentials.
const overtaking = 20

// adjust takes note of what an answer says.
func (p *pacer) adjust(allowed allowance, now time.Time) {
	// Answers overtake each other: within a window, the lowest number is the
	// latest. The time that is left shows a new window, and so does a number
	// that no overtaking explains.
	sameWindow := now.Before(p.reset.Add(-rounding)) &&
		allowed.untilReset < p.allowed.untilReset+2*rounding &&
		allowed.left <= p.allowed.left+2*p.inFlight+overtaking
	reset := now.Add(allowed.untilReset + rounding)
	if sameWindow {
		allowed.left = min(allowed.left, p.allowed.left)
		reset = p.reset
	}
	p.allowed, p.reset = allowed, reset
	p.setPace(now)
}

// setPace spreads what is left over the rest of the window, once it is low.
func (p *pacer) setPace(now time.Time) {
	if !now.Before(p.reset) {
		return // nobody knows what the new window holds; see reserve
	}
	// Requests on their way are not counted in the answers yet.
	left := p.allowed
	left.left -= p.inFlight
	if !left.isLow() {
		p.reason = ""
		p.spread.SetLimitAt(now, rate.Inf)
		return
	}
	// Something is kept back for others who use the same credentials.
	kept := min(1+p.allowed.quota/100, max(left.left/2, 1))
	p.free = max(left.left-kept, 0)
	p.reason = fmt.Sprintf("rate limit: %d left for another %s", p.allowed.left, p.allowed.untilReset)
	p.spread.SetLimitAt(now, rate.Limit(float64(max(p.free, 1))/p.reset.Sub(now).Seconds()))
}
