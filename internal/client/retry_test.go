package client

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/ratelimit"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func TestIsRetryableStatus(t *testing.T) {
	t.Parallel()
	temporary := map[int]bool{
		408: true, 429: true, 500: true, 502: true, 503: true, 504: true,
		520: true, 521: true, 522: true, 523: true, 524: true, 525: true, 526: true, 527: true, 528: true, 529: true,
	}
	for status := 100; status < 600; status++ {
		if got := isRetryableStatus(status); got != temporary[status] {
			t.Errorf("%d: got %t, want %t", status, got, temporary[status])
		}
	}
}

func TestIsRetryable(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err  error
		want bool
	}{
		"connection refused":  {&url.Error{Op: "Get", Err: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}}, true},
		"reset":               {&net.OpError{Op: "read", Err: syscall.ECONNRESET}, true},
		"truncated":           {io.ErrUnexpectedEOF, true},
		"closed":              {&url.Error{Op: "Get", Err: io.EOF}, true},
		"timeout":             {&url.Error{Op: "Get", Err: context.DeadlineExceeded}, true},
		"name server is away": {&url.Error{Op: "Get", Err: &net.DNSError{IsTimeout: true}}, true},
		"no such host":        {&url.Error{Op: "Get", Err: &net.DNSError{IsNotFound: true}}, false},
		"wrong certificate": {
			&url.Error{Op: "Get", Err: &tls.CertificateVerificationError{Err: errors.New("expired")}},
			false,
		},
		"no TLS spoken": {
			&url.Error{Op: "Get", Err: tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}}, false,
		},
		"TLS rejected by the client": {
			&url.Error{Op: "Get", Err: &net.OpError{Op: "local error", Err: errors.New("tls: unexpected message")}}, false,
		},
		"HTTP instead of HTTPS":  {&url.Error{Op: "Get", Err: http.ErrSchemeMismatch}, false},
		"too large":              {fmt.Errorf("%w: over 5 bytes", errTooLarge), false},
		"not gzip":               {gzip.ErrHeader, false},
		"gzip checksum":          {gzip.ErrChecksum, false},
		"proxy wants a password": {&url.Error{Op: "Get", Err: &proxyError{407}}, false},
		"proxy got no response":  {&url.Error{Op: "Get", Err: &proxyError{504}}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := isRetryable(test.err); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

// The times of attempts are exact, in a synctest bubble.
func TestRetryAttempts(t *testing.T) {
	t.Parallel()
	connRefused := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	tests := map[string]struct {
		jitter float64
		steps  []step
		want   string // time of each attempt
		kind   Kind   // empty for success
	}{
		"success at once":       {steps: []step{{status: 200}}, want: "[0s]"},
		"success after two":     {steps: []step{{status: 503}, {status: 502}, {status: 200}}, want: "[0s 500ms 1.5s]"},
		"never, without jitter": {steps: []step{{status: 500}}, want: "[0s 500ms 1.5s 3.5s 7.5s]", kind: Unavailable},
		"never, with all jitter": {
			jitter: 1,
			steps:  []step{{status: 500}},
			want:   "[0s 625ms 1.875s 4.375s 9.375s]",
			kind:   Unavailable,
		},
		"connection refused": {
			jitter: 0.5,
			steps:  []step{{err: connRefused}},
			want:   "[0s 562.5ms 1.6875s 3.9375s 8.4375s]",
			kind:   Unreachable,
		},
		"connection refused, then found": {steps: []step{{err: connRefused}, {status: 200}}, want: "[0s 500ms]"},
		"not found":                      {steps: []step{{status: 404}}, want: "[0s]", kind: NotFound},
		"throttled with seconds":         {steps: []step{{status: 429, retryAfter: "30"}, {status: 200}}, want: "[0s 30s]"},
		"throttled for five minutes":     {steps: []step{{status: 429, retryAfter: "300"}, {status: 200}}, want: "[0s 5m0s]"},
		"throttled for a year": {
			steps: []step{{status: 429, retryAfter: "31536000"}, {status: 200}},
			want:  "[0s 5m10s]",
		},
		"less than the back-off": {
			steps: []step{
				{status: 429, retryAfter: "0"},
				{status: 503, retryAfter: "1"},
				{status: 200},
			}, want: "[0s 500ms 1.5s]",
		},
		"a date, by the bubble's day": {
			steps: []step{{status: 503, retryAfter: "Sat, 01 Jan 2000 00:00:20 GMT"}, {status: 200}},
			want:  "[0s 20s]",
		},
		"a body that breaks off": {
			steps: []step{{status: 200, body: io.MultiReader(strings.NewReader(`{"re`), brokenReader{})}, {status: 200}},
			want:  "[0s 500ms]",
		},
		"a body that never arrives": {
			steps: []step{{status: 200, body: brokenReader{}}},
			want:  "[0s 500ms 1.5s 3.5s 7.5s]",
			kind:  Unreachable,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, transport := scripted(t, test.jitter, nil, test.steps...)
				_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
				if got := fmt.Sprint(transport.at); got != test.want {
					t.Errorf("attempts: got %s, want %s", got, test.want)
				}
				if test.kind == "" && err != nil {
					t.Errorf("got %v, want success", err)
				}
				if test.kind != "" && !errors.Is(err, test.kind) {
					t.Errorf("got %v, want %s", err, test.kind)
				}
			})
		})
	}
}

