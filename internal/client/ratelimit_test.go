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

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// readAll reads n images with ten readers, like Terraform.
func readAll(t *testing.T, c *Client, n int) time.Duration {
	t.Helper()
	begin := time.Now()
	ids := make(chan int)
	var readers sync.WaitGroup
	for range 10 {
		readers.Go(func() {
			for i := range ids {
				if _, _, err := c.GetImage(t.Context(), "a", fmt.Sprint(i), ReadOptions{}); err != nil {
					t.Errorf("image %d: %v", i, err)
				}
			}
		})
	}
	for i := range n {
		ids <- i
	}
	close(ids)
	readers.Wait()
	return time.Since(begin)
}

// However many requests are needed, and however few remain, no response is a
// 429 if nobody else uses the credentials, and no more windows are used than
// needed.
func TestRateLimiter(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		api      *limitedAPI
		reads    int
		already  int // requests of others in this window
		longest  time.Duration
		rejected int // at most, as others use the same quota
	}{
		"all of it concurrently": {
			api: &limitedAPI{
				quota:   1200,
				window:  300 * time.Second,
				latency: 100 * time.Millisecond,
			}, reads: 900, longest: 10 * time.Second,
		},
		"more than a window": {
			api: &limitedAPI{
				quota:   1200,
				window:  300 * time.Second,
				latency: 100 * time.Millisecond,
			}, reads: 2000, longest: 312 * time.Second,
		},
		"several windows": {
			api: &limitedAPI{
				quota:   1200,
				window:  300 * time.Second,
				latency: 100 * time.Millisecond,
			}, reads: 5000, longest: 1220 * time.Second,
		},
		"little is left": {
			api: &limitedAPI{
				quota:   1200,
				window:  300 * time.Second,
				latency: 100 * time.Millisecond,
			}, reads: 100, already: 1190, longest: 305 * time.Second,
		},
		"nothing but one": {
			api: &limitedAPI{
				quota:   1200,
				window:  300 * time.Second,
				latency: 100 * time.Millisecond,
			}, reads: 20, already: 1199, longest: 305 * time.Second,
		},
		"shared with others": {
			api: &limitedAPI{
				quota:   1200,
				window:  300 * time.Second,
				latency: 100 * time.Millisecond,
				others:  time.Second,
			}, reads: 1100, longest: 600 * time.Second, rejected: 3,
		},
		"a tiny quota": {
			api:     &limitedAPI{quota: 20, window: 10 * time.Second, latency: 100 * time.Millisecond},
			reads:   60,
			longest: 55 * time.Second,
		},
		"a window of a second": {
			api:     &limitedAPI{quota: 50, window: time.Second, latency: 20 * time.Millisecond},
			reads:   300,
			longest: 20 * time.Second,
		},
		"few reads, little left": {
			api: &limitedAPI{
				quota:   1200,
				window:  300 * time.Second,
				latency: 100 * time.Millisecond,
			}, reads: 2, already: 1186, longest: 60 * time.Second,
		},
		"a small, short window": {
			api:     &limitedAPI{quota: 50, window: 10 * time.Second, latency: 20 * time.Millisecond},
			reads:   200,
			longest: 50 * time.Second,
		},
		"a slow API": {
			api:     &limitedAPI{quota: 100, window: 60 * time.Second, latency: 3 * time.Second},
			reads:   150,
			longest: 110 * time.Second,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api := test.api
				api.begin, api.used = time.Now(), test.already
				c, err := New(Config{Credentials: APIToken(fakeapi.Token), Transport: api})
				if err != nil {
					t.Fatal(err)
				}
				took := readAll(t, c, test.reads)
				if api.rejected > test.rejected || api.seen != test.reads+api.rejected {
					t.Errorf(
						"%d requests, %d of them rejected; want %d and at most %d",
						api.seen,
						api.rejected,
						test.reads,
						test.rejected,
					)
				}
				if took > test.longest {
					t.Errorf("it took %s, want %s at most", took, test.longest)
				}
			})
		})
	}
}

// The limit of the user applies, whatever the API allows.
func TestRateLimiterUserLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, err := New(Config{
			Credentials:       APIToken(fakeapi.Token),
			Transport:         &limitedAPI{quota: 1200, window: 300 * time.Second},
			RequestsPerSecond: 4,
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := readAll(t, c, 41), 10*time.Second; got.Round(time.Millisecond) != want {
			t.Errorf("41 requests at 4 a second took %s, want %s", got, want)
		}
	})
}

