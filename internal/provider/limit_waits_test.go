package provider

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// Only long waits for the rate limit are reported, and only once.
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
		t.Errorf("got %v, want no report", diags)
	}
	w.record(
		t.Context(),
		client.Wait{Delay: 10 * time.Second, Limited: true, Reason: "rate limit: 0 requests left for the next 10s"},
	)
	for range 2 {
		w.record(t.Context(), client.Wait{Delay: time.Hour, Limited: true, Reason: "later"})
		w.report(&diags)
	}
	if len(diags) != 1 || diags[0].Severity() != diag.SeverityWarning {
		t.Fatalf("got %v, want one warning", diags)
	}
	want := "A request waited for 10s: rate limit: 0 requests left for the next 10s."
	if got := diags[0].Detail(); !strings.Contains(got, want) {
		t.Errorf("got %s, want %s in it", got, want)
	}
}

// A plan that waits reports why, and an API that is down is reported
// immediately: the first errors in full, the others in short form.
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
		r.variables["CLOUDFLARE_BASE_URL"] = "http://127.0.0.1:1/client/v4" // a closed port
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
			if strings.Contains(got.Detail, "127.0.0.1:1 didn't send") {
				whole++
			} else if !strings.Contains(got.Detail, "See the first error: ") {
				t.Errorf("got %+v", got)
			}
		}
		if code != 1 {
			t.Errorf("plan ended with %d, want 1", code)
		}
		if len(found) != 300 {
			t.Errorf("got %d errors, want 300", len(found))
		}
		if whole < 3 || whole > 20 {
			t.Errorf("got %d errors in full, want 3 to 20", whole)
		}
		if took := time.Since(begin); took > time.Minute {
			t.Errorf("the plan took %s, want at most a minute", took)
		}
	})
}

// The first read or write after a long wait reports it, whether it succeeds or
// not, and no other one does.
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
