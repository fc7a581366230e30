package client

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// redactor makes outside text fit to be shown: without the credentials, which
// it may echo, and clean. All of it goes through here, and is redacted before
// it is cut: half a secret is one too. The zero redactor knows no credentials.
type redactor struct{ secrets *regexp.Regexp }

// newRedactor leaves values alone that are too short to be a secret: it would
// garble every word they occur in.
func newRedactor(secrets ...string) redactor {
	var forms []string
	for _, secret := range secrets {
		if len(secret) >= 4 {
			forms = append(append(forms, escapedPattern(secret)), base64Patterns(secret)...)
		}
	}
	if forms == nil {
		return redactor{}
	}
	return redactor{regexp.MustCompile(strings.Join(forms, "|"))}
}

// with is a redactor that knows more secrets.
func (r redactor) with(secrets ...string) redactor {
	more := newRedactor(secrets...)
	switch {
	case more.secrets == nil:
		return r
	case r.secrets == nil:
		return more
	}
	return redactor{regexp.MustCompile(r.secrets.String() + "|" + more.secrets.String())}
}

// escapedPattern is a pattern for a text whose characters stand as they are, or
// escapedPattern for JSON or for a URL, however often.
func escapedPattern(text string) string {
	var pattern strings.Builder
	for _, character := range strings.ToValidUTF8(text, "") {
		literal, inURL := string(character), ""
		for _, b := range []byte(literal) {
			inURL += fmt.Sprintf(`%%(?:25)*%02x`, b)
		}
		fmt.Fprintf(&pattern, `\\*(?:%s|(?i:u%04x|%s))`, regexp.QuoteMeta(literal), character, inURL)
	}
	return pattern.String()
}

// base64Patterns are patterns for a text in base64, where its place in what is
// base64Patterns matters. A short one may be a part of any word.
func base64Patterns(text string) (patterns []string) {
	if len(text) < 8 {
		return nil
	}
	for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 { // bytes
			whole := alphabet.EncodeToString([]byte(strings.Repeat("x", before) + text))
			// The first and last characters hold bits of what is around it.
			inner := whole[(8*before+5)/6 : 8*(before+len(text))/6]
			patterns = append(patterns, regexp.QuoteMeta(inner))
		}
	}
	return patterns
}

// redactWindow is how much is looked at of either end of a text: far more than is
// shown of it.
const redactWindow = 64 << 10

// sanitize is redacted, clean, and at most limit characters long.
func (r redactor) sanitize(text string, limit int) string {
	text = collapseSpace(text)
	return truncate(r.redact(text[:min(len(text), redactWindow)]), limit)
}

// truncateMiddle is text, but what is too long is cut in the middle: the end of an error
// says what is wrong, and the end of a path what was asked for.
func (r redactor) truncateMiddle(text string, limit int) string {
	text = collapseSpace(text)
	if len(text) > 2*redactWindow {
		text = text[:redactWindow] + text[len(text)-redactWindow:]
	}
	runes := []rune(r.redact(text))
	if len(runes) <= limit {
		return string(runes)
	}
	end := limit / 2
	return string(runes[:limit-end]) + "…" + string(runes[len(runes)-end:])
}

// redact takes the credentials out of a text.
func (r redactor) redact(text string) string {
	if r.secrets == nil {
		return text
	}
	return r.secrets.ReplaceAllString(text, redacted)
}

// messages makes messages fit to be shown.
func (r redactor) messages(messages []Message) []Message {
	for i := range messages {
		m := &messages[i]
		m.Text = r.sanitize(m.Text, 300)
		m.DocumentationURL = r.sanitize(m.DocumentationURL, 200)
		m.Pointer = r.sanitize(m.Pointer, 100)
		r.messages(m.Chain)
	}
	return messages
}

// Sanitize makes text that the API gave, such as a name, fit for a message: of one
// line, without the credentials, and at most limit characters long.
func (c *Client) Sanitize(text string, limit int) string {
	return c.config.Credentials.redactor.sanitize(text, limit)
}

// truncate makes outside text fit for one line of a terminal: runs of white space
// and of unprintable characters become one space, and at most limit characters
// are kept.
func truncate(text string, limit int) string {
	text = collapseSpace(text[:min(len(text), 8*limit)]) // only the beginning can count
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return text
}

// collapseSpace makes each run of white space and unprintable characters one space.
func collapseSpace(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, " "), func(r rune) bool {
		return !unicode.IsPrint(r) || unicode.IsSpace(r)
	}), " ")
}
