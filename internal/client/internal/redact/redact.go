// Package redact sanitizes untrusted text for display: it removes credentials,
// which a response may echo, and control characters, and truncates the result.
package redact

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Placeholder replaces a credential.
const Placeholder = "[redacted]"

// Redactor removes secrets from text. Redact before truncating: half a secret is
// still a secret. The zero Redactor has no secrets.
type Redactor struct{ secrets *regexp.Regexp }

// New returns a Redactor that removes the secrets.
func New(secrets ...string) Redactor { return Redactor{}.With(secrets...) }

// With returns a Redactor that removes additional secrets. It ignores values
// that are too short for a secret, which would garble every word that contains
// them.
func (r Redactor) With(secrets ...string) Redactor {
	var patterns []string
	for _, secret := range secrets {
		if len(secret) >= 4 {
			patterns = append(append(patterns, escapedPattern(secret)), base64Patterns(secret)...)
		}
	}
	if patterns == nil {
		return r
	}
	if r.secrets != nil {
		patterns = slices.Insert(patterns, 0, r.secrets.String())
	}
	return Redactor{regexp.MustCompile(strings.Join(patterns, "|"))}
}

// escapedPattern returns a pattern for a secret whose characters may be escaped
// for JSON or for a URL, any number of times.
func escapedPattern(secret string) string {
	var pattern strings.Builder
	for _, character := range strings.ToValidUTF8(secret, "") {
		literal, inURL := string(character), ""
		for _, b := range []byte(literal) {
			inURL += fmt.Sprintf(`%%(?:25)*%02x`, b)
		}
		fmt.Fprintf(&pattern, `\\*(?:%s|(?i:u%04x|%s))`, regexp.QuoteMeta(literal), character, inURL)
	}
	return pattern.String()
}

// base64Patterns returns patterns for a secret in Base64, at any offset. It returns
// none for a short secret, which many words might contain.
func base64Patterns(secret string) (patterns []string) {
	if len(secret) < 8 {
		return nil
	}
	for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for offset := range 3 { // bytes
			encoded := alphabet.EncodeToString([]byte(strings.Repeat("x", offset) + secret))
			// The first and last characters include bits of adjacent bytes.
			inner := encoded[(8*offset+5)/6 : 8*(offset+len(secret))/6]
			patterns = append(patterns, regexp.QuoteMeta(inner))
		}
	}
	return patterns
}

// Window bounds the bytes that are processed at either end of a string: it is
// far more than is displayed.
const Window = 64 << 10

// Sanitize returns text on one line, redacted, and truncated to limit characters.
func (r Redactor) Sanitize(text string, limit int) string {
	text = collapseSpace(text)
	return Truncate(r.Redact(text[:min(len(text), Window)]), limit)
}

// TruncateMiddle is Sanitize, but keeps both ends of a long string: the end of an
// error is its cause, and the end of a path is the object.
func (r Redactor) TruncateMiddle(text string, limit int) string {
	text = collapseSpace(text)
	if len(text) > 2*Window {
		text = text[:Window] + text[len(text)-Window:]
	}
	runes := []rune(r.Redact(text))
	if len(runes) <= limit {
		return string(runes)
	}
	return string(runes[:limit-limit/2]) + "…" + string(runes[len(runes)-limit/2:])
}

// Redact replaces the secrets in text.
func (r Redactor) Redact(text string) string {
	if r.secrets == nil {
		return text
	}
	return r.secrets.ReplaceAllString(text, Placeholder)
}

// Truncate returns text on one line, truncated to limit characters.
func Truncate(text string, limit int) string {
	text = collapseSpace(text[:min(len(text), 8*limit)]) // longer than the result
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return text
}

// collapseSpace replaces each run of white space and unprintable characters with
// one space.
func collapseSpace(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, " "), func(r rune) bool {
		return !unicode.IsPrint(r) || unicode.IsSpace(r)
	}), " ")
}
