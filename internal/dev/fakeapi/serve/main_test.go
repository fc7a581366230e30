package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// The printed variables point to the fake API, and it prints each request until
// it is interrupted.
func TestServe(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, writer, "0")
		_ = writer.Close()
	}()
	printed := bufio.NewScanner(reader)
	exported := map[string]string{}
	for printed.Scan() && printed.Text() != "The requests:" {
		if variable, ok := strings.CutPrefix(printed.Text(), "  export "); ok {
			name, value, _ := strings.Cut(variable, "=")
			exported[name] = value
		}
	}
	api := exported["CLOUDFLARE_BASE_URL"]
	origin := strings.TrimSuffix(api, "/client/v4")
	const private = "/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/083eb7b2-5392-4565-b69e-aff66acddd00/public"
	signed, err := delivery.Sign(origin+private, exported["TF_VAR_signing_key"], time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	image := "/accounts/" + exported["CLOUDFLARE_ACCOUNT_ID"] + "/images/v1/brand%2Flogo"
	for _, step := range []struct{ url, token, want string }{
		{url: api + image, token: exported["CLOUDFLARE_API_TOKEN"], want: "GET /client/v4" + image + " 200"},
		{url: api + image, token: "another", want: "GET /client/v4" + image + " 403"},
		{url: origin + private, want: "GET " + private + " 403"},
		{url: signed, want: "GET " + strings.TrimPrefix(signed, origin) + " 200"},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, step.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+step.token)
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if printed.Scan(); printed.Text() != step.want {
			t.Errorf("line: got %s, want %s", printed.Text(), step.want)
		}
	}
	interrupt()
	if printed.Scan() {
		t.Errorf("more was printed: %s", printed.Text())
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// A port that is in use is an error; no other port is used instead.
func TestServeTakenPort(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	if err := run(t.Context(), io.Discard, port); err == nil {
		t.Errorf("port %s is in use, but there was no error", port)
	}
}
