package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
)

// Identical reads under way at the same time are one request.
func TestSharing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &limitedAPI{quota: 1200, window: 300 * time.Second, latency: time.Second}
		c, err := New(Config{Credentials: APIToken(standin.Token), Transport: api})
		if err != nil {
			t.Fatal(err)
		}
		var readers sync.WaitGroup
		for i := range 64 {
			readers.Go(func() {
				id := fmt.Sprint(i % 2)
				image, _, err := c.GetImage(t.Context(), "a", id)
				if err != nil || image.ID != id {
					t.Errorf("got %+v, %v", image, err)
				}
			})
		}
		readers.Wait()
		if api.seen != 2 {
			t.Errorf("requests: got %d, want 2", api.seen)
		}
		// Nothing is kept.
		if _, _, err := c.GetImage(t.Context(), "a", "0"); err != nil || api.seen != 3 {
			t.Errorf("got %v and %d requests, want a third one", err, api.seen)
		}
		if len(c.flights.byKey) != 0 {
			t.Errorf("%d flights are left over", len(c.flights.byKey))
		}
	})
}

// One caller that goes away does not take the others with it; the last one
// ends the request.
func TestSharingCancel(t *testing.T) {
	t.Parallel()
	gone := errors.New("operator pressed Ctrl-C")
	synctest.Test(t, func(t *testing.T) {
		api := &limitedAPI{quota: 1200, window: 300 * time.Second, latency: 10 * time.Second}
		c, err := New(Config{Credentials: APIToken(standin.Token), Transport: api})
		if err != nil {
			t.Fatal(err)
		}
		read := func(after time.Duration, want error) func() {
			ctx, cancel := context.WithCancelCause(t.Context())
			if after > 0 {
				time.AfterFunc(after, func() { cancel(gone) })
			}
			return func() {
				defer cancel(nil)
				begin := time.Now()
				_, _, err := c.GetImage(ctx, "a", "same")
				if !errors.Is(err, want) {
					t.Errorf("got %v, want %v", err, want)
				}
				if took := time.Since(begin); after > 0 && took != after {
					t.Errorf("it took %s to stop, want %s", took, after)
				}
			}
		}
		var readers sync.WaitGroup
		readers.Go(read(time.Second, gone)) // the first caller
		readers.Go(read(0, nil))
		readers.Go(read(2*time.Second, gone))
		readers.Wait()
		if api.seen != 1 {
			t.Errorf("requests: got %d, want 1", api.seen)
		}
		// All go away: the request ends with them, and a newcomer gets one of his own.
		readers.Go(read(time.Second, gone))
		readers.Go(read(2*time.Second, gone))
		readers.Wait()
		read(0, nil)()
		if api.seen != 2 {
			t.Errorf("answered requests: got %d, want 2", api.seen)
		}
	})
}

// A caller who asks for what all others have given up, but which has not ended
// yet, gets a read of his own.
func TestSharingWithOneThatEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var f flights
		ending := make(chan struct{})
		reads := 0
		fly := func(ctx context.Context) (int, error) {
			reads++
			if reads > 1 {
				return 42, nil
			}
			<-ctx.Done()
			<-ending // it takes its time
			return 0, &Error{Kind: Canceled, Err: context.Cause(ctx)}
		}
		ctx, cancel := context.WithCancel(t.Context())
		var callers sync.WaitGroup
		callers.Go(func() {
			if _, err := join(ctx, &f, request{}, "/key", fly); !errors.Is(err, Canceled) {
				t.Errorf("the first caller: got %v, want it canceled", err)
			}
		})
		synctest.Wait()
		cancel()
		synctest.Wait()
		callers.Go(func() {
			if got, err := join(t.Context(), &f, request{}, "/key", fly); err != nil || got != 42 {
				t.Errorf("the second caller: got %v, %v", got, err)
			}
		})
		synctest.Wait()
		close(ending)
		callers.Wait()
		if reads != 2 || len(f.byKey) != 0 {
			t.Errorf("got %d reads and %d flights left, want 2 and none", reads, len(f.byKey))
		}
	})
}

// What has begun before a write is not joined after it: it may bring what was
// before. Another account's reads are.
func TestWriteParts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var f flights
		landing := make(chan struct{})
		started := 0
		fly := func(ctx context.Context) (int, error) {
			started++
			number := started
			<-landing
			return number, ctx.Err()
		}
		var callers sync.WaitGroup
		ask := func(key string, want int) {
			callers.Go(func() {
				if got, err := join(t.Context(), &f, request{}, key, fly); err != nil || got != want {
					t.Errorf("%s: got %v, %v, want the one of flight %d", key, got, err, want)
				}
			})
			synctest.Wait()
		}
		ask("/accounts/a/images/v1/x", 1)
		ask("/accounts/ab/images/v1/x", 2)
		f.forget("/accounts/a")
		ask("/accounts/a/images/v1/x", 3)
		ask("/accounts/ab/images/v1/x", 2)
		close(landing)
		callers.Wait()
	})
}

// Nobody whose own context lives on gets the end of one who left at the same
// moment.
func TestSharingWithOneThatLeaves(t *testing.T) {
	t.Parallel()
	var f flights
	fly := func(ctx context.Context) (int, error) {
		select {
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		case <-time.After(20 * time.Microsecond):
			return 1, nil
		}
	}
	for range 1000 {
		ctx, cancel := context.WithCancel(t.Context())
		var callers sync.WaitGroup
		callers.Go(func() { _, _ = join(ctx, &f, request{}, "/key", fly) })
		callers.Go(cancel)
		for range 4 {
			callers.Go(func() {
				if _, err := join(t.Context(), &f, request{}, "/key", fly); err != nil {
					t.Errorf("got %v", err)
				}
			})
		}
		callers.Wait()
	}
	if len(f.byKey) != 0 {
		t.Errorf("%d flights are left over", len(f.byKey))
	}
}

// Who has gone before asking starts nothing.
func TestSharingWithoutACaller(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var f flights
	_, err := join(ctx, &f, request{}, "/key", func(context.Context) (int, error) {
		t.Error("it flies")
		return 0, nil
	})
	if !errors.Is(err, Canceled) {
		t.Errorf("got %v", err)
	}
}

// A flight ends with its last caller: nobody joins what has landed, and what
// hangs on its context is let go.
func TestFlightsEnd(t *testing.T) {
	t.Parallel()
	var f flights
	first, isNew := f.enter(t.Context(), "/key")
	if second, joined := f.enter(t.Context(), "/key"); second != first || joined || !isNew {
		t.Error("the second caller does not join the first")
	}
	f.land("/key", first)
	if third, isNew := f.enter(t.Context(), "/key"); third == first || !isNew {
		t.Error("a caller joins a flight that has landed")
	}
	flown := make(chan context.Context, 1)
	_, err := join(t.Context(), &f, request{}, "/another", func(ctx context.Context) (int, error) {
		flown <- ctx
		return 0, ctx.Err()
	})
	if ctx := <-flown; err != nil || ctx.Err() == nil {
		t.Errorf("got %v, and a context that goes on", err)
	}
}
