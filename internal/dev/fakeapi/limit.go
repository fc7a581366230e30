package fakeapi

import (
	"fmt"
	"net/http"
	"time"
)

// limit counts requests in windows of a fixed length.
type limit struct {
	quota       int
	window      time.Duration
	windowStart time.Time
	used        int
	enforce     bool // if false, only the headers are set
}

// Limit rejects more than quota requests in a window with a 429. By default
// nothing is rejected; the headers announce Cloudflare's 1,200 requests in five
// minutes.
func (s *Server) Limit(quota int, window time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit = limit{quota: quota, window: window, enforce: true}
}

// Delay delays every response of the API.
func (s *Server) Delay(delay time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delay = delay
}

// rateLimitResponse returns the response to a request over the limit.
func rateLimitResponse(r *http.Request) response {
	return errorResponse(r, http.StatusTooManyRequests, `{"code":971,"message":"Please wait and consider throttling your request speed"}`)
}

// spend counts a request, sets the headers with the remaining quota, and
// reports whether the request is within the limit.
func (l *limit) spend(header http.Header, now time.Time) bool {
	if l.windowStart.IsZero() || now.Sub(l.windowStart) >= l.window {
		l.windowStart, l.used = now, 0
	}
	if l.enforce {
		l.used++
	} else {
		l.used = 1
	}
	reset := int((l.window - now.Sub(l.windowStart) + time.Second - 1) / time.Second)
	header.Set("Ratelimit", fmt.Sprintf(`"default";r=%d;t=%d`, max(l.quota-l.used, 0), reset))
	header.Set("Ratelimit-Policy", fmt.Sprintf(`"default";q=%d;w=%d`, l.quota, int(l.window/time.Second)))
	if l.used > l.quota {
		header.Set("Retry-After", fmt.Sprint(reset))
		return false
	}
	return true
}
