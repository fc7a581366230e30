package client

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"

	"golang.org/x/sync/singleflight"
)

// sharer makes identical reads that are under way at the same time one read.
// Nothing is kept after it: the next read asks again.
type sharer struct {
	group singleflight.Group

	mu      sync.Mutex
	flights map[string]*flight
}

// flight is a read that is under way for one caller or more.
type flight struct {
	ctx     context.Context //nolint:containedctx // it lives as long as one of its callers
	cancel  context.CancelCauseFunc
	callers int
}

// answered is what a read brings: a value, which its callers share and must
// not change, and what the API had to say beside it.
type answered[T any] struct {
	value    T
	messages []Message
}

// shared runs read, or waits for one with the same key that is under way. A
// caller whose context ends gets its *Error at once; the read goes on while
// another caller waits for it.
func shared[T any](ctx context.Context, s *sharer, key string, read func(context.Context) (answered[T], error)) (answered[T], error) {
	var nothing answered[T]
	gone := func() error {
		path, _, _ := strings.Cut(key, "?")
		return &Error{Kind: Canceled, Method: http.MethodGet, Path: path, Err: context.Cause(ctx)}
	}
	for {
		if ctx.Err() != nil {
			return nothing, gone()
		}
		f := s.join(ctx, key)
		results := s.group.DoChan(key, func() (any, error) { return read(f.ctx) })
		var result singleflight.Result
		select {
		case result = <-results:
			s.leave(key, f, nil)
			if errors.Is(result.Err, Canceled) && ctx.Err() == nil {
				continue // all of its callers had gone before we came
			}
		case <-ctx.Done():
			if !s.leave(key, f, context.Cause(ctx)) {
				return nothing, gone()
			}
			result = <-results // it ends at once, and knows what it was waiting for
		}
		value, ok := result.Val.(answered[T])
		if !ok || result.Err != nil {
			return nothing, result.Err
		}
		return value, nil
	}
}

// join counts a caller in. The read's context has the values of the first
// caller's, and ends when the last one leaves.
func (s *sharer) join(ctx context.Context, key string) *flight {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.flights[key]
	if f == nil {
		f = new(flight)
		f.ctx, f.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
		if s.flights == nil {
			s.flights = map[string]*flight{}
		}
		s.flights[key] = f
	}
	f.callers++
	return f
}

// leave counts a caller out, and tells whether it was the last one.
func (s *sharer) leave(key string, f *flight, cause error) (last bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.callers--
	if f.callers > 0 {
		return false
	}
	f.cancel(cause)
	delete(s.flights, key)
	return true
}
