package fakeapi

import (
	"fmt"
	"net/http"
	"time"
)

// limit counts requests in windows of a fixed length.
type limit struct {
	quota   int
	window  time.Duration
	begin   time.Time
	used    int
	enforce bool // false where the headers only pretend
}

// Limit makes the fake API refuse more than quota requests in a window. At
// first it only pretends to Cloudflare's own 1,200 in five minutes.
func (s *Server) Limit(quota int, window time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit = limit{quota: quota, window: window, enforce: true}
}

// Delay makes every answer of the API wait.
func (s *Server) Delay(delay time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delay = delay
}

// throttled is what those hear who are over the limit.
func throttled(r *http.Request) response {
	return refuse(r, http.StatusTooManyRequests, `{"code":971,"message":"Please wait and consider throttling your request speed"}`)
}

// take counts a request, writes the headers that tell what is left, and tells
// whether the request is within the limit.
func (l *limit) take(header http.Header, now time.Time) bool {
	if l.begin.IsZero() || now.Sub(l.begin) >= l.window {
		l.begin, l.used = now, 0
	}
	if l.enforce {
		l.used++
	} else {
		l.used = 1
	}
	reset := int((l.window - now.Sub(l.begin) + time.Second - 1) / time.Second)
	header.Set("Ratelimit", fmt.Sprintf(`"default";r=%d;t=%d`, max(l.quota-l.used, 0), reset))
	header.Set("Ratelimit-Policy", fmt.Sprintf(`"default";q=%d;w=%d`, l.quota, int(l.window/time.Second)))
	if l.used > l.quota {
		header.Set("Retry-After", fmt.Sprint(reset))
		return false
	}
	return true
}
