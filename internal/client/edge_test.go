package client

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/redact"
)

// edgeProblem is a problem object as Cloudflare's edge writes it.
const edgeProblem = `{"type":"https:` +
	`//developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/error-1010/",` +
	`"title":"Error 1010: Access denied","status":403,` +
	`"detail":"The site owner has blocked access based on your browser's signature.",` +
	`"instance":"a35ff634f8dd2205","error_code":1010,"error_name":"browser_signature_banned","error_category":"access_denied",` +
	`"ray_id":"a35ff634f8dd2205","timestamp":"2026-09-04T21:07:05Z","zone":"api.cloudflare.com","cloudflare_error":true,` +
	`"retryable":false,"owner_action_required":true,"what_you_should_do":"**Do not retry.** Contact the site owner.","footer":"f"}`

// The error contains the cause that the edge reports, in each of its formats.
func TestEdgeErrorResponses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status int
		body   string
		kind   Kind
		want   string
	}{
		"a banned signature": {
			status: 403, body: edgeProblem, kind: BlockedAtEdge,
			want: "403 Forbidden: Cloudflare's edge: Error 1010: Access denied: The site owner has blocked access based on your browser's " +
				"signature. (code 1010): Do not retry. Contact the site owner.",
		},
		"a banned address": {
			status: 403, body: `{"title":"Error 1006: Access denied","status":403,"error_code":1006,"cloudflare_error":true}`, kind: BlockedAtEdge,
			want: "Error 1006",
		},
		"a rule of a firewall": {
			status: 403,
			body:   `{"error_code":1020,"error_name":"access_denied","detail":"A rule."}`,
			kind:   BlockedAtEdge,
			want:   "A rule. (code 1020)",
		},
		"a worker's route": {
			status: 404, body: `{"title":"Error 1042","status":404,"error_code":1042,"cloudflare_error":true}`, kind: BlockedAtEdge,
			want: "Error 1042 (code 1042)",
		},
		"too many requests": {
			status: 429, body: `{"title":"Error 1015: You are being rate limited","error_code":1015,"retry_after":30}`, kind: RateLimited,
			want: "(code 1015)",
		},
		"a bad gateway": {
			status: 502, body: `{"title":"Error 502: Bad gateway","status":502,"error_code":502,"retryable":true}`, kind: Unavailable,
			want: "Error 502: Bad gateway",
		},
		"an unknown error": {
			status: 520,
			body:   `{"title":"Error 520","error_code":"520","cloudflare_error":true}`,
			kind:   Unavailable,
			want:   "Error 520 (code 520)",
		},
		"a timeout": {
			status: 524,
			body:   `{"error_code":524,"error_name":"timeout","detail":"Slow."}`,
			kind:   Unavailable,
			want:   "Slow. (code 524)",
		},
		"text": {
			status: 403,
			body:   "error code: 1010",
			kind:   BlockedAtEdge,
			want:   "Cloudflare's edge (code 1010)",
		},
		"text of a 404": {status: 404, body: "error code: 1042\n", kind: BlockedAtEdge, want: "(code 1042)"},
		"text of a 502": {status: 502, body: "error code: 502", kind: Unavailable, want: "(code 502)"},
		"a page": {
			status: 403, body: `<html><head><title>Access denied | api.cloudflare.com used Cloudflare to restrict access</title></head>` +
				`<body><h1 data-translate="error">Error <span>1020</span></h1></body></html>`,
			kind: BlockedAtEdge, want: "Access denied | api.cloudflare.com used Cloudflare to restrict access (code 1020)",
		},
		"a page without a code": {
			status: 403, body: `<html><title>Attention Required! | Cloudflare</title><body>Sorry, you have been blocked</body>`, kind: BlockedAtEdge, want: "Attention Required!",
		},
		"a page of another": {
			status: 403,
			body:   `<title>Web filter</title>`,
			kind:   NotFromAPI,
			want:   `an HTML page titled "Web filter"`,
		},
		"a problem of another": {
			status: 403, body: `{"type":"about:blank","title":"Forbidden","status":403,"detail":"by the proxy"}`, kind: NotFromAPI,
			want: "JSON with title: Forbidden, detail: by the proxy, status: 403",
		},
		"the envelope": {
			status: 403,
			body:   failure(`{"code":10000,"message":"Authentication error"}`),
			kind:   NotPermitted,
			want:   "Authentication error (code 10000)",
		},
		"an empty envelope": {
			status: 401,
			body:   `{"success":false,"errors":[],"messages":[],"result":null}`,
			kind:   NotPermitted,
			want:   "401 Unauthorized",
		},
		"the error in the envelope's place": {
			status: 400, body: `{"code":6003,"error":"Invalid request headers","error_chain":[{"code":6111,"message":"Invalid format"}]}`,
			kind: MalformedCredentials, want: "Invalid request headers (code 6003): Invalid format (code 6111)",
		},
		"an error instead of the envelope": {
			status: 403, body: `{"code":10000,"error":"Authentication error"}`, kind: NotPermitted, want: "Authentication error (code 10000)",
		},
		"a code of another": {
			status: 403,
			body:   `{"code":12345,"error":"no"}`,
			kind:   NotFromAPI,
			want:   "no (code 12345)",
		},
		"a code of another, not found": {
			status: 404,
			body:   `{"code":12345,"error":"no"}`,
			kind:   NotFromAPI,
			want:   "no (code 12345)",
		},
		"an unknown key": {
			status: 400, body: failure(`{"code":9103,"message":"Unknown X-Auth-Key or X-Auth-Email"}`), kind: MalformedCredentials, want: "(code 9103)",
		},
		"a missing header": {
			status: 400,
			body:   failure(`{"code":9107,"message":"Missing X-Auth-Key"}`),
			kind:   MalformedCredentials,
			want:   "(code 9107)",
		},
		"an invalid token": {
			status: 400,
			body:   failure(`{"code":1000,"message":"Invalid API Token"}`),
			kind:   MalformedCredentials,
			want:   "(code 1000)",
		},
		"the same, elsewhere": {
			status: 403,
			body:   failure(`{"code":1000,"message":"Invalid API Token"}`),
			kind:   NotPermitted,
			want:   "(code 1000)",
		},
		"the cause with a bare error": {
			status: 400, body: `{"success":false,"errors":[{"code":5400,"message":"Bad Request"}],"messages":[{"message":"width must be a ` +
				`number"}],"result":null}`,
			kind: Rejected, want: "400 Bad Request: Bad Request (code 5400): width must be a number",
		},
		"only the cause": {
			status: 400,
			body:   `{"success":false,"errors":[],"messages":[{"message":"width"}]}`,
			kind:   Rejected,
			want:   "400 Bad Request: width",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if e := responseOf(t, test.status, "text/html", test.body); e.Kind != test.kind ||
				!strings.Contains(e.Error(), test.want) {
				t.Errorf("got %s: %v, want %s: %s", e.Kind, e, test.kind, test.want)
			}
		})
	}
}

