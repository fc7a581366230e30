package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/time/rate"
)

// Without responses, all but one of the remaining requests are sent, evenly
// over the window. The request after it is a probe, and the others wait for its
// response.
func TestLimiterWithoutResponses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		l := New(0)
		var sent []string
		go func() {
			for range 20 {
				alone, err := l.Acquire(t.Context(), func(time.Duration, string) {})
				if err != nil {
					return // the test is over
				}
				sent = append(sent, fmt.Sprintf("%s, alone: %t", time.Since(begin).Round(time.Second), alone))
			}
		}()
		synctest.Wait()
		l.Release(
			true,
			http.Header{"Ratelimit": {`"default";r=10;t=59`}, "Ratelimit-Policy": {`"default";q=100;w=60`}},
			time.Now(),
		)
		if err := Sleep(t.Context(), 10*time.Minute); err != nil {
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

// The remaining requests are spread over the window, as in the example of
// Limiter.
func TestLimiterRecompute(t *testing.T) {
	t.Parallel()
	const every = 50 * time.Second // and one more, for rounding
	tests := map[string]struct {
		left, quota, inFlight int
		free                  int
		over                  time.Duration // over which the requests are spread; 0 for no delay
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
			l := New(0)
			l.inFlight = test.inFlight
			l.observe(quota{remaining: test.left, total: test.quota, untilReset: every}, now)
			want, reason := rate.Inf, ""
			if test.over > 0 {
				want = rate.Limit(float64(max(test.free, 1)) / test.over.Seconds())
				reason = fmt.Sprintf("rate limit: %d requests left for the next 50s", test.left)
			}
			if got := l.quotaLimiter.Limit(); got != want || l.usable != test.free || l.reason != reason {
				t.Errorf("got %v a second, %d and %q, want %v, %d and %q", got, l.usable, l.reason, want, test.free, reason)
			}
		})
	}
}

// Responses out of order don't increase the remaining requests; a new window
// does.
func TestLimiterReordering(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		after    time.Duration // the first response, with 10 remaining for 30 s
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
			l := New(0)
			l.observe(quota{remaining: 10, total: 1000, untilReset: 30 * time.Second}, begin)
			l.inFlight = test.inFlight
			now := begin.Add(test.after)
			l.observe(quota{remaining: test.left, total: 1000, untilReset: test.until}, now)
			left, reset := min(10, test.left), begin.Add(31*time.Second)
			if test.isNew {
				left, reset = test.left, now.Add(test.until+time.Second)
			}
			if l.quota.remaining != left || !l.reset.Equal(reset) {
				t.Errorf("got %d left until %s, want %d until %s", l.quota.remaining, l.reset, left, reset)
			}
		})
	}
}

// Only waits of a second or more are reported.
func TestLimiterShortWaitsNotReported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		var reported []string
		for _, delay := range []time.Duration{-1, 0, time.Second - 1, time.Second} {
			tell := func(delay time.Duration, reason string) { reported = append(reported, delay.String()+" "+reason) }
			if err := wait(t.Context(), delay, "why", tell); err != nil {
				t.Error(err)
			}
		}
		if diff := cmp.Diff([]string{"1s why"}, reported); diff != "" {
			t.Errorf("reported (-want +got):\n%s", diff)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		for range 64 { // select would choose randomly between a timer of 0 and the context
			if err := Sleep(gone, 0); !errors.Is(err, context.Canceled) {
				t.Fatalf("no delay, canceled: got %v", err)
			}
		}
		if took := time.Since(begin); took != 2*time.Second-1 {
			t.Errorf("it took %s", took)
		}
	})
}

// A canceled wait returns its reservation to the next request.
func TestLimiterCanceledReservations(t *testing.T) {
	t.Parallel()
	low := http.Header{"Ratelimit": {`"default";r=20;t=50`}, "Ratelimit-Policy": {`"default";q=100;w=60`}}
	for name, test := range map[string]struct {
		perSecond float64
		header    http.Header
		want      time.Duration // time at which the next one acquires
	}{
		"for the user's own limit": {perSecond: 0.125, want: 8 * time.Second},
		"for the API's":            {header: low, want: 4 * time.Second}, // about 18 in 51 s
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l, tell := New(test.perSecond), func(time.Duration, string) {}
				begin := time.Now()
				if alone, err := l.Acquire(t.Context(), tell); !alone || err != nil {
					t.Fatalf("the first: got %t, %v", alone, err)
				}
				gone, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if alone, err := l.Acquire(gone, tell); alone || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("waiting for the first: got %t, %v", alone, err)
				}
				l.Release(true, test.header, begin)
				if test.header != nil {
					if alone, err := l.Acquire(t.Context(), tell); alone || err != nil {
						t.Errorf("the second: got %t, %v", alone, err)
					}
				}
				again, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if alone, err := l.Acquire(again, tell); alone || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("waiting for a slot: got %t, %v", alone, err)
				}
				if alone, err := l.Acquire(t.Context(), tell); alone || err != nil {
					t.Errorf("the next: got %t, %v", alone, err)
				}
				if took := time.Since(begin).Round(time.Second); took != test.want {
					t.Errorf("the next one acquires after %s, want %s", took, test.want)
				}
			})
		})
	}
}

// The first request after a window that ran low is a probe, however late it is.
func TestLimiterAfterWindow(t *testing.T) {
	t.Parallel()
	const atOnce, alone = "0s, alone: false", "0s, alone: true"
	for after, want := range map[time.Duration]string{
		30 * time.Second: atOnce, 49 * time.Second: atOnce, 51 * time.Second: alone, time.Hour: alone,
	} {
		synctest.Test(t, func(t *testing.T) {
			l := New(0)
			l.isProbe = false
			l.observe(quota{remaining: 20, total: 100, untilReset: 50 * time.Second}, time.Now())
			if err := Sleep(t.Context(), after); err != nil {
				t.Fatal(err)
			}
			if _, delay, _ := l.reserve(); fmt.Sprintf("%s, alone: %t", delay, l.isProbe) != want {
				t.Errorf("after %s: got %s, alone: %t, want %s", after, delay, l.isProbe, want)
			}
			l.isProbe = false
			if _, delay, _ := l.reserve(); after < time.Minute && after > 40*time.Second &&
				(delay != 51*time.Second-after || !l.isProbe) {
				t.Errorf("the one after it: got %s, alone: %t, want it alone at the window's end", delay, l.isProbe)
			}
		})
	}
}

// Overlapping waits count once.
func TestBudget(t *testing.T) {
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
		"too long a wait": {{delay: 30*minute + 1}, {delay: minute, ok: true}},
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
			{delay: 20 * minute, ok: true},
			{at: minute, delay: 5 * minute, ok: true},
			{at: 20 * minute, delay: 10 * minute, ok: true},
			{at: 30 * minute, delay: time.Nanosecond},
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
			var l budget
			for i, w := range waits {
				if err := l.spend(begin.Add(w.at), w.delay); (err == nil) != w.ok {
					t.Errorf("wait %d: got %v, want it allowed: %t", i, err, w.ok)
				}
			}
		})
	}
}