// The backoff grows to eight seconds.
func TestBackoffIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, transport := scripted(t, 1, nil, step{status: 500})
		c.config.MaxRetries = new(MaxRetriesLimit)
		_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
		if got := len(transport.at); got != 21 {
			t.Fatalf("attempts: got %d, want 21", got)
		}
		for i := 5; i < 21; i++ {
			if got := transport.at[i] - transport.at[i-1]; got != 8*time.Second {
				t.Errorf("wait before attempt %d: got %s, want 8s", i+1, got)
			}
		}
		if want := ", after 21 attempts and 2m17.4s of waiting"; !strings.HasSuffix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

// Clients that failed together do not retry together.
func TestBackoffJitter(t *testing.T) {
	t.Parallel()
	c := start(t, nil)
	seen := map[float64]bool{}
	for range 1000 {
		jitter := c.jitter()
		if jitter < 0 || jitter > 1 {
			t.Fatalf("got %v, want 0 to 1", jitter)
		}
		seen[jitter] = true
	}
	if len(seen) < 500 {
		t.Errorf("got %d different values of 1000", len(seen))
	}
}

func TestRetryReportsWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var waits []string
		c, _ := scripted(t, 0, &waits,
			step{status: 429, retryAfter: "30"},
			step{err: &net.OpError{Op: "dial", Err: errors.New("Bearer fake-api-token")}},
			step{status: 200})
		if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{}); err != nil {
			t.Fatal(err)
		}
		want := []string{"30s after attempt 1: 429 Too Many Requests", "1s after attempt 2: dial: Bearer [redacted]"}
		if diff := cmp.Diff(want, waits); diff != "" {
			t.Errorf("waits (-want +got):\n%s", diff)
		}
	})
}

// A canceled caller returns immediately, with the reason of the wait.
func TestRetryCanceled(t *testing.T) {
	t.Parallel()
	gone := errors.New("operator pressed Ctrl-C")
	t.Run("during a wait", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			c, _ := scripted(t, 0, nil, step{status: 429, retryAfter: "300"})
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(7*time.Second, func() { cancel(gone) })
			begin := time.Now()
			_, _, err := c.GetImage(ctx, fakeapi.AccountID, "a", ReadOptions{})
			if got := time.Since(begin); got != 7*time.Second {
				t.Errorf("it took %s, want 7s", got)
			}
			if !errors.Is(err, Canceled) || !errors.Is(err, gone) {
				t.Errorf("got %v", err)
			}
			if want := "operator pressed Ctrl-C during a wait of 5m0s after: 429 Too Many Requests"; !strings.HasSuffix(
				err.Error(),
				want,
			) {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	})
	t.Run("during a later attempt", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			c, transport := scripted(t, 0, nil, step{status: 503})
			ctx, cancel := context.WithCancelCause(t.Context())
			c.http.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
				if len(transport.at) == 1 {
					cancel(gone)
					<-r.Context().Done()
					return nil, r.Context().Err()
				}
				return transport.RoundTrip(r)
			})
			_, _, err := c.GetImage(ctx, fakeapi.AccountID, "a", ReadOptions{})
			if want := "operator pressed Ctrl-C during an attempt after: 503 Service Unavailable, after 2 attempts and 500ms of " +
				"waiting"; !errors.Is(err, Canceled) ||
				!strings.HasSuffix(err.Error(), want) {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	})
	t.Run("before it began", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(gone)
		_, _, err := start(t, fakeapi.New()).GetImage(ctx, fakeapi.AccountID, "a", ReadOptions{})
		if !errors.Is(err, Canceled) || !errors.Is(err, gone) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("while the body drips", func(t *testing.T) {
		t.Parallel()
		fake := fakeapi.New()
		fake.Fail("a", -1, fakeapi.Dripping(10*time.Millisecond))
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(50*time.Millisecond, func() { cancel(gone) })
		_, _, err := start(t, fake).GetImage(ctx, fakeapi.AccountID, "a", ReadOptions{})
		if !errors.Is(err, Canceled) || !errors.Is(err, gone) {
			t.Errorf("got %v", err)
		}
	})
}

