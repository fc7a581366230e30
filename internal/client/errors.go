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
