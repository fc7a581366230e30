package client

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Kind is what a caller can act on. Each Kind is an error of its own, so that
// errors.Is(err, client.NotFound) works.
type Kind string

// The kinds of failure.
const (
	// NotFound means that the account has no such object.
	NotFound Kind = "not found"
	// NotPermitted means that the credentials may not read this: a missing
	// permission, a revoked token and a wrong account look the same.
	NotPermitted Kind = "not permitted"
	// NotEnabled means that the account is wrong or has no Images subscription.
	NotEnabled Kind = "not enabled"
	// MalformedCredentials means that the API could not even read them.
	MalformedCredentials Kind = "malformed credentials"
	// NoRoute means that the API did not recognise the path, as it does for an
	// account ID of the wrong form.
	NoRoute Kind = "no route"
	// Throttled means that the rate limit was still exceeded after the last retry.
	Throttled Kind = "throttled"
	// Challenged means that Cloudflare's own bot protection answered.
	Challenged Kind = "challenged"
	// Redirected means a 3xx answer; none is followed.
	Redirected Kind = "redirected"
	// Unavailable means that the API still failed after the last retry.
	Unavailable Kind = "unavailable"
	// Rejected means any other refusal.
	Rejected Kind = "rejected"
	// WrongAnswer means an answer that is not what the API documents.
	WrongAnswer Kind = "wrong answer"
	// Unreachable means that no complete answer arrived.
	Unreachable Kind = "unreachable"
	// Canceled means that the caller's context ended first.
	Canceled Kind = "canceled"
)

// Error makes a Kind usable as the target of errors.Is.
func (k Kind) Error() string { return string(k) }

// Error is a request that did not bring what was asked for. Its text is one
// line, free of secrets and of control characters.
type Error struct {
	// Kind is what a caller can act on.
	Kind Kind
	// Method and Path are what was asked; the path is escaped as sent.
	Method, Path string
	// Host is what was asked for it.
	Host string
	// Status is the HTTP status; 0 where no answer arrived.
	Status int
	// Messages are the API's own errors, each with its chain.
	Messages []Message
	// Excerpt is the beginning of a body that is not the API's envelope.
	Excerpt string
	// Ray is the cf-ray header, which Cloudflare's support asks for.
	Ray string
	// Attempts is how many requests were sent.
	Attempts int
	// Waited is the time spent waiting between them.
	Waited time.Duration
	// Err is the cause on our side: what was wrong with the answer, or why
	// none arrived. It may be nil.
	Err error

	redact func(string) string
}

// HasCode tells whether the API gave this code, in an error or in its chain.
func (e *Error) HasCode(codes ...int) bool { return hasCode(e.Messages, codes) }

func hasCode(messages []Message, codes []int) bool {
	return slices.ContainsFunc(messages, func(m Message) bool {
		return slices.Contains(codes, m.Code) || hasCode(m.Chain, codes)
	})
}

// Is makes errors.Is(err, kind) work.
func (e *Error) Is(target error) bool {
	kind, ok := target.(Kind)
	return ok && kind == e.Kind
}

// Unwrap returns the cause on our side.
func (e *Error) Unwrap() error { return e.Err }

// maxMessages is how many of the API's errors are repeated.
const maxMessages = 10

// Error tells the whole story on one line.
func (e *Error) Error() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s %s", e.Method, e.Path)
	if e.Status != 0 {
		fmt.Fprintf(&s, ": %s", statusLine(e.Status))
	}
	if e.Err != nil {
		fmt.Fprintf(&s, ": %s", clean(e.Err.Error(), 500))
	}
	for _, message := range e.Messages[:min(len(e.Messages), maxMessages)] {
		fmt.Fprintf(&s, ": %s", message)
	}
	if e.Excerpt != "" {
		fmt.Fprintf(&s, ": %s", e.Excerpt)
	}
	if e.Ray != "" {
		fmt.Fprintf(&s, ", ray %s", clean(e.Ray, 64))
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&s, ", after %d attempts and %s of waiting", e.Attempts, e.Waited.Round(100*time.Millisecond))
	}
	if e.redact == nil {
		return s.String()
	}
	return e.redact(s.String())
}

