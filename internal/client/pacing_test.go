package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/time/rate"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// limitedAPI answers after a latency and counts requests in windows, as the
// API does.
type limitedAPI struct {
	quota   int
	window  time.Duration
	latency time.Duration
	others  time.Duration // another tool takes a request at this interval; 0 for none

	mu      sync.Mutex
	begin   time.Time
	used    int
	seen    int
	refused int
	last    time.Time
}

func (a *limitedAPI) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := sleep(r.Context(), a.latency/2); err != nil {
		return nil, err
	}
	a.mu.Lock()
	now := time.Now()
	if a.begin.IsZero() || now.Sub(a.begin) >= a.window {
		a.begin, a.used = now, 0
	}
	a.used++
	a.seen++
	a.last = now
	used := a.used
	if a.others > 0 {
		used += int(now.Sub(a.begin) / a.others)
	}
	left := max(a.quota-used, 0)
	reset := int((a.window - now.Sub(a.begin) + time.Second - 1) / time.Second)
	header := http.Header{}
	header.Set("Ratelimit", fmt.Sprintf(`"default";r=%d;t=%d`, left, reset))
	header.Set("Ratelimit-Policy", fmt.Sprintf(`"default";q=%d;w=%d`, a.quota, a.window/time.Second))
	status := http.StatusOK
	if used > a.quota {
		a.refused++
		status = http.StatusTooManyRequests
		header.Set("Retry-After", fmt.Sprint(reset))
	}
	a.mu.Unlock()
	if err := sleep(r.Context(), a.latency/2); err != nil {
		return nil, err
	}
	id := r.URL.Path[len("/client/v4/accounts/a/images/v1/"):]
	return &http.Response{StatusCode: status, Header: header, Body: bodyOf(success(fmt.Sprintf(`{"id":%q}`, id)))}, nil
}

// readAll reads n images with ten readers, as Terraform does.
func readAll(t *testing.T, c *Client, n int) time.Duration {
	t.Helper()
	begin := time.Now()
	ids := make(chan int)
	var readers sync.WaitGroup
	for range 10 {
		readers.Go(func() {
			for i := range ids {
				if _, _, err := c.GetImage(t.Context(), "a", fmt.Sprint(i)); err != nil {
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

// However much is to be read, however little is left, no answer is a 429 where
// nobody else uses the credentials, and it takes no longer than the windows
// that it needs.
func TestRateLimiter(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		api     *limitedAPI
		reads   int
		already int // requests that someone made in this window
		longest time.Duration
		refused int // at most; others may take what was ours
	}{
		"all of it at once": {
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
			}, reads: 1100, longest: 600 * time.Second, refused: 3,
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
				if api.refused > test.refused || api.seen != test.reads+api.refused {
					t.Errorf(
						"%d requests, %d of them refused; want %d and at most %d",
						api.seen,
						api.refused,
						test.reads,
						test.refused,
					)
				}
				if took > test.longest {
					t.Errorf("it took %s, want %s at most", took, test.longest)
				}
			})
		})
	}
}

// The ceiling is the user's, whatever the API allows.
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

// The ceiling holds, too, for those who had to wait for the first answer.
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

// A pause of a second or more is told, with what is left.
func TestRateLimiterReportsWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var told []string
		api := &limitedAPI{quota: 100, window: 60 * time.Second}
		api.begin, api.used = time.Now(), 98
		c, err := New(Config{Credentials: APIToken(fakeapi.Token), Transport: api, OnWait: func(_ context.Context, w Wait) {
			told = append(told, fmt.Sprintf("attempt %d, %s: %s", w.Attempt, w.Delay.Round(time.Second), w.Reason))
		}})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			if _, _, err := c.GetImage(t.Context(), "a", fmt.Sprint(i)); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff([]string{"attempt 1, 1m1s: rate limit: 1 left for another 1m0s"}, told); diff != "" {
			t.Errorf("waits (-want +got):\n%s", diff)
		}
	})
}

// A wait for the rate limit ends with the caller's context, and the next
// caller is not held up.
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
		if _, _, err := c.GetImage(t.Context(), "a", "0"); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		var readers sync.WaitGroup
		for i := range 3 {
			readers.Go(func() {
				_, _, err := c.GetImage(ctx, "a", fmt.Sprint(i))
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
		if _, _, err := c.GetImage(t.Context(), "a", "9"); err != nil || api.refused != 0 {
			t.Errorf("the next read: %v, %d refused", err, api.refused)
		}
	})
}

