package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/ratelimit"
	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/redact"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// With either authentication scheme, redirects are not followed: the second
// server receives no request.
func TestCallRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	for name, credentials := range map[string]Credentials{
		"token": APIToken(fakeapi.Token),
		"key":   APIKey(fakeapi.Email, fakeapi.Key),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := make(chan string, 10)
			second := httptest.NewServer(
				http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { requests <- r.RequestURI }),
			)
			defer second.Close()
			fake := fakeapi.New()
			fake.Fail("a", -1, fakeapi.Respond(307, "text/html", "", "Location", second.URL))
			c := start(t, fake, func(config *Config) { config.Credentials, config.MaxRetries = credentials, new(4) })
			_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
			if e := asError(t, err); e.Kind != Redirected || e.Attempts != 1 ||
				!strings.Contains(e.Error(), strings.TrimPrefix(second.URL, "http://")) {
				t.Errorf("got %s after %d attempts: %v", e.Kind, e.Attempts, e)
			}
			if len(requests) != 0 {
				t.Errorf("the second server got a request: %s", <-requests)
			}
		})
	}
}

// Without a code, only a 4xx means that nothing was applied.
func TestErrorIsRejection(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{
		0: false, 200: false, 399: false, 400: true, 404: true, 499: true, 500: false, 502: false,
	} {
		if got := (&Error{Status: status}).isRejection(); got != want {
			t.Errorf("%d: got %t, want %t", status, got, want)
		}
	}
}

// The error of a cancellation contains the progress of the call, and
// MaybeApplied.
func TestErrorCanceled(t *testing.T) {
	t.Parallel()
	gone := errors.New("operator pressed Ctrl-C")
	tests := map[string]struct {
		steps        []step
		after        time.Duration // time until the cancellation
		before       bool          // canceled before a request
		want         string        // end of the message
		attempts     int
		maybeApplied bool
	}{
		"before anything was sent": {before: true, want: "x: operator pressed Ctrl-C before a request was sent"},
		"in the first attempt": {
			steps:        []step{{}},
			after:        time.Second,
			want:         "x: operator pressed Ctrl-C",
			attempts:     1,
			maybeApplied: true,
		},
		"in a wait for a malformed time": {
			steps: []step{
				{status: 503},
			}, after: time.Millisecond, want: "Ctrl-C during a wait of 600ms after: 503 Service Unavailable", attempts: 1, maybeApplied: true,
		},
		"in a wait, after a rejection": {
			steps: []step{
				{status: 429},
			}, after: time.Millisecond, want: "Ctrl-C during a wait of 600ms after: 429 Too Many Requests", attempts: 1,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, transport := scripted(t, 0.5, nil, test.steps...)
				ctx, cancel := context.WithCancelCause(t.Context())
				if test.before {
					cancel(gone)
				}
				time.AfterFunc(test.after, func() { cancel(gone) })
				c.http.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
					httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
					if response, err := transport.RoundTrip(r); err != nil || response.StatusCode != 0 {
						return response, err
					}
					<-r.Context().Done() // without a response
					return nil, r.Context().Err()
				})
				r := request{method: http.MethodDelete, segments: []string{"accounts", "a", "x"}, limit: 1000, idempotent: true}
				_, err := c.do(ctx, r, new(nothing))
				e := asError(t, err)
				if e.Kind != Canceled || !errors.Is(err, gone) || !strings.HasSuffix(e.Error(), test.want) ||
					e.Attempts != test.attempts {
					t.Errorf("got %s after %d attempts: %v, want %s", e.Kind, e.Attempts, e, test.want)
				}
				if e.MaybeApplied != test.maybeApplied {
					t.Errorf("MaybeApplied: got %t, want %t", e.MaybeApplied, test.maybeApplied)
				}
			})
		})
	}
}

