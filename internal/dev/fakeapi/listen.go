package fakeapi

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"time"
)

// Listen starts a fake API on a free loopback port, with delivery URLs that
// lead to itself. The variables, as NAME=value, lead the provider to it.
func Listen(ctx context.Context) (origin string, variables []string, stop func(), err error) {
	return ListenOn(ctx, "0", func(string, string, int) {})
}

// ListenOn is Listen on a port of one's choice. Each request is told to seen
// when it has been answered, with a status of 0 where the connection was
// dropped instead.
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

// observed is a handler whose requests are told.
type observed struct {
	http.Handler

	seen func(method, uri string, status int)
}

func (h observed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := 0
	defer func() { h.seen(r.Method, r.RequestURI, status) }()
	h.Handler.ServeHTTP(&statusWriter{ResponseWriter: w, onStatus: func(s int) { status = s }}, r)
	status = cmp.Or(status, http.StatusOK) // which net/http sends where a handler names none
}
