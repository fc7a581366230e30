package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// switched is an API that can be switched off, and counts requests.
type switched struct {
	mu       sync.Mutex
	down     func() (*http.Response, error) // nil if it is up
	requests int
}

func (s *switched) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	if s.down != nil {
		return s.down()
	}
	id := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	if id == "none" {
		return &http.Response{
			StatusCode: http.StatusNotFound, Header: http.Header{},
			Body: bodyOf(failure(`{"code":5404,"message":"Image not found"}`)),
		}, nil
	}
	return &http.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{},
		Body:       bodyOf(success(fmt.Sprintf(`{"id":%q}`, id))),
	}, nil
}

// Once three different reads have failed after all their retries, others are
// not retried, and their errors say so. The first success closes the breaker.
func TestCircuitBreaker(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		down   func() (*http.Response, error)
		outage bool
	}{
		"rejected": {func() (*http.Response, error) {
			return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
		}, true},
		"unavailable": {func() (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{}, Body: bodyOf("")}, nil
		}, true},
		"throttled": {func() (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{}, Body: bodyOf("")}, nil
		}, true},
		"truncated": {func() (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(brokenReader{})}, nil
		}, true},
		"wrong": {func() (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: bodyOf("{}")}, nil
		}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api := &switched{down: test.down}
				c, err := New(Config{Credentials: APIToken(fakeapi.Token), Transport: api, MaxRetries: new(2)})
				if err != nil {
					t.Fatal(err)
				}
				c.jitter = func() float64 { return 0 }
				read := func(id string) (attempts int, took time.Duration, e *Error) {
					begin, before := time.Now(), api.requests
					if _, _, err := c.GetImage(t.Context(), "a", id, ReadOptions{}); err != nil {
						e = asError(t, err)
					}
					return api.requests - before, time.Since(begin), e
				}
				whole, pause := 3, 1500*time.Millisecond
				if !test.outage {
					whole, pause = 1, 0
				}
				expect := func(id string, attempts int, took time.Duration, gaveUp bool) {
					t.Helper()
					gotAttempts, gotTook, e := read(id)
					if gotAttempts != attempts || gotTook != took || e.CircuitOpen != gaveUp ||
						strings.Contains(e.Error(), "not retried: circuit open") != gaveUp {
						t.Errorf("%s: got %d attempts in %s, CircuitOpen: %t, want %d in %s and %t: %v",
							id, gotAttempts, gotTook, e.CircuitOpen, attempts, took, gaveUp, e)
					}
				}
				for _, id := range []string{"one", "two", "two", "three"} { // the same request counts once
					expect(id, whole, pause, false)
				}
				for _, id := range []string{"four", "five", "one"} {
					if test.outage {
						expect(id, 1, 0, true)
					} else {
						expect(id, whole, pause, false)
					}
				}
				for _, restoring := range []string{"six", "none"} {
					api.down = nil
					_, _, _ = read(restoring)
					api.down = test.down
					for _, id := range []string{"seven", "eight", "nine"} {
						expect(id, whole, pause, false)
					}
				}
			})
		})
	}
}

// A thousand reads by ten readers, of an API that rejects connections, end
// after the retries of a few.
func TestCircuitBreakerThousandReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &switched{
			down: func() (*http.Response, error) { return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED} },
		}
		c, err := New(Config{Credentials: APIToken(fakeapi.Token), Transport: api})
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		var readers sync.WaitGroup
		for reader := range 10 {
			readers.Go(func() {
				for i := range 100 {
					if _, _, err := c.GetImage(t.Context(), "a", fmt.Sprint(reader, "-", i), ReadOptions{}); err == nil {
						t.Error("an image was read")
					}
				}
			})
		}
		readers.Wait()
		if took := time.Since(begin); took > 10*time.Second || api.requests > 10*5+1000 {
			t.Errorf("it took %s and %d requests", took, api.requests)
		}
	})
}

// CircuitOpen is only set if the breaker prevented a retry. A best-effort
// request doesn't count as a failure of the API.
func TestCircuitBreakerOpen(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		retries, status int
		want            bool
	}{
		"one retry":        {retries: 1, status: 503, want: true},
		"no retries":       {status: 503},
		"another refusal":  {retries: 1, status: 400},
		"several retries":  {retries: 3, status: 503, want: true},
		"throttled though": {retries: 1, status: 429, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				status := 503
				api := &switched{down: func() (*http.Response, error) {
					return &http.Response{StatusCode: status, Header: http.Header{}, Body: bodyOf("")}, nil
				}}
				c, err := New(Config{Credentials: APIToken(fakeapi.Token), Transport: api, MaxRetries: new(test.retries)})
				if err != nil {
					t.Fatal(err)
				}
				optional := newGet(1000, "accounts", "a", "optional")
				optional.bestEffort = true
				if _, err := c.do(t.Context(), optional, new(nothing)); err == nil || len(c.breaker.failed) != 0 {
					t.Errorf("best effort: got %v and %v", err, c.breaker.failed)
				}
				for i := range 3 {
					if _, _, err := c.GetImage(t.Context(), "a", fmt.Sprint(i), ReadOptions{}); asError(t, err).CircuitOpen {
						t.Errorf("image %d: got %v", i, err)
					}
				}
				status = test.status
				if _, _, err := c.GetImage(t.Context(), "a", "last", ReadOptions{}); asError(t, err).CircuitOpen != test.want {
					t.Errorf("got %v, want it given up: %t", err, test.want)
				}
			})
		})
	}
}

// A wait names the request, and its reason on one line of limited length.
func TestWaitNamesRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := scripted(t, 0, nil, step{err: errors.New(strings.Repeat("x", 301))}, step{status: 200})
		var waits []Wait
		c.config.Observer.OnWait = func(_ context.Context, w Wait) { waits = append(waits, w) }
		if _, _, err := c.GetImage(t.Context(), "acc", "a", ReadOptions{}); err != nil {
			t.Fatal(err)
		}
		want := []Wait{{
			Method: "GET", Path: "/client/v4/accounts/acc/images/v1/a", Attempt: 1, Delay: 500 * time.Millisecond,
			Reason: strings.Repeat("x", 300) + "…",
		}}
		if diff := cmp.Diff(want, waits); diff != "" {
			t.Errorf("waits (-want +got):\n%s", diff)
		}
	})
}
