package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/ratelimit"
	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/strictjson"
)

// newError describes a request that was not sent.
func (r request) newError(kind Kind, err error) *Error {
	return &Error{Kind: kind, Method: r.method, Path: r.path(), Err: err}
}

// newError describes a call that brought no answer to judge.
func (k *call) newError(kind Kind, err error) *Error {
	e := k.request.newError(kind, err)
	e.Path = k.target.EscapedPath()
	e.Host = k.client.baseURL.Host
	e.Attempts, e.Waited = k.attempts, k.waited
	e.redactor = k.redactor
	e.MaybeApplied, e.sent = k.maybeApplied, k.sent
	return e
}

// responseError describes an answer, and what its body has to say; where the body
// has no code, a header may.
func (k *call) responseError(err error) *Error {
	e := k.newError("", err)
	e.Status = k.last.status
	e.Ray = Ray(k.last.header)
	e.Messages, e.Notes = refusalMessages(k.last.body, e.redactor)
	if len(e.Messages)+len(e.Notes) == 0 {
		e.Excerpt = k.excerpt()
	}
	hasNone := !slices.ContainsFunc(e.Messages, func(m Message) bool { return m.Code != 0 })
	if code := codeFromHeader(k.last.header); code != 0 && hasNone {
		e.Messages = append(e.Messages, Message{Code: code})
	}
	return e
}

// excerpt is what may be quoted of an answer that says nothing by itself. JSON
// that came as a success may be another object than the one that was asked
// for, with a secret in it.
func (k *call) excerpt() string {
	if k.request.sensitive || k.last.status < 300 && isJSON(k.last.body) {
		return ""
	}
	if strictjson.IsObject(k.last.body) {
		return excerptJSON(k.last.body, k.redactor)
	}
	return excerpt(bodyPrefix(k.last.body, k.redactor), k.redactor)
}

// statusError describes an answer whose status is not 200.
func (k *call) statusError() *Error {
	e := k.responseError(nil)
	e.Kind = kindOf(e.Status, e.Messages)
	said, isEdge := parseEdgeError(k.last.body, e.redactor)
	switch {
	case k.last.header.Get("Cf-Mitigated") == "challenge":
		e.Kind = Challenged
	case isEdge:
		k.applyEdgeError(e, said)
	case e.Kind == Redirected:
		e.Err = k.redirect()
	case e.Kind == InvalidResponse:
		e.Err = errors.New("want status 200")
	case (e.Kind == NotPermitted || e.Kind == NotFound) && !k.isFromAPI(e):
		e.Kind = NotFromAPI
	}
	return e
}

// isFromAPI is whether an answer has a sign of the API: its envelope, its
// plain text, its header, or a code that is known to be its own.
func (k *call) isFromAPI(e *Error) bool {
	isText := plainTextError.MatchString(bodyPrefix(k.last.body, e.redactor))
	return isText || isEnvelope(k.last.body) || codeFromHeader(k.last.header) != 0 || hasKnownCode(e.Messages)
}

// applyEdgeError lets an error tell what the edge said. Its codes are others than
// the API's.
func (k *call) applyEdgeError(e *Error, said edgeError) {
	e.Kind = kindOf(e.Status, nil)
	if slices.Contains([]Kind{NotPermitted, NotFound, Rejected}, e.Kind) {
		e.Kind = BlockedAtEdge
	}
	e.Messages, e.Notes = sanitize(e.redactor, []Message{said.message()}), nil
	if advice := strings.TrimSpace(said.advice); advice != "" {
		e.Notes = sanitize(e.redactor, []Message{{Text: advice}})
	}
	e.Excerpt = ""
	if said.title == "" && said.detail == "" {
		e.Excerpt = k.excerpt()
	}
	e.Ray = cmp.Or(e.Ray, Ray(http.Header{"Cf-Ray": {said.ray}}))
}

// invalidResponse describes a 200 answer that is not what was asked for. Its codes
// count where it says itself that it is a failure.
func (k *call) invalidResponse(err error) *Error {
	e := k.responseError(err)
	e.Kind = InvalidResponse
	if errors.Is(err, errUnsuccessful) {
		e.Kind = kindOf(e.Status, e.Messages)
	}
	return e
}

// redirect names the scheme and host that a redirect leads to, and nothing
// else of it, as the rest may hold a secret.
func (k *call) redirect() error {
	const refused = "redirects are not followed"
	location := k.last.header.Get(locationHeader)
	if location == "" {
		return errors.New(refused + "; this one names no target")
	}
	target, err := k.client.baseURL.Parse(location)
	if err != nil {
		return errors.New(refused + "; this one leads to no valid URL")
	}
	return fmt.Errorf("%s; this one leads to %s://%s", refused, target.Scheme, target.Host)
}

// waitError describes a call whose wait was refused, or called off.
func (k *call) waitError(ctx context.Context, err error) *Error {
	if is[ratelimit.BudgetExhaustedError](err) {
		return k.newError(RateLimited, err)
	}
	return k.canceled(ctx, err)
}

// canceled describes a call that its caller ended, and what had kept it from
// its end until then.
func (k *call) canceled(ctx context.Context, cause error) *Error {
	if ctx.Err() != nil {
		cause = context.Cause(ctx)
	}
	switch {
	case k.waiting > 0:
		cause = fmt.Errorf("%w during a wait of %s after: %s", cause, k.waiting.Round(100*time.Millisecond), k.reason)
	case k.reason != "":
		cause = fmt.Errorf("%w during an attempt after: %s", cause, k.reason)
	case k.attempts == 0:
		cause = fmt.Errorf("%w before a request was sent", cause)
	}
	return k.newError(Canceled, cause)
}

// transportError describes a call whose last attempt brought no complete answer.
func (k *call) transportError() *Error {
	if cause, ok := errors.AsType[errNotSent](k.last.err); ok {
		return k.newError(Rejected, cause.error)
	}
	err := withoutURL(k.last.err)
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		err = fmt.Errorf("no complete answer within %s: %w", k.timeout(), err)
	}
	e := k.newError(Unreachable, err)
	if k.last.status != 0 {
		e.Status, e.Ray = k.last.status, Ray(k.last.header)
		if !isRetryable(k.last.err) {
			e.Kind = InvalidResponse
			e.Excerpt = k.excerpt()
		}
	}
	return e
}

// withoutURL drops the method and URL that net/http puts around an error,
// which the Error names already.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
