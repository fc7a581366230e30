package client

import (
	"iter"
	"net/http"
	"time"

	"github.com/dunglas/httpsfv"
)

// allowance is what an answer says of the rate limit.
type allowance struct {
	left       int           // requests that may still be sent
	quota      int           // requests of a whole window; 0 where it is not said
	untilReset time.Duration // until all of quota may be sent again
}

// isLow is whether it is time to slow down: a fifth is left.
func (a allowance) isLow() bool { return a.fraction() <= 0.2 }

// fraction is which part of the quota is left. A quota that is not said is taken
// to be small.
func (a allowance) fraction() float64 {
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
		if !ok || current.fraction() < tightest.fraction() {
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