func statusLine(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

// kinds decides what a refusal means; the first row that fits wins. Codes come
// before statuses: a 404 of the router is not a 404 of the image.
var kinds = []struct {
	kind     Kind
	codes    []int
	from, to int // statuses, both included; unused where there are codes
}{
	{kind: NotFound, codes: []int{5404}},
	{kind: NotEnabled, codes: []int{5403, 7403}},
	{kind: MalformedCredentials, codes: []int{6003, 6103, 6111, 9106}},
	{kind: NotPermitted, codes: []int{10000, 9109}},
	{kind: NoRoute, codes: []int{7003, 7000}},
	{kind: Throttled, from: 429, to: 429},
	{kind: Throttled, codes: []int{971, 10429}},
	{kind: Redirected, from: 300, to: 399},
	{kind: NotPermitted, from: 401, to: 401},
	{kind: NotPermitted, from: 403, to: 403},
	{kind: NotFound, from: 404, to: 404},
	{kind: Unavailable, from: 408, to: 408},
	{kind: Rejected, from: 400, to: 499},
	{kind: Unavailable, from: 500, to: 599},
}

func kindOf(status int, messages []Message) Kind {
	for _, row := range kinds {
		if row.codes != nil && hasCode(messages, row.codes) {
			return row.kind
		}
		if row.codes == nil && row.from <= status && status <= row.to {
			return row.kind
		}
	}
	return WrongAnswer
}

// rejected describes a request that cannot be sent as asked.
func rejected(path string, err error) *Error {
	return &Error{Kind: Rejected, Method: http.MethodGet, Path: path, Err: err}
}

// failure describes a request that brought no answer to judge.
func (c *call) failure(kind Kind, err error) *Error {
	return &Error{
		Kind:     kind,
		Method:   http.MethodGet,
		Path:     c.path,
		Host:     c.client.baseURL.Host,
		Attempts: c.attempts,
		Waited:   c.waited,
		Err:      err,
		redact:   c.client.credentials.redact,
	}
}

// refusal describes an answer whose status is not 200.
func (c *call) refusal() *Error {
	e := c.answered(nil)
	switch {
	case c.last.header.Get("Cf-Mitigated") == "challenge":
		e.Kind = Challenged
	case e.Kind == Redirected:
		e.Err = c.redirect()
	case e.Kind == WrongAnswer:
		e.Err = errors.New("want status 200")
	}
	return e
}

// wrongAnswer describes a 200 answer that is not what was asked for.
func (c *call) wrongAnswer(err error) *Error {
	e := c.answered(err)
	if errors.Is(err, errNoID) {
		e.Excerpt = ""
	}
	return e
}

// redirect names the host that a redirect leads to, and nothing else of it.
func (c *call) redirect() error {
	target, err := c.client.baseURL.Parse(c.last.header.Get("Location"))
	if err != nil {
		return errors.New("redirects are not followed; this one leads to no valid URL")
	}
	return fmt.Errorf("redirects are not followed; this one leads to %s", target.Host)
}

// answered describes an answer: its kind, and what the body has to say.
func (c *call) answered(err error) *Error {
	e := c.failure("", err)
	e.Status = c.last.status
	e.Ray = c.last.header.Get("Cf-Ray")
	body := c.client.credentials.redact(string(c.last.body))
	e.Messages, e.Excerpt = readRefusal(body)
	e.Kind = kindOf(e.Status, e.Messages)
	return e
}

// plainError is how the Images backend writes an error on its own.
var plainError = regexp.MustCompile(`^ERROR (\d+): ([^\n]*)`)

// readRefusal finds the API's errors in a body, or else quotes its beginning.
func readRefusal(body string) (messages []Message, quoted string) {
	var e envelope
	if err := e.UnmarshalJSON([]byte(body)); err == nil && len(e.Errors) > 0 {
		return e.Errors, ""
	}
	if match := plainError.FindStringSubmatch(strings.TrimSpace(body)); match != nil {
		code, err := strconv.Atoi(match[1])
		if err == nil {
			return []Message{{Code: code, Text: match[2]}}, ""
		}
	}
	return nil, excerpt(body)
}

var htmlTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// excerpt describes a body that is not the API's envelope in a few words.
func excerpt(body string) string {
	if title := htmlTitle.FindStringSubmatch(body); title != nil {
		return fmt.Sprintf("an HTML page titled %q", clean(title[1], 100))
	}
	if strings.TrimSpace(body) == "" {
		return "an empty body"
	}
	return fmt.Sprintf("the body begins %q", clean(body, 200))
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
