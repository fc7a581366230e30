package client

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// An error before a request is sent is a sanitized line as well.
func TestErrorRejectedHasNoStatus(t *testing.T) {
	t.Parallel()
	_, _, err := start(t, fakeapi.New()).GetImage(t.Context(), fakeapi.AccountID, "a\n\x1b[31mb", ReadOptions{})
	if want := "GET /accounts/023e105f4ecef8ad9ca31a8372d0c353/images/v1/a%0A%1B%5B31mb: image ID must not contain " +
		"control characters, such as a line break"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestErrorAuthentication(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		credentials Credentials
		accountID   string
		kind        Kind
	}{
		"wrong token": {credentials: APIToken("another-token"), accountID: fakeapi.AccountID, kind: NotPermitted},
		"quoted token": {
			credentials: APIToken(`"fake-api-token"`),
			accountID:   fakeapi.AccountID,
			kind:        MalformedCredentials,
		},
		"wrong key": {
			credentials: APIKey(fakeapi.Email, "another-key"),
			accountID:   fakeapi.AccountID,
			kind:        NotPermitted,
		},
		"another account": {
			credentials: APIToken(fakeapi.Token),
			accountID:   "99999999999999999999999999999999",
			kind:        NotPermitted,
		},
		"account without Images": {
			credentials: APIToken(fakeapi.Token),
			accountID:   fakeapi.AccountWithoutImages,
			kind:        NotEnabled,
		},
		"short account ID": {
			credentials: APIToken(fakeapi.Token),
			accountID:   "023e105f4ecef8ad9ca31a8372d0c35",
			kind:        NoRoute,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, fakeapi.New(), func(config *Config) { config.Credentials = test.credentials })
			_, _, err := c.GetImage(t.Context(), test.accountID, "brand/logo", ReadOptions{})
			if !errors.Is(err, test.kind) {
				t.Errorf("got %v, want %s", err, test.kind)
			}
		})
	}
}

// errors.Is matches the Kind, and errors.AsType the Error.
func TestErrorIsKind(t *testing.T) {
	t.Parallel()
	var err error = &Error{Kind: NotFound, Messages: []Message{{Code: 1}, {Code: 5404, Chain: []Message{{Code: 2}}}}}
	if !errors.Is(err, NotFound) || errors.Is(err, RateLimited) || errors.Is(err, io.EOF) {
		t.Errorf("want only NotFound to match")
	}
	if e := asError(t, err); !e.HasCode(5404) || !e.HasCode(1) || e.HasCode(2) || e.HasCode(0) {
		t.Errorf("want HasCode for the codes of the messages only")
	}
	if got := NotFound.Error(); got != "not found" {
		t.Errorf("got %q", got)
	}
}

// Each part of a message, and the whole message, is bounded.
func TestErrorLengthIsBounded(t *testing.T) {
	t.Parallel()
	letters := func(n int) string { return strings.Repeat("x", n) }
	for name, test := range map[string]struct {
		err  Error
		want string
	}{
		"a path":          {Error{Method: "GET", Path: "/" + letters(299)}, "GET /" + letters(299)},
		"a longer path":   {Error{Method: "GET", Path: "/" + letters(300)}, "GET /" + letters(149) + "…" + letters(150)},
		"a cause":         {Error{Method: "GET", Path: "/", Err: errors.New(letters(500))}, "GET /: " + letters(500)},
		"a longer cause":  {Error{Method: "GET", Path: "/", Err: errors.New(letters(501))}, "GET /: " + letters(250) + "…" + letters(250)},
		"a story":         {Error{Method: "GET", Path: "/", Excerpt: letters(1993)}, "GET /: " + letters(1993)},
		"a longer story":  {Error{Method: "GET", Path: "/", Excerpt: letters(1994)}, "GET /: " + letters(1993) + "…"},
		"a ray after all": {Error{Method: "GET", Path: "/", Excerpt: letters(1994), Ray: "r"}, "GET /: " + letters(1993) + "…, ray r"},
		"several lines":   {Error{Method: "GET", Path: "/", Excerpt: "a\n\x1b b"}, "GET /: a b"},
		"one attempt":     {Error{Method: "GET", Path: "/", Attempts: 1}, "GET /"},
		"two attempts": {
			Error{Method: "GET", Path: "/", Attempts: 2, Waited: 1749 * time.Millisecond}, "GET /, after 2 attempts and 1.7s of waiting",
		},
		"given up":            {Error{Method: "GET", Path: "/", CircuitOpen: true}, "GET /, not retried: circuit open"},
		"a status of no name": {Error{Method: "GET", Path: "/", Status: 521}, "GET /: 521"},
	} {
		if got := test.err.Error(); got != test.want {
			t.Errorf("%s: got %d characters: %s", name, len(got), got)
		}
	}
}

