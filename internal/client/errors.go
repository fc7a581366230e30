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

// Kind classifies failures for callers. Each Kind is an error, so that
// errors.Is(err, client.NotFound) works.
type Kind string

// The kinds of failure.
const (
	// NotFound means that the account has no such object.
	NotFound Kind = "not found"
	// Exists means that the account already has an object with this name.
	Exists Kind = "exists"
	// Replaced means that a write was not sent, because the ID belongs to an image
	// that was uploaded later than the one to write to, or to a variant or key that
	// differs.
	Replaced Kind = "replaced"
	// DeleteFailed means that a create was not sent, because a delete of that ID by
	// this client failed, and the object may still exist.
	DeleteFailed Kind = "delete failed"
	// NotPermitted means that the credentials don't allow the request. A missing
	// permission, a revoked token and a wrong account can't be distinguished.
	NotPermitted Kind = "not permitted"
	// NotEnabled means that the account is wrong or has no Images subscription.
	NotEnabled Kind = "not enabled"
	// MalformedCredentials means that the API could not parse the credentials.
	MalformedCredentials Kind = "malformed credentials"
	// NoRoute means that the API did not recognize the path, as for a malformed
	// account ID.
	NoRoute Kind = "no route"
	// RateLimited means that the rate limit was still exceeded after the last retry.
	RateLimited Kind = "rate limited"
	// BlockedAtEdge means that Cloudflare's edge rejected the request before the API
	// saw it: a blocked address or program, or a firewall rule.
	BlockedAtEdge Kind = "blocked at the edge"
	// NotFromAPI means a 401, 403 or 404 without any sign of the API, as from a
	// proxy.
	NotFromAPI Kind = "not from the API"
	// Challenged means a response of Cloudflare's bot protection.
	Challenged Kind = "challenged"
	// Redirected means a 3xx response; redirects are not followed.
	Redirected Kind = "redirected"
	// Unavailable means that the API still failed after the last retry.
	Unavailable Kind = "unavailable"
	// Rejected means any other rejection, by the API or before sending.
	Rejected Kind = "rejected"
	// InvalidResponse means a response that contradicts the API documentation.
	InvalidResponse Kind = "invalid response"
	// Unreachable means that no complete response arrived.
	Unreachable Kind = "unreachable"
	// Canceled means that the caller's context ended first.
	Canceled Kind = "canceled"
)

// Error makes a Kind usable as the target of errors.Is.
func (k Kind) Error() string { return string(k) }

// Error is the failure of a request. Its message is one line, without secrets or
// control characters.
type Error struct {
	// Kind classifies the failure.
	Kind Kind
	// Method and Path are those of the request; the path is escaped as sent.
	Method, Path string
	// Host is the host of the request.
	Host string
	// Status is the HTTP status; 0 without a response.
	Status int
	// Messages are the API's own errors, each with its chain.
	Messages []Message
	// Notes are the API's messages in addition to its errors.
	Notes []Message
	// Excerpt is the beginning of a body that is not the API's envelope.
	Excerpt string
	// Ray is the ray ID of the response, by which Cloudflare's support finds the
	// request; often empty.
	Ray string
	// Attempts is the number of requests that were sent.
	Attempts int
	// Waited is the time spent waiting between them.
	Waited time.Duration
	// CircuitOpen reports whether the request was not retried because others had
	// failed after all their retries.
	CircuitOpen bool
	// MaybeApplied reports whether the write may have been applied: it was fully
	// sent, and no response rejected it.
	MaybeApplied bool
	// AfterDelete reports whether a create met a conflict after this client had
	// deleted the object with its ID, or found it gone. The ID may still be reserved.
	AfterDelete bool
	// MayHaveNewID reports whether an update of the access may have changed the ID
	// of the image.
	MayHaveNewID bool
	// ListingFailed reports whether the listing of the candidates failed as well.
	ListingFailed bool
	// Candidates are images that a write whose outcome is unknown may have
	// created. Somebody else may have created them instead.
	Candidates []Candidate
	// Err is the local cause, such as a malformed or missing response. It may be
	// nil.
	Err error

	redactor  redact.Redactor
	ambiguous bool      // an earlier attempt may have been applied, whatever the Kind
	sent      time.Time // start of the last attempt

	edgeRetryAfter string // in the body of an edge error; empty if missing
}