// With answers that do not come, all but one of the requests that are left go,
// about evenly over the window. After it one goes alone, and the others wait
// for its answer.
func TestRateLimiterWithoutResponses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		p := newRateLimiter(0)
		var sent []string
		go func() {
			for range 20 {
				alone, err := p.acquire(t.Context(), func(time.Duration, string) {})
				if err != nil {
					return // the test is over
				}
				sent = append(sent, fmt.Sprintf("%s, alone: %t", time.Since(begin).Round(time.Second), alone))
			}
		}()
		synctest.Wait()
		p.release(
			true,
			http.Header{"Ratelimit": {`"default";r=10;t=59`}, "Ratelimit-Policy": {`"default";q=100;w=60`}},
			time.Now(),
		)
		if err := sleep(t.Context(), 10*time.Minute); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		want := []string{
			"0s, alone: true",
			"0s, alone: false",
			"9s, alone: false",
			"17s, alone: false",
			"26s, alone: false",
			"34s, alone: false",
			"43s, alone: false",
			"51s, alone: false",
			"56s, alone: false",
			"1m0s, alone: false",
			"1m0s, alone: true",
		}
		if diff := cmp.Diff(want, sent); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
	})
}

// How what is left is spread, with the example that the pacer is described by.
func TestRateLimiterRecompute(t *testing.T) {
	t.Parallel()
	const every = 50 * time.Second // and one more, for rounding
	tests := map[string]struct {
		left, quota, inFlight int
		free                  int
		over                  time.Duration // that so many requests are spread over; 0 for as they come
	}{
		"the example":         {left: 21, quota: 100, inFlight: 3, free: 16, over: 51 * time.Second},
		"plenty":              {left: 21, quota: 100},
		"a fifth":             {left: 20, quota: 100, free: 18, over: 51 * time.Second},
		"of a large quota":    {left: 240, quota: 1200, free: 227, over: 51 * time.Second},
		"four left":           {left: 4, quota: 100, free: 2, over: 51 * time.Second},
		"three left":          {left: 3, quota: 100, free: 2, over: 51 * time.Second},
		"two left":            {left: 2, quota: 100, free: 1, over: 51 * time.Second},
		"one left":            {left: 1, quota: 100, over: 51 * time.Second},
		"none left":           {quota: 100, over: 51 * time.Second},
		"fewer than on a way": {left: 2, quota: 100, inFlight: 5, over: 51 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
			p := newRateLimiter(0)
			p.inFlight = test.inFlight
			p.observe(quota{remaining: test.left, quota: test.quota, untilReset: every}, now)
			want, reason := rate.Inf, ""
			if test.over > 0 {
				want = rate.Limit(float64(max(test.free, 1)) / test.over.Seconds())
				reason = fmt.Sprintf("rate limit: %d left for another 50s", test.left)
			}
			if got := p.quotaLimiter.Limit(); got != want || p.usable != test.free || p.reason != reason {
				t.Errorf("got %v a second, %d and %q, want %v, %d and %q", got, p.usable, p.reason, want, test.free, reason)
			}
		})
	}
}

// Answers that overtake each other do not make more of what is left; a new
// window does, however it shows.
func TestRateLimiterReordering(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		after    time.Duration // the first answer, which has 10 left for 30 s
		left     int
		until    time.Duration
		inFlight int
		isNew    bool
	}{
		"a later one":                   {after: time.Second, left: 9, until: 29 * time.Second},
		"an earlier one":                {after: time.Second, left: 11, until: 30 * time.Second},
		"the earliest that can be":      {left: 30, until: 30 * time.Second},
		"more than any earlier one":     {left: 31, until: 30 * time.Second, isNew: true},
		"earlier, with two on the way":  {left: 34, until: 30 * time.Second, inFlight: 2},
		"more than those two explain":   {left: 35, until: 30 * time.Second, inFlight: 2, isNew: true},
		"a second longer, by rounding":  {left: 11, until: 31 * time.Second},
		"longer than rounding explains": {left: 11, until: 32 * time.Second, isNew: true},
		"just before the window's end":  {after: 30*time.Second - 1, left: 11},
		"at the window's end":           {after: 30 * time.Second, left: 11, until: 30 * time.Second, isNew: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begin := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
			p := newRateLimiter(0)
			p.observe(quota{remaining: 10, quota: 1000, untilReset: 30 * time.Second}, begin)
			p.inFlight = test.inFlight
			now := begin.Add(test.after)
			p.observe(quota{remaining: test.left, quota: 1000, untilReset: test.until}, now)
			left, reset := min(10, test.left), begin.Add(31*time.Second)
			if test.isNew {
				left, reset = test.left, now.Add(test.until+time.Second)
			}
			if p.allowed.remaining != left || !p.reset.Equal(reset) {
				t.Errorf("got %d left until %s, want %d until %s", p.allowed.remaining, p.reset, left, reset)
			}
		})
	}
}

