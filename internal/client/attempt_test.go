package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// A 101 makes the connection its body, which never ends and which no time
// limit ends either.
func TestCallSwitchingProtocols(t *testing.T) {
	t.Parallel()
	url, connections := rawServer(t, func(c net.Conn) {
		readRequest(c)
		_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		_, _ = io.Copy(io.Discard, c) // until the client hangs up
	})
	c := start(t, http.NotFoundHandler(), func(config *Config) {
		config.BaseURL, config.MaxRetries, config.Transport = url, new(2), newTransport(t)
	})
	defer c.http.CloseIdleConnections()
	done := make(chan error, 1)
	go func() {
		_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a")
		done <- err
	}()
	select {
	case err := <-done:
		e := asError(t, err)
		if e.Kind != InvalidResponse || e.Attempts != 1 ||
			!strings.Contains(e.Error(), "101 Switching Protocols: want status 200") {
			t.Errorf("got %s after %d attempts: %v", e.Kind, e.Attempts, e)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it hangs")
	}
	if got := connections.Load(); got != 1 {
		t.Errorf("connections: got %d, want 1", got)
	}
}

// tlsServer is a raw server behind TLS, which speaks the protocol that it is
// given, and a transport that trusts it.
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

// trustingClient trusts one certificate.
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

// A server that says goodbye on each connection before it has read anything is
// not asked again without end.
func TestTransportGoAwayStorm(t *testing.T) {
	t.Parallel()
	const (
		settings = "\x00\x00\x00\x04\x00\x00\x00\x00\x00"
		goAway   = "\x00\x00\x08\x07\x00\x00\x00\x00\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"
	)
	url, connections, transport := tlsServer(t, "h2", func(c net.Conn) {
		_, _ = io.WriteString(c, settings+goAway)
		_ = c.SetReadDeadline(time.Now().Add(500 * time.Millisecond)) // the client has hung up by then
		_, _ = io.Copy(io.Discard, c)
	})
	c := start(t, http.NotFoundHandler(), func(config *Config) {
		config.BaseURL, config.MaxRetries, config.Transport = url, new(1), transport
	})
	c.jitter = func() float64 { return -4 } // takes all of a pause away
	defer transport.CloseIdleConnections()
	_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a")
	e := asError(t, err)
	if e.Kind != Unreachable || e.Attempts != 2 || !strings.Contains(e.Error(), "closed 5 connections in a row") {
		t.Errorf("got %s after %d attempts: %v", e.Kind, e.Attempts, e)
	}
	// net/http may have begun one or two more when it is told to stop.
	if got := connections.Load(); got > 4*maxConnections {
		t.Errorf("connections: got %d, want %d at most", got, 4*maxConnections)
	}
}

// freezer passes the bytes of connections on, until it is told to freeze those
// that there are: they stay open and silent.
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

// A connection that dies without a word is left for another one, within the
// retries. The transport's own times are those of NewTransport, shortened.
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
		t.Errorf("a dead connection is noticed after %+v, want 10s in all", transport.HTTP2)
	}
	transport.HTTP2.SendPingTimeout, transport.HTTP2.PingTimeout = 100*time.Millisecond, 100*time.Millisecond
	transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	c := start(t, http.NotFoundHandler(), func(config *Config) {
		config.BaseURL = strings.Replace(url, "http://", "https://", 1) + fakeapi.BasePath
		config.MaxRetries, config.Transport, config.RequestTimeout = new(2), transport, 30*time.Second
	})
	defer transport.CloseIdleConnections()
	if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "brand/logo"); err != nil {
		t.Fatal(err)
	}
	f.freeze()
	begin := time.Now()
	var readers sync.WaitGroup
	for i := range 20 {
		readers.Go(func() {
			id := []string{"brand/logo", "logos/main.png", "this/is/my-customid", "a/b", "100%.png"}[i%5]
			if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, id); err != nil {
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

// The end of too many connections is told as such, however the transport tells
// it; those that were never made do not count.
func TestCallConnectionsPerAttempt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		made, refused int
		ended         bool
	}{
		"as many as allowed": {made: 5},
		"one more":           {made: 6, ended: true},
		"some were not made": {made: 5, refused: 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := scripted(t, 0, nil)
			c.maxRetries = 0
			c.http.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
				trace := httptrace.ContextClientTrace(r.Context())
				for range test.refused {
					trace.ConnectDone("tcp", "", errors.New("refused"))
				}
				for range test.made {
					trace.ConnectDone("tcp", "", nil)
				}
				if err := r.Context().Err(); err != nil {
					return nil, err
				}
				return nil, io.EOF
			})
			_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a")
			if got := strings.Contains(asError(t, err).Error(), "closed 5 connections in a row"); got != test.ended {
				t.Errorf("got %v, want it to tell of the connections: %t", err, test.ended)
			}
		})
	}
}

// A body that is as large as allowed is whole; of a larger one, little more
// than that is kept.
func TestReadBounded(t *testing.T) {
	t.Parallel()
	for text, tooLarge := range map[string]bool{"": false, "1234": false, "12345": false, "123456": true, "1234567": true} {
		got, err := readBounded(strings.NewReader(text), 5)
		if errors.Is(err, errTooLarge) != tooLarge || len(got) != min(len(text), 6) {
			t.Errorf("%q: got %q, %v, want it too large: %t", text, got, err, tooLarge)
		}
	}
}
