package redact

import (
	"encoding/base64"
	"strings"
	"testing"
)

// Values that are too short for a secret don't garble words that contain them.
func TestRedactor(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]string{
		"t": "the cat", "the": "the cat", "the cat": "[redacted]", "cats": "the cat", "e ca": "th[redacted]t",
	} {
		if got := New(token).Sanitize("the cat", 100); got != want {
			t.Errorf("%q: got %q, want %q", token, got, want)
		}
	}
}

// Several secrets are redacted, in any script and with any escapes, the longer
// one first.
func TestRedactorWith(t *testing.T) {
	t.Parallel()
	const text = "a token, a schlüssel, a schl%C3%BCssel, a schl%25c3%25bcssel, a schl\\u00FCssel, a user:schlüssel, an abc"
	tests := map[string]struct {
		r    Redactor
		want string
	}{
		"nothing":            {Redactor{}.With(), text},
		"too short to count": {New("token").With("abc", ""), strings.Replace(text, "token", "[redacted]", 1)},
		"both": {
			New("token").With("user:schlüssel", "user", "schlüssel"),
			"a [redacted], a [redacted], a [redacted], a [redacted], a [redacted], a [redacted], an abc",
		},
		"the other alone": {
			Redactor{}.With(
				"schlüssel",
			), "a token, a [redacted], a [redacted], a [redacted], a [redacted], a user:[redacted], an abc",
		},
		"not of this encoding": {Redactor{}.With("\xff\xfe\xfd\xfctoken"), strings.Replace(text, "token", "[redacted]", 1)},
	}
	for name, test := range tests {
		if got := test.r.Redact(text); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

// A long string is redacted, and then truncated in the middle.
func TestTruncateMiddle(t *testing.T) {
	t.Parallel()
	r := New("fake-api-token")
	for name, test := range map[string]struct{ text, want string }{
		"short":     {"a\n b", "a b"},
		"as long":   {"0123456789", "0123456789"},
		"longer":    {"0123456789x", "01234…6789x"},
		"a secret":  {"a fake-api-token", "a [re…cted]"},
		"very long": {"begin" + strings.Repeat("x", 3*Window) + "finis", "begin…finis"},
	} {
		if got := r.TruncateMiddle(test.text, 10); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	if got := r.Sanitize(strings.Repeat(" ", 3*Window)+"x", 10); got != "x" {
		t.Errorf("after white space: got %q", got)
	}
}

// A secret is redacted at any offset of Base64. A short one may be part of any
// word.
func TestRedactorBase64(t *testing.T) {
	t.Parallel()
	for secret, known := range map[string]bool{"fake-api": true, "stand-i": false} {
		for _, before := range []string{"", "u", "u:", "us:", "user:"} {
			for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
				text := encoding.EncodeToString([]byte(before + secret + "!?"))
				got := New(secret).Sanitize(text, 100)
				if strings.Contains(got, Placeholder) != known || known && before == "" && !strings.HasPrefix(got, Placeholder) {
					t.Errorf("%q after %q: got %s", secret, before, got)
				}
			}
		}
	}
}
