package client

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/ratelimit"
)

// The bounds of a wait between two attempts.
const (
	minBackoff    = 500 * time.Millisecond
	maxBackoff    = 8 * time.Second
	maxRetryAfter = ratelimit.MaxReset
)

// Wait is a pause before a request: after an attempt that failed, or for a limit.
type Wait struct {
	// Method and Path are what will be asked; the path is escaped.
	Method, Path string
	// Attempt is the number of the attempt that failed, counted from 1, or of
	// the one that waits for the rate limit.
	Attempt int
	// Delay is how long the pause takes.
	Delay time.Duration
	// Reason says what failed, or which limit is waited for.
	Reason string
	// Limited is whether it is for the API's rate limit.
	Limited bool
}

// shouldRetry reports whether another attempt may help, and does no harm: if the
// request isn't idempotent, nothing can have been stored.
func (k *call) shouldRetry(failed *Error) bool {
	retries := k.client.maxRetries
	if k.request.bestEffort {
		retries = min(retries, 1)
	}
	return k.isTransient(failed) && k.attempts <= retries && k.isSafe(failed) && !k.client.breaker.open()
}

// isSafe reports whether another attempt does nothing twice.
func (k *call) isSafe(failed *Error) bool {
	return k.request.idempotent || !k.last.delivered || failed.isRefusal()
}

// isTransient is whether a later attempt may not meet what the latest has met.
func (k *call) isTransient(failed *Error) bool {
	if k.last.err != nil {
		return isRetryable(k.last.err)
	}
	return k.awaitingConsistency(failed) || isRetryableStatus(k.last.status) && !failed.isFinal() || hasAnyCode(failed.Messages, incompleteUpload)
}

// awaitingConsistency is whether what is asked for may only be too new to be found, or a
// name only too lately free to be taken. The API's own 404 need not have a sign
// of the API.
func (k *call) awaitingConsistency(failed *Error) bool {
	unsigned := failed.Kind == NotFromAPI && k.last.status == http.StatusNotFound
	return k.request.retryNotFound && (failed.Kind == NotFound || unsigned) ||
		k.request.retryConflict && failed.Kind == Exists && !k.maybeApplied
}

// finish notes how a call ended, and whether it was not retried for that others
// had failed before.
func (k *call) finish(failed *Error) *Error {
	failed.CircuitOpen = k.isTransient(failed) && k.client.maxRetries > 0 && k.attempts == 1 && k.client.breaker.open()
	isExhausted := k.isTransient(failed) && k.isSafe(failed)
	if !k.request.bestEffort && (isExhausted || !slices.Contains(breakerKinds, failed.Kind)) {
		k.client.breaker.record(k.request.path(), failed)
	}
	return failed
}

// isRetryableStatus reports whether a later attempt may not get this status.
// Every other 4xx and 5xx is final.
func isRetryableStatus(status int) bool {
	return status == 408 || // the server gave up waiting for the request
		status == 429 || // rate limit; the window passes
		status == 500 || // unexpected condition in the API
		502 <= status && status <= 504 || // the edge got no good response from the API
		520 <= status && status <= 529 // Cloudflare's own: the edge could not talk to the API
}

// errNotSent is an error that kept an attempt from being made.
type errNotSent struct{ error }

func (e errNotSent) Unwrap() error { return e.error }

// isRetryable tells whether a transport error is one that a second try can
// mend. A wrong certificate stays wrong, and so does an answer that arrived
// whole but cannot be used. URLs and headers that cannot be sent have been
// refused by New.
func isRetryable(err error) bool {
	for _, final := range []error{errTooLarge, http.ErrSchemeMismatch, gzip.ErrHeader, gzip.ErrChecksum} {
		if errors.Is(err, final) {
			return false
		}
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return false
	}
	if proxy, ok := errors.AsType[*proxyError](err); ok {
		return isRetryableStatus(proxy.status)
	}
	// What either side says in TLS before it hangs up.
	if alert, ok := errors.AsType[*net.OpError](err); ok && (alert.Op == "remote error" || alert.Op == "local error") {
		return false
	}
	return !is[errNotSent](err) && !is[flate.CorruptInputError](err) &&
		!is[tls.RecordHeaderError](err) && !is[*tls.CertificateVerificationError](err)
}

// is reports whether an error is, or wraps, one of a type.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// backoff waits after an attempt that failed: the backoff, or longer if the
// server asks for it.
func (k *call) backoff(ctx context.Context) error {
	delay := max(k.client.backoff(k.attempts-1), parseRetryAfter(k.retryAfterValue(), time.Now()))
	reason := statusLine(k.last.status)
	if k.last.err != nil {
		reason = withoutURL(k.last.err).Error()
	}
	limited := k.last.status == http.StatusTooManyRequests
	if limited {
		if err := k.client.limiter.Spend(time.Now(), delay); err != nil {
			return err
		}
	}
	k.notifyWait(ctx, Wait{Attempt: k.attempts, Delay: delay, Reason: k.redactor.Sanitize(reason, 300), Limited: limited})
	if err := ratelimit.Sleep(ctx, delay); err != nil {
		return err
	}
	k.waited, k.waiting = k.waited+delay, 0
	return nil
}

// backoff is the delay before a retry, counted from 0: exponential, with jitter.
func (c *Client) backoff(retry int) time.Duration {
	base := min(minBackoff<<min(retry, 10), maxBackoff)
	return min(base+time.Duration(c.jitter()*float64(base)/4), maxBackoff)
}

// notifyWait announces a wait.
func (k *call) notifyWait(ctx context.Context, wait Wait) {
	k.waited, k.waiting, k.reason = k.waited+k.waiting, wait.Delay, wait.Reason
	wait.Method, wait.Path = k.request.method, k.target.EscapedPath()
	k.client.config.OnWait(ctx, wait)
}

// randomJitter keeps clients that failed together from coming back together.
func randomJitter() float64 {
	return rand.Float64() //nolint:gosec // nothing secret depends on it
}
