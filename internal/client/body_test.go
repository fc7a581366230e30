package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// After the end of an attempt, the rest of its body is not sent.
func TestTrackedBodyAfterFinish(t *testing.T) {
	t.Parallel()
	var sent sendTracker
	b := &trackedBody{ReadCloser: bodyOf("abcdef"), unread: 6, sent: &sent, progress: func(int64) {}}
	buffer := make([]byte, 3)
	if n, err := b.Read(buffer); n != 3 || err != nil {
		t.Fatalf("got %d, %v", n, err)
	}
	if sent.finish() {
		t.Error("half of a body counts as fully sent")
	}
	if n, err := b.Read(buffer); n != 0 || !errors.Is(err, errAttemptFinished) {
		t.Errorf("after the end: got %d, %v", n, err)
	}
	sent = sendTracker{}
	b = &trackedBody{ReadCloser: bodyOf("abcd"), unread: 4, sent: &sent, progress: func(int64) {}}
	if _, err := b.Read(buffer); err != nil || sent.finish() {
		t.Errorf("all but a byte counts as fully sent: %v", err)
	}
	sent = sendTracker{}
	b = &trackedBody{ReadCloser: bodyOf("abc"), unread: 3, sent: &sent, progress: func(int64) {}}
	if _, err := b.Read(buffer); err != nil || !sent.finish() {
		t.Errorf("the last byte was sent: got %v", err)
	}
}

// A read error of the body is reported, unless the transport has closed the
// body before, for another reason.
func TestTrackedBodyReadError(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is gone")
	for _, closed := range []bool{false, true} {
		var sent sendTracker
		b := &trackedBody{
			ReadCloser: io.NopCloser(io.MultiReader(strings.NewReader("abc"), failing{broken})),
			unread:     6,
			sent:       &sent,
			progress:   func(int64) {},
		}
		buffer := make([]byte, 3)
		if _, err := b.Read(buffer); err != nil || sent.bodyErr() != nil {
			t.Fatalf("got %v, %v", err, sent.bodyErr())
		}
		if closed {
			_ = b.Close()
		}
		if _, err := b.Read(buffer); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
		if got := errors.Is(sent.bodyErr(), broken); got == closed {
			t.Errorf("closed: %t: got %v", closed, sent.bodyErr())
		}
	}
	var sent sendTracker
	b := &trackedBody{ReadCloser: bodyOf(""), unread: 6, sent: &sent, progress: func(int64) {}}
	if _, err := b.Read(make([]byte, 3)); !errors.Is(err, io.EOF) || sent.bodyErr() != nil {
		t.Errorf("the end: got %v, %v", err, sent.bodyErr())
	}
}

// failing is a reader that returns only its error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// Each attempt sends the whole body, with its length and content type. A
// request without a body has no content type.
func TestJSONBody(t *testing.T) {
	t.Parallel()
	encoded := jsonBody(map[string]any{"name": "a <b> & c", "list": []int{1, 2}})
	var mu sync.Mutex
	var seen []string
	fake := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, fmt.Sprintf("%s %q %d %s", r.Method, r.Header.Values("Content-Type"), r.ContentLength, text))
		if len(seen) == 1 {
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		_, _ = io.WriteString(w, success("{}"))
	}))
	t.Cleanup(fake.Close)
	c := start(t, http.NotFoundHandler(), func(config *Config) { config.BaseURL, config.MaxRetries = fake.URL, new(1) })
	segments := []string{"accounts", "a", "x"}
	for _, r := range []request{
		{method: http.MethodPost, segments: segments, limit: 1000, body: encoded, contentType: "application/json"},
		{method: http.MethodDelete, segments: segments, limit: 1000},
	} {
		if _, err := c.do(t.Context(), r, new(nothing)); err != nil {
			t.Fatal(err)
		}
	}
	const posted = `POST ["application/json"] 33 {"list":[1,2],"name":"a <b> & c"}`
	want := []string{posted, posted, `DELETE [] 0 `}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if _, _, err := jsonBody(make(chan int))(); err == nil {
		t.Error("a channel was encoded, want an error")
	}
}

