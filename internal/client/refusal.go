package client

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/redact"
	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/strictjson"
)

// Ray is the ID that Cloudflare gives a request, for its support to find it
// by; empty where a header does not hold one.
func Ray(header http.Header) string {
	if ray := header.Get("Cf-Ray"); rayForm.MatchString(ray) {
		return ray
	}
	return ""
}

var rayForm = regexp.MustCompile(`^[0-9a-f]{6,32}(-[A-Z]{3})?$`)

// codeFromHeader is the code that the Images backend gives beside a body of any
// form; 0 where there is none.
func codeFromHeader(header http.Header) int {
	return findCode(codeHeader, header.Get("Cf-Images"))
}

// findCode returns the number that a pattern finds, or 0.
func findCode(pattern *regexp.Regexp, said string) int {
	match := pattern.FindStringSubmatch(said)
	if match == nil {
		return 0
	}
	code, _ := strconv.Atoi(match[1]) // nine digits always fit
	return code
}

var codeHeader = regexp.MustCompile(`(?:^|[\s,;])err=(\d{1,9})(?:$|[\s,;])`)

// plainTextError is how the Images backend writes an error on its own.
var plainTextError = regexp.MustCompile(`^ERROR (\d{1,9}): ([^\n]*)`)

// refusalMessages finds the API's errors in a body, and what it said beside
// them. An error may stand in the envelope's place.
func refusalMessages(body []byte, show redact.Redactor) (messages, notes []Message) {
	if match := plainTextError.FindStringSubmatch(bodyPrefix(body, show)); match != nil {
		code, _ := strconv.Atoi(match[1]) // nine digits always fit
		return sanitize(show, []Message{{Code: code, Text: match[2]}}), nil
	}
	if !strictjson.IsObject(body) {
		return nil, nil
	}
	var e envelope
	_ = e.decode(body) // as much of it as can be read
	if len(e.errors) == 0 {
		if alone, err := decodeMessage(body, maxChainDepth); err == nil && alone.Code != 0 {
			e.errors = messageList{alone}
		}
	}
	return sanitize(show, e.errors), sanitize(show, e.messages)
}

// isEnvelope is whether a body is the API's envelope, even an empty one.
func isEnvelope(body []byte) bool {
	if !strictjson.IsObject(body) {
		return false
	}
	var errors json.RawMessage
	var success *bool
	err := strictjson.Decode(body, strictjson.Key("success", "true or false", &success), strictjson.Key("errors", "an array", &errors))
	return err == nil && success != nil && strictjson.Kind(errors) == "an array"
}

// isJSON is whether a body is meant to be a JSON object or array, whole or not.
func isJSON(body []byte) bool {
	body = bytes.TrimLeft(body, " \t\r\n\ufeff")
	return len(body) > 0 && (body[0] == '{' || body[0] == '[')
}

// bodyPrefix is as much of a body as is looked at for an excerpt.
func bodyPrefix(body []byte, show redact.Redactor) string {
	body = bytes.TrimSpace(body)
	text := show.Redact(strings.ToValidUTF8(string(body[:min(len(body), redact.Window)]), " "))
	return text[:min(len(text), maxExcerpt)]
}

// maxExcerpt is how many bytes of a body are looked at for an excerpt.
const maxExcerpt = 8 << 10

var htmlTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// excerpt describes a body that is not the API's envelope in a few words.
func excerpt(body string, show redact.Redactor) string {
	if title := htmlTitle.FindStringSubmatch(body); title != nil {
		return fmt.Sprintf("an HTML page titled \"%s\"", show.Sanitize(title[1], 100))
	}
	if body == "" {
		return "an empty body"
	}
	return fmt.Sprintf("the body begins \"%s\"", show.Sanitize(body, 200))
}

// excerptKeys are what tends to say something in JSON of others, in the
// order in which it is read.
var excerptKeys = []string{"title", "error", "message", "msg", "detail", "error_description", "description", "reason", "code", "status"}

// excerptJSON describes a JSON object that is not the API's envelope.
func excerptJSON(body []byte, show redact.Redactor) string {
	values, names := looseFields(body)
	for i, name := range names {
		names[i] = show.Sanitize(name, 40)
	}
	var said []string
	for _, name := range excerptKeys {
		if value := values[name]; value != "" {
			said = append(said, name+": "+show.Sanitize(value, 200))
		}
	}
	switch {
	case len(said) > 0:
		return "JSON that says " + strings.Join(said, ", ")
	case len(names) > 0:
		return "JSON with the members " + strings.Join(names[:min(len(names), 10)], ", ")
	default:
		return "an empty JSON object"
	}
}
