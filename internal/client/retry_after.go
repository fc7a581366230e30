package client

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"
)

// retryAfterValue is what an answer asks for before another attempt: its header,
// or else what the edge says in its body.
func (k *call) retryAfterValue() string {
	if value := k.last.header.Get("Retry-After"); value != "" || k.last.status == http.StatusOK {
		return value
	}
	p, _ := parseEdgeError(k.last.body, k.redactor)
	seconds, _ := strconv.ParseFloat(p.retryAfter, 64) // what is not understood is 0
	return strconv.Itoa(int(math.Ceil(max(min(seconds, maxRetryAfter.Seconds()), 0))))
}

// parseRetryAfter reads a Retry-After header, in seconds or as a date, as a pause
// of 0 to maxRetryAfter. What cannot be read asks for nothing.
func parseRetryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(max(seconds, 0), int64(maxRetryAfter/time.Second))) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return min(max(date.Sub(now), 0), maxRetryAfter)
	}
	return 0
}
