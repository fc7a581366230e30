package fakeapi

import (
	"net/http"
	"testing"
	"time"
)

func TestLimit(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	l := limit{quota: 2, window: 10 * time.Second, enforce: true}
	steps := []struct {
		after      time.Duration
		ok         bool
		limit      string
		retryAfter string
	}{
		{ok: true, limit: `"default";r=1;t=10`},
		{after: 3500 * time.Millisecond, ok: true, limit: `"default";r=0;t=7`},
		{after: 9 * time.Second, limit: `"default";r=0;t=1`, retryAfter: "1"},
		{after: 10 * time.Second, ok: true, limit: `"default";r=1;t=10`},
	}
	for i, step := range steps {
		header := http.Header{}
		ok := l.spend(header, begin.Add(step.after))
		if ok != step.ok || header.Get("Ratelimit") != step.limit || header.Get("Retry-After") != step.retryAfter ||
			header.Get("Ratelimit-Policy") != `"default";q=2;w=10` {
			t.Errorf("request %d: got %t and %v, want %+v", i, ok, header, step)
		}
	}
	pretended := limit{quota: 1, window: time.Second}
	for range 3 {
		if !pretended.spend(http.Header{}, begin) {
			t.Error("a limit that is only announced rejects requests")
		}
	}
}