// isRejection reports whether the response means that nothing was applied. An
// internal error of the service does not, whatever its status.
func (e *Error) isRejection() bool {
	if hasAnyCode(e.Messages, internalErrors) {
		return false
	}
	return e.Status >= 400 && e.Status < 500 || errors.Is(e.Err, errUnsuccessful) ||
		hasAnyCode(e.Messages, incompleteUpload)
}

// HasCode reports whether an error of the API has this code.
func (e *Error) HasCode(code int) bool { return hasAnyCode(e.Messages, []int{code}) }

// Is makes errors.Is(err, kind) work.
func (e *Error) Is(target error) bool {
	kind, ok := target.(Kind)
	return ok && kind == e.Kind
}

// Unwrap returns the local cause.
func (e *Error) Unwrap() error { return e.Err }

// maxErrorLen is the maximum length of the message of an Error, in characters,
// before the ray ID, the attempts and CircuitOpen are appended.
const maxErrorLen = 2000

// Error returns the whole message on one line.
func (e *Error) Error() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s %s", e.Method, e.redactor.TruncateMiddle(e.Path, 300))
	if e.Status != 0 {
		fmt.Fprintf(&s, ": %s", statusLine(e.Status))
	}
	if e.Err != nil {
		fmt.Fprintf(&s, ": %s", e.redactor.TruncateMiddle(e.Err.Error(), 500))
	}
	for _, m := range append(slices.Clone(e.Messages), e.Notes...) {
		fmt.Fprintf(&s, ": %s", m)
	}
	if e.Excerpt != "" {
		fmt.Fprintf(&s, ": %s", e.Excerpt)
	}
	message := redact.Truncate(s.String(), maxErrorLen)
	if e.Ray != "" {
		message += ", ray " + e.Ray
	}
	if e.Attempts > 1 {
		message += fmt.Sprintf(", after %d attempts and %s of waiting", e.Attempts, e.Waited.Round(100*time.Millisecond))
	}
	if e.CircuitOpen {
		message += ", not retried: circuit open"
	}
	return message
}

func statusLine(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

// Codes of the Images API.
const (
	// For an object that does not exist.
	CodeNotFound  = 5404 // image or signing key
	CodeNoVariant = 5401

	codeExists = 5409 // an ID in use
	CodeLimit  = 5453 // an exhausted storage quota

	// For an invalid image.
	CodePrivateID = 5410 // a custom ID for a private image
	CodeImageID   = 5411
	CodeTooLarge  = 5413
	CodeAnimation = 5443 // too many pixels in all frames
	CodeURL       = 5454 // fetching failed
	CodeFormat    = 5455
	CodeEntity    = 7011 // CodeTooLarge of the gateway
	CodeDamaged   = 9422
)

// incompleteUpload are codes for an incomplete body, of which nothing was stored:
// too slow, aborted, truncated.
var incompleteUpload = []int{5408, 5433, 5450}

// internalErrors are the codes for faults of the Images service: internal,
// storage, purge, account load, audit, abuse. 5550 was also observed with
// status 415.
var internalErrors = []int{5500, 5503, 5540, 5541, 5542, 5543, 5544, 5550}

// credentialCodes mean malformed credentials with status 400, and invalid ones
// with other statuses. The meaning of no other code depends on the status.
var credentialCodes = []int{1000, 9103, 9107}

// errorKinds maps unsuccessful responses to a Kind; the first matching row wins.
// Redirects and server errors come first, as their codes may be those of another
// server. Then a known code decides, whatever the 4xx status: a 404 of the router
// isn't a 404 of the image, and a 409 with 5411 isn't a conflict. The status
// decides only if there is no known code.
var errorKinds = []struct {
	kind     Kind
	codes    []int // any one of them; nil matches every response
	from, to int   // statuses, inclusive; any if 0
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

// isFinal reports whether a known code means that a retry can't succeed, even with
// a retryable status such as 429.
func (e *Error) isFinal() bool {
	return hasKnownCode(e.Messages) && e.Kind != RateLimited && e.Kind != Unavailable
}

// hasKnownCode reports whether a message has a code in errorKinds.
func hasKnownCode(messages []Message) bool {
	for _, row := range errorKinds {
		if row.codes != nil && hasAnyCode(messages, row.codes) {
			return true
		}
	}
	return false
}

// hasAnyCode reports whether a message has any of the codes. Codes in chains
// are ignored.
func hasAnyCode(messages []Message, codes []int) bool {
	return slices.ContainsFunc(messages, func(m Message) bool { return slices.Contains(codes, m.Code) })
}
