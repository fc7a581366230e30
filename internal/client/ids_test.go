package client

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func TestCheckImageID(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ id, want string }{
		"UUID":                {"083eb7b2-5392-4565-b69e-aff66acddd00", ""},
		"custom path":         {"this/is/my-customid", ""},
		"dots inside":         {"a/../b", ""},
		"climbing":            {"../../../user", ""},
		"percent":             {"100%.png", ""},
		"non-ASCII":           {"日本/ロゴ 1.png", ""},
		"1024 characters":     {strings.Repeat("ロ", 1024), ""},
		"1025 characters":     {strings.Repeat("a", 1025), "at most 1024 characters, has 1025"},
		"empty":               {"", "must not be empty"},
		"invalid UTF-8":       {"a\xff", "must be valid UTF-8"},
		"line break":          {"a\nb", "control characters"},
		"C1 control":          {"a\u0085b", "control characters"},
		"dot":                 {".", "relative path segments"},
		"two dots":            {"..", "relative path segments"},
		"leading slash":       {"/a", "must not start or end with a slash"},
		"trailing slash":      {"a/", "must not start or end with a slash"},
		"signing keys":        {"keys", `must not be "keys"`},
		"batch token":         {"batch_token", `must not be "batch_token"`},
		"three dots":          {"...", ""},
		"escaped, not parsed": {"a%2Fb", ""},
		"settings":            {"config", `must not be "config"`},
		"direct uploads":      {"direct_upload", `must not be "direct_upload"`},
		"usage":               {"stats", `must not be "stats"`},
		"variants":            {"variants", `must not be "variants"`},
		"a signing key":       {"keys/default", `must not be "keys" or begin with "keys/": reserved by the Images API`},
		"a variant":           {"variants/hero", `must not be "variants" or begin with "variants/"`},
		"deep below":          {"config/a/b", `must not be "config"`},
		"two slashes":         {"keys//a", `must not be "keys"`},
		"further down":        {"my/keys", ""},
		"longer than a name":  {"keys2", ""},
		"another case":        {"Keys", ""},
		"encoded slash":       {"keys%2Fa", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := CheckImageID(test.id)
			if (err == nil) != (test.want == "") || (err != nil && !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// writesTo returns the errors of the writes and reads with a name in the path.
func writesTo(ctx context.Context, c *Client, name string) map[string]error {
	const account = fakeapi.AccountID
	_, _, got := c.GetVariant(ctx, account, name, ReadOptions{RetryNotFound: true})
	_, _, changed := c.UpdateVariant(ctx, account, &Variant{ID: name, Width: new(1.0)}, nil)
	_, deleted := c.DeleteVariant(ctx, account, &Variant{ID: name}, time.Time{}, false)
	_, _, removed := c.DeleteSigningKey(ctx, account, name, time.Time{}, "")
	return map[string]error{
		"get variant":    got,
		"change variant": changed,
		"delete variant": deleted,
		"delete key":     removed,
	}
}

func TestCheckAccountID(t *testing.T) {
	t.Parallel()
	for id, ok := range map[string]bool{
		"023e105f4ecef8ad9ca31a8372d0c353":  true,
		"abcDEF123":                         true,
		"":                                  false,
		"023e105f4ecef8ad9ca31a8372d0c3530": false,
		"023e105f4ecef8 ad9ca31a8372d0c3":   false,
		"../x":                              false,
		"é":                                 false,
		"09azAZ":                            true,
		"/":                                 false,
		":":                                 false,
		"@":                                 false,
		"[":                                 false,
		"`":                                 false,
		"{":                                 false,
	} {
		if err := CheckAccountID(id); (err == nil) != ok {
			t.Errorf("%q: got %v, want valid: %t", id, err, ok)
		}
	}
}

// These are the valid names of variants and signing keys.
func TestCheckNames(t *testing.T) {
	t.Parallel()
	checks := map[string]struct {
		check   func(string) error
		longest int
		want    string
	}{
		"variant":     {check: CheckVariantID, longest: 99, want: "must be 1 to 99 letters and digits"},
		"signing key": {check: CheckKeyName, longest: 20, want: "must be 1 to 20 letters and digits"},
	}
	for name, test := range checks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good := []string{"a", "Z", "0", "hero", "card2x", "default", "azAZ09", strings.Repeat("a", test.longest)}
			for _, id := range good {
				if err := test.check(id); err != nil {
					t.Errorf("%q: got %v, want it to pass", id, err)
				}
			}
			bad := []string{
				"", "a-b", "a_b", "a b", "a.b", "a/b", "..", "é", "a\n", "a\xff", "٣", "@", "[", "`", "{", "/", ":",
				strings.Repeat("a", test.longest+1),
			}
			for _, id := range bad {
				if err := test.check(id); err == nil || !strings.HasPrefix(err.Error(), test.want) {
					t.Errorf("%q: got %v, want %s", id, err, test.want)
				}
			}
		})
	}
}

func TestCheckImageIDNeverSent(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	c := start(t, fake)
	for _, id := range []string{"", ".", "..", "/a", "keys"} {
		_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, id, ReadOptions{})
		if !errors.Is(err, Rejected) {
			t.Errorf("%q: got %v, want it to be rejected", id, err)
		}
	}
	if _, _, err := c.GetImage(t.Context(), "..", "a", ReadOptions{}); !errors.Is(err, Rejected) {
		t.Errorf("account ..: got %v, want it to be rejected", err)
	}
	for _, name := range []string{"", ".", ".."} { // as path segments, they would select the parent
		for verb, err := range writesTo(t.Context(), c, name) {
			if !errors.Is(err, Rejected) || asError(t, err).MaybeApplied {
				t.Errorf("%s %q: got %v, want it to be rejected", verb, name, err)
			}
		}
	}
	if got := len(fake.Requests()); got != 0 {
		t.Errorf("requests: got %d, want 0", got)
	}
	// The control: the fake API counts requests.
	if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "brand/logo", ReadOptions{}); err != nil || len(fake.Requests()) != 1 {
		t.Errorf("got %v and %d requests, want no error and 1", err, len(fake.Requests()))
	}
}
