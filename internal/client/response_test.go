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

// No scheme follows a redirect; the second server proves it.
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

// A 4xx says that nothing was done; no other status does.
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

// A caller that goes away learns how far the request had come, and whether a
// write may have been done.
func TestErrorCanceled(t *testing.T) {
	t.Parallel()
	gone := errors.New("operator pressed Ctrl-C")
	tests := map[string]struct {
		steps     []step
		after     time.Duration // how long it stays
		before    bool          // it is gone before anything was sent
		want      string        // the end of the story
		attempts  int
		mayBeDone bool
	}{
		"before anything was sent": {before: true, want: "x: operator pressed Ctrl-C before a request was sent"},
		"in the first attempt": {
			steps:     []step{{}},
			after:     time.Second,
			want:      "x: operator pressed Ctrl-C",
			attempts:  1,
			mayBeDone: true,
		},
		"in a wait for an odd time": {
			steps: []step{
				{status: 503},
			}, after: time.Millisecond, want: "Ctrl-C during a wait of 600ms after: 503 Service Unavailable", attempts: 1, mayBeDone: true,
		},
		"in a wait, after a refusal": {
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
					<-r.Context().Done() // it answers nothing
					return nil, r.Context().Err()
				})
				r := request{method: http.MethodDelete, segments: []string{"accounts", "a", "x"}, limit: 1000, idempotent: true}
				_, err := c.do(ctx, r, new(nothing))
				e := asError(t, err)
				if e.Kind != Canceled || !errors.Is(err, gone) || !strings.HasSuffix(e.Error(), test.want) ||
					e.Attempts != test.attempts {
					t.Errorf("got %s after %d attempts: %v, want %s", e.Kind, e.Attempts, e, test.want)
				}
				if e.MaybeApplied != test.mayBeDone {
					t.Errorf("may be done: got %t, want %t", e.MaybeApplied, test.mayBeDone)
				}
			})
		})
	}
}

// Where no more waiting is worth while, nothing more is sent.
func TestErrorWaitBudgetExhausted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, transport := scripted(t, 0, nil, step{status: 429, retryAfter: "30"})
		err := errors.Join(c.limiter.Spend(time.Now(), MaxRateLimitWait), ratelimit.Sleep(t.Context(), MaxRateLimitWait))
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
		if !errors.Is(err, RateLimited) || !strings.Contains(err.Error(), "another 30s would be more than 30m0s") ||
			len(transport.at) != 1 {
			t.Errorf("got %v after %d attempts", err, len(transport.at))
		}
	})
}

// Waits for the pace count as waiting, once each; only those that the API asks
// for are marked as such.
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

