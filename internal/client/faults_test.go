package client

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/ratelimit"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// No goroutine outlives the tests.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// Each row has a misbehaving connection, the error, and the number of attempts.
func TestCallMalformedHTTP(t *testing.T) {
	t.Parallel()
	const ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	write := func(text string) func(net.Conn) {
		return func(c net.Conn) {
			readRequest(c)
			_, _ = io.WriteString(c, text)
		}
	}
	good := success(`{"id":"a"}`)
	tests := map[string]struct {
		handle   func(net.Conn)
		kind     Kind // empty for success
		want     string
		attempts int
	}{
		"closed at once": {handle: readRequest, kind: Unreachable, want: "EOF", attempts: 2},
		"half closed": {handle: func(c net.Conn) {
			readRequest(c)
			if tcp, ok := c.(*net.TCPConn); ok {
				_ = tcp.CloseWrite()
			}
			_, _ = io.Copy(io.Discard, c)
		}, kind: Unreachable, want: "EOF", attempts: 2},
		"reset": {handle: func(c net.Conn) {
			readRequest(c)
			if tcp, ok := c.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
		}, kind: Unreachable, attempts: 2},
		"silent": {
			handle:   func(c net.Conn) { _, _ = io.Copy(io.Discard, c) },
			kind:     Unreachable,
			want:     "no complete response within 150ms",
			attempts: 2,
		},
		"slow headers": {handle: func(c net.Conn) {
			readRequest(c)
			for i := range 200 {
				if _, err := fmt.Fprintf(c, "%c", ok[i%len(ok)]); err != nil ||
					ratelimit.Sleep(context.Background(), 10*time.Millisecond) != nil {
					return
				}
			}
		}, kind: Unreachable, want: "no complete response within 150ms", attempts: 2},
		"length too long": {
			handle:   write(ok + "Content-Length: 500\r\n\r\n" + good),
			kind:     Unreachable,
			want:     "unexpected EOF",
			attempts: 2,
		},
		"length too short": {
			handle:   write(ok + "Content-Length: 10\r\n\r\n" + good),
			kind:     InvalidResponse,
			want:     "not valid JSON",
			attempts: 1,
		},
		"two lengths": {
			handle:   write(ok + "Content-Length: 10\r\nContent-Length: 500\r\n\r\n" + good),
			kind:     Unreachable,
			attempts: 2,
		},
		"chunk truncated": {
			handle:   write(ok + "Transfer-Encoding: chunked\r\n\r\nfff\r\n" + good),
			kind:     Unreachable,
			want:     "unexpected EOF",
			attempts: 2,
		},
		"broken chunk": {
			handle:   write(ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + good),
			kind:     Unreachable,
			attempts: 2,
		},
		"not HTTP": {
			handle:   write("SSH-2.0-OpenSSH_9.2\r\n"),
			kind:     Unreachable,
			want:     "malformed HTTP",
			attempts: 2,
		},
		"another charset": {
			handle: write(
				"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=iso-8859-1\r\nConnection: close\r\n\r\n" +
					success("{\"id\":\"a\",\"filename\":\"\xe9\"}"),
			),
			kind: InvalidResponse, want: "not UTF-8", attempts: 1,
		},
		"a charset that fits": {
			handle: write(
				"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=iso-8859-1\r\nConnection: close\r\n\r\n" + good,
			), attempts: 1,
		},
		"byte order mark": {
			handle:   write(ok + "Connection: close\r\n\r\n\ufeff" + good),
			kind:     InvalidResponse,
			want:     "not valid JSON",
			attempts: 1,
		},
		"no content type": {handle: write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + good), attempts: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, connections := rawServer(t, test.handle)
			c := start(t, http.NotFoundHandler(), func(config *Config) {
				config.BaseURL, config.MaxRetries = url, new(1)
				if strings.HasPrefix(test.want, "no complete response") {
					config.RequestTimeout = 150 * time.Millisecond
				}
			})
			defer c.http.CloseIdleConnections()
			image, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
			if test.kind == "" {
				if err != nil || image.ID != "a" {
					t.Errorf("got %+v, %v", image, err)
				}
				return
			}
			e := asError(t, err)
			if e.Kind != test.kind || e.Attempts != test.attempts || !strings.Contains(e.Error(), test.want) {
				t.Errorf(
					"got %s after %d attempts: %v, want %s after %d: %s",
					e.Kind,
					e.Attempts,
					e,
					test.kind,
					test.attempts,
					test.want,
				)
			}
			if got := connections.Load(); got != int64(test.attempts) {
				t.Errorf("connections: got %d, want %d", got, test.attempts)
			}
		})
	}
}

