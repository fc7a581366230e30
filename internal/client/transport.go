package client

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"
)

// NewTransport returns the transport a Client uses unless it is given
// another: connections are reused, HTTP/2 is on, and HTTPS_PROXY, HTTP_PROXY
// and NO_PROXY are obeyed.
func NewTransport() http.RoundTripper {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  proxyFromEnvironment,
		OnProxyConnectResponse: checkProxyAnswer,
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           32,
		MaxIdleConnsPerHost:    32, // Terraform reads ten data sources at a time by default
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: 1 << 20,
	}
}

func proxyFromEnvironment(request *http.Request) (*url.URL, error) {
	proxy, err := http.ProxyFromEnvironment(request)
	if err != nil {
		// The original error repeats the URL, which may hold a password.
		return nil, errors.New("HTTPS_PROXY or HTTP_PROXY does not hold a valid proxy URL")
	}
	return proxy, nil
}

// proxyError is a proxy's refusal to connect to the API.
type proxyError struct{ status int }

func (e *proxyError) Error() string {
	return "the proxy refused to connect: " + statusLine(e.status)
}

func checkProxyAnswer(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode != http.StatusOK {
		return &proxyError{answer.StatusCode}
	}
	return nil
}
