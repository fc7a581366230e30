package provider

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

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

// The log says what is wrong with a listing, but quotes nothing from it.
func TestLogFallback(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"of the API": {
			&client.Error{
				Kind: client.InvalidResponse, Method: "GET", Path: "/x", Status: 200, Excerpt: `the body begins with "alt text"`,
				Ray: "8f1c2d-AMS",
			},
			"GET /x: 200 OK, ray 8f1c2d-AMS",
		},
		"another error": {errors.New("gone"), "gone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log strings.Builder
			logFallback(tflogtest.RootLogger(t.Context(), &log), test.err)
			entries, err := tflogtest.MultilineJSONDecode(strings.NewReader(log.String()))
			if err != nil || len(entries) != 1 {
				t.Fatalf("got %v, %v", entries, err)
			}
			if got := entries[0]["reason"]; got != test.want {
				t.Errorf("reason: got %q, want %q", got, test.want)
			}
		})
	}
}

// The log shows the progress of an upload.
func TestLogProgress(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	logProgress(
		tflogtest.RootLogger(t.Context(), &log),
		client.Progress{Method: "POST", Path: "/a%2Fb", Sent: 1 << 20, Size: 5 << 20},
	)
	entries, err := tflogtest.MultilineJSONDecode(strings.NewReader(log.String()))
	want := []map[string]any{{
		"@level": "info", "@message": "Sending Cloudflare API request", "@module": "provider",
		"request_method": "POST", "url_path": "/a%2Fb", "sent_bytes": float64(1 << 20), "total_bytes": float64(5 << 20),
	}}
	if diff := cmp.Diff(want, entries); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// Each attempt is one log line, without secrets.
func TestLogAttempt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		attempt client.Attempt
		want    map[string]any
	}{
		"a response": {
			attempt: client.Attempt{
				Method: "GET", Path: "/a%2Fb", Number: 2, Duration: 1500 * time.Millisecond, Status: 202, Ray: "8f1c2d-AMS",
			},
			want: map[string]any{
				"@level": "debug", "@module": "provider", "@message": "Received Cloudflare API response", "request_method": "GET", "url_path": "/a%2Fb",
				"attempt": 2.0, "duration_ms": 1500.0, "status": 202.0, "ray_id": "8f1c2d-AMS",
			},
		},
		"none": {
			attempt: client.Attempt{Method: "GET", Path: "/a%2Fb", Number: 1, Duration: time.Millisecond},
			want: map[string]any{
				"@level": "debug", "@module": "provider", "@message": "Cloudflare API request failed", "request_method": "GET",
				"url_path": "/a%2Fb", "attempt": 1.0, "duration_ms": 1.0,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log strings.Builder
			logAttempt(tflogtest.RootLogger(t.Context(), &log), test.attempt)
			entries, err := tflogtest.MultilineJSONDecode(strings.NewReader(log.String()))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]map[string]any{test.want}, entries); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

// A wait is logged with its details.
func TestLogWait(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	logWait(tflogtest.RootLogger(t.Context(), &log), client.Wait{
		Method: "GET", Path: "/a", Attempt: 2, Delay: 90 * time.Second, Reason: "why",
	})
	entries, err := tflogtest.MultilineJSONDecode(strings.NewReader(log.String()))
	if err != nil || len(entries) != 1 {
		t.Fatalf("got %v, %v", entries, err)
	}
	want := map[string]any{
		"@level": "warn", "@module": "provider", "@message": "Waiting before Cloudflare API request",
		"request_method": "GET", "url_path": "/a", "attempt": 2.0, "wait": "1m30s", "reason": "why",
	}
	if diff := cmp.Diff(want, entries[0]); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
}