// The limit of the user also applies to requests that waited for the probe.
func TestRateLimiterUserLimitWithLatency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &limitedAPI{quota: 1200, window: 300 * time.Second, latency: 10 * time.Second}
		var sent []time.Duration
		var mu sync.Mutex
		begin := time.Now()
		noting := roundTripper(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			sent = append(sent, time.Since(begin))
			mu.Unlock()
			return api.RoundTrip(r)
		})
		c, err := New(Config{Credentials: APIToken(fakeapi.Token), RequestsPerSecond: 1, Transport: noting})
		if err != nil {
			t.Fatal(err)
		}
		readAll(t, c, 10)
		for i := 1; i < len(sent); i++ {
			if gap := sent[i] - sent[i-1]; gap < time.Second {
				t.Errorf("request %d came %s after the one before", i, gap)
			}
		}
	})
}

// A wait of a second or more is reported, with the remaining requests.
func TestRateLimiterReportsWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var waits []string
		api := &limitedAPI{quota: 100, window: 60 * time.Second}
		api.begin, api.used = time.Now(), 98
		onWait := func(_ context.Context, w Wait) {
			waits = append(waits, fmt.Sprintf("attempt %d, %s: %s", w.Attempt, w.Delay.Round(time.Second), w.Reason))
		}
		c, err := New(Config{Credentials: APIToken(fakeapi.Token), Transport: api, Observer: Observer{OnWait: onWait}})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			if _, _, err := c.GetImage(t.Context(), "a", fmt.Sprint(i), ReadOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff([]string{"attempt 1, 1m1s: rate limit: 1 requests left for the next 1m0s"}, waits); diff != "" {
			t.Errorf("waits (-want +got):\n%s", diff)
		}
	})
}

// A cancellation ends a wait for the rate limit, and doesn't delay the next
// caller.
func TestRateLimiterCanceled(t *testing.T) {
	t.Parallel()
	gone := errors.New("operator pressed Ctrl-C")
	synctest.Test(t, func(t *testing.T) {
		api := &limitedAPI{quota: 100, window: 60 * time.Second}
		api.begin, api.used = time.Now(), 100-1
		c, err := New(Config{Credentials: APIToken(fakeapi.Token), Transport: api})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.GetImage(t.Context(), "a", "0", ReadOptions{}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		var readers sync.WaitGroup
		for i := range 3 {
			readers.Go(func() {
				_, _, err := c.GetImage(ctx, "a", fmt.Sprint(i), ReadOptions{})
				if !errors.Is(err, Canceled) || !errors.Is(err, gone) {
					t.Errorf("got %v", err)
				}
			})
		}
		synctest.Wait()
		begin := time.Now()
		cancel(gone)
		readers.Wait()
		if took := time.Since(begin); took != 0 {
			t.Errorf("it took %s to stop", took)
		}
		if _, _, err := c.GetImage(t.Context(), "a", "9", ReadOptions{}); err != nil || api.rejected != 0 {
			t.Errorf("the next read: %v, %d rejected", err, api.rejected)
		}
	})
}

// An endless limit ends a run after the wait budget, however many reads there
// are. A temporary one doesn't.
func TestWaitBudgetEndlessLimit(t *testing.T) {
	t.Parallel()
	for name, response := range map[string]func() *http.Response{
		"none left": func() *http.Response {
			header := http.Header{"Ratelimit": {`"default";r=0;t=300`}, "Ratelimit-Policy": {`"default";q=1200;w=300`}}
			return &http.Response{StatusCode: http.StatusOK, Header: header, Body: bodyOf(success(`{"id":"x"}`))}
		},
		"429": func() *http.Response {
			header := http.Header{"Retry-After": {"300"}}
			return &http.Response{StatusCode: http.StatusTooManyRequests, Header: header, Body: bodyOf("")}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, err := New(Config{
					Credentials: APIToken(fakeapi.Token),
					Transport:   roundTripper(func(*http.Request) (*http.Response, error) { return response(), nil }),
				})
				if err != nil {
					t.Fatal(err)
				}
				begin := time.Now()
				var mu sync.Mutex
				rejected := 0
				var readers sync.WaitGroup
				for reader := range 10 {
					readers.Go(func() {
						for i := range 20 {
							_, _, err := c.ListVariants(t.Context(), fmt.Sprint(reader, "x", i))
							mu.Lock()
							e, ok := errors.AsType[*Error](err)
							if ok && e.Kind == RateLimited && (e.CircuitOpen || strings.Contains(e.Error(), "limit 30m0s")) {
								rejected++
							}
							mu.Unlock()
						}
					})
				}
				readers.Wait()
				if took := time.Since(begin); took > MaxRateLimitWait+time.Minute || rejected < 100 {
					t.Errorf("it took %s, and %d of 200 reads reported the limit", took, rejected)
				}
			})
		})
	}
}

// A wait reports whether it is for the rate limit of the API.
func TestWaitLimited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var waits []string
		c, _ := scripted(t, 0, nil, step{status: 429, retryAfter: "30"}, step{status: 503}, step{status: 200})
		c.config.Observer.OnWait = func(_ context.Context, w Wait) { waits = append(waits, fmt.Sprint(w.Delay, w.Limited)) }
		if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{}); err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(waits), "[30s true 1s false]"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}