// After the wait budget is exhausted, nothing more is sent.
func TestErrorWaitBudgetExhausted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, transport := scripted(t, 0, nil, step{status: 429, retryAfter: "30"})
		err := errors.Join(c.limiter.Spend(time.Now(), MaxRateLimitWait), ratelimit.Sleep(t.Context(), MaxRateLimitWait))
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
		if !errors.Is(err, RateLimited) || !strings.Contains(err.Error(), "next wait 30s, limit 30m0s") ||
			len(transport.at) != 1 {
			t.Errorf("got %v after %d attempts", err, len(transport.at))
		}
	})
}

// Each wait for a limit counts once, and only those for the limit of the API
// are Limited.
func TestErrorCanceledWhileWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var waits []string
		c, err := New(Config{
			Credentials: APIToken(
				fakeapi.Token,
			), RequestsPerSecond: 0.125, MaxRetries: new(2), Transport: &script{steps: []step{{status: 503}}},
			Observer: Observer{OnWait: func(_ context.Context, w Wait) {
				waits = append(waits, fmt.Sprintf("%s %s %t", w.Delay, w.Reason, w.Limited))
			}},
		})
		if err != nil {
			t.Fatal(err)
		}
		c.jitter = func() float64 { return 0 }
		_, _, err = c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
		want := []string{
			"500ms 503 Service Unavailable false", "7.5s requests_per_second false",
			"1s 503 Service Unavailable false", "7s requests_per_second false",
		}
		if diff := cmp.Diff(want, waits); diff != "" || asError(t, err).Waited != 16*time.Second {
			t.Errorf("%v, waits (-want +got):\n%s", err, diff)
		}
	})
}

