//go:build unix

package provider

import (
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
)

// An operator who presses Ctrl-C is heard at once, whatever the provider is
// waiting for, and the state stays as it was.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		handler http.HandlerFunc
		sign    string // of what is to be interrupted, in the log
		said    string
	}{
		"during a wait": {
			standin.Answer(429, "text/plain", "", "Retry-After", "300"), "Cloudflare API request waits",
			"during a wait of 5m0s after: 429 Too Many Requests",
		},
		"during a body": {standin.Dripping(20 * time.Millisecond), "", "context canceled"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.variables["TF_LOG_PROVIDER"] = "WARN"
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
			var output lockedBuilder
			command.Stdout, command.Stderr = &output, &output
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			poll := time.NewTicker(20 * time.Millisecond)
			defer poll.Stop()
			deadline := time.After(2 * time.Minute)
			for len(r.Requests()) < 2 || !strings.Contains(output.String(), test.sign) {
				select {
				case <-poll.C:
				case <-deadline:
					_ = command.Process.Kill()
					t.Fatalf("nothing to interrupt after two minutes:\n%s", output.String())
				}
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

// lockedBuilder is written to by the engine's output while it is read.
type lockedBuilder struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *lockedBuilder) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuilder) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
