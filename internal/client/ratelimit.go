package client

import (
	"net/http"
	"time"

	"github.com/dunglas/httpsfv"
)

// quota is what an answer says of the rate limit.
type quota struct {
	remaining  int           // requests that may still be sent
	quota      int           // requests of a whole window; 0 where it is not said
	untilReset time.Duration // until all of quota may be sent again
}

// isLow is whether it is time to slow down: a fifth is left.
func (a quota) isLow() bool { return a.fraction() <= 0.2 }

// fraction is which part of the quota is left. A quota that is not said is taken
// to be small.
func (a quota) fraction() float64 {
	quota := a.quota
	if quota == 0 {
		quota = 250
	}
	return float64(a.remaining) / float64(quota)
}

// readQuota reads the tightest of the rate limits in the headers Ratelimit
// and Ratelimit-Policy. Headers that are absent, or cannot be read, say
// nothing.
func readQuota(header http.Header) (tightest quota, ok bool) {
	quotas := map[string]int{}
	for _, policy := range rateLimits(header, "Ratelimit-Policy") {
		if quota, ok := policy.parameter("q"); ok {
			quotas[policy.name] = quota
		}
	}
	for _, limit := range rateLimits(header, "Ratelimit") {
		left, hasLeft := limit.parameter("r")
		seconds, hasSeconds := limit.parameter("t")
		if !hasLeft || !hasSeconds {
			continue
		}
		untilReset := min(time.Duration(seconds)*time.Second, maxRetryAfter)
		current := quota{remaining: left, quota: quotas[limit.name], untilReset: untilReset}
		if !ok || current.fraction() < tightest.fraction() {
			tightest, ok = current, true
		}
	}
	return tightest, ok
}

// rateLimit is an item of one of these headers.
type rateLimit struct {
	name       string
	parameters *httpsfv.Params
}

// rateLimits returns the items of a header.
func rateLimits(header http.Header, name string) (limits []rateLimit) {
	list, _ := httpsfv.UnmarshalList(header.Values(name)) // nothing if it is malformed
	for _, member := range list {
		item, _ := member.(httpsfv.Item)
		if name, ok := item.Value.(string); ok {
			limits = append(limits, rateLimit{name, item.Params})
		}
	}
	return limits
}

// parameter returns a parameter that is an integer from 0 to a billion.
func (l rateLimit) parameter(name string) (int, bool) {
	value, _ := l.parameters.Get(name)
	number, ok := value.(int64)
	return int(number), ok && number >= 0 && number <= 1e9
}