// A body of a gigabyte, compressed or not, takes no more memory than the limit.
func TestCallHugeBodyMemory(t *testing.T) { //nolint:paralleltest // it measures the memory of the whole process
	fake := fakeapi.New()
	fake.Fail("a", -1, fakeapi.Endless(1<<30))
	c := start(t, fake)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
	runtime.ReadMemStats(&after)
	if !errors.Is(err, InvalidResponse) {
		t.Errorf("got %v", err)
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 64<<20 {
		t.Errorf("it allocated %d MiB", allocated>>20)
	}
}

// certificate returns a certificate for a name and an expiry.
func certificate(t *testing.T, name string, end time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: end.Add(-48 * time.Hour), NotAfter: end, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// The certificates are trusted, but invalid in one way each.
func TestTransportCertificates(t *testing.T) {
	t.Parallel()
	soon, past := time.Now().Add(time.Hour), time.Now().Add(-time.Hour)
	tests := map[string]struct {
		name    string
		end     time.Time
		trusted bool
		want    string // empty for success
	}{
		"good":       {name: "localhost", end: soon, trusted: true},
		"expired":    {name: "localhost", end: past, trusted: true, want: "certificate has expired"},
		"wrong host": {name: "api.example.com", end: soon, trusted: true, want: "not localhost"},
		"unknown":    {name: "localhost", end: soon, want: "unknown authority"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shown := certificate(t, test.name, test.end)
			server := httptest.NewUnstartedServer(fakeapi.New())
			server.TLS = &tls.Config{Certificates: []tls.Certificate{shown}}
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.StartTLS()
			defer server.Close()
			roots := x509.NewCertPool()
			if test.trusted {
				parsed, err := x509.ParseCertificate(shown.Certificate[0])
				if err != nil {
					t.Fatal(err)
				}
				roots.AddCert(parsed)
			}
			_, port, err := net.SplitHostPort(server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			c := start(t, http.NotFoundHandler(), func(config *Config) {
				transport := newTransport(t)
				transport.TLSClientConfig = &tls.Config{RootCAs: roots}
				config.BaseURL, config.Transport, config.MaxRetries = "https://localhost:"+port+fakeapi.BasePath, transport, new(3)
			})
			defer c.http.CloseIdleConnections()
			_, _, err = c.GetImage(t.Context(), fakeapi.AccountID, "brand/logo", ReadOptions{})
			if test.want == "" {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			if e := asError(t, err); e.Kind != Unreachable || e.Attempts != 1 || !strings.Contains(e.Error(), test.want) {
				t.Errorf("got %s after %d attempts: %v, want %s", e.Kind, e.Attempts, e, test.want)
			}
		})
	}
}

// An unknown host is not retried. The dialer returns the error, so that no
// resolver is needed.
func TestTransportUnknownHost(t *testing.T) {
	t.Parallel()
	c := start(t, http.NotFoundHandler(), func(config *Config) {
		config.BaseURL, config.MaxRetries = "https://api.invalid", new(2)
		config.Transport = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "api.invalid", IsNotFound: true}}
		}}
	})
	_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
	if e := asError(t, err); e.Kind != Unreachable || e.Attempts != 1 ||
		!strings.Contains(e.Error(), "lookup api.invalid: no such host") {
		t.Errorf("got %s after %d attempts: %v", e.Kind, e.Attempts, e)
	}
}

// After a GOAWAY of HTTP/2, the request is sent over another connection.
func TestTransportGoAway(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	var connections sync.Map
	requests := new(atomic.Int64)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		connections.Store(r.RemoteAddr, true)
		requests.Add(1)
		w.Header().Set("Connection", "close") // in HTTP/2, the server sends GOAWAY
		fake.ServeHTTP(w, r)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	c := start(t, http.NotFoundHandler(), func(config *Config) {
		transport := newTransport(t)
		transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
		config.BaseURL, config.Transport, config.MaxRetries = server.URL+fakeapi.BasePath, transport, new(2)
	})
	defer c.http.CloseIdleConnections()
	for range 5 {
		if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "brand/logo", ReadOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	seen := 0
	connections.Range(func(any, any) bool { seen++; return true })
	if seen < 2 || requests.Load() < 5 {
		t.Errorf("got %d connections for %d requests, want several", seen, requests.Load())
	}
}

// The client survives bursts of errors of all kinds, and malformed headers.
func TestClientBursts(t *testing.T) {
	t.Parallel()
	for _, retryAfter := range []string{"", "0", "-1", "1000000000", "soon", "Mon, 02 Jan 2006 15:04:05 GMT", "99999999999999999999", "1.5"} {
		t.Run("Retry-After: "+retryAfter, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, transport := scripted(t, 0, nil,
					step{status: 429, retryAfter: retryAfter}, step{status: 503, retryAfter: retryAfter},
					step{err: io.EOF}, step{status: 521}, step{status: 200})
				if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{}); err != nil {
					t.Fatal(err)
				}
				if took := transport.at[4]; took < 7500*time.Millisecond || took > 2*maxRetryAfter+10*time.Second {
					t.Errorf("it took %s", took)
				}
			})
		})
	}
	for _, limits := range []string{
		`"default";r=x`, ";;;", strings.Repeat(`"a";r=1;t=1,`, 10000), `"default";r=-1;t=-1`,
		`"default";r=9999999999999999999;t=1`,
	} {
		t.Run("Ratelimit: "+limits[:min(len(limits), 20)], func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.Fail("a", -1, fakeapi.Respond(200, "application/json", success(wholeImage), "Ratelimit", limits))
			c := start(t, fake)
			for range 3 {
				if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{}); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// Sixty-four readers read images that exist, are missing, or fail at first.
func TestClientManyReaders(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	fake.Fail("brand/logo", 1, fakeapi.Reset)
	fake.Fail("brand/logo", 1, fakeapi.Truncated("{"))
	c := start(t, fake, func(config *Config) { config.MaxRetries = new(3) })
	ids := []string{"brand/logo", "this/is/my-customid", "nope", "a%2Fb"}
	var readers sync.WaitGroup
	for i := range 64 {
		readers.Go(func() {
			for j := range 8 {
				id := ids[(i+j)%len(ids)]
				image, _, err := c.GetImage(t.Context(), fakeapi.AccountID, id, ReadOptions{})
				if id == "nope" {
					if !errors.Is(err, NotFound) {
						t.Errorf("%s: got %v", id, err)
					}
				} else if err != nil || image.ID != id {
					t.Errorf("%s: got %+v, %v", id, image, err)
				}
			}
		})
	}
	readers.Wait()
	logos := 0
	for _, request := range fake.Requests() {
		if strings.HasSuffix(request.URI, "brand%2Flogo") {
			logos++
		}
	}
	if logos < 3 {
		t.Errorf("requests for brand/logo: got %d, want 3 at least, two of which met a fault", logos)
	}
}