// Each row has the response, the Kind and the message of an error.
func TestErrorResponses(t *testing.T) {
	t.Parallel()
	const (
		json = "application/json"
		text = "text/plain"
		html = "text/html"
	)
	tests := map[string]struct {
		status            int
		contentType, body string
		header            []string
		kind              Kind
		message           string
	}{
		"not found": {
			status: 404, contentType: json, body: failure(`{"code":5404,"message":"Image not found"}`),
			header: []string{"Cf-Ray", "8f1c2d-AMS"},
			kind:   NotFound,
			message: "GET /client/v4/accounts/023e105f4ecef8ad9ca31a8372d0c353/images/v1/brand%2Fx: 404 Not Found: Image not found (code " +
				"5404), ray 8f1c2d-AMS",
		},
		"not found, as plain text": {
			status: 404, contentType: text, body: "ERROR 5404: Image not found", kind: NotFound, message: ": 404 Not Found: Image not found (code 5404), ray",
		},
		"not found, with no body": {
			status:      404,
			contentType: text,
			kind:        NotFromAPI,
			message:     ": 404 Not Found: an empty body, ray",
		},
		"not found, as HTML": {
			status: 404, contentType: html, body: "<html><head><title>404\nNope</title>", kind: NotFromAPI,
			message: `: 404 Not Found: an HTML page titled "404 Nope", ray`,
		},
		"not found, with status 200": {
			status: 200, contentType: json, body: failure(`{"code":5404,"message":"Image not found"}`), kind: NotFound,
			message: `: 200 OK: "success" is false: Image not found (code 5404), ray`,
		},
		"bad token": {
			status: 403, contentType: json,
			body: `{"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"messages":[],"result":null}`, kind: NotPermitted, message: ": 403 Forbidden: Authentication error (code 10000), ray",
		},
		"bad token, with 401": {
			status: 401, contentType: json, body: failure(`{"code":10000,"message":"Authentication error"}`), kind: NotPermitted,
			message: ": 401 Unauthorized: Authentication error (code 10000), ray",
		},
		"bad token, with 400": {
			status: 400, contentType: json, body: failure(`{"code":10000,"message":"Authentication error"}`), kind: NotPermitted,
			message: ": 400 Bad Request: Authentication error (code 10000), ray",
		},
		"unauthorized": {
			status: 403, contentType: json, body: failure(`{"code":9109,"message":"Unauthorized to access requested resource"}`), kind: NotPermitted,
			message: "(code 9109)",
		},
		"invalid token": {
			status: 401, contentType: json, body: failure(`{"code":1000,"message":"Invalid API Token"}`), kind: NotPermitted,
			message: "Invalid API Token (code 1000)",
		},
		"forbidden, with no body": {
			status:      403,
			contentType: text,
			kind:        NotFromAPI,
			message:     ": 403 Forbidden: an empty body",
		},
		"Images not enabled": {
			status: 403, contentType: json,
			body: `{"result":null,"success":false,"errors":[{"code":5403,"message":"The given account is not valid or is not ` +
				`authorized to access this service"}]}`,
			kind: NotEnabled, message: "not authorized to access this service (code 5403)",
		},
		"twin of 5403": {
			status: 403, contentType: json, body: failure(`{"code":7403,"message":"The given account is not valid"}`), kind: NotEnabled, message: "(code 7403)",
		},
		"malformed token": {
			status: 400, contentType: json, body: `{"success":false,"errors":[{"code":6003,"message":"Invalid request headers","error_chain":[{"code":6111,` +
				`"message":"Invalid format for Authorization header"}]}],"messages":[],"result":null}`, kind: MalformedCredentials,
			message: ": 400 Bad Request: Invalid request headers (code 6003): Invalid format for Authorization header (code 6111), ray",
		},
		"no credentials": {
			status: 400, contentType: json, body: failure(`{"code":9106,"message":"Missing X-Auth-Key, X-Auth-Email or Authorization headers"}`), kind: MalformedCredentials, message: "(code 9106)",
		},
		"no route": {
			status: 404, contentType: json,
			body: failure(
				`{"code":7003,"message":"Could not route to /accounts/1, perhaps your object identifier is invalid?"},{"code":7000,` +
					`"message":"No route for that URI"}`,
			),
			kind: NoRoute, message: "is invalid? (code 7003): No route for that URI (code 7000), ray",
		},
		"no route, with 400": {
			status:      400,
			contentType: json,
			body:        failure(`{"code":7003,"message":"Could not route"}`),
			kind:        NoRoute,
			message:     "(code 7003)",
		},
		"throttled": {
			status: 429, contentType: json, body: failure(`{"code":971,"message":"Please wait and consider throttling your request speed"}`), kind: RateLimited, message: ": 429 Too Many Requests: Please wait",
		},
		"throttled, with an older code": {
			status:      429,
			contentType: json,
			body:        failure(`{"code":10100,"message":"Please wait"}`),
			kind:        RateLimited,
			message:     "(code 10100)",
		},
		"throttled, as HTML": {
			status:      429,
			contentType: html,
			body:        "<title>Slow down</title>",
			kind:        RateLimited,
			message:     `an HTML page titled "Slow down"`,
		},
		"challenge": {
			status: 403, contentType: html, body: "<html><title>Just a moment...</title></html>",
			header:  []string{"Cf-Mitigated", "challenge"},
			kind:    Challenged,
			message: `an HTML page titled "Just a moment..."`,
		},
		"redirect": {
			status: 302, contentType: html, header: []string{"Location", "https://elsewhere.example.com/login?token=x"},
			kind:    Redirected,
			message: ": 302 Found: unexpected redirect to https://elsewhere.example.com (not followed): an empty body",
		},
		"redirect to a broken URL": {
			status: 302, contentType: html, header: []string{"Location", "https://%zz/?session=x"},
			kind:    Redirected,
			message: "unexpected redirect without a valid target (not followed): an empty body",
		},
		"several choices": {
			status: 300, contentType: json, body: `{"x":1}`, kind: Redirected,
			message: ": 300 Multiple Choices: unexpected redirect without a valid target (not followed): JSON with the keys x, ray",
		},
		"not modified": {
			status: 304, contentType: json, kind: Redirected, message: ": 304 Not Modified: unexpected redirect without a valid target (not followed)",
		},
		"redirect to a path": {
			status:      301,
			contentType: html,
			header:      []string{"Location", "/login"},
			kind:        Redirected,
			message:     "redirect to http://127.0.0.1:",
		},
		"server error": {
			status: 500, contentType: json, body: failure(`{"code":10001,"message":"Internal error"}`), kind: Unavailable,
			message: ": 500 Internal Server Error: Internal error (code 10001)",
		},
		"bad gateway": {
			status: 502, contentType: html, body: "<html>\n<head><title>502 Bad\tGateway</title></head>", kind: Unavailable,
			message: `: 502 Bad Gateway: an HTML page titled "502 Bad Gateway"`,
		},
		"origin is down": {
			status: 521, contentType: html, body: "<title>521: Web server is down</title>", kind: Unavailable,
			message: `: 521: an HTML page titled "521: Web server is down"`,
		},
		"request timeout": {status: 408, contentType: text, kind: Unavailable, message: ": 408 Request Timeout: an empty body"},
		"gone": {
			status:      410,
			contentType: text,
			body:        "permanently removed",
			kind:        Rejected,
			message:     `: 410 Gone: the body begins with "permanently removed"`,
		},
		"bad request": {
			status: 400, contentType: json,
			body: failure(`{"code":5400,"message":"Bad","source":{"pointer":"/x"},"documentation_url":"https://example.com/d"}`),
			kind: Rejected, message: "Bad (code 5400) at /x, see https://example.com/d, ray",
		},
		"created": {
			status:      201,
			contentType: json,
			body:        success(wholeImage),
			kind:        InvalidResponse,
			message:     ": 201 Created: unexpected status, ray",
		},
		"no content": {
			status:      204,
			contentType: json,
			kind:        InvalidResponse,
			message:     ": 204 No Content: unexpected status: an empty body",
		},
		"errors are not objects": {
			status: 400, contentType: json, body: `{"success":false,"errors":["no"]}`, kind: Rejected, message: ": 400 Bad Request: no, ray",
		},
		"an envelope that is truncated": {
			status: 404, contentType: json, body: `{"success":false,"errors":[{"code":5404,"message":"m"}],`, kind: NotFromAPI, message: `the body begins with "{"success`,
		},
		"no errors in the envelope": {
			status:      400,
			contentType: json,
			body:        `{"success":false,"errors":[]}`,
			kind:        Rejected,
			message:     "JSON with the keys success, errors",
		},
		"terminal escapes": {
			status:      400,
			contentType: text,
			body:        "a\x1b[31mred\x07\r\nb\u202ec",
			kind:        Rejected,
			message:     `the body begins with "a [31mred b c"`,
		},
		"a number that is not a code": {
			status:      400,
			contentType: text,
			body:        "ERROR 99999999999999999999: no",
			kind:        Rejected,
			message:     "the body begins",
		},
		"the token, echoed": {
			status: 400, contentType: json, body: failure(`{"code":1,"message":"bad header: Bearer fake-api-token"}`), kind: Rejected,
			message: "bad header: Bearer [redacted] (code 1)",
		},
		"the token, echoed in HTML": {
			status:      400,
			contentType: html,
			body:        `<title>fake-api-token</title>`,
			kind:        Rejected,
			message:     `titled "[redacted]"`,
		},
		"the token, echoed in the ray": {
			status:      400,
			contentType: text,
			body:        "x",
			header:      []string{"Cf-Ray", "fake-api-token"},
			kind:        Rejected,
			message:     `the body begins with "x"`,
		},
		"the token, at a truncation": {
			status: 400, contentType: json, body: failure(`{"code":1,"message":"` + strings.Repeat("x", 290) + ` \u0066ake-api-token"}`), kind: Rejected,
			message: "x [redacted… (code 1)",
		},
		"a 404 of the router, unusual": {
			status: 404, contentType: json, body: `{"errors":[{"code":7003,"message":"Could not route"}],"messages":["x"],"success":"no"}`, kind: NoRoute,
			message: "Could not route (code 7003)",
		},
		"one malformed entry": {
			status: 403, contentType: json, body: failure(`{"code":5403,"message":"The given account"},{"code":"x"},"y"`), kind: NotEnabled,
			message: "The given account (code 5403): y, ray",
		},
		"a malformed source": {
			status:      403,
			contentType: json,
			body:        failure(`{"code":5403,"message":"m","source":"x"}`),
			kind:        NotEnabled,
			message:     "m (code 5403)",
		},
		"a code as a string": {
			status:      403,
			contentType: json,
			body:        failure(`{"code":"5403","message":"m"}`),
			kind:        NotEnabled,
			message:     "m (code 5403)",
		},
		"bad token, with 429": {
			status:      429,
			contentType: json,
			body:        failure(`{"code":10000,"message":"m"}`),
			kind:        NotPermitted,
			message:     "m (code 10000)",
		},
		"redirect, with another's code": {
			status: 302, contentType: json, body: failure(`{"code":10000,"message":"m"}`),
			header:  []string{"Location", "https://x.example.com"},
			kind:    Redirected,
			message: "redirect to https://x.example.com (not followed): m (code 10000)",
		},
		"outage, with another's code": {
			status:      503,
			contentType: json,
			body:        failure(`{"code":5404,"message":"m"}`),
			kind:        Unavailable,
			message:     "m (code 5404)",
		},
		"not found only in the chain": {
			status: 400, contentType: json, body: failure(`{"code":1,"message":"m","error_chain":[{"code":5404}]}`), kind: Rejected,
			message: "m (code 1): (code 5404)",
		},
		"wrong image with an error": {
			status: 200, contentType: json, body: `{"result":{"id":"b"},"success":true,"errors":[{"code":5404,"message":"m"}]}`, kind: InvalidResponse,
			message: `unexpected id "b", want "brand/x": m (code 5404)`,
		},
		"truncated 403": {
			status: 403, contentType: json, body: failure(`{"code":10000,"message":"m"}`),
			header:  []string{"Content-Length", "500"},
			kind:    NotPermitted,
			message: "m (code 10000)",
		},
		"truncated 302": {
			status: 302, contentType: json, header: []string{"Content-Length", "500", "Location", "https://x.example.com"},
			kind:    Redirected,
			message: "redirect to https://x.example.com",
		},
		"a huge 503": {
			status:      503,
			contentType: text,
			body:        strings.Repeat("x", 5<<20),
			kind:        Unavailable,
			message:     "the body begins",
		},
		"a huge 200": {
			status:      200,
			contentType: text,
			body:        strings.Repeat("x", 5<<20),
			kind:        InvalidResponse,
			message:     `over 4194304 bytes: the body begins with "xxx`,
		},
		"the token, in a 200": {
			status:      200,
			contentType: text,
			body:        strings.Repeat("x", 190) + fakeapi.Token,
			kind:        InvalidResponse,
			message:     "xxx[redacted]",
		},
		"the token, in a redirect": {
			status: 302, contentType: text, header: []string{"Location", "https://fake-api-token.example.com"},
			kind:    Redirected,
			message: "redirect to https://[redacted].example.com",
		},
		"a very long body": {
			status:      400,
			contentType: text,
			body:        strings.Repeat("long ", 1e5),
			kind:        Rejected,
			message:     "long …\", ray",
		},
		"only the beginning is not text": {
			status:      400,
			contentType: "application/octet-stream",
			body:        "\x00\x01\x02\xff\xfe",
			kind:        Rejected,
			message:     `the body begins with ""`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.Fail("brand/x", -1, fakeapi.Respond(test.status, test.contentType, test.body, test.header...))
			_, _, err := start(t, fake).GetImage(t.Context(), fakeapi.AccountID, "brand/x", ReadOptions{})
			e := asError(t, err)
			if e.Kind != test.kind || !errors.Is(err, test.kind) {
				t.Errorf("kind: got %q, want %q", e.Kind, test.kind)
			}
			if got := e.Error(); !strings.Contains(got, test.message) || len(got) > 1500 {
				t.Errorf("message: got %s, want %s", got, test.message)
			}
			if strings.Contains(err.Error(), fakeapi.Token) {
				t.Errorf("the message contains the token: %s", err)
			}
		})
	}
}

