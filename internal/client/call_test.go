package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// readAllOf reads a request, including a body with a Content-Length.
func readAllOf(connection net.Conn) {
	buffer := make([]byte, 4096)
	for text := ""; ; {
		n, err := connection.Read(buffer)
		text += string(buffer[:n])
		head, sent, whole := strings.Cut(text, "\r\n\r\n")
		_, after, _ := strings.Cut(head, "Content-Length: ")
		number, _, _ := strings.Cut(after, "\r\n")
		length, _ := strconv.Atoi(number)
		if err != nil || whole && len(sent) >= length {
			return
		}
	}
}

// chained is a failure with an incomplete body as its underlying condition.
var chained = failure(`{"code":5500,"message":"no","error_chain":[{"code":5450,"message":"no"}]}`)

// Every failure is retried if that is safe. Each row has the number of attempts
// of a request that is not idempotent, and of an idempotent one.
func TestCallRetries(t *testing.T) {
	t.Parallel()
	respond := func(status int) func(net.Conn) {
		return func(c net.Conn) {
			readAllOf(c)
			fmt.Fprintf(c, "HTTP/1.1 %d x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status)
		}
	}
	respondWith := func(status int, header, body string) func(net.Conn) {
		return func(c net.Conn) {
			readAllOf(c)
			fmt.Fprintf(
				c,
				"HTTP/1.1 %d x\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n%s",
				status,
				len(body),
				header,
				body,
			)
		}
	}
	respondWithCode := func(status, code int) func(net.Conn) {
		return respondWith(status, "", failure(fmt.Sprintf(`{"code":%d,"message":"no"}`, code)))
	}
	tests := map[string]struct {
		handle func(net.Conn) // nil if nobody listens
		body   string         // empty for none
		half   bool           // the second half of the body is delayed
		want   [2]int
	}{
		"connection refused, body":    {body: "text", want: [2]int{3, 3}},
		"connection refused, no body": {want: [2]int{3, 3}},
		"408":                         {handle: respond(408), body: "text", want: [2]int{3, 3}},
		"429":                         {handle: respond(429), body: "text", want: [2]int{3, 3}},
		"429, no body":                {handle: respond(429), want: [2]int{3, 3}},
		"400":                         {handle: respond(400), body: "text", want: [2]int{1, 1}},
		"409":                         {handle: respond(409), body: "text", want: [2]int{1, 1}},
		"500":                         {handle: respond(500), body: "text", want: [2]int{1, 3}},
		"502":                         {handle: respond(502), body: "text", want: [2]int{1, 3}},
		"502, no body":                {handle: respond(502), want: [2]int{1, 3}},
		"521":                         {handle: respond(521), body: "text", want: [2]int{1, 3}},
		"400, sent too slowly":        {handle: respondWithCode(400, 5408), body: "text", want: [2]int{3, 3}},
		"408, sent too slowly":        {handle: respondWithCode(408, 5408), body: "text", want: [2]int{3, 3}},
		"400, aborted":                {handle: respondWithCode(400, 5433), body: "text", want: [2]int{3, 3}},
		"499, aborted, no body":       {handle: respondWithCode(499, 5433), want: [2]int{3, 3}},
		"415, interrupted":            {handle: respondWithCode(415, 5450), body: "text", want: [2]int{3, 3}},
		"500, sent too slowly":        {handle: respondWithCode(500, 5408), body: "text", want: [2]int{3, 3}},
		"501, aborted":                {handle: respondWithCode(501, 5433), body: "text", want: [2]int{3, 3}},
		"503, interrupted":            {handle: respondWithCode(503, 5450), body: "text", want: [2]int{3, 3}},
		"200, interrupted":            {handle: respondWithCode(200, 5450), body: "text", want: [2]int{3, 3}},
		"in text, interrupted":        {handle: respondWith(500, "", "ERROR 5450: no"), body: "text", want: [2]int{3, 3}},
		"in a header, interrupted": {
			handle: respondWith(400, "Cf-Images: err=5450\r\n", "no"),
			body:   "text",
			want:   [2]int{3, 3},
		},
		"in a chain, interrupted":          {handle: respondWith(500, "", chained), body: "text", want: [2]int{1, 3}},
		"400, another code":                {handle: respondWithCode(400, 5400), body: "text", want: [2]int{1, 1}},
		"500, another code":                {handle: respondWithCode(500, 5500), body: "text", want: [2]int{1, 3}},
		"501, another code":                {handle: respondWithCode(501, 5500), body: "text", want: [2]int{1, 1}},
		"closed after all of it":           {handle: readAllOf, body: "text", want: [2]int{1, 3}},
		"closed after all of it, no body":  {handle: readAllOf, want: [2]int{1, 3}},
		"closed in the middle of the body": {handle: readRequest, body: strings.Repeat("x", 8<<20), want: [2]int{3, 3}},
		"502 in the middle of the body": {
			handle: afterHalf("HTTP/1.1 502 x\r\nContent-Length: 0\r\n\r\n"),
			body:   "a long text",
			half:   true,
			want:   [2]int{3, 3},
		},
		"closed in the middle of a response": {handle: func(c net.Conn) {
			readAllOf(c)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"result\"")
		}, body: "text", want: [2]int{1, 3}},
		"an invalid response": {handle: func(c net.Conn) {
			readAllOf(c)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
		}, body: "text", want: [2]int{1, 1}},
	}
	for name, test := range tests {
		for i, idempotent := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, %t", name, idempotent), func(t *testing.T) {
				t.Parallel()
				url := "http://127.0.0.1:1" // a privileged port, on which nothing listens
				connections := new(atomic.Int64)
				if test.handle != nil {
					url, connections = rawServer(t, test.handle)
				}
				c := start(t, http.NotFoundHandler(), func(config *Config) {
					config.BaseURL, config.MaxRetries, config.Transport = url, new(2), newTransport(t)
				})
				c.jitter = func() float64 { return -4 } // no backoff
				defer c.http.CloseIdleConnections()
				r := request{method: http.MethodPost, segments: []string{"accounts", "a", "x"}, limit: 1000, idempotent: idempotent}
				if test.body != "" {
					r.contentType = "text/plain"
					r.body = textBody(test.body)
				}
				if test.half {
					held := make(chan struct{})
					t.Cleanup(func() { close(held) })
					r.body = slowBody(test.body, held)
				}
				_, err := c.do(t.Context(), r, new(nothing))
				e := asError(t, err)
				if e.Attempts != test.want[i] {
					t.Errorf("attempts: got %d, want %d: %v", e.Attempts, test.want[i], e)
				}
				if got := connections.Load(); test.handle != nil && got != int64(test.want[i]) {
					t.Errorf("connections: got %d, want %d", got, test.want[i])
				}
			})
		}
	}
}

