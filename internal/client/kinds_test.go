package client

import (
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
)

// Every status, both ends of each range, and every code, alone and with a
// status that says something else.
func TestKindOf(t *testing.T) {
	t.Parallel()
	statuses := map[int]Kind{
		199: WrongAnswer, 201: WrongAnswer, 299: WrongAnswer,
		300: Redirected, 302: Redirected, 399: Redirected,
		400: Rejected, 401: NotPermitted, 402: Rejected, 403: NotPermitted, 404: NotFound, 405: Rejected, 407: Rejected,
		408: Unavailable, 409: Exists, 410: Rejected, 428: Rejected, 429: Throttled, 430: Rejected, 499: Rejected,
		500: Unavailable, 521: Unavailable, 599: Unavailable, 600: WrongAnswer,
	}
	for status, want := range statuses {
		if got := kindOf(status, nil); got != want {
			t.Errorf("%d: got %s, want %s", status, got, want)
		}
	}
	codes := map[int]Kind{
		5404: NotFound, 5401: NotFound, 5409: Exists, 5403: NotEnabled, 7403: NotEnabled,
		5408: Unavailable, 5433: Unavailable, 5450: Unavailable,
		6003: MalformedCredentials, 6103: MalformedCredentials, 6111: MalformedCredentials, 9106: MalformedCredentials,
		10000: NotPermitted, 9109: NotPermitted, 7003: NoRoute, 7000: NoRoute, 971: Throttled, 10429: Throttled,
	}
	for code, want := range codes {
		messages := []Message{{Code: 1}, {Code: code}}
		for _, status := range []int{200, 400, 401, 403, 404, 408, 409, 499} {
			if got := kindOf(status, messages); got != want {
				t.Errorf("%d with code %d: got %s, want %s", status, code, got, want)
			}
		}
		for status, always := range map[int]Kind{302: Redirected, 429: Throttled, 503: Unavailable} {
			if got := kindOf(status, messages); got != always {
				t.Errorf("%d with code %d: got %s, want %s", status, code, got, always)
			}
		}
	}
	// A limit of the account is a refusal like others, to be told by its code.
	limit := []Message{{Code: CodeLimit}}
	if got := kindOf(400, limit); got != Rejected || isKnown(limit) {
		t.Errorf("the account's limit: got %s, known: %t, want rejected and unknown", got, isKnown(limit))
	}
	// The first row counts, whatever the order of the answer.
	for _, messages := range [][]Message{{{Code: 10000}, {Code: 5404}}, {{Code: 5404}, {Code: 10000}}} {
		if got := kindOf(403, messages); got != NotFound {
			t.Errorf("%v: got %s, want %s", messages, got, NotFound)
		}
	}
}

// What the API has against an image is told by its code, which the answer has
// in JSON or in text.
func TestCodes(t *testing.T) {
	t.Parallel()
	answers := map[string]int{
		`{"code":5410,"message":"The image contains a custom ID and cannot be set to private."}`: CodePrivateID,
		`{"code":5411,"message":"The Custom ID is invalid. Must not be UUID"}`:                   CodeImageID,
		`ERROR 5443: Maximum animation size is reached`:                                          CodeAnimation,
		`{"code":5454,"message":"The URL could not be fetched"}`:                                 CodeURL,
		`{"code":5455,"message":"Unsupported image format"}`:                                     CodeFormat,
		`ERROR 9422: The image could not be decoded`:                                             CodeDamaged,
	}
	for answer, code := range answers {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			contentType, body := "text/plain;charset=utf-8", answer
			if strings.HasPrefix(answer, "{") {
				contentType, body = "application/json", failure(answer)
			}
			c := uploading(t, readThen(415, contentType, body))
			_, _, err := c.CreateImage(t.Context(), standin.AccountID, Upload{Content: contentOf("logo.png", dot)})
			if e := asError(t, err); e.Kind != Rejected || !e.HasCode(code) {
				t.Errorf("%s is not told as refused with code %d", e, code)
			}
		})
	}
}
