package client

import (
	"strings"
	"unicode"
)

// redactor makes outside text fit to be shown: without the credentials, which
// it may echo, and clean. The zero redactor knows no credentials.
type redactor struct{ secrets *strings.Replacer }

func (r redactor) text(text string, limit int) string {
	if r.secrets != nil {
		text = r.secrets.Replace(text)
	}
	return clean(text, limit)
}

// messages makes messages fit to be shown.
func (r redactor) messages(messages []Message) []Message {
	for i := range messages {
		m := &messages[i]
		m.Text = r.text(m.Text, 300)
		m.DocumentationURL = r.text(m.DocumentationURL, 200)
		m.Pointer = r.text(m.Pointer, 100)
		r.messages(m.Chain)
	}
	return messages
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
