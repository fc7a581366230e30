package client

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
)

// flights are the reads that are under way. Identical ones are one flight;
// nothing is kept after it: the next read asks again.
type flights struct {
	mu    sync.Mutex
	byKey map[string]*flight
}

// flight is a read that is under way for one caller or more.
type flight struct {
	ctx     context.Context //nolint:containedctx // it lives as long as one of its callers
	cancel  context.CancelCauseFunc
	callers int
	landed  chan struct{} // closed once value and err are there
	value   any
	err     error
}

// answer is what a read brings: a value, which its callers share and must not
// change, and what the API had to say beside it.
type answer[T any] struct {
	value    T
	messages []Message
}

// read gets the object that answers a request, together with all who ask for
// the same meanwhile, as patiently. It decodes into a copy of empty.
func read[T any, P interface {
	*T
	json.Unmarshaler
}](ctx context.Context, c *Client, r request, empty T) (T, []Message, error) {
	key := r.path()
	if r.fresh {
		key += " fresh"
	}
	got, err := join(ctx, &c.flights, r, key, func(ctx context.Context) (answer[T], error) {
		value := empty
		messages, err := c.do(ctx, r, P(&value))
		return answer[T]{value, messages}, err
	})
	return got.value, got.messages, err
}

// join runs fly, or waits for a flight with the same key. A caller whose
// context ends gets its *Error at once; the flight goes on while another
// caller waits for it.
func join[T any](ctx context.Context, f *flights, r request, key string, fly func(context.Context) (T, error)) (nothing T, err error) {
	if ctx.Err() != nil {
		return nothing, r.failure(Canceled, context.Cause(ctx))
	}
	this, isNew := f.enter(ctx, key)
	if isNew {
		go func() {
			this.value, this.err = fly(this.ctx)
			f.land(key, this)
		}()
	}
	select {
	case <-this.landed:
		f.leave(key, this, nil)
	case <-ctx.Done():
		if !f.leave(key, this, context.Cause(ctx)) {
			return nothing, r.failure(Canceled, context.Cause(ctx))
		}
		<-this.landed // at once, and it knows what it was waiting for
	}
	if this.err != nil {
		return nothing, this.err
	}
	value, _ := this.value.(T) // it is fly's own
	return value, nil
}

// enter counts a caller in. The flight's context has the values of the first
// caller's, and ends when the last one leaves.
func (f *flights) enter(ctx context.Context, key string) (this *flight, isNew bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	this = f.byKey[key]
	if isNew = this == nil; isNew {
		this = &flight{landed: make(chan struct{})}
		this.ctx, this.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
		if f.byKey == nil {
			f.byKey = map[string]*flight{}
		}
		f.byKey[key] = this
	}
	this.callers++
	return this, isNew
}

// leave counts a caller out, and tells whether it was the last one. Nobody
// joins a flight that the last one has left.
func (f *flights) leave(key string, this *flight, cause error) (last bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	this.callers--
	if this.callers > 0 {
		return false
	}
	f.remove(key, this)
	this.cancel(cause)
	return true
}

// land keeps others from joining a flight that has what it was for.
func (f *flights) land(key string, this *flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.remove(key, this)
	close(this.landed)
}

func (f *flights) remove(key string, this *flight) {
	if f.byKey[key] == this {
		delete(f.byKey, key)
	}
}

// forget keeps others from joining the flights below a path: what they bring
// may be older than what was written meanwhile.
func (f *flights) forget(path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for key := range f.byKey {
		if strings.HasPrefix(key, path+"/") {
			delete(f.byKey, key)
		}
	}
}
