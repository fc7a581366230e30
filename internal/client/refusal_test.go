package client

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

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
			404, json, failure(`{"code":5404,"message":"Image not found"}`),
			[]string{"Cf-Ray", "8f1c2d-AMS"},
			NotFound,
			"GET /client/v4/accounts/023e105f4ecef8ad9ca31a8372d0c353/images/v1/brand%2Fx: 404 Not Found: Image not found (code " +
				"5404), ray 8f1c2d-AMS",
		},
		"not found, as text": {
			404, text, "ERROR 5404: Image not found", nil, NotFound, ": 404 Not Found: Image not found (code 5404), ray",
		},
		"not found, with no body": {404, text, "", nil, NotFromAPI, ": 404 Not Found: an empty body, ray"},
		"not found, as HTML": {
			404, html, "<html><head><title>404\nNope</title>", nil, NotFromAPI,
			`: 404 Not Found: an HTML page titled "404 Nope", ray`,
		},
		"not found, with status 200": {
			200, json, failure(`{"code":5404,"message":"Image not found"}`), nil, NotFound,
			": 200 OK: it says success: false: Image not found (code 5404), ray",
		},
		"bad token": {
			403, json,
			`{"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"messages":[],"result":null}`, nil,
			NotPermitted, ": 403 Forbidden: Authentication error (code 10000), ray",
		},
		"bad token, with 401": {
			401, json, failure(`{"code":10000,"message":"Authentication error"}`), nil, NotPermitted,
			": 401 Unauthorized: Authentication error (code 10000), ray",
		},
		"bad token, with 400": {
			400, json, failure(`{"code":10000,"message":"Authentication error"}`), nil, NotPermitted,
			": 400 Bad Request: Authentication error (code 10000), ray",
		},
		"unauthorized": {
			403, json, failure(`{"code":9109,"message":"Unauthorized to access requested resource"}`), nil, NotPermitted,
			"(code 9109)",
		},
		"invalid token": {
			401, json, failure(`{"code":1000,"message":"Invalid API Token"}`), nil, NotPermitted,
			"Invalid API Token (code 1000)",
		},
		"forbidden, with no body": {403, text, "", nil, NotFromAPI, ": 403 Forbidden: an empty body"},
		"Images not enabled": {
			403, json,
			`{"result":null,"success":false,"errors":[{"code":5403,"message":"The given account is not valid or is not ` +
				`authorized to access this service"}]}`,
			nil, NotEnabled, "not authorized to access this service (code 5403)",
		},
		"twin of 5403": {
			403, json, failure(`{"code":7403,"message":"The given account is not valid"}`), nil, NotEnabled, "(code 7403)",
		},
		"malformed token": {
			400, json, `{"success":false,"errors":[{"code":6003,"message":"Invalid request headers","error_chain":[{"code":6111,` +
				`"message":"Invalid format for Authorization header"}]}],"messages":[],"result":null}`, nil, MalformedCredentials,
			": 400 Bad Request: Invalid request headers (code 6003): Invalid format for Authorization header (code 6111), ray",
		},
		"no credentials": {
			400, json, failure(`{"code":9106,"message":"Missing X-Auth-Key, X-Auth-Email or Authorization headers"}`), nil,
			MalformedCredentials, "(code 9106)",
		},
		"no route": {
			404, json,
			failure(
				`{"code":7003,"message":"Could not route to /accounts/1, perhaps your object identifier is invalid?"},{"code":7000,` +
					`"message":"No route for that URI"}`,
			),
			nil, NoRoute, "is invalid? (code 7003): No route for that URI (code 7000), ray",
		},
		"no route, with 400": {400, json, failure(`{"code":7003,"message":"Could not route"}`), nil, NoRoute, "(code 7003)"},
		"throttled": {
			429, json, failure(`{"code":971,"message":"Please wait and consider throttling your request speed"}`), nil,
			RateLimited, ": 429 Too Many Requests: Please wait",
		},
		"throttled, with an older code": {429, json, failure(`{"code":10100,"message":"Please wait"}`), nil, RateLimited, "(code 10100)"},
		"throttled, as HTML":            {429, html, "<title>Slow down</title>", nil, RateLimited, `an HTML page titled "Slow down"`},
		"challenge": {
			403, html, "<html><title>Just a moment...</title></html>",
			[]string{"Cf-Mitigated", "challenge"},
			Challenged,
			`an HTML page titled "Just a moment..."`,
		},
		"redirect": {
			302, html, "",
			[]string{"Location", "https://elsewhere.example.com/login?token=x"},
			Redirected,
			": 302 Found: redirects are not followed; this one leads to https://elsewhere.example.com: an empty body",
		},
		"redirect to a broken URL": {
			302, html, "",
			[]string{"Location", "https://%zz/?session=x"},
			Redirected,
			"this one leads to no valid URL: an empty body",
		},
		"several choices": {
			300, json, `{"x":1}`, nil, Redirected,
			": 300 Multiple Choices: redirects are not followed; this one names no target: JSON with the members x, ray",
		},
		"not modified": {
			304, json, "", nil, Redirected, ": 304 Not Modified: redirects are not followed; this one names no target",
		},
		"redirect to a path": {301, html, "", []string{"Location", "/login"}, Redirected, "leads to http://127.0.0.1:"},
		"server error": {
			500, json, failure(`{"code":10001,"message":"Internal error"}`), nil, Unavailable,
			": 500 Internal Server Error: Internal error (code 10001)",
		},
		"bad gateway": {
			502, html, "<html>\n<head><title>502 Bad\tGateway</title></head>", nil, Unavailable,
			`: 502 Bad Gateway: an HTML page titled "502 Bad Gateway"`,
		},
		"origin is down": {
			521, html, "<title>521: Web server is down</title>", nil, Unavailable,
			`: 521: an HTML page titled "521: Web server is down"`,
		},
		"request timeout": {408, text, "", nil, Unavailable, ": 408 Request Timeout: an empty body"},
		"gone":            {410, text, "gone for good", nil, Rejected, `: 410 Gone: the body begins "gone for good"`},
		"bad request": {
			400, json,
			failure(`{"code":5400,"message":"Bad","source":{"pointer":"/x"},"documentation_url":"https://example.com/d"}`),
			nil, Rejected, "Bad (code 5400) at /x, see https://example.com/d, ray",
		},
		"created":    {201, json, success(wholeImage), nil, InvalidResponse, ": 201 Created: want status 200, ray"},
		"no content": {204, json, "", nil, InvalidResponse, ": 204 No Content: want status 200: an empty body"},
		"errors are no objects": {
			400, json, `{"success":false,"errors":["no"]}`, nil, Rejected, ": 400 Bad Request: no, ray",
		},
		"an envelope that is cut off": {
			404, json, `{"success":false,"errors":[{"code":5404,"message":"m"}],`, nil, NotFromAPI, `the body begins "{"success`,
		},
		"no errors in the envelope": {400, json, `{"success":false,"errors":[]}`, nil, Rejected, "JSON with the members success, errors"},
		"terminal escapes":          {400, text, "a\x1b[31mred\x07\r\nb\u202ec", nil, Rejected, `the body begins "a [31mred b c"`},
		"a number that is no code":  {400, text, "ERROR 99999999999999999999: no", nil, Rejected, "the body begins"},
		"the token, echoed": {
			400, json, failure(`{"code":1,"message":"bad header: Bearer fake-api-token"}`), nil, Rejected,
			"bad header: Bearer [redacted] (code 1)",
		},
		"the token, echoed in HTML":    {400, html, `<title>fake-api-token</title>`, nil, Rejected, `titled "[redacted]"`},
		"the token, echoed in the ray": {400, text, "x", []string{"Cf-Ray", "fake-api-token"}, Rejected, `the body begins "x"`},
		"the token, where text is cut": {
			400, json, failure(`{"code":1,"message":"` + strings.Repeat("x", 290) + ` \u0066ake-api-token"}`), nil, Rejected,
			"x [redacted… (code 1)",
		},
		"a 404 of the router, oddly": {
			404, json, `{"errors":[{"code":7003,"message":"Could not route"}],"messages":["x"],"success":"no"}`, nil, NoRoute,
			"Could not route (code 7003)",
		},
		"one odd entry": {
			403, json, failure(`{"code":5403,"message":"The given account"},{"code":"x"},"y"`), nil, NotEnabled,
			"The given account (code 5403): y, ray",
		},
		"an odd source":       {403, json, failure(`{"code":5403,"message":"m","source":"x"}`), nil, NotEnabled, "m (code 5403)"},
		"a code as text":      {403, json, failure(`{"code":"5403","message":"m"}`), nil, NotEnabled, "m (code 5403)"},
		"bad token, with 429": {429, json, failure(`{"code":10000,"message":"m"}`), nil, NotPermitted, "m (code 10000)"},
		"redirect, with another's code": {
			302, json, failure(`{"code":10000,"message":"m"}`),
			[]string{"Location", "https://x.example.com"},
			Redirected,
			"leads to https://x.example.com: m (code 10000)",
		},
		"outage, with another's code": {503, json, failure(`{"code":5404,"message":"m"}`), nil, Unavailable, "m (code 5404)"},
		"not found only in the chain": {
			400, json, failure(`{"code":1,"message":"m","error_chain":[{"code":5404}]}`), nil, Rejected,
			"m (code 1): (code 5404)",
		},
		"wrong image with an error": {
			200, json, `{"result":{"id":"b"},"success":true,"errors":[{"code":5404,"message":"m"}]}`, nil, InvalidResponse,
			`id is "b", but "brand/x" was asked for: m (code 5404)`,
		},
		"cut off 403": {
			403, json, failure(`{"code":10000,"message":"m"}`),
			[]string{"Content-Length", "500"},
			NotPermitted,
			"m (code 10000)",
		},
		"cut off 302": {
			302, json, "",
			[]string{"Content-Length", "500", "Location", "https://x.example.com"},
			Redirected,
			"leads to https://x.example.com",
		},
		"a huge 503":          {503, text, strings.Repeat("x", 5<<20), nil, Unavailable, "the body begins"},
		"a huge 200":          {200, text, strings.Repeat("x", 5<<20), nil, InvalidResponse, `over 4194304 bytes: the body begins "xxx`},
		"the token, in a 200": {200, text, strings.Repeat("x", 190) + fakeapi.Token, nil, InvalidResponse, "xxx[redacted]"},
		"the token, in a redirect": {
			302, text, "",
			[]string{"Location", "https://fake-api-token.example.com"},
			Redirected,
			"leads to https://[redacted].example.com",
		},
		"a very long body":               {400, text, strings.Repeat("long ", 1e5), nil, Rejected, "long …\", ray"},
		"only the beginning is not text": {400, "application/octet-stream", "\x00\x01\x02\xff\xfe", nil, Rejected, `the body begins ""`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.Fail("brand/x", -1, fakeapi.Respond(test.status, test.contentType, test.body, test.header...))
			_, _, err := start(t, fake).GetImage(t.Context(), fakeapi.AccountID, "brand/x")
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
		"on a page":        {404, "err=5404", page, NotFound, "(code 5404)"},
		"one unknown yet":  {404, "err=9999", page, NotFound, "(code 9999)"},
		"on an empty body": {403, "err=5403", "", NotEnabled, "(code 5403)"},
		"among others":     {403, "internal=ok/m err=5403", page, NotEnabled, "(code 5403)"},
		"the body's is first": {
			404, "err=5403", `{"success":false,"errors":[{"code":5404,"message":"Image not found"}]}`, NotFound,
			"Image not found (code 5404)",
		},
		"beside a message without a code": {
			404, "err=5404", `{"success":false,"errors":[{"message":"no such image"}]}`, NotFound, "no such image: (code 5404)",
		},
		"none":           {403, "c=0", page, NotFromAPI, ""},
		"not a number":   {403, "err=x", page, NotFromAPI, ""},
		"part of a word": {403, "stderr=5403", page, NotFromAPI, ""},
		"far too long":   {403, "err=54035403540354035403", page, NotFromAPI, ""},
		"success: false": {200, "err=5404", `{"success":false,"errors":[]}`, NotFound, "(code 5404)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.Fail("a", -1, fakeapi.Respond(test.status, "text/plain", test.body, "Cf-Images", test.header))
			_, _, err := start(t, fake).GetImage(t.Context(), fakeapi.AccountID, "a")
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
		if got := Ray(http.Header{"Cf-Ray": {header}}); got != want {
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
		if got := isEnvelope([]byte(body)); got != want {
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
		if got := excerpt(bodyPrefix([]byte(test.body), redactor{}), redactor{}); got != test.want {
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
		if got := excerptJSON([]byte(test.body), redactor{}); got != test.want {
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
