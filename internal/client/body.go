package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptrace"
	"sync"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/strictjson"
)

// body gives a fresh reader of what is sent and its length in bytes, so that
// another attempt can send it again and nothing is held in memory.
type body func() (content io.ReadCloser, length int64, err error)

// jsonBody is a value as compact JSON.
func jsonBody(value any) body {
	return func() (io.ReadCloser, int64, error) {
		text, err := strictjson.Marshal(value)
		return io.NopCloser(bytes.NewReader(text)), int64(len(text)), err
	}
}

// sendTracker notes how much of one attempt has been handed to the transport:
// until the last of it has, nothing can have been stored. The transport may
// still be at it when an answer is there.
type sendTracker struct {
	mu          sync.Mutex
	connections int
	fullySent   bool
	finished    bool
	readErr     error // that kept the body from being read
	closed      bool  // the transport has given the body up
}

// maxConnections is how many new connections an attempt may use up. Where a server
// closes each before it has read a request, net/http takes the next one, at
// once and without end.
const maxConnections = 5

var errConnections = fmt.Errorf("the server closed %d connections in a row before it read the request", maxConnections)

// trace follows an attempt through the transport, and ends it where it uses up
// too many connections. A request without a body may be whole as soon as there
// is a connection; the transport takes another one only where nothing went over
// the last.
func (d *sendTracker) trace(ctx context.Context, bodiless bool) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { d.setFullySent(false) },
		ConnectDone: func(_, _ string, err error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			if err != nil {
				return
			}
			if d.connections++; d.connections > maxConnections {
				cancel(errConnections)
			}
		},
		GotConn: func(httptrace.GotConnInfo) { d.setFullySent(bodiless) },
	}), cancel
}

func (d *sendTracker) setFullySent(whole bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fullySent = whole
}

// finish tells whether the whole request may have reached the API, and lets
// nothing more of it go there.
func (d *sendTracker) finish() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.finished = true
	return d.fullySent
}

// bodyErr is why a body could not be read to its end, if it could not.
func (d *sendTracker) bodyErr() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.readErr
}

// errAttemptFinished keeps the rest of a body back.
var errAttemptFinished = errors.New("the attempt has ended")

// trackedBody is a body on its way.
type trackedBody struct {
	io.ReadCloser

	left     int64 // bytes
	sent     *sendTracker
	progress func(left int64)
}

// Read hands bytes over only while the attempt has not ended.
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
	b.left -= int64(n)
	b.sent.fullySent = b.left <= 0
	b.progress(b.left)
	return n, err
}

// Close gives the body up. What a Read says afterwards is no fault of the body:
// HTTP/2 closes it while it may still be read.
func (b *trackedBody) Close() error {
	b.sent.mu.Lock()
	b.sent.closed = true
	b.sent.mu.Unlock()
	return b.ReadCloser.Close()
}
