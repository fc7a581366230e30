package client

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// Headers are bounded, like bodies.
func TestTransportEndlessHeaders(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	fake.Fail("a", -1, fakeapi.Respond(200, "application/json", "", "X-Long", strings.Repeat("x", 1<<20+1<<16)))
	_, _, err := start(t, fake).GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
	if e := asError(t, err); e.Kind != Unreachable || !strings.Contains(e.Error(), "exceeded") {
		t.Errorf("got %s: %v", e.Kind, e)
	}
}

// A client reuses one HTTP/2 connection.
func TestTransportHTTP2AndReuse(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	connections := map[string]bool{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		connections[r.Proto+" "+r.RemoteAddr] = true
		fake.ServeHTTP(w, r)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	transport := newTransport(t)
	transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	c, err := New(
		Config{Credentials: APIToken(fakeapi.Token), BaseURL: server.URL + fakeapi.BasePath, Transport: transport},
	)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "brand/logo", ReadOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if len(connections) != 1 {
		t.Errorf("connections: got %v, want one", connections)
	}
	for connection := range connections {
		if !strings.HasPrefix(connection, "HTTP/2.0 ") {
			t.Errorf("protocol: got %s, want HTTP/2.0", connection)
		}
	}
}

// A rejection by a proxy is not retried, and its status is in the error.
func TestTransportProxy(t *testing.T) {
	t.Parallel()
	var requested []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requested = append(requested, r.Method+" "+r.Host)
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	defer proxy.Close()
	transport := newTransport(t)
	proxyURL, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	transport.Proxy = http.ProxyURL(proxyURL)
	c, err := New(Config{Credentials: APIToken(fakeapi.Token), BaseURL: "https://api.example.com", Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
	if e := asError(t, err); e.Kind != Unreachable || !strings.Contains(
		e.Error(), "the proxy rejected the connection: 407 Proxy Authentication Required",
	) {
		t.Errorf("got %s: %v", e.Kind, e)
	}
	if diff := cmp.Diff([]string{"CONNECT api.example.com:443"}, requested); diff != "" {
		t.Errorf("requests to the proxy (-want +got):\n%s", diff)
	}
}

// The proxy is used for all but loopback addresses. net/http reads the
// variables once, at the first request to another address, which no other test
// sends with this transport.
func TestProxyFor(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://proxy.example.com:3128")
	t.Setenv("NO_PROXY", "")
	for _, host := range []string{"LOCALHOST", "LocalHost:8080", "127.0.0.1:1", "[::1]:2", "127.8.9.10"} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+host+"/", nil)
		if proxy, err := proxyFor(request); proxy != nil || err != nil {
			t.Errorf("%s: got %v, %v", host, proxy, err)
		}
	}
	other := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://api.example.com/", nil)
	if proxy, err := proxyFor(other); err != nil || proxy == nil || proxy.Host != "proxy.example.com:3128" {
		t.Errorf("another host: got %v, %v, want the proxy", proxy, err)
	}
}

// All phases of a connection have timeouts, and ten readers keep their
// connections.
func TestTransportBounds(t *testing.T) {
	t.Parallel()
	transport := newTransport(t)
	for name, got := range map[string]time.Duration{
		"TLS": transport.TLSHandshakeTimeout, "idleness": transport.IdleConnTimeout,
	} {
		if got < time.Second || got > 2*time.Minute {
			t.Errorf("%s ends after %s", name, got)
		}
	}
	if transport.MaxIdleConns < 10 || transport.MaxIdleConnsPerHost < 10 {
		t.Errorf("got %d connections, %d to a host", transport.MaxIdleConns, transport.MaxIdleConnsPerHost)
	}
}
