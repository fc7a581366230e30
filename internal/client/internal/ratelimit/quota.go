package ratelimit

import (
	"cmp"
	"iter"
	"net/http"
	"time"

	"github.com/dunglas/httpsfv"
)

// MaxReset bounds the time until a reset that a server reports: Cloudflare
// blocks for five minutes, and rounds.
const MaxReset = 5*time.Minute + 10*time.Second

// quota is the rate limit that a response reports.
type quota struct {
	remaining  int           // requests
	total      int           // requests in a window; 0 if unknown
	untilReset time.Duration // until the next window
}

// isLow reports whether a fifth or less remains.
func (q quota) isLow() bool { return q.fraction() <= 0.2 }

// fraction returns the remaining fraction. An unknown total is assumed to be small.
func (q quota) fraction() float64 { return float64(q.remaining) / float64(cmp.Or(q.total, 250)) }

// parseQuota returns the lowest of the rate limits in the headers Ratelimit and
// Ratelimit-Policy. Absent and malformed headers are ignored.
func parseQuota(header http.Header) (lowest quota, ok bool) {
	totals := map[string]int{}
	for name, policy := range items(header, "Ratelimit-Policy") {
		if total, ok := integer(policy, "q"); ok {
			totals[name] = total
		}
	}
	for name, limit := range items(header, "Ratelimit") {
		remaining, hasRemaining := integer(limit, "r")
		seconds, hasReset := integer(limit, "t")
		if !hasRemaining || !hasReset {
			continue
		}
		current := quota{remaining, totals[name], min(time.Duration(seconds)*time.Second, MaxReset)}
		if !ok || current.fraction() < lowest.fraction() {
			lowest, ok = current, true
		}
	}
	return lowest, ok
}

// items returns the names and parameters in a header.
func items(header http.Header, name string) iter.Seq2[string, *httpsfv.Params] {
	list, _ := httpsfv.UnmarshalList(header.Values(name)) // empty if malformed
	return func(yield func(string, *httpsfv.Params) bool) {
		for _, member := range list {
			item, _ := member.(httpsfv.Item)
			if name, ok := item.Value.(string); ok && !yield(name, item.Params) {
				return
			}
		}
	}
}

// integer returns a parameter that is an integer from 0 to a billion.
func integer(parameters *httpsfv.Params, name string) (int, bool) {
	value, _ := parameters.Get(name)
	number, ok := value.(int64)
	return int(number), ok && number >= 0 && number <= 1e9
}
