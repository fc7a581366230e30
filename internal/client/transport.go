package client

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// How long an HTTP/2 connection may be idle before a ping, and how long the
// response may take. Without pings, each attempt would use the same dead
// connection.
const (
	sendPingTimeout = 5 * time.Second
	pingTimeout     = 5 * time.Second
)

// NewTransport returns the transport a Client uses unless it is given
// another: connections are reused, HTTP/2 is on, and HTTPS_PROXY and NO_PROXY
// are honored, but never for a loopback address. HTTP_PROXY plays no part: only
// a loopback address may use http.
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

// proxyFor returns no proxy for a loopback address: the request may be http, with
// the credentials in the clear.
func proxyFor(request *http.Request) (*url.URL, error) {
	if isLoopback(request.URL.Hostname()) {
		return nil, nil //nolint:nilnil // http.Transport takes it for no proxy
	}
	return http.ProxyFromEnvironment(request)
}

// CheckProxy returns an error if the value of a proxy variable cannot be used. It
// never quotes the value, which may contain a password. net/http would ignore such
// a variable, and bypass the proxy.
func CheckProxy(value string) error {
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	proxy, err := url.Parse(value)
	if err != nil || proxy.Hostname() == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, proxy.Scheme) {
		return errors.New("is not the address of a proxy, such as http://proxy.example.com:3128")
	}
	return nil
}

// noRedirects keeps redirects from being followed, as one could carry
// X-Auth-Key to another host: it hides where they lead from net/http, which
// would also repeat a target that it cannot parse in an error.
type noRedirects struct{ next http.RoundTripper }

// locationHeader is the header in which noRedirects keeps the target.
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
	return "the proxy refused to connect: " + statusLine(e.status)
}

func checkProxyResponse(_ context.Context, _ *url.URL, _ *http.Request, response *http.Response) error {
	if response.StatusCode != http.StatusOK {
		return &proxyError{response.StatusCode}
	}
	return nil
}
