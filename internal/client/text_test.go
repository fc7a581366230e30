package client

import (
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
)

// What is too short to be a secret does not garble words it occurs in.
func TestRedact(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]string{"t": "the cat", "the": "the cat", "the cat": "[redacted]", "cats": "the cat"} {
		if got := APIToken(token).redactor.text("the cat", 100); got != want {
			t.Errorf("%q: got %q, want %q", token, got, want)
		}
	}
}

// A long text is cut in its middle, after the secret has gone, so that both
// ends are told.
func TestEnds(t *testing.T) {
	t.Parallel()
	r := newRedactor("stand-in-token")
	for name, test := range map[string]struct{ text, want string }{
		"short":     {"a\n b", "a b"},
		"as long":   {"0123456789", "0123456789"},
		"longer":    {"0123456789x", "01234…6789x"},
		"a secret":  {"a stand-in-token", "a [re…cted]"},
		"very long": {"begin" + strings.Repeat("x", 3*window) + "finis", "begin…finis"},
	} {
		if got := r.ends(test.text, 10); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	c := start(t, nil)
	if got := c.Show("a\x1b[31m "+standin.Token+"…", 100); got != "a [31m [redacted]…" {
		t.Errorf("got %q", got)
	}
}