// afterHalf responds once the headers and the first half of a body have arrived.
func afterHalf(text string) func(net.Conn) {
	return func(c net.Conn) {
		readRequest(c)
		_, _ = io.WriteString(c, text)
		_, _ = io.Copy(io.Discard, c)
	}
}

func textBody(text string) body {
	return func() (io.ReadCloser, int64, error) { return bodyOf(text), int64(len(text)), nil }
}

// A write that succeeded is not reported as canceled by a context that ended
// later.
func TestCallResponseBeatsCancel(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c, _ := scripted(t, 0, nil, step{status: 200})
	c.http.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
		cancel()
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: bodyOf(success(`{}`))}, nil
	})
	r := request{method: http.MethodPost, segments: []string{"accounts", "a", "x"}, limit: 1000}
	if _, err := c.do(ctx, r, new(nothing)); err != nil {
		t.Errorf("got %v", err)
	}
}

// A read after a write returns the new state, even if images are prefetched,
// the response to the write was lost, or another read is in flight.
func TestPrefetchAfterWrite(t *testing.T) {
	t.Parallel()
	for name, prefetch := range map[string]bool{"one by one": false, "prefetched": true} {
		for _, broken := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, response lost: %t", name, broken), func(t *testing.T) {
				t.Parallel()
				fake := fakeapi.New()
				c := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method != http.MethodPatch {
						fake.ServeHTTP(w, r)
						return
					}
					fake.AddImage(success(`{"id":"brand/logo","filename":"new.png"}`))
					if broken {
						fakeapi.Reset(w, r)
					}
					_, _ = io.WriteString(w, success(`{}`))
				}), func(config *Config) { config.PrefetchImages, config.MaxRetries = prefetch, new(0) })
				filename := func() string {
					image, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "brand/logo", ReadOptions{})
					if err != nil {
						t.Fatal(err)
					}
					return *image.Filename
				}
				if got := filename(); got != "logo.png" {
					t.Fatalf("before: got %s", got)
				}
				r := request{
					method:   http.MethodPatch,
					segments: []string{"accounts", fakeapi.AccountID, "images", "v1", "brand/logo"},
					limit:    1000,
				}
				if _, err := c.do(t.Context(), r, new(nothing)); (err != nil) != broken {
					t.Fatalf("write: got %v", err)
				}
				if got := filename(); got != "new.png" {
					t.Errorf("after: got %s, want new.png", got)
				}
			})
		}
	}
}

