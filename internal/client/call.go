package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/ratelimit"
	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/redact"
)

// call is one request with all its attempts. It isn't safe for concurrent use.
type call struct {
	client       *Client
	request      request
	target       *url.URL
	redactor     redact.Redactor
	attempts     int
	sent         time.Time     // start of the latest attempt
	waited       time.Duration // total of the waits that have ended
	waiting      time.Duration // the wait in progress
	reason       string        // of the latest wait
	maybeApplied bool          // a write may have been applied
	isProbe      bool          // the attempt in progress is a probe of the rate limiter
	last         attempt
}

// attempt is the result of one attempt: a response or a transport error.
type attempt struct {
	status    int
	header    http.Header
	body      []byte
	err       error
	delivered bool // the whole request may have reached the API
}

// Attempt is one attempt at a request, for an Observer.
type Attempt struct {
	// Method and Path are those of the request; the path is escaped.
	Method, Path string
	// Number counts the attempts from 1.
	Number int
	// Duration is the time until the header of the response, or until the error.
	Duration time.Duration
	// Status is the HTTP status; 0 without a response.
	Status int
	// Ray is the ray ID of the response, by which Cloudflare's support finds the
	// request; often empty.
	Ray string
}

// do sends the request until an attempt succeeds, or shouldRetry reports false.
// It decodes the result object into result, unless that is nil, and returns the
// messages of the response. Every error is an *Error, or that of the precondition.
func (c *Client) do(ctx context.Context, r request, result json.Unmarshaler) ([]Message, error) {
	if !r.isRead() {
		// Later reads must not return the results of reads before the write.
		defer c.inFlight.wrote(r.account())
		defer c.snapshots.invalidate(r.account())
	}
	target, err := endpoint(c.baseURL, r.segments...)
	if err != nil {
		return nil, r.newError(Rejected, err)
	}
	target.RawQuery = r.query.Encode()
	k := &call{client: c, request: r, target: target, redactor: c.config.Credentials.redactor.With(r.redact...)}
	for {
		if err := k.prepare(ctx); err != nil {
			return nil, err
		}
		k.last = k.send(ctx)
		c.clock.observe(k.last.header, time.Now())
		messages, failed := k.evaluate(result)
		if failed == nil {
			c.breaker.record(r.path(), nil)
			return messages, nil
		}
		k.maybeApplied = k.maybeApplied || !r.isRead() && k.last.delivered && !failed.isRejection()
		if ctx.Err() != nil {
			return nil, k.waitError(ctx, failed)
		}
		if !k.shouldRetry(failed) {
			failed.MaybeApplied, failed.ambiguous = k.maybeApplied && failed.Kind != NotFound, k.maybeApplied
			return nil, k.finish(failed)
		}
		if err := k.waitForRetry(ctx, failed); err != nil {
			return nil, k.waitError(ctx, err)
		}
	}
}

// prepare checks the precondition of the next attempt, or waits until the rate limit
// allows it. After the read of a precondition, the attempt is only charged: during a
// wait, others could write.
func (k *call) prepare(ctx context.Context) error {
	// An attempt that was applied may itself have changed what the precondition reads.
	if k.request.precondition == nil || k.maybeApplied {
		if err := k.acquire(ctx); err != nil {
			return k.waitError(ctx, err)
		}
	} else {
		if err := k.request.precondition(ctx); err != nil {
			return k.unmet(err)
		}
		k.client.limiter.Charge()
	}
	k.waited, k.waiting = k.waited+k.waiting, 0
	return nil
}

// unmet returns the error of the precondition of a call, with the earlier attempts.
func (k *call) unmet(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	own := *e // e is shared
	own.Attempts, own.Waited = e.Attempts+k.attempts, e.Waited+k.waited+k.waiting
	return &own
}

// acquire waits until the rate limit allows the next attempt.
func (k *call) acquire(ctx context.Context) (err error) {
	k.isProbe, err = k.client.limiter.Acquire(ctx, func(delay time.Duration, reason string) {
		wait := Wait{Attempt: k.attempts + 1, Delay: delay, Reason: reason, Limited: reason != ratelimit.UserLimit}
		k.notifyWait(ctx, wait)
	})
	return err
}

