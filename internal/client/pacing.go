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
	left     int       // requests that the API still allows
	free     int       // how many of them are ours to send
	reset    time.Time // when it allows all of them again
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
	reservation := p.ceiling.Reserve()
	if err := rest(ctx, reservation.Delay(), "requests_per_second", tell); err != nil {
		reservation.Cancel()
		return false, err
	}
	// One after the other, so that each goes by the latest limit.
	select {
	case <-p.turn:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	reservation, delay, reason := p.reserve()
	if err := rest(ctx, delay, reason, tell); err != nil {
		reservation.Cancel()
		p.turn <- struct{}{}
		return false, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inFlight++
	alone, p.probe = p.probe, false
	if !alone {
		p.turn <- struct{}{}
	}
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
	if delay > untilReset || (p.reason != "" && p.free == 0) {
		delay, p.probe = untilReset, true
	}
	return reservation, delay, p.reason
}

// rest waits on the context, and tells so where it takes a second or more.
func rest(ctx context.Context, delay time.Duration, reason string, tell func(time.Duration, string)) error {
	if delay <= 0 {
		return ctx.Err()
	}
	if delay >= time.Second {
		tell(delay, reason)
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

// sameWindow is how far apart two answers may see the end of one window: the
// headers count in whole seconds.
const sameWindow = 2 * time.Second

// adjust sets the pace by what an answer says.
func (p *pacer) adjust(allowed allowance, now time.Time) {
	// The header may be rounded down.
	reset := now.Add(allowed.window + time.Second)
	if reset.Sub(p.reset).Abs() <= sameWindow {
		// Answers overtake each other: the lowest number is the latest.
		allowed.left = min(allowed.left, p.left)
	}
	p.left, p.reset = allowed.left, reset
	if !allowed.isLow() {
		p.reason = ""
		p.spread.SetLimitAt(now, rate.Inf)
		return
	}
	// Requests on their way are not counted yet, and something is kept back
	// for others who use the same credentials.
	p.free = max(p.left-p.inFlight-1-allowed.quota/100, 0)
	p.reason = fmt.Sprintf("rate limit: %d left for another %s", p.left, allowed.window)
	p.spread.SetLimitAt(now, rate.Limit(float64(max(p.free, 1))/reset.Sub(now).Seconds()))
}

// allowance is what an answer says of the rate limit.
type allowance struct {
	left   int           // requests that may still be sent
	quota  int           // requests of a whole window; 0 where it is not said
	window time.Duration // until all of quota may be sent again
}

// isLow is whether it is time to slow down: a fifth is left, or few requests
// where the quota is unknown.
func (a allowance) isLow() bool {
	if a.quota > 0 {
		return a.left <= a.quota/5
	}
	return a.left <= 50
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
		window := min(time.Duration(seconds)*time.Second, maxRetryAfter)
		current := allowance{left: left, quota: quotas[name], window: window}
		if !ok || current.left < tightest.left {
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
