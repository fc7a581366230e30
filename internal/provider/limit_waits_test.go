package provider

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// Only long waits for the limit are told, and only once.
func TestRateLimitWarning(t *testing.T) {
	t.Parallel()
	var w rateLimitWarning
	var diags diag.Diagnostics
	for _, wait := range []client.Wait{
		{Delay: 10*time.Second - 1, Limited: true, Reason: "short"},
		{Delay: time.Minute, Reason: "503 Service Unavailable"},
	} {
		w.record(t.Context(), wait)
		w.report(&diags)
	}
	if len(diags) != 0 {
		t.Errorf("told too much: %v", diags)
	}
	w.record(
		t.Context(),
		client.Wait{Delay: 10 * time.Second, Limited: true, Reason: "rate limit: 0 left for another 10s"},
	)
	for range 2 {
		w.record(t.Context(), client.Wait{Delay: time.Hour, Limited: true, Reason: "later"})
		w.report(&diags)
	}
	if len(diags) != 1 || diags[0].Severity() != diag.SeverityWarning ||
		!strings.Contains(diags[0].Detail(), "A request waited for 10s: rate limit: 0 left for another 10s.") {
		t.Errorf("got %v", diags)
	}
}

// A plan that waits says why, and an API that is down is told at once: the
// first errors in full, the others shortly.
func TestProviderOutage(t *testing.T) {
	t.Parallel()
	t.Run("waits", func(t *testing.T) {
		t.Parallel()
		r := newTestEnv(t)
		r.Fail(
			"brand/logo",
			1,
			fakeapi.Respond(429, "application/json", `{"success":false,"errors":[]}`, "Retry-After", "10"),
		)
		found, code := r.cli(t, requiredProviders+"data \"cloudflare_image\" \"x\" {\n  image_id = \"brand/logo\"\n}\n").
			diagnostics("plan")
		if code != 0 || len(found) != 1 || found[0].Summary != "Waiting for Cloudflare's rate limit" ||
			!strings.Contains(found[0].Detail, "waited for 10s: 429 Too Many Requests") {
			t.Errorf("got exit code %d and %+v", code, found)
		}
	})
	t.Run("an outage", func(t *testing.T) {
		t.Parallel()
		r := newTestEnv(t)
		r.variables["CLOUDFLARE_BASE_URL"] = "http://127.0.0.1:1/client/v4" // nobody may listen there
		begin := time.Now()
		found, code := r.cli(t, requiredProviders+`
provider "cloudflare" {
  max_retries = 2
}
data "cloudflare_image" "x" {
  count    = 300
  image_id = "image-${count.index}"
}
`).diagnostics("plan")
		whole := 0
		for _, got := range found {
			if strings.Contains(got.Detail, "127.0.0.1:1.") {
				whole++
			} else if !strings.Contains(got.Detail, "The first errors say what to do.") {
				t.Errorf("got %+v", got)
			}
		}
		if code != 1 || len(found) != 300 || whole < 3 || whole > 20 || time.Since(begin) > time.Minute {
			t.Errorf("got exit code %d and %d errors, %d of them whole, in %s", code, len(found), whole, time.Since(begin))
		}
	})
}

// The first object that is read or written after a long wait tells of it, whether
// that succeeded or not, and no other does.
func TestRateLimitWarningInPlan(t *testing.T) {
	t.Parallel()
	op := operation{action: actionRead, object: objectImage, id: "a", attribute: "id", accountID: "b"}
	for name, err := range map[string]error{"success": nil, "failure": &client.Error{Kind: client.Unreachable}} {
		var data providerData
		data.rateLimitWarning.record(t.Context(), client.Wait{Delay: time.Minute, Limited: true, Reason: "none left"})
		var first, second diag.Diagnostics
		data.handleResult(op, nil, err, &first)
		data.rateLimitWarning.record(t.Context(), client.Wait{Delay: time.Minute, Limited: true, Reason: "none left"})
		data.handleResult(op, nil, err, &second)
		if first.WarningsCount() != 1 || second.WarningsCount() != 0 {
			t.Errorf("%s: got %v, and then %v", name, first, second)
		}
	}
}