// Waited includes the waits for the rate limit and those before retries.
func TestCallWaited(t *testing.T) {
	t.Parallel()
	c, _ := scripted(t, 0, nil, step{status: 200})
	k := &call{client: c, request: request{}, target: c.baseURL}
	for _, delay := range []time.Duration{time.Second, 2 * time.Second} {
		k.notifyWait(t.Context(), Wait{Attempt: 1, Delay: delay, Reason: "rate limit"})
	}
	if k.waited != time.Second || k.waiting != 2*time.Second {
		t.Errorf("got %s and %s, want 1s over and 2s under way", k.waited, k.waiting)
	}
}

// A read after a write does not join one that began before it.
func TestInFlightAfterWrite(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}, 2), make(chan struct{})
	reads := new(atomic.Int64)
	c := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && reads.Add(1) == 2 {
			arrived <- struct{}{}
			<-release // the response has the state before the write
			_, _ = io.WriteString(w, success(`{"id":"a","filename":"old"}`))
			return
		}
		_, _ = io.WriteString(w, success(`{"id":"a","filename":"new"}`))
	}))
	get := func() string {
		image, _, err := c.GetImage(t.Context(), "acc", "a", ReadOptions{})
		if err != nil {
			t.Error(err)
			return ""
		}
		return *image.Filename
	}
	get() // the first request is a probe
	var readers sync.WaitGroup
	readers.Go(func() {
		if got := get(); got != "old" {
			t.Errorf("the read before the write: got %s", got)
		}
	})
	<-arrived
	write := request{method: http.MethodDelete, segments: []string{"accounts", "acc", "images", "v1", "b"}, limit: 1000}
	if _, err := c.do(t.Context(), write, new(nothing)); err != nil {
		t.Error(err)
	}
	if got := get(); got != "new" {
		t.Errorf("the read after the write: got %s", got)
	}
	close(release)
	readers.Wait()
}

// MaybeApplied depends on the sent part of the request and on the response, not
// on the number of attempts.
func TestErrorMaybeApplied(t *testing.T) {
	t.Parallel()
	responses := func(statuses ...int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			status := statuses[0]
			if len(statuses) > 1 {
				statuses = statuses[1:]
			}
			if status == 0 {
				fakeapi.Reset(w, r)
			}
			w.WriteHeader(status)
			if status != http.StatusOK {
				_, _ = io.WriteString(w, failure(`{"code":1,"message":"no"}`))
			}
		}
	}
	tests := map[string]struct {
		idempotent bool
		handler    http.HandlerFunc // nil if nobody listens
		want       bool
	}{
		"rejected":                    {handler: responses(409)},
		"throttled to the end":        {handler: responses(429)},
		"timed out by the server":     {handler: responses(408)},
		"nobody listens":              {},
		"bad gateway":                 {handler: responses(502), want: true},
		"no response":                 {handler: responses(0), want: true},
		"throttled, then lost":        {handler: responses(429, 0), want: true},
		"lost, then rejected":         {idempotent: true, handler: responses(502, 403), want: true},
		"lost, then gone":             {idempotent: true, handler: responses(502, 404)},
		"a success that says nothing": {handler: responses(200), want: true},
		"a redirect":                  {handler: responses(302), want: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, test.handler, func(config *Config) {
				config.MaxRetries = new(2)
				if test.handler == nil {
					config.BaseURL = "http://127.0.0.1:1"
				}
			})
			c.jitter = func() float64 { return -4 } // no backoff
			r := request{
				method: http.MethodPost, segments: []string{"accounts", "a", "x"}, limit: 1000, idempotent: test.idempotent,
				body: textBody("text"), contentType: "text/plain",
			}
			_, err := c.do(t.Context(), r, new(Stats))
			if e := asError(t, err); e.MaybeApplied != test.want {
				t.Errorf("got %t, want %t: %v", e.MaybeApplied, test.want, e)
			}
		})
	}
	for name, handler := range map[string]http.HandlerFunc{
		"success: false":         fakeapi.Respond(200, "application/json", `{"success":false,"errors":[{"code":5409,"message":"taken"}]}`),
		"a body that broke off":  fakeapi.Respond(503, "application/json", failure(`{"code":5450,"message":"no"}`)),
		"the same, in plain":     fakeapi.Respond(500, "text/plain", "ERROR 5408: no", "Cf-Images", "err=5408"),
		"the same, in a success": fakeapi.Respond(200, "application/json", failure(`{"code":5433,"message":"no"}`)),
	} {
		r := request{method: http.MethodPost, segments: []string{"accounts", "a", "x"}, limit: 1000}
		c := start(t, handler, func(config *Config) { config.MaxRetries = new(0) })
		if _, err := c.do(t.Context(), r, new(nothing)); asError(t, err).MaybeApplied {
			t.Errorf("%s: got MaybeApplied, want a known outcome: %v", name, err)
		}
	}
}

