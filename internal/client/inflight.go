package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sync/singleflight"
)

// inFlight coalesces identical concurrent reads into one request. Results are not
// cached: the next read sends a new request.
type inFlight struct {
	group singleflight.Group

	mu     sync.Mutex
	writes map[string]int // number of completed writes, by account ID
}

// wrote prevents later reads of an account from joining reads that began before
// the end of a write, which may return the state before it.
func (f *inFlight) wrote(accountID string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.writes[accountID]++
}

// key returns the key by which identical reads are coalesced.
func (f *inFlight) key(r request, variety string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return fmt.Sprintf("%d %s %t %s", f.writes[r.account()], r.path(), r.retryNotFound, variety)
}

// response is the result of a read, with its messages. Callers share the value and
// must not modify it.
type response[T any] struct {
	value    T
	messages []Message
}

// read sends a request, or joins an identical one in flight. It decodes the result
// into a copy of empty.
func read[T any, P interface {
	*T
	json.Unmarshaler
}](ctx context.Context, c *Client, r request, empty T) (T, []Message, error) {
	return coalesce(ctx, &c.inFlight, r, "", func() (T, []Message, error) {
		value := empty
		messages, err := c.do(ctx, r, P(&value))
		return value, messages, err
	})
}

// coalesce calls send, or waits for a call in flight for the same request and
// variety. A caller whose context ends returns immediately. send uses the
// context of its first caller, so no request outlives its callers; if the first
// caller is canceled, another one sends the request again.
func coalesce[T any](
	ctx context.Context, f *inFlight, r request, variety string, send func() (T, []Message, error),
) (nothing T, _ []Message, _ error) {
	for ctx.Err() == nil {
		started := make(chan struct{})
		results := f.group.DoChan(f.key(r, variety), func() (any, error) {
			close(started)
			value, messages, err := send()
			return response[T]{value, messages}, err
		})
		var result singleflight.Result
		select {
		case result = <-results:
		case <-ctx.Done():
			select {
			case <-started:
				result = <-results // immediately, and its error describes the wait
			default:
				continue
			}
		}
		if errors.Is(result.Err, Canceled) && ctx.Err() == nil {
			continue
		}
		if result.Err != nil {
			return nothing, nil, result.Err // without a partially decoded value
		}
		got, _ := result.Val.(response[T]) // always succeeds
		return got.value, got.messages, nil
	}
	return nothing, nil, r.newError(Canceled, context.Cause(ctx))
}
