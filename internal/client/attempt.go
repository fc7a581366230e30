package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// attempt is what the latest try brought: an answer, read to its end, or the
// error that kept it from arriving.
type attempt struct {
	status    int
	header    http.Header
	body      []byte
	err       error
	delivered bool // the whole request may have reached the API
}

// send makes one attempt. A body that breaks off is a failed attempt like any
// other; what is not 200 is judged by its status, however much of its body
// there is.
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
	patient := *k.client.http
	patient.Timeout = k.timeout()
	response, err := patient.Do(wire)
	if err != nil {
		a.err = err
		if cause := context.Cause(ctx); errors.Is(cause, errConnections) {
			a.err = cause
		}
		if broken := sent.bodyErr(); broken != nil {
			a.err = errNotSent{broken}
		}
		return a
	}
	defer response.Body.Close()
	a.status, a.header = response.StatusCode, response.Header
	if a.status >= http.StatusOK { // the body of a 101 is the connection itself, which no time limit ends
		a.body, err = readBounded(response.Body, k.request.limit)
	}
	if a.status == http.StatusOK {
		a.err = err
	}
	return a
}

// timeout is how long an attempt may take.
func (k *call) timeout() time.Duration { return k.client.http.Timeout + k.request.uploadTimeout }

// wireRequest is the request for one attempt.
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
	if k.request.body != nil {
		wire.ContentLength = length
		wire.Header.Set("Content-Type", k.request.contentType)
	}
	k.client.config.Credentials.apply(wire.Header)
	wire.Header.Set("Accept", "application/json")
	if k.client.config.UserAgent != "" {
		wire.Header.Set("User-Agent", k.client.config.UserAgent)
	}
	return wire, nil
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