// The code in the header is used if the body has none.
func TestErrorCodeInHeader(t *testing.T) {
	t.Parallel()
	const page = "<title>Not here</title>"
	tests := map[string]struct {
		status       int
		header, body string
		kind         Kind
		want         string
	}{
		"on a page":        {status: 404, header: "err=5404", body: page, kind: NotFound, want: "(code 5404)"},
		"one unknown yet":  {status: 404, header: "err=9999", body: page, kind: NotFound, want: "(code 9999)"},
		"on an empty body": {status: 403, header: "err=5403", kind: NotEnabled, want: "(code 5403)"},
		"among others": {
			status: 403,
			header: "internal=ok/m err=5403",
			body:   page,
			kind:   NotEnabled,
			want:   "(code 5403)",
		},
		"the body's is first": {
			status: 404, header: "err=5403", body: `{"success":false,"errors":[{"code":5404,"message":"Image not found"}]}`, kind: NotFound,
			want: "Image not found (code 5404)",
		},
		"with a message without a code": {
			status: 404, header: "err=5404", body: `{"success":false,"errors":[{"message":"no such image"}]}`, kind: NotFound, want: "no such image: (code 5404)",
		},
		"none":           {status: 403, header: "c=0", body: page, kind: NotFromAPI},
		"not a number":   {status: 403, header: "err=x", body: page, kind: NotFromAPI},
		"part of a word": {status: 403, header: "stderr=5403", body: page, kind: NotFromAPI},
		"far too long":   {status: 403, header: "err=54035403540354035403", body: page, kind: NotFromAPI},
		"success: false": {
			status: 200,
			header: "err=5404",
			body:   `{"success":false,"errors":[]}`,
			kind:   NotFound,
			want:   "(code 5404)",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.Fail("a", -1, fakeapi.Respond(test.status, "text/plain", test.body, "Cf-Images", test.header))
			_, _, err := start(t, fake).GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
			e := asError(t, err)
			if e.Kind != test.kind || !strings.Contains(e.Error(), test.want) || test.want == "" && len(e.Messages) > 0 ||
				strings.Count(e.Error(), "(code ") > 1 {
				t.Errorf("got %s: %v, want %s: %s", e.Kind, e, test.kind, test.want)
			}
		})
	}
}

