package provider

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/fakecloudflare"
)

// An operator who presses Ctrl-C is heard at once, whatever the provider is
// waiting for, and the state stays as it was.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows knows no interrupt between processes")
	}
	tests := map[string]struct {
		handler http.HandlerFunc
		said    string
	}{
		"during a wait": {fakecloudflare.Answer(429, "text/plain", "", "Retry-After", "300"), "during a wait of 5m0s after: 429 Too Many Requests"},
		"during a body": {fakecloudflare.Dripping(20 * time.Millisecond), "context canceled"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			c := r.cli(t, requiredProviders+`
data "cloudflare_image" "x" {
  image_id = "brand/logo"
}
output "url" {
  value = data.cloudflare_image.x.variant_urls["hero"]
}
`)
			if output, code := c.run("apply", "-auto-approve", "-no-color"); code != 0 {
				t.Fatalf("apply ended with %d:\n%s", code, output)
			}
			statePath := filepath.Join(c.Dir, "terraform.tfstate")
			before, err := os.ReadFile(statePath)
			if err != nil {
				t.Fatal(err)
			}

			r.Fail("brand/logo", -1, test.handler)
			// Terraform itself hears the first interrupt of an apply only after its plan.
			command := c.Command(t.Context(), "plan", "-no-color")
			var output strings.Builder
			command.Stdout, command.Stderr = &output, &output
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			poll := time.NewTicker(20 * time.Millisecond)
			defer poll.Stop()
			for len(r.Requests()) < 2 {
				<-poll.C
			}
			for range 10 { // the answer takes its time to arrive
				<-poll.C
			}
			if err := command.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			begin := time.Now()
			err = command.Wait()
			if took := time.Since(begin); took > 20*time.Second {
				t.Errorf("it took %s to stop", took)
			}
			if code := command.ProcessState.ExitCode(); code != 1 {
				t.Errorf("exit code: got %d, %v, want 1", code, err)
			}
			if !says("not read: canceled").MatchString(output.String()) || !says(test.said).MatchString(output.String()) {
				t.Errorf("got:\n%s\nwant %s", output.String(), test.said)
			}
			after, err := os.ReadFile(statePath)
			if err != nil || string(after) != string(before) {
				t.Errorf("the state changed: %v\n%s\n%s", err, before, after)
			}
		})
	}
}

// A fault in an apply leaves the state as it was, and the next run mends it.
func TestFaultsLeaveTheStateAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := r.cli(t, requiredProviders+`
provider "cloudflare" {
  max_retries     = 0
  request_timeout = "3s"
}
data "cloudflare_image" "x" {
  image_id = "brand/logo"
}
output "url" {
  value = data.cloudflare_image.x.variant_urls["hero"]
}
`)
	if output, code := c.run("apply", "-auto-approve", "-no-color"); code != 0 {
		t.Fatalf("apply ended with %d:\n%s", code, output)
	}
	statePath := filepath.Join(c.Dir, "terraform.tfstate")
	before, err := os.ReadFile(statePath)
	if err != nil {
		t.Fatal(err)
	}
	faults := map[string]struct {
		handler http.HandlerFunc
		said    string
	}{
		"reset":       {fakecloudflare.Reset, "No complete answer came from 127.0.0.1"},
		"cut off":     {fakecloudflare.Truncated(`{"result":`), "unexpected EOF"},
		"dripping":    {fakecloudflare.Dripping(50 * time.Millisecond), "no complete answer within 3s"},
		"huge":        {fakecloudflare.Endless(64 << 20), "over 4194304 bytes"},
		"unsuccess":   {fakecloudflare.Answer(200, "application/json", `{"success":false,"result":null}`), "it says success: false"},
		"throttled":   {fakecloudflare.Answer(429, "text/plain", ""), "The rate limit was still exceeded after 1 attempt."},
		"bad gateway": {fakecloudflare.Answer(502, "text/html", "<title>Bad gateway</title>"), "The API still failed after 1 attempt."},
	}
	for name, fault := range faults {
		r.Fail("brand/logo", 1, fault.handler) // each run is a process, so no connection was used before
		output, code := c.run("apply", "-auto-approve", "-no-color")
		if code != 1 || !says(fault.said).MatchString(output) {
			t.Errorf("%s: apply ended with %d:\n%s", name, code, output)
		}
		after, err := os.ReadFile(statePath)
		if err != nil || string(after) != string(before) {
			t.Errorf("%s: the state changed: %v", name, err)
		}
	}
}
