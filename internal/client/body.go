package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/strictjson"
)

// body opens the content of a request and returns its length in bytes. Each
// attempt opens it again, so that nothing is held in memory.
type body func() (content io.ReadCloser, length int64, err error)

// jsonBody returns a value as compact JSON.
func jsonBody(value any) body {
	return func() (io.ReadCloser, int64, error) {
		encoded, err := strictjson.Marshal(value)
		return io.NopCloser(bytes.NewReader(encoded)), int64(len(encoded)), err
	}
}

// sendTracker records whether the transport has read the whole request: before
// that, nothing can have been applied. The transport may still be reading when
// a response arrives.
type sendTracker struct {
	connections atomic.Int32

	mu        sync.Mutex
	fullySent bool
	finished  bool
	readErr   error // of the body
	closed    bool  // by the transport
}

// maxConnections limits the new connections of an attempt. If a server closes
// each one before reading the request, net/http opens new ones without limit.
const maxConnections = 5

var errConnections = fmt.Errorf("the server closed %d connections before reading the request", maxConnections)

// trace returns a context that records the connections of an attempt, and is
// canceled if there are too many. A bodiless request counts as sent once it has
// a connection; net/http reconnects only if nothing was written.
func (t *sendTracker) trace(ctx context.Context, bodiless bool) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { t.setFullySent(false) },
		ConnectDone: func(_, _ string, err error) {
			if err == nil && t.connections.Add(1) > maxConnections {
				cancel(errConnections)
			}
		},
		GotConn: func(httptrace.GotConnInfo) { t.setFullySent(bodiless) },
	}), cancel
}

func (t *sendTracker) setFullySent(fullySent bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fullySent = fullySent
}

// finish stops the sending of the body, and reports whether the whole request may
// have reached the API.
func (t *sendTracker) finish() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.finished = true
	return t.fullySent
}

// bodyErr returns the error of reading the body.
func (t *sendTracker) bodyErr() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.readErr
}

// errAttemptFinished is the error of a Read after the end of the attempt.
var errAttemptFinished = errors.New("the attempt has ended")

// trackedBody is the body of one attempt.
type trackedBody struct {
	io.ReadCloser

	unread   int64 // bytes
	sent     *sendTracker
	progress func(unread int64)
}

// Read fails once the attempt has ended.
func (b *trackedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.sent.mu.Lock()
	defer b.sent.mu.Unlock()
	if b.sent.finished {
		return 0, errAttemptFinished
	}
	if err != nil && !errors.Is(err, io.EOF) && !b.sent.closed {
		b.sent.readErr = err
	}
	b.unread -= int64(n)
	b.sent.fullySent = b.unread <= 0
	b.progress(b.unread)
	return n, err
}

// Close closes the body. Errors of later reads are ignored, as the HTTP/2
// transport may still be reading the body while closing it.
func (b *trackedBody) Close() error {
	b.sent.mu.Lock()
	b.sent.closed = true
	b.sent.mu.Unlock()
	return b.ReadCloser.Close()
}

// Progress reports how much of the body of a request has been sent.
type Progress struct {
	// Method and Path are those of the request; the path is escaped.
	Method, Path string
	// Sent and Size are in bytes.
	Sent, Size int64
}

// progressInterval is the minimum time between two notifications.
const progressInterval = 5 * time.Second

// progress returns a function that notifies the observer, at most once per
// interval.
func (k *call) progress(ctx context.Context, length int64) func(unread int64) {
	last := time.Now()
	return func(unread int64) {
		now := time.Now()
		if now.Sub(last) < progressInterval {
			return
		}
		last = now
		notify(ctx, k.client.config.Observer.OnProgress,
			Progress{k.request.method, k.target.EscapedPath(), length - unread, length})
	}
}