// These are real connections that fail.
func TestRetryBrokenConnections(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"dropped":   {fakeapi.Reset, "EOF"},
		"truncated": {fakeapi.Truncated(`{"result":{"id":"a"`), ": 200 OK: unexpected EOF, ray"},
		"dripping":  {fakeapi.Dripping(20 * time.Millisecond), "no complete response within 100ms"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.Fail("brand/logo", 2, test.handler)
			c := start(t, fake, func(config *Config) {
				config.MaxRetries = new(1)
				if name == "dripping" {
					config.RequestTimeout = 100 * time.Millisecond
				}
			})
			_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "brand/logo", ReadOptions{})
			e := asError(t, err)
			if e.Kind != Unreachable || e.Attempts != 2 || !strings.Contains(e.Error(), test.want) {
				t.Errorf("got %s after %d attempts: %v", e.Kind, e.Attempts, e)
			}
			if e.Host == "" {
				t.Error("the error does not contain the host")
			}
			// The client recovers with the connection.
			c.http.Timeout = 30 * time.Second
			if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "brand/logo", ReadOptions{}); err != nil {
				t.Errorf("after the fault: %v", err)
			}
		})
	}
}

func TestRetryRefusedConnection(t *testing.T) {
	t.Parallel()
	// No other test listens there; the port of a closed server may be in use again.
	c, err := New(Config{Credentials: APIToken(fakeapi.Token), BaseURL: "http://127.0.0.1:1", MaxRetries: new(1)})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
	e := asError(t, err)
	// Windows has another number for a refused connection.
	dial, ok := errors.AsType[*net.OpError](err)
	if e.Kind != Unreachable || e.Attempts != 2 || !ok || dial.Op != "dial" {
		t.Errorf("got %s after %d attempts: %v", e.Kind, e.Attempts, e)
	}
	if strings.Count(e.Error(), "/accounts/") != 1 {
		t.Errorf("got %v, want the URL once", e)
	}
}

// An untrusted certificate is permanent.
func TestRetryUntrustedCertificate(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(fakeapi.New())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // without logs of the handshake
	server.StartTLS()
	defer server.Close()
	c, err := New(Config{Credentials: APIToken(fakeapi.Token), BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
	if e := asError(t, err); e.Kind != Unreachable || e.Attempts != 1 || !strings.Contains(e.Error(), "certificate") {
		t.Errorf("got %s after %d attempts: %v", e.Kind, e.Attempts, e)
	}
}

// A rejected TLS handshake is not retried.
func TestRetryRefusedHandshake(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*tls.Config){
		"old version":        func(c *tls.Config) { c.MaxVersion = tls.VersionTLS11 },
		"client certificate": func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert },
		"the same, TLS 1.2":  func(c *tls.Config) { c.ClientAuth, c.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewUnstartedServer(fakeapi.New())
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.TLS = &tls.Config{MinVersion: tls.VersionTLS10} // rejected as too old
			change(server.TLS)
			server.StartTLS()
			defer server.Close()
			c := start(t, http.NotFoundHandler(), func(config *Config) {
				transport := newTransport(t)
				transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
				config.BaseURL, config.Transport, config.MaxRetries = server.URL, transport, new(2)
			})
			_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
			if e := asError(t, err); e.Kind != Unreachable || e.Attempts != 1 || !strings.Contains(e.Error(), "tls: ") {
				t.Errorf("got %s after %d attempts: %v", e.Kind, e.Attempts, e)
			}
		})
	}
}