// The body of a 101 response is the connection, which never ends and has no
// timeout.
func TestCallSwitchingProtocols(t *testing.T) {
	t.Parallel()
	url, connections := rawServer(t, func(c net.Conn) {
		readRequest(c)
		_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		_, _ = io.Copy(io.Discard, c) // until the client closes the connection
	})
	c := start(t, http.NotFoundHandler(), func(config *Config) {
		config.BaseURL, config.MaxRetries, config.Transport = url, new(2), newTransport(t)
	})
	defer c.http.CloseIdleConnections()
	done := make(chan error, 1)
	go func() {
		_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
		done <- err
	}()
	select {
	case err := <-done:
		e := asError(t, err)
		if e.Kind != InvalidResponse || e.Attempts != 1 ||
			!strings.Contains(e.Error(), "101 Switching Protocols: unexpected status") {
			t.Errorf("got %s after %d attempts: %v", e.Kind, e.Attempts, e)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the call does not return")
	}
	if got := connections.Load(); got != 1 {
		t.Errorf("connections: got %d, want 1", got)
	}
}

// tlsServer returns a raw server behind TLS with the given protocol, and a
// transport that trusts it.
func tlsServer(
	t *testing.T,
	protocol string,
	handle func(net.Conn),
) (url string, connections *atomic.Int64, transport *http.Transport) {
	t.Helper()
	shown := certificate(t, "localhost", time.Now().Add(time.Hour))
	config := &tls.Config{Certificates: []tls.Certificate{shown}, NextProtos: []string{protocol}}
	url, connections = rawServer(t, func(c net.Conn) {
		secured := tls.Server(c, config)
		if secured.HandshakeContext(t.Context()) == nil {
			handle(secured)
		}
	})
	transport = newTransport(t)
	transport.TLSClientConfig = trustingClient(t, shown)
	return strings.Replace(url, "http://127.0.0.1", "https://localhost", 1), connections, transport
}

// trustingClient returns a configuration that trusts one certificate.
func trustingClient(t *testing.T, shown tls.Certificate) *tls.Config {
	t.Helper()
	parsed, err := x509.ParseCertificate(shown.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return &tls.Config{RootCAs: roots}
}

// If a server sends GOAWAY on each connection before reading anything, the
// number of connections is limited.
func TestTransportGoAwayStorm(t *testing.T) {
	t.Parallel()
	const (
		settings = "\x00\x00\x00\x04\x00\x00\x00\x00\x00"
		goAway   = "\x00\x00\x08\x07\x00\x00\x00\x00\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"
	)
	url, connections, transport := tlsServer(t, "h2", func(c net.Conn) {
		_, _ = io.WriteString(c, settings+goAway)
		_ = c.SetReadDeadline(time.Now().Add(500 * time.Millisecond)) // the client has closed the connection by then
		_, _ = io.Copy(io.Discard, c)
	})
	c := start(t, http.NotFoundHandler(), func(config *Config) {
		config.BaseURL, config.MaxRetries, config.Transport = url, new(1), transport
	})
	c.jitter = func() float64 { return -4 } // no backoff
	defer transport.CloseIdleConnections()
	_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
	e := asError(t, err)
	if e.Kind != Unreachable || e.Attempts != 2 || !strings.Contains(e.Error(), "closed 5 connections before reading") {
		t.Errorf("got %s after %d attempts: %v", e.Kind, e.Attempts, e)
	}
	// net/http may open a few more before it stops.
	if got := connections.Load(); got > 4*maxConnections {
		t.Errorf("connections: got %d, want %d at most", got, 4*maxConnections)
	}
}

// freezer forwards the bytes of connections. Frozen connections stay open, but
// silent.
type freezer struct {
	target       string
	count, until atomic.Int64 // of connections; those up to until are frozen
}

func (f *freezer) freeze() { f.until.Store(f.count.Load()) }

func (f *freezer) handle(c net.Conn) {
	number := f.count.Add(1)
	behind, err := new(net.Dialer).DialContext(context.Background(), "tcp", f.target)
	if err != nil {
		return
	}
	defer behind.Close()
	pass := func(to, from net.Conn) {
		buffer := make([]byte, 4096)
		for {
			n, err := from.Read(buffer)
			if err != nil {
				to.Close()
				return
			}
			if number > f.until.Load() {
				_, _ = to.Write(buffer[:n])
			}
		}
	}
	var ends sync.WaitGroup
	ends.Go(func() { pass(behind, c) })
	ends.Go(func() { pass(c, behind) })
	ends.Wait()
}

// A dead connection is replaced by another one, within the retries. The
// timeouts of NewTransport are shortened.
func TestTransportDeadHTTP2Connection(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(fakeapi.New())
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	f := &freezer{target: server.Listener.Addr().String()}
	url, connections := rawServer(t, f.handle)

	transport := newTransport(t)
	if transport.HTTP2.SendPingTimeout != 5*time.Second || transport.HTTP2.PingTimeout != 5*time.Second {
		t.Errorf("a dead connection is detected after %+v, want 10s", transport.HTTP2)
	}
	transport.HTTP2.SendPingTimeout, transport.HTTP2.PingTimeout = 100*time.Millisecond, 100*time.Millisecond
	transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	c := start(t, http.NotFoundHandler(), func(config *Config) {
		config.BaseURL = strings.Replace(url, "http://", "https://", 1) + fakeapi.BasePath
		config.MaxRetries, config.Transport, config.RequestTimeout = new(2), transport, 30*time.Second
	})
	defer transport.CloseIdleConnections()
	if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "brand/logo", ReadOptions{}); err != nil {
		t.Fatal(err)
	}
	f.freeze()
	begin := time.Now()
	var readers sync.WaitGroup
	for i := range 20 {
		readers.Go(func() {
			id := []string{"brand/logo", "logos/main.png", "this/is/my-customid", "a/b", "100%.png"}[i%5]
			if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, id, ReadOptions{}); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		})
	}
	readers.Wait()
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
	if got := connections.Load(); got < 2 {
		t.Errorf("connections: got %d, want another one", got)
	}
}