// send makes one attempt. An incomplete body of a 200 response is an error; other
// responses are evaluated by their status, even with an incomplete body.
func (k *call) send(ctx context.Context) (a attempt) {
	var sent sendTracker
	ctx, cancel := sent.trace(ctx, k.request.body == nil)
	defer func() {
		cancel(nil)
		a.delivered = sent.finish()
		k.client.limiter.Release(k.isProbe, a.header, time.Now())
	}()
	wire, err := k.wireRequest(ctx, &sent)
	if err != nil {
		a.err = errNotSent{err}
		return a
	}
	k.attempts++
	k.sent = time.Now()
	response, err := k.roundTrip(ctx, wire)
	if err != nil {
		a.err = err
		if cause := context.Cause(ctx); errors.Is(cause, errConnections) {
			a.err = cause
		}
		if unread := sent.bodyErr(); unread != nil {
			a.err = errNotSent{unread}
		}
		return a
	}
	defer response.Body.Close()
	a.status, a.header = response.StatusCode, response.Header
	if a.status >= http.StatusOK { // the body of a 101 is the connection itself, which has no timeout
		a.body, err = readBounded(response.Body, k.request.limit)
	}
	if a.status == http.StatusOK {
		a.err = err
	}
	return a
}

// roundTrip sends a request, and notifies the observer.
func (k *call) roundTrip(ctx context.Context, wire *http.Request) (*http.Response, error) {
	httpClient := *k.client.http
	httpClient.Timeout = k.timeout()
	response, err := httpClient.Do(wire)
	duration, path := time.Since(k.sent), wire.URL.EscapedPath()
	observed := Attempt{Method: wire.Method, Path: path, Number: k.attempts, Duration: duration}
	if err == nil {
		observed.Status, observed.Ray = response.StatusCode, rayOf(response.Header)
	}
	notify(ctx, k.client.config.Observer.OnAttempt, observed)
	return response, err
}

// timeout returns how long an attempt may take.
func (k *call) timeout() time.Duration { return k.client.http.Timeout + k.request.uploadTimeout }

// wireRequest returns the request for one attempt.
func (k *call) wireRequest(ctx context.Context, sent *sendTracker) (*http.Request, error) {
	var content io.Reader
	var length int64
	if k.request.body != nil {
		opened, n, err := k.request.body()
		if err != nil {
			return nil, err
		}
		content, length = &trackedBody{opened, n, sent, k.progress(ctx, n)}, n
	}
	wire, err := http.NewRequestWithContext(ctx, k.request.method, k.target.String(), content)
	if err != nil {
		return nil, err
	}
	wire.ContentLength, wire.Header = length, k.client.header.Clone()
	if content != nil {
		wire.Header.Set("Content-Type", k.request.contentType)
	}
	return wire, nil
}

// errTooLarge means that the body of a response exceeds its limit.
var errTooLarge = errors.New("the response body is too large")

func readBounded(body io.Reader, limit int64) ([]byte, error) {
	var buffer bytes.Buffer
	n, err := buffer.ReadFrom(io.LimitReader(body, limit+1))
	if err == nil && n > limit {
		err = fmt.Errorf("%w: over %d bytes", errTooLarge, limit)
	}
	return buffer.Bytes(), err
}

// evaluate decodes the response of the latest attempt, or returns its error.
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

// newError returns the error of a call without a response.
func (k *call) newError(kind Kind, err error) *Error {
	e := k.request.newError(kind, err)
	e.Path, e.Host, e.redactor = k.target.EscapedPath(), k.client.baseURL.Host, k.redactor
	e.Attempts, e.Waited = k.attempts, k.waited
	e.MaybeApplied, e.sent = k.maybeApplied, k.sent
	return e
}

// waitError returns the error of a call that was canceled, including the
// failure before that, or of one whose wait would exceed the budget.
func (k *call) waitError(ctx context.Context, cause error) *Error {
	if is[ratelimit.BudgetExhaustedError](cause) {
		return k.newError(RateLimited, cause)
	}
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