// The rows cover every status, both bounds of each range, and every code, alone
// and with a contradicting status.
func TestKindOf(t *testing.T) {
	t.Parallel()
	statuses := map[int]Kind{
		199: InvalidResponse, 201: InvalidResponse, 299: InvalidResponse,
		300: Redirected, 302: Redirected, 399: Redirected,
		400: Rejected, 401: NotPermitted, 402: Rejected, 403: NotPermitted, 404: NotFound, 405: Rejected, 407: Rejected,
		408: Unavailable, 409: Exists, 410: Rejected, 428: Rejected, 429: RateLimited, 430: Rejected, 499: Rejected,
		500: Unavailable, 521: Unavailable, 599: Unavailable, 600: InvalidResponse,
	}
	for status, want := range statuses {
		if got := kindOf(status, nil); got != want {
			t.Errorf("%d: got %s, want %s", status, got, want)
		}
	}
	codes := map[int]Kind{
		5404: NotFound, 5401: NotFound, 5409: Exists, 5403: NotEnabled, 7403: NotEnabled,
		5408: Unavailable, 5433: Unavailable, 5450: Unavailable,
		5500: Unavailable, 5503: Unavailable, 5540: Unavailable, 5541: Unavailable, 5542: Unavailable, 5543: Unavailable,
		5544: Unavailable, 5550: Unavailable,
		6003: MalformedCredentials, 6103: MalformedCredentials, 6111: MalformedCredentials, 9106: MalformedCredentials,
		10000: NotPermitted, 9109: NotPermitted, 7003: NoRoute, 7000: NoRoute, 971: RateLimited, 10429: RateLimited,
		5410: Rejected, 5411: Rejected, 5413: Rejected, 5443: Rejected, 5453: Rejected, 5454: Rejected, 5455: Rejected,
		7011: Rejected, 9422: Rejected,
	}
	for code, want := range codes {
		messages := []Message{{Code: 1}, {Code: code}}
		for _, status := range []int{200, 400, 401, 403, 404, 408, 409, 429, 499} {
			if got := kindOf(status, messages); got != want {
				t.Errorf("%d with code %d: got %s, want %s", status, code, got, want)
			}
		}
		for status, always := range map[int]Kind{302: Redirected, 503: Unavailable} {
			if got := kindOf(status, messages); got != always {
				t.Errorf("%d with code %d: got %s, want %s", status, code, got, always)
			}
		}
	}
	// The first row wins, whatever the order in the response.
	for _, messages := range [][]Message{{{Code: 10000}, {Code: 5404}}, {{Code: 5404}, {Code: 10000}}} {
		if got := kindOf(403, messages); got != NotFound {
			t.Errorf("%v: got %s, want %s", messages, got, NotFound)
		}
	}
}

