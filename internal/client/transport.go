package client

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"time"
)

// The idle time of an HTTP/2 connection before a ping, and the timeout of the ping.
// Without pings, each attempt would use the same dead connection.
const (
	sendPingTimeout = 5 * time.Second
	pingTimeout     = 5 * time.Second
)

// NewTransport returns the default transport of a Client. It reuses connections,
// supports HTTP/2, and honors HTTPS_PROXY and NO_PROXY, but not for a loopback
// address. HTTP_PROXY has no effect, as only a loopback address may use http.
func NewTransport() http.RoundTripper {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  proxyFor,
		OnProxyConnectResponse: checkProxyResponse,
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: sendPingTimeout, PingTimeout: pingTimeout},
		MaxIdleConns:           32,
		MaxIdleConnsPerHost:    32, // Terraform reads ten data sources at a time by default
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: 1 << 20,
	}
}

// proxyFor returns no proxy for a loopback address, whose requests may be http, with
// unencrypted credentials.
func proxyFor(request *http.Request) (*url.URL, error) {
	if isLoopback(request.URL.Hostname()) {
		return nil, nil //nolint:nilnil // no proxy, for http.Transport
	}
	return http.ProxyFromEnvironment(request)
}

// noRedirects hides the target of redirects from net/http, which could send
// X-Auth-Key to another host, or quote a malformed target in an error.
type noRedirects struct{ next http.RoundTripper }

// locationHeader is the header to which noRedirects moves the target.
const locationHeader = "X-Unfollowed-Location"

// RoundTrip sends the request.
func (t noRedirects) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := t.next.RoundTrip(request)
	if err == nil {
		response.Header.Set(locationHeader, response.Header.Get("Location"))
		response.Header.Del("Location")
	}
	return response, err
}

// proxyError means that a proxy did not connect to the API.
type proxyError struct{ status int }

func (e *proxyError) Error() string {
	return "the proxy rejected the connection: " + statusLine(e.status)
}

func checkProxyResponse(_ context.Context, _ *url.URL, _ *http.Request, response *http.Response) error {
	if response.StatusCode != http.StatusOK {
		return &proxyError{response.StatusCode}
	}
	return nil
}
