package client

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func TestParseRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	tests := map[string]time.Duration{
		"":                               0,
		"0":                              0,
		"7":                              7 * time.Second,
		"310":                            310 * time.Second,
		"311":                            310 * time.Second,
		"1000000000":                     310 * time.Second,
		"99999999999999999999":           310 * time.Second,
		"-99999999999999999999":          0,
		"9223372036854775807":            310 * time.Second,
		"-5":                             0,
		"1.5":                            0,
		"soon":                           0,
		"Mon, 02 Mar 2026 08:00:30 GMT":  30 * time.Second,
		"Mon, 02 Mar 2026 07:59:00 GMT":  0,
		"Tue, 02 Mar 2027 08:00:00 GMT":  310 * time.Second,
		"Monday, 02-Mar-26 08:00:30 GMT": 30 * time.Second,
	}
	for value, want := range tests {
		if got := parseRetryAfter(value, now); got != want {
			t.Errorf("%q: got %s, want %s", value, got, want)
		}
	}
}

// A pause that only the body asks for is kept; the header comes first, and
// both are bounded.
func TestRetryAfterInBody(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		header, body string
		want         time.Duration
	}{
		"in the body":      {body: `{"error_code":1015,"retry_after":30}`, want: 30 * time.Second},
		"as text":          {body: `{"error_code":1015,"retry_after":"45"}`, want: 45 * time.Second},
		"in both":          {header: "20", body: `{"error_code":1015,"retry_after":30}`, want: 20 * time.Second},
		"for a year":       {body: `{"error_code":1015,"retry_after":31536000}`, want: maxRetryAfter},
		"a fraction":       {body: `{"error_code":1015,"retry_after":1.5}`, want: 2 * time.Second},
		"with a point":     {body: `{"error_code":1015,"retry_after":3e1}`, want: 30 * time.Second},
		"for no time":      {body: `{"error_code":1015,"retry_after":-5}`, want: minBackoff},
		"none":             {body: `{"error_code":1015}`, want: minBackoff},
		"no number":        {body: `{"error_code":1015,"retry_after":"NaN"}`, want: minBackoff},
		"without end":      {body: `{"error_code":1015,"retry_after":1e999}`, want: maxRetryAfter},
		"not understood":   {body: `{"error_code":1015,"retry_after":{}}`, want: minBackoff},
		"of another":       {body: `{"success":false,"errors":[],"retry_after":30}`, want: minBackoff},
		"an empty answer":  {want: minBackoff},
		"as a page":        {body: `<title>x used Cloudflare to restrict access</title>`, want: minBackoff},
		"as text and code": {body: `error code: 1015`, want: minBackoff},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, transport := scripted(t, 0, nil,
					step{status: 429, retryAfter: test.header, body: strings.NewReader(test.body)}, step{status: 200})
				if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a"); err != nil {
					t.Fatal(err)
				}
				if got := transport.at[1]; got != test.want {
					t.Errorf("got %s, want %s", got, test.want)
				}
			})
		})
	}
}
