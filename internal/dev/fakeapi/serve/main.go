// Command serve runs the fake API in the foreground, to try configurations
// against: it prints shell commands that point the provider to it, and then a
// line for each request, until it is interrupted.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func main() {
	port := flag.String("port", "8789", "port to listen on; 0 selects a free one")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout, *port)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "fake-api:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, port string) error {
	lines := make(chan string)
	origin, variables, stop, err := fakeapi.ListenOn(ctx, port, func(method, uri string, status int) {
		select {
		case lines <- fmt.Sprintln(method, uri, status):
		case <-ctx.Done():
		}
	})
	if err != nil {
		return err
	}
	defer stop()
	fmt.Fprintf(out, "A fake Images API is listening at %s; press Ctrl-C to stop it. In another shell:\n\n", origin)
	for _, variable := range append(variables, "TF_VAR_signing_key="+fakeapi.SigningKey) {
		fmt.Fprintln(out, "  export", variable)
	}
	fmt.Fprintln(out, "\nThe requests:")
	for {
		select {
		case line := <-lines:
			fmt.Fprint(out, line)
		case <-ctx.Done():
			return nil
		}
	}
}
