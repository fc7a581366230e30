package provider

import (
	"net/http"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// A fault during an apply leaves the state unchanged, and the next run
// succeeds.
func TestProviderFaultsKeepState(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, requiredProviders+`
variable "timeout" {
  default = "30s"
}
provider "cloudflare" {
  max_retries     = 0
  request_timeout = var.timeout
}
data "cloudflare_image" "x" {
  image_id = "brand/logo"
}
output "url" {
  value = data.cloudflare_image.x.variant_urls["hero"]
}
`)
	before := c.appliedState()
	faults := map[string]struct {
		handler http.HandlerFunc
		message string
	}{
		"reset":    {fakeapi.Reset, "127.0.0.1"},
		"cut off":  {fakeapi.Truncated(`{"result":`), "unexpected EOF"},
		"dripping": {fakeapi.Dripping(50 * time.Millisecond), "no complete response within 1s"},
		"huge":     {fakeapi.Endless(64 << 20), "over 4194304 bytes"},
		"unsuccess": {
			fakeapi.Respond(200, "application/json", `{"success":false,"result":null}`),
			`"success" is false`,
		},
		"throttled": {fakeapi.Respond(429, "text/plain", ""), "The rate limit was still exceeded after 1 attempt."},
		"bad gateway": {
			fakeapi.Respond(502, "text/html", "<title>Bad gateway</title>"),
			"the API still failed after 1 attempt.",
		},
	}
	for name, fault := range faults {
		r.Fail("brand/logo", 1, fault.handler) // each run is a new process, so no connection is reused
		args := []string{"apply", "-auto-approve", "-no-color"}
		if name == "dripping" {
			args = append(args, "-var=timeout=1s")
		}
		output, code := c.run(args...)
		if code != 1 || !outputMatching(fault.message).MatchString(output) {
			t.Errorf("%s: apply ended with %d:\n%s", name, code, output)
		}
		if after := c.state(); after != before {
			t.Errorf("%s: the state changed:\n%s\n%s", name, before, after)
		}
	}
}