// Only what takes a second or more is told.
func TestRateLimiterShortWaitsNotReported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		var told []string
		for _, delay := range []time.Duration{-1, 0, time.Second - 1, time.Second} {
			tell := func(delay time.Duration, reason string) { told = append(told, delay.String()+" "+reason) }
			if err := wait(t.Context(), delay, "why", tell); err != nil {
				t.Error(err)
			}
		}
		if diff := cmp.Diff([]string{"1s why"}, told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		for range 64 { // a select between a timer of 0 and the context would pick by chance
			if err := sleep(gone, 0); !errors.Is(err, context.Canceled) {
				t.Fatalf("no time, but a context that has ended: got %v", err)
			}
		}
		if took := time.Since(begin); took != 2*time.Second-1 {
			t.Errorf("it took %s", took)
		}
	})
}

// Who stops waiting leaves the place in the queue to the next one.
func TestRateLimiterCanceledReservations(t *testing.T) {
	t.Parallel()
	low := http.Header{"Ratelimit": {`"default";r=20;t=50`}, "Ratelimit-Policy": {`"default";q=100;w=60`}}
	for name, test := range map[string]struct {
		perSecond float64
		header    http.Header
		want      time.Duration // when the next one has its turn
	}{
		"for the user's own limit": {perSecond: 0.125, want: 8 * time.Second},
		"for the API's":            {header: low, want: 4 * time.Second}, // some 18 in 51 s, the second after one
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p, tell := newRateLimiter(test.perSecond), func(time.Duration, string) {}
				begin := time.Now()
				if alone, err := p.acquire(t.Context(), tell); !alone || err != nil {
					t.Fatalf("the first: got %t, %v", alone, err)
				}
				gone, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if alone, err := p.acquire(gone, tell); alone || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("one that waits for the first: got %t, %v", alone, err)
				}
				p.release(true, test.header, begin)
				if test.header != nil {
					if alone, err := p.acquire(t.Context(), tell); alone || err != nil {
						t.Errorf("the second: got %t, %v", alone, err)
					}
				}
				again, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if alone, err := p.acquire(again, tell); alone || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("one that waits for a place: got %t, %v", alone, err)
				}
				if alone, err := p.acquire(t.Context(), tell); alone || err != nil {
					t.Errorf("the next: got %t, %v", alone, err)
				}
				if took := time.Since(begin).Round(time.Second); took != test.want {
					t.Errorf("the next has its turn after %s, want %s", took, test.want)
				}
			})
		})
	}
}

// After a window that ran low the next request goes alone, however long after.
func TestRateLimiterAfterWindow(t *testing.T) {
	t.Parallel()
	const atOnce, alone = "0s, alone: false", "0s, alone: true"
	for after, want := range map[time.Duration]string{
		30 * time.Second: atOnce, 49 * time.Second: atOnce, 51 * time.Second: alone, time.Hour: alone,
	} {
		synctest.Test(t, func(t *testing.T) {
			p := newRateLimiter(0)
			p.probe = false
			p.observe(quota{remaining: 20, quota: 100, untilReset: 50 * time.Second}, time.Now())
			if err := sleep(t.Context(), after); err != nil {
				t.Fatal(err)
			}
			if _, delay, _ := p.reserve(); fmt.Sprintf("%s, alone: %t", delay, p.probe) != want {
				t.Errorf("after %s: got %s, alone: %t, want %s", after, delay, p.probe, want)
			}
			p.probe = false
			if _, delay, _ := p.reserve(); after < time.Minute && after > 40*time.Second &&
				(delay != 51*time.Second-after || !p.probe) {
				t.Errorf("the one after it: got %s, alone: %t, want it alone at the window's end", delay, p.probe)
			}
		})
	}
}
