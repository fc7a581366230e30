package client

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/redact"
)

// Kind is what a caller can act on. Each Kind is an error of its own, so that
// errors.Is(err, client.NotFound) works.
type Kind string

// The kinds of failure.
const (
	// NotFound means that the account has no such object.
	NotFound Kind = "not found"
	// Exists means that the account has an object of this name already.
	Exists Kind = "exists"
	// DeleteUnknown means that a create was not sent, since this client tried to
	// delete the object of that ID, and the outcome is unknown.
	DeleteUnknown Kind = "delete outcome unknown"
	// NotPermitted means that the credentials may not do this: a missing
	// permission, a revoked token and a wrong account look the same.
	NotPermitted Kind = "not permitted"
	// NotEnabled means that the account is wrong or has no Images subscription.
	NotEnabled Kind = "not enabled"
	// MalformedCredentials means that the API could not even read them.
	MalformedCredentials Kind = "malformed credentials"
	// NoRoute means that the API did not recognise the path, as it does for an
	// account ID of the wrong form.
	NoRoute Kind = "no route"
	// RateLimited means that the rate limit was still exceeded after the last retry.
	RateLimited Kind = "throttled"
	// BlockedAtEdge means that Cloudflare's edge answered before the API saw the
	// request: an address or a program that is blocked, or a rule of a firewall.
	BlockedAtEdge Kind = "at the edge"
	// NotFromAPI means a 401, 403 or 404 with none of the signs of the API, so
	// that something in between has answered.
	NotFromAPI Kind = "not the API"
	// Challenged means that Cloudflare's own bot protection answered.
	Challenged Kind = "challenged"
	// Redirected means a 3xx answer; none is followed.
	Redirected Kind = "redirected"
	// Unavailable means that the API still failed after the last retry.
	Unavailable Kind = "unavailable"
	// Rejected means any other refusal.
	Rejected Kind = "rejected"
	// InvalidResponse means an answer that is not what the API documents.
	InvalidResponse Kind = "wrong answer"
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
	// Notes are what the API said beside its errors.
	Notes []Message
	// Excerpt is the beginning of a body that is not the API's envelope.
	Excerpt string
	// Ray is the cf-ray header, which Cloudflare's support asks for.
	Ray string
	// Attempts is how many requests were sent.
	Attempts int
	// Waited is the time spent waiting between them.
	Waited time.Duration
	// CircuitOpen is whether it was not retried, as other requests had failed after
	// all their retries, and the API seems to be down.
	CircuitOpen bool
	// MaybeApplied is whether a write may have been carried out all the same: the
	// whole of it was sent, and no answer refused it.
	MaybeApplied bool
	// MayHaveNewID reports whether a change of access that may have been applied
	// may have given the image another ID.
	MayHaveNewID bool
	// ListingFailed reports whether the listing that would name the candidates
	// failed as well.
	ListingFailed bool
	// Candidates are images that a write whose outcome is unknown may have
	// created. Others may have created them as well.
	Candidates []Candidate
	// Err is the cause on our side: what was wrong with the answer, or why
	// none arrived. It may be nil.
	Err error

	redactor  redact.Redactor
	ambiguous bool      // an attempt before may have done it, whatever the Kind
	sent      time.Time // when the last attempt began

	edgeRetryAfter string // as the edge wrote it; empty if it did not
}

// isRefusal reports whether the response says that nothing was done. A fault of
// the service says nothing of the kind, whatever its status.
func (e *Error) isRefusal() bool {
	if hasAnyCode(e.Messages, internalErrors) {
		return false
	}
	return e.Status >= 400 && e.Status < 500 || errors.Is(e.Err, errUnsuccessful) || hasAnyCode(e.Messages, incompleteUpload)
}

// HasCode tells whether the API gave this code.
func (e *Error) HasCode(code int) bool { return hasAnyCode(e.Messages, []int{code}) }

// Is makes errors.Is(err, kind) work.
func (e *Error) Is(target error) bool {
	kind, ok := target.(Kind)
	return ok && kind == e.Kind
}

// Unwrap returns the cause on our side.
func (e *Error) Unwrap() error { return e.Err }

// maxErrorLen is how long the text of an Error can get, in characters.
const maxErrorLen = 2000

// Error tells the whole story on one line.
func (e *Error) Error() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s %s", e.Method, e.redactor.TruncateMiddle(e.Path, 300))
	if e.Status != 0 {
		fmt.Fprintf(&s, ": %s", statusLine(e.Status))
	}
	if e.Err != nil {
		fmt.Fprintf(&s, ": %s", e.redactor.TruncateMiddle(e.Err.Error(), 500))
	}
	for _, message := range append(slices.Clone(e.Messages), e.Notes...) {
		fmt.Fprintf(&s, ": %s", message)
	}
	if e.Excerpt != "" {
		fmt.Fprintf(&s, ": %s", e.Excerpt)
	}
	story := redact.Truncate(s.String(), maxErrorLen)
	if e.Ray != "" {
		story += ", ray " + e.Ray
	}
	if e.Attempts > 1 {
		story += fmt.Sprintf(", after %d attempts and %s of waiting", e.Attempts, e.Waited.Round(100*time.Millisecond))
	}
	if e.CircuitOpen {
		story += ", not retried, as other requests had failed before"
	}
	return story
}

