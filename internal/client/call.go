package client

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/ratelimit"
	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/redact"
)

// request is what is asked of the API.
type request struct {
	method        string
	segments      []string      // of the path below the base URL, each as it is
	query         url.Values    // may be nil
	body          body          // nil for none
	contentType   string        // of the body
	limit         int64         // bytes of the answer that are read
	sensitive     bool          // the answer holds secrets, and is never quoted
	redact        []string      // secrets in the body, which an answer may repeat
	bestEffort    bool          // there is another way: one retry is enough
	retryNotFound bool          // what is asked for is new, and may not be found yet
	retryConflict bool          // the name was free a moment ago, but may still seem taken
	idempotent    bool          // sending it twice is harmless
	uploadTimeout time.Duration // for sending it, beside the time for the answer
}

// newGet asks for what is at a path. It changes nothing.
func newGet(limit int64, segments ...string) request {
	return request{method: http.MethodGet, segments: segments, limit: limit, idempotent: true}
}

// newMutation asks for a change. A value that is not nil is sent as JSON.
func newMutation(method string, value any, idempotent bool, limit int64, segments ...string) request {
	r := request{method: method, segments: segments, limit: limit, idempotent: idempotent}
	if value != nil {
		r.body, r.contentType = jsonBody(value), "application/json"
	}
	return r
}

func (r request) isRead() bool { return r.method == http.MethodGet }

// account is the ID of the account that the request concerns.
func (r request) account() string { return r.segments[1] }

// path is where the request goes below the base URL, escaped as it is sent.
func (r request) path() string { return escapedPath(r.segments...) }

// call is one request with all its attempts. It serves one goroutine.
type call struct {
	client       *Client
	request      request
	target       *url.URL
	redactor     redact.Redactor
	attempts     int
	sent         time.Time     // when the latest attempt began
	waited       time.Duration // waits that came to their end
	waiting      time.Duration // the one that is under way
	reason       string        // why it began
	maybeApplied bool          // a write may have been done
	isProbe      bool          // the attempt that is under way keeps others waiting
	last         attempt
}

// do sends the request until an attempt brings what was asked for, or until
// another try would not help or might do something twice. It reads the JSON
// object that answers into result, where that is not nil, and returns the
// messages that came with it.
// Every error is an *Error.
func (c *Client) do(ctx context.Context, r request, result json.Unmarshaler) ([]Message, error) {
	if !r.isRead() {
		defer c.invalidatePrefetch(r.account())
	}
	target, err := endpoint(c.baseURL, r.segments...)
	if err != nil {
		return nil, r.newError(Rejected, err)
	}
	target.RawQuery = r.query.Encode()
	k := &call{client: c, request: r, target: target, redactor: c.config.Credentials.redactor.With(r.redact...)}
	ctx = context.WithValue(ctx, callKey{}, k)
	for {
		if err := k.pace(ctx); err != nil {
			return nil, k.waitError(ctx, err)
		}
		k.last = k.send(ctx)
		c.clock.observe(k.last.header, time.Now())
		messages, failed := k.evaluate(result)
		if failed == nil {
			c.breaker.record(r.path(), nil)
			return messages, nil
		}
		k.maybeApplied = k.maybeApplied || !r.isRead() && k.last.delivered && !failed.isRefusal()
		if ctx.Err() != nil {
			return nil, k.canceled(ctx, failed)
		}
		if !k.shouldRetry(failed) {
			failed.MaybeApplied, failed.ambiguous = k.maybeApplied && failed.Kind != NotFound, k.maybeApplied
			return nil, k.finish(failed)
		}
		if err := k.backoff(ctx); err != nil {
			return nil, k.waitError(ctx, err)
		}
	}
}

// pace waits until the rate limit allows the next attempt.
func (k *call) pace(ctx context.Context) (err error) {
	k.isProbe, err = k.client.limiter.Acquire(ctx, func(delay time.Duration, reason string) {
		k.notifyWait(ctx, Wait{Attempt: k.attempts + 1, Delay: delay, Reason: reason, Limited: reason != ratelimit.UserLimit})
	})
	if err == nil {
		k.waited, k.waiting = k.waited+k.waiting, 0
	}
	return err
}

// evaluate reads what the latest attempt brought into result, or describes what
// is wrong with it.
func (k *call) evaluate(result json.Unmarshaler) ([]Message, *Error) {
	switch {
	case k.last.err != nil:
		return nil, k.transportError()
	case k.last.status != http.StatusOK:
		return nil, k.statusError()
	}
	messages, err := decodeEnvelope(k.last.body, result)
	if err != nil {
		return nil, k.invalidResponse(err)
	}
	return sanitize(k.redactor, messages), nil
}

type callKey struct{}

// Attempt is the number of the request that is being sent with this context,
// counted from 1, or 0 for a request that is not the Client's. It is for
// transports that log.
func Attempt(ctx context.Context) int {
	if k, ok := ctx.Value(callKey{}).(*call); ok {
		return k.attempts
	}
	return 0
}
