package client

import (
	"context"
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
		Proxy:                  http.ProxyFromEnvironment,
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

// unfollowed keeps redirects from being followed, as one could carry
// X-Auth-Key to another host: it hides where they lead from net/http, which
// would also repeat a target that it cannot parse in an error.
type unfollowed struct{ next http.RoundTripper }

// locationHeader is where unfollowed keeps the target.
const locationHeader = "X-Unfollowed-Location"

// RoundTrip sends the request.
func (t unfollowed) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := t.next.RoundTrip(request)
	if err == nil {
		response.Header.Set(locationHeader, response.Header.Get("Location"))
		response.Header.Del("Location")
	}
	return response, err
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