func statusLine(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

// How the Images API itself says that there is no such thing.
const (
	CodeNotFound  = 5404 // image or signing key
	CodeNoVariant = 5401
)

// CodeLimit is how it says that the account has as much as it may.
const CodeLimit = 5453

// How it says what it has against an image.
const (
	CodePrivateID = 5410 // an ID of one's own, and private
	CodeImageID   = 5411
	CodeTooLarge  = 5413
	CodeAnimation = 5443 // too many pixels, all frames together
	CodeURL       = 5454 // not to be fetched
	CodeFormat    = 5455
	CodeEntity    = 7011 // the gateway's twin of CodeTooLarge
	CodeDamaged   = 9422
)

// codeExists is how it says that a name is taken.
const codeExists = 5409

// incompleteUpload are how it says that what was sent did not arrive as a whole, so
// that nothing was stored: sent too slowly, aborted, broken off.
var incompleteUpload = []int{5408, 5433, 5450}

// internalErrors are faults of the Images service itself: internal, storage,
// purge, account load, audit, abuse. 5550 has also been seen with status 415.
var internalErrors = []int{5500, 5503, 5540, 5541, 5542, 5543, 5544, 5550}

// credentialCodes are about credentials. With status 400 they mean that the API
// could not parse them, with any other that they are not valid: the only codes
// whose meaning depends on the status.
var credentialCodes = []int{1000, 9103, 9107}

// errorKinds decides what a response that isn't a success means; the first matching
// row wins. Redirects and server errors come first, as their codes may be those
// of another server. Then a known code decides, whatever the 4xx status: a 404
// of the router isn't a 404 of the image, and a 409 with 5411 isn't a conflict.
// The status decides only if there is no known code.
var errorKinds = []struct {
	kind     Kind
	codes    []int // any one of them; nil matches every response
	from, to int   // statuses, both included; any where they are 0
}{
	{kind: Redirected, from: 300, to: 399},
	{kind: Unavailable, from: 500, to: 599},
	{kind: NotFound, codes: []int{CodeNotFound, CodeNoVariant}},
	{kind: Exists, codes: []int{codeExists}},
	{kind: Unavailable, codes: incompleteUpload},
	{kind: Unavailable, codes: internalErrors},
	{kind: NotEnabled, codes: []int{5403, 7403}},
	{kind: MalformedCredentials, codes: []int{6003, 6103, 6111, 9106}},
	{kind: MalformedCredentials, codes: credentialCodes, from: 400, to: 400},
	{kind: NotPermitted, codes: credentialCodes, from: 401, to: 499},
	{kind: NotPermitted, codes: []int{10000, 9109}},
	{kind: NoRoute, codes: []int{7003, 7000}},
	{kind: RateLimited, codes: []int{971, 10429}},
	{kind: Rejected, codes: []int{CodeLimit, CodePrivateID, CodeImageID, CodeTooLarge, CodeEntity}},
	{kind: Rejected, codes: []int{CodeAnimation, CodeURL, CodeFormat, CodeDamaged}},
	{kind: Rejected, codes: []int{5400, 5415}, from: 400, to: 499}, // a bad request, and a body that isn't a form
	{kind: NotPermitted, from: 401, to: 401},
	{kind: NotPermitted, from: 403, to: 403},
	{kind: NotFound, from: 404, to: 404},
	{kind: Unavailable, from: 408, to: 408},
	{kind: Exists, from: 409, to: 409},
	{kind: RateLimited, from: 429, to: 429},
	{kind: Rejected, from: 400, to: 499},
}

func kindOf(status int, messages []Message) Kind {
	for _, row := range errorKinds {
		hasCode := row.codes == nil || hasAnyCode(messages, row.codes)
		hasStatus := row.from == 0 || row.from <= status && status <= row.to
		if hasCode && hasStatus {
			return row.kind
		}
	}
	return InvalidResponse
}

// isFinal reports whether a known code rules out that another attempt helps,
// although the status alone, such as 429, would not.
func (e *Error) isFinal() bool {
	return hasKnownCode(e.Messages) && e.Kind != RateLimited && e.Kind != Unavailable
}

// hasKnownCode reports whether a code is one of those above.
func hasKnownCode(messages []Message) bool {
	for _, row := range errorKinds {
		if row.codes != nil && hasAnyCode(messages, row.codes) {
			return true
		}
	}
	return false
}

// hasAnyCode looks for one of some codes. Those in chains are only of what lies
// behind an error.
func hasAnyCode(messages []Message, codes []int) bool {
	return slices.ContainsFunc(messages, func(m Message) bool { return slices.Contains(codes, m.Code) })
}