func TestErrorRay(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"8f1c2d3e4f5a6b7c-AMS":      "8f1c2d3e4f5a6b7c-AMS",
		"8f1c2d3e4f5a6b7c":          "8f1c2d3e4f5a6b7c",
		"8f1c2d":                    "8f1c2d",
		"8f1c2":                     "",
		"8f1c2d-AMSX":               "",
		"8f1c2d-ams":                "",
		"8F1C2D-AMS":                "",
		"8f1c2d-AMS\nInjected: yes": "",
		"":                          "",
	} {
		if got := rayOf(http.Header{"Cf-Ray": {header}}); got != want {
			t.Errorf("%q: got %q, want %q", header, got, want)
		}
	}
}

// Only the complete envelope is a sign of the API.
func TestIsEnvelope(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`{"success":false,"errors":[],"more":1}`: true,
		`{"success":true,"errors":[{}]}`:         true,
		`{"success":false}`:                      false,
		`{"errors":[]}`:                          false,
		`{"success":null,"errors":[]}`:           false,
		`{"success":"no","errors":[]}`:           false,
		`{"success":false,"errors":{}}`:          false,
		`{"success":false,"errors":null}`:        false,
		`[{"success":false,"errors":[]}]`:        false,
		`{"success":false,"errors":[]`:           false,
		`{"success":false,"errors":[]}x`:         false,
		``:                                       false,
	} {
		if got := parseErrorBody([]byte(body), redact.Redactor{}).isFromAPI; got != want {
			t.Errorf("%s: got %t, want %t", body, got, want)
		}
	}
}