// The fields may be in any order, and each of them may be missing.
func TestEdgeErrorFields(t *testing.T) {
	t.Parallel()
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(edgeProblem), &all); err != nil {
		t.Fatal(err)
	}
	write := func(names []string) string {
		parts := make([]string, 0, len(names))
		for _, name := range names {
			parts = append(parts, fmt.Sprintf("%q:%s", name, all[name]))
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	names := slices.Sorted(maps.Keys(all))
	for first := range names {
		rotated := slices.Concat(names[first:], names[:first])
		backwards := slices.Clone(rotated)
		slices.Reverse(backwards)
		for _, order := range [][]string{rotated, backwards, rotated[1:]} {
			for _, status := range []int{401, 403, 404} {
				e := responseOf(t, status, "application/problem+json", write(order))
				if e.Kind != BlockedAtEdge {
					t.Errorf("%v: got %s: %v", order, e.Kind, e)
				}
				for member, want := range map[string]string{
					"title": "Error 1010: Access denied", "detail": "browser's signature", "what_you_should_do": "Do not retry. Contact",
					"error_code": "(code 1010)",
				} {
					if slices.Contains(order, member) && !strings.Contains(e.Error(), want) {
						t.Errorf("%v: got %v, want %s", order, e, want)
					}
				}
			}
		}
	}
	// Each of these is a sign of the edge.
	for _, sign := range []string{"error_code", "cloudflare_error", "what_you_should_do", "ray_id"} {
		if e := responseOf(t, 403, "application/json", write([]string{"title", sign})); e.Kind != BlockedAtEdge {
			t.Errorf("%s: got %s: %v", sign, e.Kind, e)
		}
	}
	p := parseErrorBody([]byte(`{"error_code":1010,"ray_id":"a35ff634f8dd2205"}`), redact.Redactor{}).edge
	if p == nil || p.ray != "a35ff634f8dd2205" {
		t.Errorf("ray: got %+v", p)
	}
}

// Edge errors have numbers from 1000 and from 500.
func TestIsEdgeCode(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]bool{
		0: false, 499: false, 500: true, 599: true, 600: false, 999: false, 1000: true, 1999: true, 2000: false, 5404: false,
	} {
		if got := isEdgeCode(code); got != want {
			t.Errorf("%d: got %t, want %t", code, got, want)
		}
	}
}

