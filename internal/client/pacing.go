package client

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"sync"
	"time"

	"github.com/dunglas/httpsfv"
	"golang.org/x/time/rate"
)

// pacer keeps the requests of a Client within what the API allows. Each
// answer says how many requests are left and for how long; once they run low,
// the pacer spreads them over the rest of the window. The first request goes
// alone, as nobody knows yet what is left.
//
// https://developers.cloudflare.com/fundamentals/api/reference/limits/
type pacer struct {
	ceiling *rate.Limiter // the user's own limit
	spread  *rate.Limiter // what the answers ask for
	turn    chan struct{} // holds a token while nobody waits for spread

	mu       sync.Mutex
	probe    bool // nobody knows what is left: the next request goes alone
	inFlight int
	allowed  allowance // by the latest answer; zero while nothing is known
	free     int       // how many requests are ours to send
	reset    time.Time // when the whole quota is allowed again
	reason   string    // why spread is slow; empty where it is not
}

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
		turn:    make(chan struct{}, 1),
		probe:   true,
	}
	p.turn <- struct{}{}
	return p
}

// wait returns when the next request may be sent. Each wait that succeeds must
// be followed by one call of done, which is told whether the request goes
// alone. A wait of a second or more is told before it begins.
func (p *pacer) wait(ctx context.Context, tell func(delay time.Duration, reason string)) (alone bool, err error) {
	// One after the other, so that each goes by the latest limit.
	select {
	case <-p.turn:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	defer func() {
		if !alone {
			p.turn <- struct{}{}
		} // else the end of this request passes the turn on
	}()
	reservation, delay, reason := p.reserve()
	if err := rest(ctx, delay, reason, tell); err != nil {
		reservation.Cancel()
		return false, err
	}
	reservation = p.ceiling.Reserve()
	if err := rest(ctx, reservation.Delay(), "requests_per_second", tell); err != nil {
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

// rest sleeps, and tells so where that takes a second or more.
func rest(ctx context.Context, delay time.Duration, reason string, tell func(time.Duration, string)) error {
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
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
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
		p.turn <- struct{}{}
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

// allowance is what an answer says of the rate limit.
type allowance struct {
	left       int           // requests that may still be sent
	quota      int           // requests of a whole window; 0 where it is not said
	untilReset time.Duration // until all of quota may be sent again
}

// isLow is whether it is time to slow down: a fifth is left.
func (a allowance) isLow() bool { return a.share() <= 0.2 }

// share is which part of the quota is left. A quota that is not said is taken
// to be small.
func (a allowance) share() float64 {
	quota := a.quota
	if quota == 0 {
		quota = 250
	}
	return float64(a.left) / float64(quota)
}

// readAllowance reads the tightest of the rate limits in the headers Ratelimit
// and Ratelimit-Policy. Headers that are absent, or cannot be read, say
// nothing.
func readAllowance(header http.Header) (tightest allowance, ok bool) {
	quotas := map[string]int{}
	for name, parameter := range rateLimits(header, "Ratelimit-Policy") {
		if quota, ok := parameter("q"); ok {
			quotas[name] = quota
		}
	}
	for name, parameter := range rateLimits(header, "Ratelimit") {
		left, hasLeft := parameter("r")
		seconds, hasSeconds := parameter("t")
		if !hasLeft || !hasSeconds {
			continue
		}
		untilReset := min(time.Duration(seconds)*time.Second, maxRetryAfter)
		current := allowance{left: left, quota: quotas[name], untilReset: untilReset}
		if !ok || current.share() < tightest.share() {
			tightest, ok = current, true
		}
	}
	return tightest, ok
}

// rateLimits goes through the items of a header, each with its name and its
// parameters, which are whole numbers from 0 to a billion.
func rateLimits(header http.Header, name string) iter.Seq2[string, func(string) (int, bool)] {
	return func(yield func(string, func(string) (int, bool)) bool) {
		list, err := httpsfv.UnmarshalList(header.Values(name))
		if err != nil {
			return
		}
		for _, member := range list {
			item, isItem := member.(httpsfv.Item)
			limit, isText := item.Value.(string)
			if !isItem || !isText {
				continue
			}
			parameter := func(name string) (int, bool) {
				value, _ := item.Params.Get(name)
				number, ok := value.(int64)
				return int(number), ok && number >= 0 && number <= 1e9
			}
			if !yield(limit, parameter) {
				return
			}
		}
	}
}