// A body that may contain secrets of another object is recognized by its first
// character.
func TestJSONStart(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		"{}": true, "[1": true, " \t\r\n\ufeff{": true, "": false, " ": false, "a{": false, `"a"`: false, "ERROR 1: {": false,
	} {
		if got := jsonStart.MatchString(body); got != want {
			t.Errorf("%q: got %t, want %t", body, got, want)
		}
	}
}

// Each part of an excerpt has a separate limit.
func TestExcerptIsBounded(t *testing.T) {
	t.Parallel()
	letters := func(n int) string { return strings.Repeat("x", n) }
	for name, test := range map[string]struct{ body, want string }{
		"a title":                    {"<title>" + letters(100) + "</title>", `an HTML page titled "` + letters(100) + `"`},
		"a longer title":             {"<title>" + letters(101) + "</title>", `an HTML page titled "` + letters(100) + `…"`},
		"a text":                     {letters(200), `the body begins with "` + letters(200) + `"`},
		"a longer text":              {letters(201), `the body begins with "` + letters(200) + `…"`},
		"a title far from the start": {letters(8<<10) + "<title>y</title>", `the body begins with "` + letters(200) + `…"`},
	} {
		if got := parseErrorBody([]byte(test.body), redact.Redactor{}).excerpt; got != test.want {
			t.Errorf("%s: got %s", name, got)
		}
	}
	for name, test := range map[string]struct{ body, want string }{
		"an empty object": {`{ }`, "an empty JSON object"},
		"a name":          {`{"` + letters(40) + `":1}`, "JSON with the keys " + letters(40)},
		"a longer name":   {`{"` + letters(41) + `":1}`, "JSON with the keys " + letters(40) + "…"},
		"a value":         {`{"error":"` + letters(200) + `"}`, "JSON with error: " + letters(200)},
		"a longer value":  {`{"error":"` + letters(201) + `"}`, "JSON with error: " + letters(200) + "…"},
		"empty fields":    {`{"error":"","title":null}`, "JSON with the keys error, title"},
		"ten names": {
			`{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1}`, "JSON with the keys a, b, c, d, e, f, g, h, i, j",
		},
		"eleven names": {
			`{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1}`, "JSON with the keys a, b, c, d, e, f, g, h, i, j",
		},
	} {
		if got := parseErrorBody([]byte(test.body), redact.Redactor{}).excerpt; got != test.want {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

// A response with messages has no excerpt.
func TestErrorQuotesNothingTwice(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		failure(`{"code":1,"message":"no"}`),
		`{"success":false,"errors":[],"messages":[{"message":"why"}]}`,
		`{"success":false,"errors":[{"code":1,"message":"no"}],"messages":[{"message":"why"}]}`,
	} {
		if e := responseOf(t, 400, "application/json", body); e.Excerpt != "" {
			t.Errorf("%s: got %q", body, e.Excerpt)
		}
	}
}

// A response with secrets is never quoted, in any format.
func TestErrorQuotesNoSecrets(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"fake-api-signing-key", `{"message":"fake-api-signing-key"}`, "<title>fake-api-signing-key</title>"} {
		fake := fakeapi.New()
		fake.Fail("keys", 1, fakeapi.Respond(400, "text/plain", body))
		_, _, err := start(t, fake).ListSigningKeys(t.Context(), fakeapi.AccountID)
		if e := asError(t, err); e.Excerpt != "" || strings.Contains(e.Error(), "signing-key") {
			t.Errorf("%s: got %v", body, e)
		}
	}
}
