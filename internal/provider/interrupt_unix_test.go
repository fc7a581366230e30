//go:build unix

package provider

import (
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// Ctrl-C ends a run soon, whatever the provider is waiting for, and the state
// stays unchanged.
func TestProviderInterrupt(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		handler http.HandlerFunc
		sign    string // log line of the stage to interrupt
		message string
	}{
		"during a backoff": {
			handler: fakeapi.Respond(429, "text/plain", "", "Retry-After", "300"), sign: "Waiting before Cloudflare API request",
			message: "during a wait of 5m0s after: 429 Too Many Requests",
		},
		"during a body": {handler: fakeapi.Dripping(20 * time.Millisecond), message: "context canceled"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
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
			// During the plan of an apply, Terraform doesn't react to the
			// first interrupt.
			output, code := c.interrupted(func(output string) bool {
				return len(r.Requests()) >= 2 && strings.Contains(output, test.sign)
			}, "plan", "-no-color")
			if code != 1 {
				t.Errorf("exit code: got %d, want 1", code)
			}
			if !outputMatching(": canceled").MatchString(output) || !outputMatching(test.message).MatchString(output) {
				t.Errorf("got:\n%s\nwant %s", output, test.message)
			}
			if after := c.state(); after != before {
				t.Errorf("the state changed:\n%s\n%s", before, after)
			}
		})
	}
}

// interrupted runs Terraform and interrupts it once isTime returns true. The
// run must end soon after.
func (c *cli) interrupted(isTime func(output string) bool, args ...string) (_ string, code int) {
	c.t.Helper()
	command := c.Command(c.t.Context(), args...)
	var output lockedBuilder
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		c.t.Fatal(err)
	}
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	deadline := time.After(2 * time.Minute)
	for !isTime(output.String()) {
		select {
		case <-poll.C:
		case <-deadline:
			_ = command.Process.Kill()
			c.t.Fatalf("nothing to interrupt after two minutes:\n%s", output.String())
		}
	}
	if err := command.Process.Signal(os.Interrupt); err != nil {
		c.t.Fatal(err)
	}
	begin := time.Now()
	_ = command.Wait() // the exit code is returned
	if took := time.Since(begin); took > 20*time.Second {
		c.t.Errorf("it took %s to stop", took)
	}
	return output.String(), command.ProcessState.ExitCode()
}

// An interrupted write ends with a state that matches the account, or with an
// error that names what to check.
func TestProviderInterruptedWrites(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ method, config, message string }{
		"create": {method: "POST", config: "width = 300", message: "the image variant may have been created"},
		"change": {method: "PATCH", config: "width = 400", message: "the image variant may have been updated"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			c := r.cli(t, variantConfig("width = 300"))
			last := "variants"
			if test.method == "PATCH" {
				c.want(0, "apply", "-auto-approve")
				last = "card"
			}
			c.write("main.tf", variantConfig(test.config))
			r.FailMethod(test.method, last, -1, fakeapi.Dripping(20*time.Millisecond))
			output, code := c.interrupted(func(string) bool {
				all := r.Requests()
				return len(all) > 0 && all[len(all)-1].Method == test.method
			}, "apply", "-auto-approve", "-no-color")
			if code != 1 || !outputMatching(test.message).MatchString(output) {
				t.Errorf("ended with %d:\n%s", code, output)
			}
		})
	}
}

// lockedBuilder collects Terraform's output while it is read.
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
