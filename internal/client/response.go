package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/redact"
	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/strictjson"
)

// responseError returns the error of a response, and its parsed body. A header may
// have a code if the body does not.
func (k *call) responseError(err error) (*Error, errorBody) {
	e := k.newError("", err)
	e.Status, e.Ray = k.last.status, rayOf(k.last.header)
	body := k.parseBody()
	e.Messages, e.Notes = body.messages, body.notes
	if len(e.Messages)+len(e.Notes) == 0 {
		e.Excerpt = body.excerpt
	}
	// The Images backend adds its code to any body.
	code := findCode(codeHeader, k.last.header.Get("Cf-Images"))
	body.isFromAPI = body.isFromAPI || code != 0 || hasKnownCode(e.Messages)
	if code != 0 && !slices.ContainsFunc(e.Messages, func(m Message) bool { return m.Code != 0 }) {
		e.Messages = append(e.Messages, Message{Code: code})
	}
	return e, body
}

// statusError returns the error of a response whose status is not 200.
func (k *call) statusError() *Error {
	e, body := k.responseError(nil)
	e.Kind = kindOf(e.Status, e.Messages)
	switch {
	case k.last.header.Get("Cf-Mitigated") == "challenge":
		e.Kind = Challenged
	case body.edge != nil:
		body.edge.apply(e, body.excerpt)
	case e.Kind == Redirected:
		e.Err = k.redirect()
	case e.Kind == InvalidResponse:
		e.Err = errors.New("unexpected status")
	case (e.Kind == NotPermitted || e.Kind == NotFound) && !body.isFromAPI:
		e.Kind = NotFromAPI
	}
	if body.edge != nil {
		e.edgeRetryAfter = body.edge.retryAfter
	}
	return e
}

// invalidResponse returns the error of a 200 response without the requested
// result. Its codes are evaluated only if success is false.
func (k *call) invalidResponse(err error) *Error {
	e, _ := k.responseError(err)
	e.Kind = InvalidResponse
	if errors.Is(err, errUnsuccessful) {
		e.Kind = kindOf(e.Status, e.Messages)
	}
	return e
}

// redirect returns the error of a redirect, with only the scheme and host of the
// target, as the rest may contain a secret.
func (k *call) redirect() error {
	location := k.last.header.Get(locationHeader)
	target, err := k.client.baseURL.Parse(location)
	if location == "" || err != nil {
		return errors.New("unexpected redirect without a valid target (not followed)")
	}
	return fmt.Errorf("unexpected redirect to %s://%s (not followed)", target.Scheme, target.Host)
}

// transportError returns the error of a call whose latest attempt got no complete
// response.
func (k *call) transportError() *Error {
	if cause, ok := errors.AsType[errNotSent](k.last.err); ok {
		return k.newError(Rejected, cause.error)
	}
	err := withoutURL(k.last.err)
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		err = fmt.Errorf("no complete response within %s: %w", k.timeout(), err)
	}
	e := k.newError(Unreachable, err)
	e.Status, e.Ray = k.last.status, rayOf(k.last.header)
	if e.Status != 0 && !isRetryable(k.last.err) {
		e.Kind = InvalidResponse
		e.Excerpt = k.parseBody().excerpt
	}
	return e
}

// withoutURL removes the method and URL that net/http adds to an error, as the
// Error contains them.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}

// errorBody is the body of an unsuccessful response: of the API, of Cloudflare's
// edge, or of another server.
type errorBody struct {
	messages, notes []Message // of the API
	isFromAPI       bool      // by its structure, header or code
	edge            *edgeError
	excerpt         string // quoted if there are no messages
}

// parseBody parses the body of the latest response. JSON with a 2xx status is not
// quoted, as it may be another object that contains a secret.
func (k *call) parseBody() errorBody {
	body := k.last.body
	parsed := parseErrorBody(body, k.redactor)
	if k.request.sensitive || k.last.status < 300 && jsonStart.Match(body) {
		parsed.excerpt = ""
	}
	return parsed
}

func parseErrorBody(body []byte, r redact.Redactor) errorBody {
	if strictjson.IsObject(body) {
		return parseErrorObject(body, r)
	}
	prefix := bodyPrefix(body, r)
	parsed := errorBody{edge: parseEdgeText(prefix), excerpt: excerptText(prefix, r)}
	if match := plainTextError.FindStringSubmatch(prefix); match != nil {
		code, _ := strconv.Atoi(match[1]) // nine digits fit
		parsed.messages, parsed.isFromAPI = sanitize(r, []Message{{Code: code, Text: match[2]}}), true
	}
	return parsed
}