// Each form of refusal: what kind of error it becomes, and the story it tells.
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
		story             string
	}{
		"not found": {
			status: 404, contentType: json, body: failure(`{"code":5404,"message":"Image not found"}`),
			header: []string{"Cf-Ray", "8f1c2d-AMS"},
			kind:   NotFound,
			story: "GET /client/v4/accounts/023e105f4ecef8ad9ca31a8372d0c353/images/v1/brand%2Fx: 404 Not Found: Image not found (code " +
				"5404), ray 8f1c2d-AMS",
		},
		"not found, as text": {
			status: 404, contentType: text, body: "ERROR 5404: Image not found", kind: NotFound, story: ": 404 Not Found: Image not found (code 5404), ray",
		},
		"not found, with no body": {
			status:      404,
			contentType: text,
			kind:        NotFromAPI,
			story:       ": 404 Not Found: an empty body, ray",
		},
		"not found, as HTML": {
			status: 404, contentType: html, body: "<html><head><title>404\nNope</title>", kind: NotFromAPI,
			story: `: 404 Not Found: an HTML page titled "404 Nope", ray`,
		},
		"not found, with status 200": {
			status: 200, contentType: json, body: failure(`{"code":5404,"message":"Image not found"}`), kind: NotFound,
			story: ": 200 OK: it says success: false: Image not found (code 5404), ray",
		},
		"bad token": {
			status: 403, contentType: json,
			body: `{"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"messages":[],"result":null}`, kind: NotPermitted, story: ": 403 Forbidden: Authentication error (code 10000), ray",
		},
		"bad token, with 401": {
			status: 401, contentType: json, body: failure(`{"code":10000,"message":"Authentication error"}`), kind: NotPermitted,
			story: ": 401 Unauthorized: Authentication error (code 10000), ray",
		},
		"bad token, with 400": {
			status: 400, contentType: json, body: failure(`{"code":10000,"message":"Authentication error"}`), kind: NotPermitted,
			story: ": 400 Bad Request: Authentication error (code 10000), ray",
		},
		"unauthorized": {
			status: 403, contentType: json, body: failure(`{"code":9109,"message":"Unauthorized to access requested resource"}`), kind: NotPermitted,
			story: "(code 9109)",
		},
		"invalid token": {
			status: 401, contentType: json, body: failure(`{"code":1000,"message":"Invalid API Token"}`), kind: NotPermitted,
			story: "Invalid API Token (code 1000)",
		},
		"forbidden, with no body": {
			status:      403,
			contentType: text,
			kind:        NotFromAPI,
			story:       ": 403 Forbidden: an empty body",
		},
		"Images not enabled": {
			status: 403, contentType: json,
			body: `{"result":null,"success":false,"errors":[{"code":5403,"message":"The given account is not valid or is not ` +
				`authorized to access this service"}]}`,
			kind: NotEnabled, story: "not authorized to access this service (code 5403)",
		},
		"twin of 5403": {
			status: 403, contentType: json, body: failure(`{"code":7403,"message":"The given account is not valid"}`), kind: NotEnabled, story: "(code 7403)",
		},
		"malformed token": {
			status: 400, contentType: json, body: `{"success":false,"errors":[{"code":6003,"message":"Invalid request headers","error_chain":[{"code":6111,` +
				`"message":"Invalid format for Authorization header"}]}],"messages":[],"result":null}`, kind: MalformedCredentials,
			story: ": 400 Bad Request: Invalid request headers (code 6003): Invalid format for Authorization header (code 6111), ray",
		},
		"no credentials": {
			status: 400, contentType: json, body: failure(`{"code":9106,"message":"Missing X-Auth-Key, X-Auth-Email or Authorization headers"}`), kind: MalformedCredentials, story: "(code 9106)",
		},
		"no route": {
			status: 404, contentType: json,
			body: failure(
				`{"code":7003,"message":"Could not route to /accounts/1, perhaps your object identifier is invalid?"},{"code":7000,` +
					`"message":"No route for that URI"}`,
			),
			kind: NoRoute, story: "is invalid? (code 7003): No route for that URI (code 7000), ray",
		},
		"no route, with 400": {
			status:      400,
			contentType: json,
			body:        failure(`{"code":7003,"message":"Could not route"}`),
			kind:        NoRoute,
			story:       "(code 7003)",
		},
		"throttled": {
			status: 429, contentType: json, body: failure(`{"code":971,"message":"Please wait and consider throttling your request speed"}`), kind: RateLimited, story: ": 429 Too Many Requests: Please wait",
		},
		"throttled, with an older code": {
			status:      429,
			contentType: json,
			body:        failure(`{"code":10100,"message":"Please wait"}`),
			kind:        RateLimited,
			story:       "(code 10100)",
		},
		"throttled, as HTML": {
			status:      429,
			contentType: html,
			body:        "<title>Slow down</title>",
			kind:        RateLimited,
			story:       `an HTML page titled "Slow down"`,
		},
		"challenge": {
			status: 403, contentType: html, body: "<html><title>Just a moment...</title></html>",
			header: []string{"Cf-Mitigated", "challenge"},
			kind:   Challenged,
			story:  `an HTML page titled "Just a moment..."`,
		},
		"redirect": {
			status: 302, contentType: html, header: []string{"Location", "https://elsewhere.example.com/login?token=x"},
			kind:  Redirected,
			story: ": 302 Found: redirects are not followed; this one leads to https://elsewhere.example.com: an empty body",
		},
		"redirect to a broken URL": {
			status: 302, contentType: html, header: []string{"Location", "https://%zz/?session=x"},
			kind:  Redirected,
			story: "this one leads to no valid URL: an empty body",
		},
		"several choices": {
			status: 300, contentType: json, body: `{"x":1}`, kind: Redirected,
			story: ": 300 Multiple Choices: redirects are not followed; this one names no target: JSON with the members x, ray",
		},
		"not modified": {
			status: 304, contentType: json, kind: Redirected, story: ": 304 Not Modified: redirects are not followed; this one names no target",
		},
		"redirect to a path": {
			status:      301,
			contentType: html,
			header:      []string{"Location", "/login"},
			kind:        Redirected,
			story:       "leads to http://127.0.0.1:",
		},
		"server error": {
			status: 500, contentType: json, body: failure(`{"code":10001,"message":"Internal error"}`), kind: Unavailable,
			story: ": 500 Internal Server Error: Internal error (code 10001)",
		},
		"bad gateway": {
			status: 502, contentType: html, body: "<html>\n<head><title>502 Bad\tGateway</title></head>", kind: Unavailable,
			story: `: 502 Bad Gateway: an HTML page titled "502 Bad Gateway"`,
		},
		"origin is down": {
			status: 521, contentType: html, body: "<title>521: Web server is down</title>", kind: Unavailable,
			story: `: 521: an HTML page titled "521: Web server is down"`,
		},
		"request timeout": {status: 408, contentType: text, kind: Unavailable, story: ": 408 Request Timeout: an empty body"},
		"gone": {
			status:      410,
			contentType: text,
			body:        "gone for good",
			kind:        Rejected,
			story:       `: 410 Gone: the body begins "gone for good"`,
		},
		"bad request": {
			status: 400, contentType: json,
			body: failure(`{"code":5400,"message":"Bad","source":{"pointer":"/x"},"documentation_url":"https://example.com/d"}`),
			kind: Rejected, story: "Bad (code 5400) at /x, see https://example.com/d, ray",
		},
		"created": {
			status:      201,
			contentType: json,
			body:        success(wholeImage),
			kind:        InvalidResponse,
			story:       ": 201 Created: want status 200, ray",
		},
		"no content": {
			status:      204,
			contentType: json,
			kind:        InvalidResponse,
			story:       ": 204 No Content: want status 200: an empty body",
		},
		"errors are no objects": {
			status: 400, contentType: json, body: `{"success":false,"errors":["no"]}`, kind: Rejected, story: ": 400 Bad Request: no, ray",
		},
		"an envelope that is cut off": {
			status: 404, contentType: json, body: `{"success":false,"errors":[{"code":5404,"message":"m"}],`, kind: NotFromAPI, story: `the body begins "{"success`,
		},
		"no errors in the envelope": {
			status:      400,
			contentType: json,
			body:        `{"success":false,"errors":[]}`,
			kind:        Rejected,
			story:       "JSON with the members success, errors",
		},
		"terminal escapes": {
			status:      400,
			contentType: text,
			body:        "a\x1b[31mred\x07\r\nb\u202ec",
			kind:        Rejected,
			story:       `the body begins "a [31mred b c"`,
		},
		"a number that is no code": {
			status:      400,
			contentType: text,
			body:        "ERROR 99999999999999999999: no",
			kind:        Rejected,
			story:       "the body begins",
		},
		"the token, echoed": {
			status: 400, contentType: json, body: failure(`{"code":1,"message":"bad header: Bearer fake-api-token"}`), kind: Rejected,
			story: "bad header: Bearer [redacted] (code 1)",
		},
		"the token, echoed in HTML": {
			status:      400,
			contentType: html,
			body:        `<title>fake-api-token</title>`,
			kind:        Rejected,
			story:       `titled "[redacted]"`,
		},
		"the token, echoed in the ray": {
			status:      400,
			contentType: text,
			body:        "x",
			header:      []string{"Cf-Ray", "fake-api-token"},
			kind:        Rejected,
			story:       `the body begins "x"`,
		},
		"the token, where text is cut": {
			status: 400, contentType: json, body: failure(`{"code":1,"message":"` + strings.Repeat("x", 290) + ` \u0066ake-api-token"}`), kind: Rejected,
			story: "x [redacted… (code 1)",
		},
		"a 404 of the router, oddly": {
			status: 404, contentType: json, body: `{"errors":[{"code":7003,"message":"Could not route"}],"messages":["x"],"success":"no"}`, kind: NoRoute,
			story: "Could not route (code 7003)",
		},
		"one odd entry": {
			status: 403, contentType: json, body: failure(`{"code":5403,"message":"The given account"},{"code":"x"},"y"`), kind: NotEnabled,
			story: "The given account (code 5403): y, ray",
		},
		"an odd source": {
			status:      403,
			contentType: json,
			body:        failure(`{"code":5403,"message":"m","source":"x"}`),
			kind:        NotEnabled,
			story:       "m (code 5403)",
		},
		"a code as text": {
			status:      403,
			contentType: json,
			body:        failure(`{"code":"5403","message":"m"}`),
			kind:        NotEnabled,
			story:       "m (code 5403)",
		},
		"bad token, with 429": {
			status:      429,
			contentType: json,
			body:        failure(`{"code":10000,"message":"m"}`),
			kind:        NotPermitted,
			story:       "m (code 10000)",
		},
		"redirect, with another's code": {
			status: 302, contentType: json, body: failure(`{"code":10000,"message":"m"}`),
			header: []string{"Location", "https://x.example.com"},
			kind:   Redirected,
			story:  "leads to https://x.example.com: m (code 10000)",
		},
		"outage, with another's code": {
			status:      503,
			contentType: json,
			body:        failure(`{"code":5404,"message":"m"}`),
			kind:        Unavailable,
			story:       "m (code 5404)",
		},
		"not found only in the chain": {
			status: 400, contentType: json, body: failure(`{"code":1,"message":"m","error_chain":[{"code":5404}]}`), kind: Rejected,
			story: "m (code 1): (code 5404)",
		},
		"wrong image with an error": {
			status: 200, contentType: json, body: `{"result":{"id":"b"},"success":true,"errors":[{"code":5404,"message":"m"}]}`, kind: InvalidResponse,
			story: `id is "b", but "brand/x" was asked for: m (code 5404)`,
		},
		"cut off 403": {
			status: 403, contentType: json, body: failure(`{"code":10000,"message":"m"}`),
			header: []string{"Content-Length", "500"},
			kind:   NotPermitted,
			story:  "m (code 10000)",
		},
		"cut off 302": {
			status: 302, contentType: json, header: []string{"Content-Length", "500", "Location", "https://x.example.com"},
			kind:  Redirected,
			story: "leads to https://x.example.com",
		},
		"a huge 503": {
			status:      503,
			contentType: text,
			body:        strings.Repeat("x", 5<<20),
			kind:        Unavailable,
			story:       "the body begins",
		},
		"a huge 200": {
			status:      200,
			contentType: text,
			body:        strings.Repeat("x", 5<<20),
			kind:        InvalidResponse,
			story:       `over 4194304 bytes: the body begins "xxx`,
		},
		"the token, in a 200": {
			status:      200,
			contentType: text,
			body:        strings.Repeat("x", 190) + fakeapi.Token,
			kind:        InvalidResponse,
			story:       "xxx[redacted]",
		},
		"the token, in a redirect": {
			status: 302, contentType: text, header: []string{"Location", "https://fake-api-token.example.com"},
			kind:  Redirected,
			story: "leads to https://[redacted].example.com",
		},
		"a very long body": {
			status:      400,
			contentType: text,
			body:        strings.Repeat("long ", 1e5),
			kind:        Rejected,
			story:       "long …\", ray",
		},
		"only the beginning is not text": {
			status:      400,
			contentType: "application/octet-stream",
			body:        "\x00\x01\x02\xff\xfe",
			kind:        Rejected,
			story:       `the body begins ""`,
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
			if got := e.Error(); !strings.Contains(got, test.story) || len(got) > 1500 {
				t.Errorf("story: got %s, want %s", got, test.story)
			}
			if strings.Contains(err.Error(), fakeapi.Token) {
				t.Errorf("the story holds the token: %s", err)
			}
		})
	}
}

