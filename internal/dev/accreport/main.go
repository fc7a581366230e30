// Command accreport settles the open questions of docs/dev/api-notes.md with a
// real account: it creates, reads, updates and deletes a few images and
// variants, and a signing key if there is room, under generated names, and
// prints a table of the results. It deletes everything it has created, even if
// it is interrupted, and never touches anything else. It uses
// CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID and, if set, CLOUDFLARE_BASE_URL.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/accsweep"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr) //nolint:forbidigo // the program starts here
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "accreport:", err)
		os.Exit(1)
	}
}

// command runs the command line.
func command(ctx context.Context, args []string, getenv func(string) string, out, progress io.Writer) error {
	flags := flag.NewFlagSet("accreport", flag.ContinueOnError)
	flags.SetOutput(progress)
	o := options{sizes: fileSizes}
	flags.DurationVar(&o.wait, "wait", 2*time.Minute, "maximum time to wait for a write to become visible")
	flags.StringVar(&o.url, "url", "", "URL of an image for uploads by URL; default: the delivery URL of an uploaded image")
	flags.StringVar(&o.rootURL, "root-url", "", "URL of an image that ends in a slash; default: -url with a slash appended")
	timeout := flags.Duration("timeout", 30*time.Minute, "maximum duration of the run, without the cleanup")
	only := flags.String("run", "", "a regular expression that selects questions")
	sweep := flags.Bool("sweep", false, "delete what earlier acceptance runs left behind, and nothing else")
	older := flags.Duration("older-than", time.Hour, "with -sweep: minimum age of the runs")
	if err := flags.Parse(args); err != nil {
		return err
	}
	pattern, err := regexp.Compile(*only)
	if err != nil {
		return fmt.Errorf("-run: %w", err)
	}
	token := getenv("CLOUDFLARE_API_TOKEN")
	o.account = accsweep.Account{ID: getenv("CLOUDFLARE_ACCOUNT_ID"), Config: client.Config{
		Credentials: client.APIToken(token), BaseURL: getenv("CLOUDFLARE_BASE_URL"),
	}}
	if token == "" || o.account.ID == "" {
		return errors.New("set CLOUDFLARE_API_TOKEN, with the permission Images Write, and CLOUDFLARE_ACCOUNT_ID")
	}
	o.token = token
	ctx, cancel := context.WithTimeout(ctx, *timeout)
	defer cancel()
	if *sweep {
		deleted, err := o.account.SweepOlder(ctx, *older)
		for _, object := range deleted {
			fmt.Fprintln(out, "leftover:", object)
		}
		fmt.Fprintf(out, "%d leftovers of runs that began over %s ago.\n", len(deleted), *older)
		return err
	}
	return o.report(ctx, selectQuestions(pattern), out, progress)
}
