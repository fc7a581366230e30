package client

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// The bounds of a wait between two attempts.
const (
	minBackoff = 500 * time.Millisecond
	maxBackoff = 8 * time.Second
	// maxRetryAfter is what a server may ask for: Cloudflare blocks for five
	// minutes, and rounds.
	// https://developers.cloudflare.com/fundamentals/api/reference/limits/
	maxRetryAfter = 5*time.Minute + 10*time.Second
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
}

// call is one get with all its attempts. It serves one goroutine.
type call struct {
	client   *Client
	path     string
	question question
	attempts int
	waited   time.Duration // pauses that came to their end
	pause    time.Duration // the one that is under way
	reason   string        // why it began
	alone    bool          // the attempt that is under way keeps others waiting
	last     outcome
}

// outcome is what the latest attempt brought: an answer, read to its end, or
// the error that kept it from arriving.
type outcome struct {
	status int
	header http.Header
	body   []byte
	err    error
}

func (o outcome) String() string {
	if o.err != nil {
		return withoutURL(o.err).Error()
	}
	return statusLine(o.status)
}

type callKey struct{}

// Attempt is the number of the request that is being sent with this context,
// counted from 1, or 0 for a request that is not the Client's. It is for
// transports that log.
func Attempt(ctx context.Context) int {
	call, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return 0
	}
	return call.attempts + 1
}

// do sends the request until an attempt brings an answer with status 200,
// which it leaves in c.last, or until another try would not help.
func (c *call) do(request *retryablehttp.Request) error {
	ctx := request.Context()
	if err := c.pace(ctx); err != nil {
		return c.canceled(ctx, err)
	}
	sender := retryablehttp.Client{
		HTTPClient: c.client.http,
		RetryMax:   min(c.client.maxRetries, c.question.retries()),
		CheckRetry: c.checkRetry,
		Backoff: func(_, _ time.Duration, n int, _ *http.Response) time.Duration {
			return c.backoff(ctx, n)
		},
		PrepareRetry: func(request *http.Request) error { return c.pace(request.Context()) },
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	response, err := sender.Do(request)
	if response != nil {
		response.Body.Close() // read to its end, or given up, in checkRetry
	}
	if ctx.Err() != nil {
		return c.canceled(ctx, err)
	}
	if c.last.err != nil {
		return c.broken()
	}
	if err != nil {
		return c.failure(Rejected, err)
	}
	if c.last.status != http.StatusOK {
		return c.refusal()
	}
	return nil
}

// checkRetry takes stock of an attempt and decides whether another may help.
// The body is read here, so that one that breaks off is a failed attempt like
// any other. What is not 200 is judged by its status, however much of its body
// there is.
func (c *call) checkRetry(ctx context.Context, response *http.Response, err error) (bool, error) {
	c.attempts++
	c.waited, c.pause = c.waited+c.pause, 0
	c.last = outcome{err: err}
	if response != nil && err == nil {
		c.last.status, c.last.header = response.StatusCode, response.Header
		c.last.body, err = readBounded(response.Body, c.question.limit)
		if response.StatusCode == http.StatusOK {
			c.last.err = err
		}
	}
	c.client.pacer.done(c.alone, c.last.header, time.Now())
	again := isTemporaryStatus(c.last.status)
	if c.last.err != nil {
		again = isTemporary(ctx, c.last.err)
	}
	return again, nil
}

// errTooLarge means that a body was cut at its limit.
var errTooLarge = errors.New("the body is larger than any answer of this API")

func readBounded(body io.Reader, limit int64) ([]byte, error) {
	var buffer bytes.Buffer
	n, err := buffer.ReadFrom(io.LimitReader(body, limit+1))
	if err == nil && n > limit {
		err = fmt.Errorf("%w: over %d bytes", errTooLarge, limit)
	}
	return buffer.Bytes(), err
}

// temporaryStatuses are those that a later attempt may not meet; both ends are
// included. Every other 4xx and 5xx is final.
var temporaryStatuses = []struct {
	from, to int
	why      string
}{
	{408, 408, "the server gave up waiting for the request"},
	{429, 429, "rate limit; the window passes"},
	{500, 500, "unexpected condition in the API"},
	{502, 504, "the edge got no good answer from the API"},
	{520, 529, "Cloudflare's own: the edge could not talk to the API"},
}

func isTemporaryStatus(status int) bool {
	for _, row := range temporaryStatuses {
		if row.from <= status && status <= row.to {
			return true
		}
	}
	return false
}

// isTemporary tells whether a transport error is one that a second try can
// mend. Wrong URLs, headers and certificates stay wrong, and so does an answer
// that arrived whole but cannot be used.
func isTemporary(ctx context.Context, err error) bool {
	for _, final := range []error{errTooLarge, http.ErrSchemeMismatch, gzip.ErrHeader, gzip.ErrChecksum} {
		if errors.Is(err, final) {
			return false
		}
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return false
	}
	if proxy, ok := errors.AsType[*proxyError](err); ok {
		return isTemporaryStatus(proxy.status)
	}
	if _, ok := errors.AsType[flate.CorruptInputError](err); ok {
		return false
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return false
	}
	// What either side says in TLS before it hangs up.
	if alert, ok := errors.AsType[*net.OpError](err); ok && (alert.Op == "remote error" || alert.Op == "local error") {
		return false
	}
	temporary, _ := retryablehttp.DefaultRetryPolicy(ctx, nil, err)
	return temporary
}

// backoff tells how long to pause after the n-th attempt, counted from 0: an
// exponential pause with jitter, or longer where the server asks for it.
func (c *call) backoff(ctx context.Context, n int) time.Duration {
	base := min(minBackoff<<min(n, 10), maxBackoff)
	jittered := min(base+time.Duration(c.client.jitter()*float64(base)/4), maxBackoff)
	c.pause = max(jittered, retryAfter(c.last.header.Get("Retry-After"), time.Now()))
	c.reason = c.client.tidy(c.last.String(), 300)

	c.client.onWait(ctx, Wait{
		Method:  http.MethodGet,
		Path:    c.path,
		Attempt: c.attempts,
		Delay:   c.pause,
		Reason:  c.reason,
	})
	return c.pause
}

// randomJitter keeps clients that failed together from coming back together.
func randomJitter() float64 {
	return rand.Float64() //nolint:gosec // nothing secret depends on it
}

// retryAfter reads a Retry-After header, in seconds or as a date, as a pause
// of 0 to maxRetryAfter. What cannot be read asks for nothing.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(max(seconds, 0), int64(maxRetryAfter/time.Second))) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return min(max(date.Sub(now), 0), maxRetryAfter)
	}
	return 0
}

