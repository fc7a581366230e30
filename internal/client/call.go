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
)

// request is what is asked of the API.
type request struct {
	method      string
	segments    []string   // of the path below the base URL, each as it is
	query       url.Values // may be nil
	body        body       // nil for none
	contentType string     // of the body
	limit       int64      // bytes of the answer that are read
	secret      bool       // the answer holds secrets, and is never quoted
	optional    bool       // there is another way: one retry is enough
	repeat      repeat     // whether it may be sent again
}

// newRead asks for what is at a path. It changes nothing.
func newRead(limit int64, segments ...string) request {
	return request{method: http.MethodGet, segments: segments, limit: limit, repeat: always}
}

func (r request) isRead() bool { return r.method == http.MethodGet }

// path is where the request goes below the base URL, escaped as it is sent.
func (r request) path() string { return escapedPath(r.segments...) }

// call is one request with all its attempts. It serves one goroutine.
type call struct {
	client   *Client
	request  request
	target   *url.URL
	attempts int
	waited   time.Duration // waits that came to their end
	waiting  time.Duration // the one that is under way
	reason   string        // why it began
	alone    bool          // the attempt that is under way keeps others waiting
	last     attempt
}

// attempt is what the latest try brought: an answer, read to its end, or the
// error that kept it from arriving.
type attempt struct {
	status    int
	header    http.Header
	body      []byte
	err       error
	delivered bool // the whole request may have reached the API
}

// do sends the request until an attempt brings what was asked for, or until
// another try would not help or might do something twice. It reads the JSON
// object that answers into result, and returns the messages that came with it.
// Every error is an *Error.
func (c *Client) do(ctx context.Context, r request, result json.Unmarshaler) ([]Message, error) {
	if !r.isRead() {
		defer c.forget(r.segments[1]) // the account
	}
	target, err := endpoint(c.baseURL, r.segments...)
	if err != nil {
		return nil, r.failure(Rejected, err)
	}
	target.RawQuery = r.query.Encode()
	k := &call{client: c, request: r, target: target}
	ctx = context.WithValue(ctx, callKey{}, k)
	for {
		if err := k.pace(ctx); err != nil {
			return nil, k.canceled(ctx, err)
		}
		k.last = k.send(ctx)
		messages, err := k.judge(result)
		if err == nil {
			return messages, nil
		}
		if ctx.Err() != nil {
			return nil, k.canceled(ctx, err)
		}
		if !k.mayRepeat() {
			return nil, err
		}
		if err := k.pause(ctx); err != nil {
			return nil, k.canceled(ctx, err)
		}
	}
}

// pace waits until the rate limit allows the next attempt.
func (k *call) pace(ctx context.Context) (err error) {
	k.alone, err = k.client.pacer.turn(ctx, func(delay time.Duration, reason string) {
		k.tell(ctx, k.attempts+1, delay, reason)
	})
	if err == nil {
		k.waited, k.waiting = k.waited+k.waiting, 0
	}
	return err
}

// send makes one attempt. A body that breaks off is a failed attempt like any
// other; what is not 200 is judged by its status, however much of its body
// there is.
func (k *call) send(ctx context.Context) (a attempt) {
	k.attempts++
	var sent handover
	defer func() {
		a.delivered = sent.end()
		k.client.pacer.done(k.alone, a.header, time.Now())
	}()
	wire, err := k.wireRequest(ctx, &sent)
	if err != nil {
		a.err = unsendable{err}
		return a
	}
	response, err := k.client.http.Do(wire)
	if err != nil {
		a.err = err
		return a
	}
	defer response.Body.Close()
	a.status, a.header = response.StatusCode, response.Header
	a.body, err = readBounded(response.Body, k.request.limit)
	if a.status == http.StatusOK {
		a.err = err
	}
	return a
}

// wireRequest is the request for one attempt.
func (k *call) wireRequest(ctx context.Context, sent *handover) (*http.Request, error) {
	var content io.Reader
	var length int64
	if k.request.body != nil {
		opened, n, err := k.request.body()
		if err != nil {
			return nil, err
		}
		content, length = &watchedBody{opened, n, sent}, n
	}
	wire, err := http.NewRequestWithContext(sent.watch(ctx, k.request.body == nil), k.request.method, k.target.String(), content)
	if err != nil {
		return nil, err
	}
	if k.request.body != nil {
		wire.ContentLength = length
		wire.Header.Set("Content-Type", k.request.contentType)
	}
	k.client.credentials.apply(wire.Header)
	wire.Header.Set("Accept", "application/json")
	if k.client.userAgent != "" {
		wire.Header.Set("User-Agent", k.client.userAgent)
	}
	return wire, nil
}

// judge reads what the latest attempt brought into result, or describes what
// is wrong with it.
func (k *call) judge(result json.Unmarshaler) ([]Message, error) {
	switch {
	case k.last.err != nil:
		return nil, k.broken()
	case k.last.status != http.StatusOK:
		return nil, k.refusal()
	}
	messages, err := decodeEnvelope(k.last.body, result)
	if err != nil {
		return nil, k.wrongAnswer(err)
	}
	return k.client.credentials.redactor.messages(messages), nil
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
