package provider

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// The log tells what went wrong with a listing, but quotes nothing of it.
func TestLogPrefetchError(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"of the API": {
			&client.Error{
				Kind: client.InvalidResponse, Method: "GET", Path: "/x", Status: 200, Excerpt: `the body begins "alt text"`,
				Ray: "8f1c2d-AMS",
			},
			"GET /x: 200 OK, ray 8f1c2d-AMS",
		},
		"another one": {errors.New("gone"), "gone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log strings.Builder
			logPrefetchError(tflogtest.RootLogger(t.Context(), &log), test.err)
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

// How far an upload is.
func TestLogProgress(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	logProgress(
		tflogtest.RootLogger(t.Context(), &log),
		client.Progress{Method: "POST", Path: "/a%2Fb", Sent: 1 << 20, Size: 5 << 20},
	)
	entries, err := tflogtest.MultilineJSONDecode(strings.NewReader(log.String()))
	want := []map[string]any{{
		"@level": "info", "@message": "Cloudflare API request is being sent", "@module": "provider",
		"method": "POST", "path": "/a%2Fb", "sent": float64(1 << 20), "size": float64(5 << 20),
	}}
	if diff := cmp.Diff(want, entries); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// One line for each attempt, with nothing but what is no secret.
func TestLoggingTransport(t *testing.T) {
	t.Parallel()
	answer := &http.Response{
		StatusCode: http.StatusAccepted,
		Header:     http.Header{"Cf-Ray": {"8f1c2d-AMS"}, "X-Secret": {"s"}},
	}
	for name, test := range map[string]struct {
		err  error
		want map[string]any
	}{
		"an answer": {nil, map[string]any{
			"@message": "Cloudflare API request", "method": "GET", "path": "/a%2Fb", "attempt": 0.0, "status": 202.0, "ray": "8f1c2d-AMS",
		}},
		"none": {io.EOF, map[string]any{
			"@message": "Cloudflare API request brought no answer", "method": "GET", "path": "/a%2Fb", "attempt": 0.0,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log strings.Builder
			next := roundTripper(func(*http.Request) (*http.Response, error) {
				if test.err != nil {
					return nil, test.err
				}
				return answer, nil
			})
			ctx := tflogtest.RootLogger(t.Context(), &log)
			request := httptest.NewRequestWithContext(ctx, http.MethodGet, "https://api.example.com/a%2Fb?token=s", nil)
			response, err := loggingTransport{next}.RoundTrip(request) //nolint:bodyclose // it has none
			if !errors.Is(err, test.err) || (response == answer) != (test.err == nil) {
				t.Errorf("got %v, %v", response, err)
			}
			entries, err := tflogtest.MultilineJSONDecode(strings.NewReader(log.String()))
			if err != nil || len(entries) != 1 {
				t.Fatalf("got %v, %v", entries, err)
			}
			got := entries[0]
			for _, name := range []string{"@level", "@module", "duration_ms"} {
				if _, there := got[name]; !there {
					t.Errorf("no %s", name)
				}
				delete(got, name)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("line (-want +got):\n%s", diff)
			}
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A wait is logged with all that is known of it.
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
		"@level": "warn", "@module": "provider", "@message": "Cloudflare API request waits",
		"method": "GET", "path": "/a", "attempt": 2.0, "wait": "1m30s", "reason": "why",
	}
	if diff := cmp.Diff(want, entries[0]); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
}
