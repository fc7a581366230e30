package standin

import (
	"context"
	"net"
	"net/http"
	"time"
)

// Listen starts a stand-in on a free loopback port, with delivery URLs that
// lead to itself. The variables, as NAME=value, lead the provider to it.
func Listen(ctx context.Context) (origin string, variables []string, stop func(), err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, nil, err
	}
	origin = "http://" + listener.Addr().String()
	standIn := New()
	standIn.DeliverFrom(origin)
	server := &http.Server{Handler: standIn, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // until stop
	variables = []string{
		"CLOUDFLARE_API_TOKEN=" + Token,
		"CLOUDFLARE_ACCOUNT_ID=" + AccountID,
		"CLOUDFLARE_BASE_URL=" + origin + BasePath,
	}
	return origin, variables, func() { _ = server.Close() }, nil
}