// A single sign of the edge is sufficient.
func TestParseEdgeError(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]edgeError{
		`{"cloudflare_error":true}`:                                    {},
		`{"error_code":1010}`:                                          {code: 1010},
		`{"error_code":"1010"}`:                                        {code: 1010},
		`{"title":"Error 1010: no"}`:                                   {code: 1010, title: "Error 1010: no"},
		`{"title":"Error 1010: no","error_code":1020}`:                 {code: 1020, title: "Error 1010: no"},
		`{"what_you_should_do":"**Wait.** Really."}`:                   {advice: "Wait. Really."},
		`{"ray_id":"a35ff634f8dd2205","instance":"8f1c2d3e4f5a6b7c"}`:  {ray: "a35ff634f8dd2205"},
		`{"instance":"8f1c2d3e4f5a6b7c"}`:                              {ray: "8f1c2d3e4f5a6b7c"},
		`{"error_name":"timeout","detail":"Slow."}`:                    {detail: "Slow."},
		`{"type":"https://developers.cloudflare.com/x"}`:               {},
		`{"error_code":502,"retry_after":30}`:                          {code: 502, retryAfter: "30"},
		"error code: 1010":                                             {code: 1010},
		`<title>Sorry | Cloudflare</title>Error <b>1020</b>`:           {code: 1020, title: "Sorry | Cloudflare"},
		`<title>Sorry</title>used Cloudflare to restrict access`:       {title: "Sorry"},
		`<link href="/cdn-cgi/styles/cf.errors.css">Error code: 521 x`: {code: 521},
	} {
		if got := parseErrorBody([]byte(body), redact.Redactor{}).edge; got == nil || *got != want {
			t.Errorf("%s: got %+v, want %+v", body, got, want)
		}
	}
	for _, body := range []string{
		`{}`, `{"cloudflare_error":false}`, `{"error_code":5404}`, `{"title":"Error 5404"}`, `{"title":"Not found","detail":"no"}`,
		`{"instance":"/errors/1"}`, `{"error_name":"timeout"}`, `{"type":"about:blank"}`, `{"success":false,"error_code":1010}`,
		`{"errors":[],"error_code":1010}`, `[{"error_code":1010}]`, "", "error code: 10", "<title>Error 1020</title>",
	} {
		if got := parseErrorBody([]byte(body), redact.Redactor{}).edge; got != nil {
			t.Errorf("%s: got %+v, want nothing of the edge", body, got)
		}
	}
}

// A string is returned decoded, null as "", and any other value as written.
func TestLooseFields(t *testing.T) {
	t.Parallel()
	fields, names := looseFields([]byte(`{"text":"a\u0062","null":null,"like null":"null","number":5e1,"list":[ ]}`))
	want := map[string]string{"text": "ab", "null": "", "like null": "null", "number": "5e1", "list": "[ ]"}
	values := map[string]string{}
	for key, raw := range fields {
		values[key] = looseString(raw)
	}
	if diff := cmp.Diff(want, values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"text", "null", "like null", "number", "list"}, names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

// The ray ID of the header takes precedence over that of the body. The details
// of the edge replace the excerpt.
func TestEdgeErrorMessage(t *testing.T) {
	t.Parallel()
	if e := responseOf(t, 403, "application/json", edgeProblem); e.Ray != "8f1c2d3e4f5a6b7c-AMS" || e.Excerpt != "" {
		t.Errorf("got ray %q and excerpt %q", e.Ray, e.Excerpt)
	}
	if e := responseOf(t, 403, "application/json", edgeProblem, "Cf-Ray", "none"); e.Ray != "a35ff634f8dd2205" {
		t.Errorf("without a header: got ray %q", e.Ray)
	}
	if e := responseOf(t, 403, "application/json", edgeProblem, "Cf-Images", "err=5403"); e.Kind != BlockedAtEdge {
		t.Errorf("with a code of the API: got %s", e.Kind)
	}
	for body, want := range map[string]string{
		"error code: 1010":                               `the body begins with "error code: 1010"`,
		`{"error_code":1010}`:                            "JSON with the keys error_code",
		`{"error_code":1010,"code":7}`:                   "JSON with code: 7",
		`{"error_code":1010,"detail":"no"}`:              "",
		`{"error_code":1010,"title":"Access denied"}`:    "",
		`{"error_code":1010,"title":" ","detail":"no "}`: "",
	} {
		e := responseOf(t, 403, "text/plain", body)
		if e.Excerpt != want || len(e.Notes) != 0 || strings.Contains(e.Error(), ": :") {
			t.Errorf("%s: got %q in %v, want %q", body, e.Excerpt, e, want)
		}
	}
}