// pace waits until the rate limit allows the next attempt.
func (c *call) pace(ctx context.Context) (err error) {
	c.waited, c.pause = c.waited+c.pause, 0
	c.alone, err = c.client.pacer.wait(ctx, func(delay time.Duration, reason string) {
		c.pause, c.reason = delay, reason
		c.client.onWait(ctx, Wait{Method: http.MethodGet, Path: c.path, Attempt: c.attempts + 1, Delay: delay, Reason: reason})
	})
	if err == nil {
		c.waited, c.pause = c.waited+c.pause, 0
	}
	return err
}

// canceled describes a call that its caller ended, and what had kept it from
// its end until then.
func (c *call) canceled(ctx context.Context, cause error) *Error {
	if ctx.Err() != nil {
		cause = context.Cause(ctx)
	}
	switch {
	case c.pause > 0:
		cause = fmt.Errorf("%w during a wait of %s after: %s", cause, c.pause.Round(100*time.Millisecond), c.reason)
	case c.reason != "":
		cause = fmt.Errorf("%w during an attempt after: %s", cause, c.reason)
	case c.attempts == 0:
		cause = fmt.Errorf("%w before a request was sent", cause)
	}
	return c.failure(Canceled, cause)
}

// broken describes a call whose last attempt brought no complete answer.
func (c *call) broken() *Error {
	err := withoutURL(c.last.err)
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		err = fmt.Errorf("no complete answer within %s: %w", c.client.http.Timeout, err)
	}
	e := c.failure(Unreachable, err)
	if c.last.status != 0 {
		e.Status, e.Ray = c.last.status, Ray(c.last.header)
		if !isTemporary(context.Background(), c.last.err) {
			e.Kind = WrongAnswer
			if !c.question.secret {
				e.Excerpt = excerpt(strings.TrimSpace(string(c.last.body[:min(len(c.last.body), maxExcerpt)])), c.client.tidy)
			}
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
