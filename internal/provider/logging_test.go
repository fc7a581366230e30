package provider

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

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
