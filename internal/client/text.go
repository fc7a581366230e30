package client

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// maxExcerpt is how many bytes of a body are looked at for an excerpt.
const maxExcerpt = 8 << 10

var htmlTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// excerpt describes a body that is not the API's envelope in a few words.
func excerpt(body string, tidyText func(string, int) string) string {
	if title := htmlTitle.FindStringSubmatch(body); title != nil {
		return fmt.Sprintf("an HTML page titled %q", tidyText(title[1], 100))
	}
	if body == "" {
		return "an empty body"
	}
	return fmt.Sprintf("the body begins %q", tidyText(body, 200))
}

// tidy makes outside text fit to be shown: without the credentials, which it
// may echo, and clean.
func (c *Client) tidy(text string, limit int) string {
	return clean(c.credentials.redact(text), limit)
}

// clean makes outside text fit for one line of a terminal: runs of white space
// and of unprintable characters become one space, and at most limit characters
// are kept.
func clean(text string, limit int) string {
	// Only the beginning can count, however much white space stands in it.
	text = text[:min(len(text), 8*limit)]
	text = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, " "), func(r rune) bool {
		return !unicode.IsPrint(r) || unicode.IsSpace(r)
	}), " ")
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return text
}