// A request that can't be sent is an error, without an attempt.
func TestCallNotSent(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	c := start(t, fake)
	for name, test := range map[string]struct {
		method string
		body   body
		want   string
	}{
		"a file that is missing": {
			method: http.MethodPost,
			body:   func() (io.ReadCloser, int64, error) { return nil, 0, errors.New("no such file") },
			want:   "no such file",
		},
		"an invalid method": {method: "NOT ONE", want: `invalid method "NOT ONE"`},
	} {
		r := request{method: test.method, segments: []string{"accounts", "a", "x"}, idempotent: true, body: test.body}
		for range 2 { // the next request is not delayed
			_, err := c.do(t.Context(), r, new(nothing))
			if e := asError(t, err); e.Kind != Rejected || e.Attempts != 0 || !strings.Contains(e.Error(), test.want) {
				t.Errorf("%s: got %s after %d attempts: %v", name, e.Kind, e.Attempts, e)
			}
		}
	}
	if got := len(fake.Requests()); got != 0 {
		t.Errorf("requests: got %d, want 0", got)
	}
}

// A request without a body may have arrived once it has a connection. It is
// retried on another connection only if nothing was written to the previous
// one.
func TestSendTrackerWithoutBody(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		bodiless bool
		events   string // c: GetConn, g: GotConn
		want     bool
	}{
		"never connected":             {bodiless: true, events: "c"},
		"connected":                   {bodiless: true, events: "cg", want: true},
		"connected, then another one": {bodiless: true, events: "cgc"},
		"with a body, it is the body": {events: "cg"},
	} {
		var sent sendTracker
		ctx, cancel := sent.trace(t.Context(), test.bodiless)
		trace := httptrace.ContextClientTrace(ctx)
		for _, event := range test.events {
			if event == 'c' {
				trace.GetConn("")
			} else {
				trace.GotConn(httptrace.GotConnInfo{})
			}
		}
		cancel(nil)
		if got := sent.finish(); got != test.want {
			t.Errorf("%s: got %t, want %t", name, got, test.want)
		}
	}
}

// The progress of a body is reported every five seconds, and not at all for a
// faster upload.
func TestProgress(t *testing.T) {
	t.Parallel()
	type notification struct {
		At       time.Duration
		Progress Progress
	}
	const path = fakeapi.BasePath + "/accounts/" + fakeapi.AccountID + "/a%2Fb"
	at := func(seconds int, sent int64) notification {
		return notification{
			time.Duration(seconds) * time.Second,
			Progress{Method: http.MethodPost, Path: path, Sent: sent, Size: 14_000},
		}
	}
	tests := map[string]struct {
		interval time.Duration
		want     []notification
	}{
		"slow": {time.Second, []notification{at(5, 5000), at(10, 10_000)}},
		"slow, with halts": {3 * time.Second, []notification{
			at(6, 2000), at(12, 4000), at(18, 6000), at(24, 8000), at(30, 10_000), at(36, 12_000), at(42, 14_000),
		}},
		"in time":           {350 * time.Millisecond, nil},
		"in time, barely":   {355 * time.Millisecond, nil},
		"a little too slow": {360 * time.Millisecond, []notification{{5040 * time.Millisecond, at(0, 14_000).Progress}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var got []notification
				began := time.Now()
				c := newPipeClient(t, readThen(200, "application/json", success("{}")), func(config *Config) {
					config.RequestTimeout = time.Hour
					config.Observer.OnProgress = func(_ context.Context, p Progress) {
						got = append(got, notification{time.Since(began), p})
					}
				})
				r := request{method: http.MethodPost, segments: []string{"accounts", fakeapi.AccountID, "a/b"}, limit: 1000}
				r.body = func() (io.ReadCloser, int64, error) {
					return io.NopCloser(&slowly{*strings.NewReader(strings.Repeat("x", 14_000)), test.interval}), 14_000, nil
				}
				if _, err := c.do(t.Context(), r, new(nothing)); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("progress (-want +got):\n%s", diff)
				}
			})
		})
	}
}
