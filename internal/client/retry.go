package client

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"math"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/ratelimit"
)

// The bounds of a wait between two attempts.
const (
	minBackoff    = 500 * time.Millisecond
	maxBackoff    = 8 * time.Second
	maxRetryAfter = ratelimit.MaxReset
)

// Wait is a wait before a request: after an attempt that failed, or for a rate
// limit.
type Wait struct {
	// Method and Path are those of the request; the path is escaped.
	Method, Path string
	// Attempt is the number of the attempt that failed, counted from 1, or of
	// the one that waits for the rate limit.
	Attempt int
	// Delay is the length of the wait.
	Delay time.Duration
	// Reason is the failure, or the limit.
	Reason string
	// Limited reports whether the wait is for the rate limit of the API.
	Limited bool
}

// shouldRetry reports whether another attempt is safe and may succeed.
func (k *call) shouldRetry(failed *Error) bool {
	retries := *k.client.config.MaxRetries
	if k.request.bestEffort {
		retries = min(retries, 1)
	}
	return k.isTransient(failed) && k.attempts <= retries && k.isSafe(failed) && !k.client.breaker.isOpen()
}

// isSafe reports whether another attempt can't apply a write twice.
func (k *call) isSafe(failed *Error) bool {
	return k.request.idempotent || !k.last.delivered || failed.isRejection()
}

// isTransient reports whether a retry may succeed.
func (k *call) isTransient(failed *Error) bool {
	if k.last.err != nil {
		return isRetryable(k.last.err)
	}
	return k.awaitsConsistency(failed) || isRetryableStatus(k.last.status) && !failed.isFinal() ||
		hasAnyCode(failed.Messages, incompleteUpload)
}

// awaitsConsistency reports whether a recently created object may not be found
// yet, or a recently deleted ID may still be reserved. The API's 404 for a variant
// can't be distinguished from that of a proxy.
func (k *call) awaitsConsistency(failed *Error) bool {
	isUnsigned := failed.Kind == NotFromAPI && k.last.status == http.StatusNotFound
	return k.request.retryNotFound && (failed.Kind == NotFound || isUnsigned) ||
		k.request.retryConflict && failed.Kind == Exists && !k.maybeApplied
}

// finish records the failure of a call, and whether the circuit breaker prevented
// a retry.
func (k *call) finish(failed *Error) *Error {
	isTransient := k.isTransient(failed)
	failed.CircuitOpen = isTransient && *k.client.config.MaxRetries > 0 && k.attempts == 1 && k.client.breaker.isOpen()
	isExhausted := isTransient && k.isSafe(failed)
	if !k.request.bestEffort && (isExhausted || !slices.Contains(breakerKinds, failed.Kind)) {
		k.client.breaker.record(k.request.path(), failed)
	}
	return failed
}

// isRetryableStatus reports whether a retry may get another status. Every other
// 4xx and 5xx is final.
func isRetryableStatus(status int) bool {
	return status == 408 || // request timeout
		status == 429 || // rate limit
		status == 500 || // unexpected condition in the API
		502 <= status && status <= 504 || // the edge got no valid response from the API
		520 <= status && status <= 529 // Cloudflare's codes: the edge could not reach the API
}

// errNotSent wraps an error that prevented an attempt.
type errNotSent struct{ error }

func (e errNotSent) Unwrap() error { return e.error }

// isRetryable reports whether a retry may succeed after a transport error. An
// invalid certificate and an unusable complete response are permanent. New has
// rejected URLs and headers that cannot be sent.
func isRetryable(err error) bool {
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return false
	}
	if proxy, ok := errors.AsType[*proxyError](err); ok {
		return isRetryableStatus(proxy.status)
	}
	// TLS alerts of either side.
	if alert, ok := errors.AsType[*net.OpError](err); ok && (alert.Op == "remote error" || alert.Op == "local error") {
		return false
	}
	final := []error{errTooLarge, http.ErrSchemeMismatch, gzip.ErrHeader, gzip.ErrChecksum}
	isFinal := slices.ContainsFunc(final, func(target error) bool { return errors.Is(err, target) })
	return !isFinal && !is[errNotSent](err) && !is[flate.CorruptInputError](err) &&
		!is[tls.RecordHeaderError](err) && !is[*tls.CertificateVerificationError](err)
}

// is reports whether an error is, or wraps, one of type E.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// waitForRetry waits after an attempt that failed, longer if the server requests it.
func (k *call) waitForRetry(ctx context.Context, failed *Error) error {
	delay := max(k.client.backoff(k.attempts-1), k.retryAfter(failed))
	reason := statusLine(k.last.status)
	if k.last.err != nil {
		reason = withoutURL(k.last.err).Error()
	}
	isLimited := k.last.status == http.StatusTooManyRequests
	if isLimited {
		if err := k.client.limiter.Spend(time.Now(), delay); err != nil {
			return err
		}
	}
	reason = k.redactor.Sanitize(reason, 300)
	k.notifyWait(ctx, Wait{Attempt: k.attempts, Delay: delay, Reason: reason, Limited: isLimited})
	if err := ratelimit.Sleep(ctx, delay); err != nil {
		return err
	}
	k.waited, k.waiting = k.waited+delay, 0
	return nil
}

// backoff returns the delay before a retry, counted from 0: exponential, with
// jitter.
func (c *Client) backoff(retry int) time.Duration {
	base := min(minBackoff<<min(retry, 10), maxBackoff)
	return min(base+time.Duration(c.jitter()*float64(base)/4), maxBackoff)
}

// retryAfter returns the delay that the latest response requests, in its
// header, or else in the body of an edge error.
func (k *call) retryAfter(failed *Error) time.Duration {
	if value := k.last.header.Get("Retry-After"); value != "" {
		return parseRetryAfter(value, time.Now())
	}
	seconds, _ := strconv.ParseFloat(failed.edgeRetryAfter, 64)
	if seconds > 0 { // not NaN
		return time.Duration(math.Ceil(min(seconds, maxRetryAfter.Seconds()))) * time.Second
	}
	return 0
}

// parseRetryAfter parses a Retry-After header, in seconds or as a date, to a delay
// of 0 to maxRetryAfter; 0 if it is malformed.
func parseRetryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(max(seconds, 0), int64(maxRetryAfter/time.Second))) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return min(max(date.Sub(now), 0), maxRetryAfter)
	}
	return 0
}

// notifyWait notifies the observer of a wait before it begins.
func (k *call) notifyWait(ctx context.Context, wait Wait) {
	k.waited, k.waiting, k.reason = k.waited+k.waiting, wait.Delay, wait.Reason
	wait.Method, wait.Path = k.request.method, k.target.EscapedPath()
	notify(ctx, k.client.config.Observer.OnWait, wait)
}