// TestKindOfCodeBeforeStatus sends every code of the table with every 4xx
// status and in every format: the meaning of a code doesn't depend on the
// status.
func TestKindOfCodeBeforeStatus(t *testing.T) {
	t.Parallel()
	forms := map[string]func(code int) attempt{
		"envelope": func(code int) attempt {
			return attempt{body: []byte(failure(fmt.Sprintf(`{"code":%d,"message":"said"}`, code)))}
		},
		"object": func(code int) attempt {
			return attempt{body: fmt.Appendf(nil, `{"code":%d,"error":"said"}`, code)}
		},
		"plain text": func(code int) attempt {
			return attempt{body: fmt.Appendf(nil, "ERROR %d: said", code)}
		},
		"header": func(code int) attempt {
			return attempt{header: http.Header{"Cf-Images": {fmt.Sprintf("err=%d", code)}}}
		},
	}
	// These have another meaning with status 400; see credentialCodes.
	statusDecides := map[int]Kind{1000: NotPermitted, 9103: NotPermitted, 9107: NotPermitted}
	c := start(t, http.NotFoundHandler())
	target, err := url.Parse("https://api.cloudflare.com/client/v4")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range errorKinds {
		for _, code := range row.codes {
			want, ok := statusDecides[code]
			if !ok {
				want = row.kind
			}
			for form, respond := range forms {
				for status := 401; status <= 499; status++ {
					k := &call{client: c, target: target, last: respond(code)}
					k.last.status = status
					if e := k.statusError(); e.Kind != want || !e.HasCode(code) {
						t.Errorf("%d with code %d as %s: got %s (%v), want %s", status, code, form, e.Kind, e, want)
					}
				}
			}
		}
	}
}

// A code that rules out success isn't retried, even with a retryable status.
func TestKindOfFinalCodesNotRetried(t *testing.T) {
	t.Parallel()
	for code, attempts := range map[int]int{5453: 1, 10000: 1, 5404: 1, 971: 5, 5408: 5, 1: 5} {
		for _, status := range []int{408, 429} {
			t.Run(fmt.Sprintf("%d with code %d", status, code), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					requests := 0
					c, _ := scripted(t, 0, nil)
					c.http.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
						requests++
						body := failure(fmt.Sprintf(`{"code":%d,"message":"said"}`, code))
						return &http.Response{
							StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)),
						}, nil
					})
					_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
					if err == nil || requests != attempts {
						t.Errorf("got %v after %d requests, want an error after %d", err, requests, attempts)
					}
				})
			})
		}
	}
}

// The code of a rejected image is found in JSON and in text.
func TestErrorCodes(t *testing.T) {
	t.Parallel()
	responses := map[string]int{
		`{"code":5410,"message":"The image contains a custom ID and cannot be set to private."}`: CodePrivateID,
		`{"code":5411,"message":"The Custom ID is invalid. Must not be UUID"}`:                   CodeImageID,
		`ERROR 5443: Maximum animation size is reached`:                                          CodeAnimation,
		`{"code":5454,"message":"The URL could not be fetched"}`:                                 CodeURL,
		`{"code":5455,"message":"Unsupported image format"}`:                                     CodeFormat,
		`ERROR 9422: The image could not be decoded`:                                             CodeDamaged,
	}
	for response, code := range responses {
		t.Run(response, func(t *testing.T) {
			t.Parallel()
			contentType, body := "text/plain;charset=utf-8", response
			if strings.HasPrefix(response, "{") {
				contentType, body = "application/json", failure(response)
			}
			c := newUploadClient(t, readThen(415, contentType, body))
			_, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, Upload{File: contentOf("logo.png", dot)})
			if e := asError(t, err); e.Kind != Rejected || !e.HasCode(code) {
				t.Errorf("%s: want the code %d", e, code)
			}
		})
	}
}

// After a fault of the service, the outcome of a write is ambiguous, whatever
// the status.
func TestErrorInternalIsAmbiguous(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]bool{5550: true, 5500: true, 5455: false} {
		fake := fakeapi.New()
		fake.FailMethod(
			http.MethodDelete,
			"hero",
			1,
			readThen(415, "application/json", failure(fmt.Sprintf(`{"code":%d}`, code))),
		)
		_, err := start(t, fake).DeleteVariant(t.Context(), fakeapi.AccountID, &Variant{ID: "hero"}, time.Time{}, false)
		if e := asError(t, err); e.MaybeApplied != want {
			t.Errorf("415 with code %d: MaybeApplied: got %t, want %t", code, e.MaybeApplied, want)
		}
	}
}