// The code in the header counts where the body has none.
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
		"beside a message without a code": {
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

// Only the API's own frame is a sign of the API, and it takes all of it.
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

// What may hold another object's secrets is known by its first character.
func TestIsJSON(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		"{}": true, "[1": true, " \t\r\n\ufeff{": true, "": false, " ": false, "a{": false, `"a"`: false, "ERROR 1: {": false,
	} {
		if got := isJSON([]byte(body)); got != want {
			t.Errorf("%q: got %t, want %t", body, got, want)
		}
	}
}

// What is quoted of an answer that is not the API's has a length of its own
// for each part.
func TestExcerptIsBounded(t *testing.T) {
	t.Parallel()
	letters := func(n int) string { return strings.Repeat("x", n) }
	for name, test := range map[string]struct{ body, want string }{
		"a title":            {"<title>" + letters(100) + "</title>", `an HTML page titled "` + letters(100) + `"`},
		"a longer title":     {"<title>" + letters(101) + "</title>", `an HTML page titled "` + letters(100) + `…"`},
		"a text":             {letters(200), `the body begins "` + letters(200) + `"`},
		"a longer text":      {letters(201), `the body begins "` + letters(200) + `…"`},
		"a title far behind": {letters(8<<10) + "<title>y</title>", `the body begins "` + letters(200) + `…"`},
	} {
		if got := parseErrorBody([]byte(test.body), redact.Redactor{}).excerpt; got != test.want {
			t.Errorf("%s: got %s", name, got)
		}
	}
	for name, test := range map[string]struct{ body, want string }{
		"an empty object": {`{ }`, "an empty JSON object"},
		"a name":          {`{"` + letters(40) + `":1}`, "JSON with the members " + letters(40)},
		"a longer name":   {`{"` + letters(41) + `":1}`, "JSON with the members " + letters(40) + "…"},
		"a value":         {`{"error":"` + letters(200) + `"}`, "JSON that says error: " + letters(200)},
		"a longer value":  {`{"error":"` + letters(201) + `"}`, "JSON that says error: " + letters(200) + "…"},
		"nothing said":    {`{"error":"","title":null}`, "JSON with the members error, title"},
		"ten names": {
			`{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1}`, "JSON with the members a, b, c, d, e, f, g, h, i, j",
		},
		"eleven names": {
			`{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1}`, "JSON with the members a, b, c, d, e, f, g, h, i, j",
		},
	} {
		if got := parseErrorBody([]byte(test.body), redact.Redactor{}).excerpt; got != test.want {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

// An answer that says something by itself is not quoted as well.
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

// Of an answer that holds secrets nothing is quoted, in whatever form it comes.
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