// Too many connections are reported as such, regardless of the error of the
// transport. Failed connections don't count.
func TestCallConnectionsPerAttempt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		created, rejected int
		ended             bool
	}{
		"as many as allowed":    {created: 5},
		"one more":              {created: 6, ended: true},
		"some were not created": {created: 5, rejected: 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := scripted(t, 0, nil)
			c.config.MaxRetries = new(0)
			c.http.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
				trace := httptrace.ContextClientTrace(r.Context())
				for range test.rejected {
					trace.ConnectDone("tcp", "", errors.New("refused"))
				}
				for range test.created {
					trace.ConnectDone("tcp", "", nil)
				}
				if err := r.Context().Err(); err != nil {
					return nil, err
				}
				return nil, io.EOF
			})
			_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
			if got := strings.Contains(asError(t, err).Error(), "closed 5 connections before reading"); got != test.ended {
				t.Errorf("got %v, want the error about the connections: %t", err, test.ended)
			}
		})
	}
}

// A body at the limit is complete. A larger one is truncated one byte after the
// limit.
func TestReadBounded(t *testing.T) {
	t.Parallel()
	for text, tooLarge := range map[string]bool{"": false, "1234": false, "12345": false, "123456": true, "1234567": true} {
		got, err := readBounded(strings.NewReader(text), 5)
		if errors.Is(err, errTooLarge) != tooLarge || len(got) != min(len(text), 6) {
			t.Errorf("%q: got %q, %v, want it too large: %t", text, got, err, tooLarge)
		}
	}
}
