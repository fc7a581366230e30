//go:build unix

package provider

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/fakecloudflare"
)

// An operator who presses Ctrl-C is heard at once, whatever the provider is
// waiting for, and the state stays as it was.
func TestInterrupt(t *testing.T) {
	t.Parallel()
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
			before := c.appliedState()

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
			err := command.Wait()
			if took := time.Since(begin); took > 20*time.Second {
				t.Errorf("it took %s to stop", took)
			}
			if code := command.ProcessState.ExitCode(); code != 1 {
				t.Errorf("exit code: got %d, %v, want 1", code, err)
			}
			if !says("not read: canceled").MatchString(output.String()) || !says(test.said).MatchString(output.String()) {
				t.Errorf("got:\n%s\nwant %s", output.String(), test.said)
			}
			if after := c.state(); after != before {
				t.Errorf("the state changed:\n%s\n%s", before, after)
			}
		})
	}
}
