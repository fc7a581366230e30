package fakeapi

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"time"
)

// Listen starts a fake API on a free loopback port, with delivery URLs on the
// same port. The variables, as NAME=value, point the provider to it.
func Listen(ctx context.Context) (origin string, variables []string, stop func(), err error) {
	return ListenOn(ctx, "0", func(string, string, int) {})
}

// ListenOn is like Listen on a given port. It reports each completed request to
// seen, with a status of 0 if the connection was dropped.
func ListenOn(ctx context.Context, port string, seen func(method, uri string, status int)) (
	origin string, variables []string, stop func(), err error,
) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return "", nil, nil, err
	}
	origin = "http://" + listener.Addr().String()
	fake := New()
	fake.DeliverFrom(origin)
	server := &http.Server{Handler: observed{fake, seen}, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // until stop
	variables = []string{
		"CLOUDFLARE_API_TOKEN=" + Token,
		"CLOUDFLARE_ACCOUNT_ID=" + AccountID,
		"CLOUDFLARE_BASE_URL=" + origin + BasePath,
	}
	return origin, variables, func() { _ = server.Close() }, nil
}

// observed is a handler that reports its requests.
type observed struct {
	http.Handler

	seen func(method, uri string, status int)
}

func (h observed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := 0
	defer func() { h.seen(r.Method, r.RequestURI, status) }()
	h.Handler.ServeHTTP(&statusWriter{ResponseWriter: w, onStatus: func(s int) { status = s }}, r)
	status = cmp.Or(status, http.StatusOK) // the default of net/http
}
