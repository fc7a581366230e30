package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// Waits that overlap count once.
func TestWaitBudget(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	type wait struct {
		at, delay time.Duration
		ok        bool
	}
	const minute = time.Minute
	tests := map[string][]wait{
		"just as much as allowed": {
			{delay: 30 * minute, ok: true},
			{at: 30 * minute, delay: time.Nanosecond},
			{at: 30 * minute, ok: true},
		},
		"too much at once": {{delay: 30*minute + 1}, {delay: minute, ok: true}},
		"one after the other": {
			{delay: 20 * minute, ok: true},
			{at: 25 * minute, delay: 10 * minute, ok: true},
			{at: 50 * minute, delay: time.Second},
		},
		"all at the same time": {
			{delay: 20 * minute, ok: true},
			{delay: 20 * minute, ok: true},
			{at: minute, delay: 19 * minute, ok: true},
		},
		"one within the other": {
			{
				delay: 20 * minute,
				ok:    true,
			}, {at: minute, delay: 5 * minute, ok: true}, {at: 20 * minute, delay: 10 * minute, ok: true}, {at: 30 * minute, delay: time.Nanosecond},
		},
		"one into the other": {
			{delay: 20 * minute, ok: true},
			{at: 10 * minute, delay: 20 * minute, ok: true},
			{at: 30 * minute, delay: time.Second},
		},
	}
	for name, waits := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p waitBudget
			for i, w := range waits {
				if err := p.spend(begin.Add(w.at), w.delay); (err == nil) != w.ok {
					t.Errorf("wait %d: got %v, want it allowed: %t", i, err, w.ok)
				}
			}
		})
	}
}

// A limit that never lets go ends a run in the documented time, however many
// reads there are; one that only lasts is waited out.
func TestWaitBudgetEndlessLimit(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func() *http.Response{
		"none left": func() *http.Response {
			header := http.Header{"Ratelimit": {`"default";r=0;t=300`}, "Ratelimit-Policy": {`"default";q=1200;w=300`}}
			return &http.Response{StatusCode: http.StatusOK, Header: header, Body: bodyOf(success(`{"id":"x"}`))}
		},
		"429": func() *http.Response {
			return &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"300"}}, Body: bodyOf("")}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, err := New(Config{
					Credentials: APIToken(fakeapi.Token),
					Transport:   roundTripper(func(*http.Request) (*http.Response, error) { return answer(), nil }),
				})
				if err != nil {
					t.Fatal(err)
				}
				begin := time.Now()
				var mu sync.Mutex
				refused := 0
				var readers sync.WaitGroup
				for reader := range 10 {
					readers.Go(func() {
						for i := range 20 {
							_, _, err := c.ListVariants(t.Context(), fmt.Sprint(reader, "x", i))
							mu.Lock()
							e, ok := errors.AsType[*Error](err)
							if ok && e.Kind == RateLimited && (e.CircuitOpen || strings.Contains(e.Error(), "would be more than 30m0s")) {
								refused++
							}
							mu.Unlock()
						}
					})
				}
				readers.Wait()
				if took := time.Since(begin); took > MaxRateLimitWait+time.Minute || refused < 100 {
					t.Errorf("it took %s, and %d of 200 reads were told why", took, refused)
				}
			})
		})
	}
}

// What keeps a run waiting is told as what it is.
func TestWaitLimited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var told []string
		c, _ := scripted(t, 0, nil, step{status: 429, retryAfter: "30"}, step{status: 503}, step{status: 200})
		c.config.OnWait = func(_ context.Context, w Wait) { told = append(told, fmt.Sprint(w.Delay, w.Limited)) }
		if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a"); err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(told), "[30s true 1s false]"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}
