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
	// Host is the host that was asked.
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

	tidy func(text string, limit int) string
}

// HasCode tells whether the API gave this code.
func (e *Error) HasCode(code int) bool { return hasCode(e.Messages, []int{code}) }

func hasCode(messages []Message, codes []int) bool {
	return slices.ContainsFunc(messages, func(m Message) bool { return slices.Contains(codes, m.Code) })
}

// Is makes errors.Is(err, kind) work.
func (e *Error) Is(target error) bool {
	kind, ok := target.(Kind)
	return ok && kind == e.Kind
}

// Unwrap returns the cause on our side.
func (e *Error) Unwrap() error { return e.Err }

// maxStory is how long the text of an Error can get, in characters.
const maxStory = 2000

// Error tells the whole story on one line.
func (e *Error) Error() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s %s", e.Method, e.Path)
	if e.Status != 0 {
		fmt.Fprintf(&s, ": %s", statusLine(e.Status))
	}
	if e.Err != nil {
		tidyText := e.tidy
		if tidyText == nil {
			tidyText = clean
		}
		fmt.Fprintf(&s, ": %s", tidyText(e.Err.Error(), 500))
	}
	for _, message := range e.Messages {
		fmt.Fprintf(&s, ": %s", message)
	}
	if e.Excerpt != "" {
		fmt.Fprintf(&s, ": %s", e.Excerpt)
	}
	story := clean(s.String(), maxStory)
	if e.Ray != "" {
		story += ", ray " + e.Ray
	}
	if e.Attempts > 1 {
		story += fmt.Sprintf(", after %d attempts and %s of waiting", e.Attempts, e.Waited.Round(100*time.Millisecond))
	}
	return story
}

func statusLine(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

// kinds decides what a refusal means; the first row that fits wins. What a
// status says beyond doubt comes first, then codes, then the other statuses: a
// 404 of the router is not a 404 of the image.
var kinds = []struct {
	kind     Kind
	codes    []int
	from, to int // statuses, both included; unused where there are codes
}{
	{kind: Throttled, from: 429, to: 429},
	{kind: Redirected, from: 300, to: 399},
	{kind: Unavailable, from: 500, to: 599},
	{kind: NotFound, codes: []int{5404}},
	{kind: NotEnabled, codes: []int{5403, 7403}},
	{kind: MalformedCredentials, codes: []int{6003, 6103, 6111, 9106}},
	{kind: NotPermitted, codes: []int{10000, 9109}},
	{kind: NoRoute, codes: []int{7003, 7000}},
	{kind: Throttled, codes: []int{971, 10429}},
	{kind: NotPermitted, from: 401, to: 401},
	{kind: NotPermitted, from: 403, to: 403},
	{kind: NotFound, from: 404, to: 404},
	{kind: Unavailable, from: 408, to: 408},
	{kind: Rejected, from: 400, to: 499},
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
func rejected(err error, segments ...string) *Error {
	return &Error{Kind: Rejected, Method: http.MethodGet, Path: escapedPath(segments...), Err: err}
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
		tidy:     c.client.tidy,
	}
}

// refusal describes an answer whose status is not 200.
func (c *call) refusal() *Error {
	e := c.answered(nil)
	e.Kind = kindOf(e.Status, e.Messages)
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

// wrongAnswer describes a 200 answer that is not what was asked for. Its codes
// count where it says itself that it is a failure.
func (c *call) wrongAnswer(err error) *Error {
	e := c.answered(err)
	e.Kind = WrongAnswer
	if errors.Is(err, errUnsuccessful) {
		e.Kind = kindOf(e.Status, e.Messages)
	}
	if _, ok := errors.AsType[notTheResult](err); ok {
		e.Excerpt = ""
	}
	return e
}

// redirect names the scheme and host that a redirect leads to, and nothing
// else of it, as the rest may hold a secret.
func (c *call) redirect() error {
	const refused = "redirects are not followed"
	location := c.last.header.Get(locationHeader)
	if location == "" {
		return errors.New(refused + "; this one names no target")
	}
	target, err := c.client.baseURL.Parse(location)
	if err != nil {
		return errors.New(refused + "; this one leads to no valid URL")
	}
	return fmt.Errorf("%s; this one leads to %s://%s", refused, target.Scheme, target.Host)
}

// answered describes an answer, and what its body has to say.
func (c *call) answered(err error) *Error {
	e := c.failure("", err)
	e.Status = c.last.status
	e.Ray = Ray(c.last.header)
	e.Messages, e.Excerpt = readRefusal(c.last.body, c.client.tidy)
	if c.question.secret {
		e.Excerpt = ""
	}
	return e
}

// Ray is the ID that Cloudflare gives a request, for its support to find it
// by; empty where a header does not hold one.
func Ray(header http.Header) string {
	if ray := header.Get("Cf-Ray"); rayForm.MatchString(ray) {
		return ray
	}
	return ""
}

var rayForm = regexp.MustCompile(`^[0-9a-f]{6,32}(-[A-Z]{3})?$`)

// plainError is how the Images backend writes an error on its own.
var plainError = regexp.MustCompile(`^ERROR (\d{1,9}): ([^\n]*)`)

// readRefusal finds the API's errors in a body, or else quotes its beginning.
func readRefusal(body []byte, tidyText func(string, int) string) (messages []Message, quoted string) {
	var e envelope
	if _ = e.decode(body); len(e.errors) > 0 {
		return tidy(e.errors, tidyText), ""
	}
	beginning := strings.TrimSpace(string(body[:min(len(body), maxExcerpt)]))
	if match := plainError.FindStringSubmatch(beginning); match != nil {
		code, _ := strconv.Atoi(match[1]) // nine digits always fit
		return tidy([]Message{{Code: code, Text: match[2]}}, tidyText), ""
	}
	return nil, excerpt(beginning, tidyText)
}