// Each attempt is observed once, with its response or without one.
func TestCallObservesAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var got []Attempt
		c, transport := scripted(t, 0, nil, step{status: 500}, step{err: io.ErrUnexpectedEOF}, step{status: 200})
		c.http.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
			if err := ratelimit.Sleep(r.Context(), 5*time.Millisecond); err != nil {
				return nil, err
			}
			response, err := transport.RoundTrip(r)
			if err == nil {
				response.Header.Set("Cf-Ray", "8f1c2d3e4f5a6b7c-AMS")
			}
			return response, err
		})
		c.config.Observer.OnAttempt = func(_ context.Context, a Attempt) { got = append(got, a) }
		if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{}); err != nil {
			t.Fatal(err)
		}
		attempt := func(number, status int, ray string) Attempt {
			return Attempt{
				Method: http.MethodGet, Path: "/client/v4/accounts/" + fakeapi.AccountID + "/images/v1/a",
				Number: number, Duration: 5 * time.Millisecond, Status: status, Ray: ray,
			}
		}
		want := []Attempt{attempt(1, 500, "8f1c2d3e4f5a6b7c-AMS"), attempt(2, 0, ""), attempt(3, 200, "8f1c2d3e4f5a6b7c-AMS")}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("attempts (-want +got):\n%s", diff)
		}
	})
}

func TestRetryCorruptCompression(t *testing.T) {
	t.Parallel()
	var good bytes.Buffer
	writer := gzip.NewWriter(&good)
	if _, err := io.WriteString(writer, success(wholeImage)); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{
		"no gzip at all": "plain text that claims to be gzip",
		"wrong checksum": good.String()[:good.Len()-8] + "12345678",
		"no deflate":     good.String()[:10] + "\xff\xff\xff\xff\xff\xff\xff\xff",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.Fail("a", -1, fakeapi.Respond(200, "application/json", body, "Content-Encoding", "gzip"))
			c := start(t, fake, func(config *Config) { config.MaxRetries = new(3) })
			_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
			if e := asError(t, err); e.Kind != InvalidResponse || e.Attempts != 1 {
				t.Errorf("got %s after %d attempts: %v", e.Kind, e.Attempts, e)
			}
		})
	}
}

func TestParseRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	tests := map[string]time.Duration{
		"":                               0,
		"0":                              0,
		"7":                              7 * time.Second,
		"310":                            310 * time.Second,
		"311":                            310 * time.Second,
		"1000000000":                     310 * time.Second,
		"99999999999999999999":           310 * time.Second,
		"-99999999999999999999":          0,
		"9223372036854775807":            310 * time.Second,
		"-5":                             0,
		"1.5":                            0,
		"soon":                           0,
		"Mon, 02 Mar 2026 08:00:30 GMT":  30 * time.Second,
		"Mon, 02 Mar 2026 07:59:00 GMT":  0,
		"Tue, 02 Mar 2027 08:00:00 GMT":  310 * time.Second,
		"Monday, 02-Mar-26 08:00:30 GMT": 30 * time.Second,
	}
	for value, want := range tests {
		if got := parseRetryAfter(value, now); got != want {
			t.Errorf("%q: got %s, want %s", value, got, want)
		}
	}
}

// A Retry-After in the body is honored, but the header takes precedence. Both
// are bounded.
func TestRetryAfterInBody(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		header, body string
		want         time.Duration
	}{
		"in the body":          {body: `{"error_code":1015,"retry_after":30}`, want: 30 * time.Second},
		"as a string":          {body: `{"error_code":1015,"retry_after":"45"}`, want: 45 * time.Second},
		"in both":              {header: "20", body: `{"error_code":1015,"retry_after":30}`, want: 20 * time.Second},
		"for a year":           {body: `{"error_code":1015,"retry_after":31536000}`, want: maxRetryAfter},
		"a fraction":           {body: `{"error_code":1015,"retry_after":1.5}`, want: 2 * time.Second},
		"with a point":         {body: `{"error_code":1015,"retry_after":3e1}`, want: 30 * time.Second},
		"for no time":          {body: `{"error_code":1015,"retry_after":-5}`, want: minBackoff},
		"none":                 {body: `{"error_code":1015}`, want: minBackoff},
		"no number":            {body: `{"error_code":1015,"retry_after":"NaN"}`, want: minBackoff},
		"without end":          {body: `{"error_code":1015,"retry_after":1e999}`, want: maxRetryAfter},
		"not understood":       {body: `{"error_code":1015,"retry_after":{}}`, want: minBackoff},
		"of another":           {body: `{"success":false,"errors":[],"retry_after":30}`, want: minBackoff},
		"an empty response":    {want: minBackoff},
		"as a page":            {body: `<title>x used Cloudflare to restrict access</title>`, want: minBackoff},
		"as a string and code": {body: `error code: 1015`, want: minBackoff},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, transport := scripted(t, 0, nil,
					step{status: 429, retryAfter: test.header, body: strings.NewReader(test.body)}, step{status: 200})
				if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{}); err != nil {
					t.Fatal(err)
				}
				if got := transport.at[1]; got != test.want {
					t.Errorf("got %s, want %s", got, test.want)
				}
			})
		})
	}
}
