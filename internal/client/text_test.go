package client

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// What is too short to be a secret does not garble words it occurs in.
func TestRedactor(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]string{
		"t": "the cat", "the": "the cat", "the cat": "[redacted]", "cats": "the cat", "e ca": "th[redacted]t",
	} {
		if got := APIToken(token).redactor.sanitize("the cat", 100); got != want {
			t.Errorf("%q: got %q, want %q", token, got, want)
		}
	}
}

// Several secrets are known at once, in any script, and however they are escaped;
// a longer one goes first.
func TestRedactorWith(t *testing.T) {
	t.Parallel()
	const text = "a token, a schlüssel, a schl%C3%BCssel, a schl%25c3%25bcssel, a schl\\u00FCssel, a user:schlüssel, an abc"
	tests := map[string]struct {
		r    redactor
		want string
	}{
		"nothing":            {redactor{}.with(), text},
		"too short to count": {newRedactor("token").with("abc", ""), strings.Replace(text, "token", "[redacted]", 1)},
		"both": {
			newRedactor("token").with("user:schlüssel", "user", "schlüssel"),
			"a [redacted], a [redacted], a [redacted], a [redacted], a [redacted], a [redacted], an abc",
		},
		"the other alone": {
			redactor{}.with(
				"schlüssel",
			), "a token, a [redacted], a [redacted], a [redacted], a [redacted], a user:[redacted], an abc",
		},
		"not of this encoding": {redactor{}.with("\xff\xfe\xfd\xfctoken"), strings.Replace(text, "token", "[redacted]", 1)},
	}
	for name, test := range tests {
		if got := test.r.redact(text); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

// A long text is cut in its middle, after the secret has gone, so that both
// ends are told.
func TestTruncateMiddle(t *testing.T) {
	t.Parallel()
	r := newRedactor("fake-api-token")
	for name, test := range map[string]struct{ text, want string }{
		"short":     {"a\n b", "a b"},
		"as long":   {"0123456789", "0123456789"},
		"longer":    {"0123456789x", "01234…6789x"},
		"a secret":  {"a fake-api-token", "a [re…cted]"},
		"very long": {"begin" + strings.Repeat("x", 3*redactWindow) + "finis", "begin…finis"},
	} {
		if got := r.truncateMiddle(test.text, 10); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	if got := r.sanitize(strings.Repeat(" ", 3*redactWindow)+"x", 10); got != "x" {
		t.Errorf("behind white space: got %q", got)
	}
	c := start(t, nil)
	if got := c.Sanitize("a\x1b[31m "+fakeapi.Token+"…", 100); got != "a [31m [redacted]…" {
		t.Errorf("got %q", got)
	}
}

// In base64, a secret is known wherever it stands in what is encoded; a short
// one may be a part of any word.
func TestRedactorBase64(t *testing.T) {
	t.Parallel()
	for secret, known := range map[string]bool{"fake-api": true, "stand-i": false} {
		for _, before := range []string{"", "u", "u:", "us:", "user:"} {
			for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
				text := encoding.EncodeToString([]byte(before + secret + "!?"))
				got := newRedactor(secret).sanitize(text, 100)
				if strings.Contains(got, redacted) != known || known && before == "" && !strings.HasPrefix(got, redacted) {
					t.Errorf("%q after %q: got %s", secret, before, got)
				}
			}
		}
	}
}

// Each part of a message has a length of its own.
func TestMessagesAreBounded(t *testing.T) {
	t.Parallel()
	for _, more := range []string{"", "x"} {
		texts := map[int]string{300: "", 200: "", 100: ""}
		for limit := range texts {
			texts[limit] = strings.Repeat("x", limit)
		}
		m := Message{Text: texts[300] + more, DocumentationURL: texts[200] + more, Pointer: texts[100] + more}
		m.Chain = []Message{m}
		cut := strings.Repeat("…", len(more))
		want := Message{Text: texts[300] + cut, DocumentationURL: texts[200] + cut, Pointer: texts[100] + cut}
		want.Chain = []Message{want}
		if diff := cmp.Diff([]Message{want}, redactor{}.messages([]Message{m})); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
	}
}