// parseErrorObject parses a JSON object: the envelope, a single error instead of
// it, or a problem object of the edge. The envelope has success and errors, even
// if errors is empty.
func parseErrorObject(body []byte, r redact.Redactor) errorBody {
	var e envelope
	_ = e.decode(body) // the valid fields
	fields, keys := looseFields(body)
	hasTypes := strictjson.Kind(fields["success"]) == "a boolean" && strictjson.Kind(fields["errors"]) == "an array"
	parsed := errorBody{
		messages:  e.errors,
		notes:     sanitize(r, e.messages),
		isFromAPI: hasTypes && len(keys) == len(fields), // without duplicates
		edge:      parseEdgeObject(fields),
		excerpt:   excerptObject(fields, keys, r),
	}
	if len(parsed.messages) == 0 {
		if single, err := decodeMessage(body, maxChainDepth); err == nil && single.Code != 0 {
			parsed.messages = []Message{single}
		}
	}
	parsed.messages = sanitize(r, parsed.messages)
	return parsed
}

// plainTextError matches an error of the Images backend without an envelope.
var plainTextError = regexp.MustCompile(`^ERROR (\d{1,9}): ([^\n]*)`)

// rayOf returns the ray ID of a response, or "" if it is missing or malformed.
func rayOf(header http.Header) string { return rayPattern.FindString(header.Get("Cf-Ray")) }

var rayPattern = regexp.MustCompile(`^[0-9a-f]{6,32}(-[A-Z]{3})?$`)

var codeHeader = regexp.MustCompile(`(?:^|[\s,;])err=(\d{1,9})(?:$|[\s,;])`)

// findCode returns the number that a pattern matches, or 0.
func findCode(pattern *regexp.Regexp, text string) int {
	match := pattern.FindStringSubmatch(text)
	if match == nil {
		return 0
	}
	code, _ := strconv.Atoi(match[1]) // nine digits fit
	return code
}

// jsonStart matches a body that begins like a JSON object or array.
var jsonStart = regexp.MustCompile(`^[ \t\r\n\x{feff}]*[{[]`)

// maxExcerpt is the maximum length of the result of bodyPrefix, in bytes.
const maxExcerpt = 8 << 10

// bodyPrefix returns the redacted beginning of a body, which is searched for
// errors and excerpts.
func bodyPrefix(body []byte, r redact.Redactor) string {
	body = bytes.TrimSpace(body)
	text := r.Redact(strings.ToValidUTF8(string(body[:min(len(body), redact.Window)]), " "))
	return text[:min(len(text), maxExcerpt)]
}

var htmlTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// excerptText describes a body that is not a JSON object.
func excerptText(prefix string, r redact.Redactor) string {
	if title := htmlTitle.FindStringSubmatch(prefix); title != nil {
		return fmt.Sprintf("an HTML page titled \"%s\"", r.Sanitize(title[1], 100))
	}
	if prefix == "" {
		return "an empty body"
	}
	return fmt.Sprintf("the body begins with \"%s\"", r.Sanitize(prefix, 200))
}

// excerptKeys are the keys that often explain an error, in the order of the
// excerpt.
var excerptKeys = []string{
	"title", "error", "message", "msg", "detail", "error_description", "description", "reason", "code", "status",
}

// excerptObject describes a JSON object that is not the API's envelope.
func excerptObject(fields map[string]json.RawMessage, keys []string, r redact.Redactor) string {
	var quoted []string
	for _, key := range excerptKeys {
		if value := looseString(fields[key]); value != "" {
			quoted = append(quoted, key+": "+r.Sanitize(value, 200))
		}
	}
	if len(quoted) > 0 {
		return "JSON with " + strings.Join(quoted, ", ")
	}
	for _, key := range keys[:min(len(keys), 10)] {
		quoted = append(quoted, r.Sanitize(key, 40))
	}
	if len(quoted) > 0 {
		return "JSON with the keys " + strings.Join(quoted, ", ")
	}
	return "an empty JSON object"
}

// looseFields returns the fields of an untrusted JSON object, and their keys in
// order.
func looseFields(object []byte) (fields map[string]json.RawMessage, keys []string) {
	fields = map[string]json.RawMessage{}
	for rawKey, raw := range strictjson.Fields(object) {
		key, _ := strictjson.DecodeString(rawKey)
		fields[key] = raw
		keys = append(keys, key)
	}
	return fields, keys
}

// looseString returns a JSON string decoded, "" for null, and any other value as
// written.
func looseString(raw json.RawMessage) string {
	if decoded, ok := strictjson.DecodeString(raw); ok || string(raw) == "null" {
		return decoded
	}
	return string(raw)
}
