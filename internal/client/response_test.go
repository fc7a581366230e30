package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/ratelimit"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// No scheme follows a redirect; the second server proves it.
func TestCallRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	for name, credentials := range map[string]Credentials{
		"token": APIToken(fakeapi.Token),
		"key":   APIKey(fakeapi.Email, fakeapi.Key),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := make(chan string, 10)
			second := httptest.NewServer(
				http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { requests <- r.RequestURI }),
			)
			defer second.Close()
			fake := fakeapi.New()
			fake.Fail("a", -1, fakeapi.Respond(307, "text/html", "", "Location", second.URL))
			c := start(t, fake, func(config *Config) { config.Credentials, config.MaxRetries = credentials, new(4) })
			_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a")
			if e := asError(t, err); e.Kind != Redirected || e.Attempts != 1 ||
				!strings.Contains(e.Error(), strings.TrimPrefix(second.URL, "http://")) {
				t.Errorf("got %s after %d attempts: %v", e.Kind, e.Attempts, e)
			}
			if len(requests) != 0 {
				t.Errorf("the second server got a request: %s", <-requests)
			}
		})
	}
}

// A 4xx says that nothing was done; no other status does.
func TestErrorIsRefusal(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{0: false, 200: false, 399: false, 400: true, 404: true, 499: true, 500: false, 502: false} {
		if got := (&Error{Status: status}).isRefusal(); got != want {
			t.Errorf("%d: got %t, want %t", status, got, want)
		}
	}
}

// A caller that goes away learns how far the request had come, and whether a
// write may have been done.
func TestErrorCanceled(t *testing.T) {
	t.Parallel()
	gone := errors.New("operator pressed Ctrl-C")
	tests := map[string]struct {
		steps     []step
		after     time.Duration // how long it stays
		before    bool          // it is gone before anything was sent
		want      string        // the end of the story
		attempts  int
		mayBeDone bool
	}{
		"before anything was sent": {before: true, want: "x: operator pressed Ctrl-C before a request was sent"},
		"in the first attempt": {
			steps:     []step{{}},
			after:     time.Second,
			want:      "x: operator pressed Ctrl-C",
			attempts:  1,
			mayBeDone: true,
		},
		"in a wait for an odd time": {
			steps: []step{
				{status: 503},
			}, after: time.Millisecond, want: "Ctrl-C during a wait of 600ms after: 503 Service Unavailable", attempts: 1, mayBeDone: true,
		},
		"in a wait, after a refusal": {
			steps: []step{
				{status: 429},
			}, after: time.Millisecond, want: "Ctrl-C during a wait of 600ms after: 429 Too Many Requests", attempts: 1,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, transport := scripted(t, 0.5, nil, test.steps...)
				ctx, cancel := context.WithCancelCause(t.Context())
				if test.before {
					cancel(gone)
				}
				time.AfterFunc(test.after, func() { cancel(gone) })
				c.http.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
					httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
					if response, err := transport.RoundTrip(r); err != nil || response.StatusCode != 0 {
						return response, err
					}
					<-r.Context().Done() // it answers nothing
					return nil, r.Context().Err()
				})
				r := request{method: http.MethodDelete, segments: []string{"accounts", "a", "x"}, limit: 1000, idempotent: true}
				_, err := c.do(ctx, r, new(nothing))
				e := asError(t, err)
				if e.Kind != Canceled || !errors.Is(err, gone) || !strings.HasSuffix(e.Error(), test.want) ||
					e.Attempts != test.attempts {
					t.Errorf("got %s after %d attempts: %v, want %s", e.Kind, e.Attempts, e, test.want)
				}
				if e.MaybeApplied != test.mayBeDone {
					t.Errorf("may be done: got %t, want %t", e.MaybeApplied, test.mayBeDone)
				}
			})
		})
	}
}

// Where no more waiting is worth while, nothing more is sent.
func TestErrorWaitBudgetExhausted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, transport := scripted(t, 0, nil, step{status: 429, retryAfter: "30"})
		if err := errors.Join(c.limiter.Spend(time.Now(), MaxRateLimitWait), ratelimit.Sleep(t.Context(), MaxRateLimitWait)); err != nil {
			t.Fatal(err)
		}
		_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a")
		if !errors.Is(err, RateLimited) || !strings.Contains(err.Error(), "another 30s would be more than 30m0s") ||
			len(transport.at) != 1 {
			t.Errorf("got %v after %d attempts", err, len(transport.at))
		}
	})
}

// Waits for the pace count as waiting, once each; only those that the API asks
// for are marked as such.
func TestErrorCanceledWhileWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var told []string
		c, err := New(Config{
			Credentials: APIToken(
				fakeapi.Token,
			), RequestsPerSecond: 0.125, MaxRetries: new(2), Transport: &script{steps: []step{{status: 503}}},
			OnWait: func(_ context.Context, w Wait) {
				told = append(told, fmt.Sprintf("%s %s %t", w.Delay, w.Reason, w.Limited))
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		c.jitter = func() float64 { return 0 }
		_, _, err = c.GetImage(t.Context(), fakeapi.AccountID, "a")
		want := []string{
			"500ms 503 Service Unavailable false", "7.5s requests_per_second false",
			"1s 503 Service Unavailable false", "7s requests_per_second false",
		}
		if diff := cmp.Diff(want, told); diff != "" || asError(t, err).Waited != 16*time.Second {
			t.Errorf("%v, waits (-want +got):\n%s", err, diff)
		}
	})
}
