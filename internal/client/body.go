package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http/httptrace"
	"sync"
)

// body gives a fresh reader of what is sent and its length in bytes, so that
// another attempt can send it again and nothing is held in memory.
type body func() (content io.ReadCloser, length int64, err error)

// jsonBody is a value as compact JSON.
func jsonBody(value any) (body, error) {
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	text := bytes.TrimSuffix(encoded.Bytes(), []byte("\n"))
	return func() (io.ReadCloser, int64, error) {
		return io.NopCloser(bytes.NewReader(text)), int64(len(text)), nil
	}, nil
}

// handover notes how much of one attempt has been handed to the transport:
// until the last of it has, nothing can have been stored. The transport may
// still be at it when an answer is there.
type handover struct {
	mu    sync.Mutex
	whole bool
	ended bool
}

// watch notes when a request without a body is on its way. The transport
// takes another connection only where nothing went over the last one.
func (d *handover) watch(ctx context.Context, bodiless bool) context.Context {
	note := func(whole bool) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.whole = whole
	}
	if !bodiless {
		return ctx
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:      func(string) { note(false) },
		WroteHeaders: func() { note(true) },
	})
}

// end tells whether the whole request may have reached the API, and lets
// nothing more of it go there.
func (d *handover) end() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended = true
	return d.whole
}

// errEnded keeps the rest of a body back.
var errEnded = errors.New("the attempt has ended")

// watchedBody is a body on its way.
type watchedBody struct {
	io.ReadCloser

	left int64 // bytes
	sent *handover
}

// Read hands bytes over only while the attempt has not ended.
func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.sent.mu.Lock()
	defer b.sent.mu.Unlock()
	if b.sent.ended {
		return 0, errEnded
	}
	b.left -= int64(n)
	b.sent.whole = b.left <= 0
	return n, err
}
