package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/ratelimit"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// Identical concurrent reads send one request. A read that is retried on a 404
// is not identical to one that isn't.
func TestInFlight(t *testing.T) {
	t.Parallel()
	tests := map[string]func(i int) (id string, options ReadOptions){
		"two images":  func(i int) (string, ReadOptions) { return fmt.Sprint(i % 2), ReadOptions{} },
		"two options": func(i int) (string, ReadOptions) { return "0", ReadOptions{RetryNotFound: i%2 == 0} },
	}
	for name, readOf := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api := &limitedAPI{quota: 1200, window: 300 * time.Second, latency: time.Second}
				c, err := New(Config{Credentials: APIToken(fakeapi.Token), Transport: api})
				if err != nil {
					t.Fatal(err)
				}
				var readers sync.WaitGroup
				for i := range 64 {
					readers.Go(func() {
						id, options := readOf(i)
						if image, _, err := c.GetImage(t.Context(), "a", id, options); err != nil || image.ID != id {
							t.Errorf("got %+v, %v", image, err)
						}
					})
				}
				readers.Wait()
				if api.seen != 2 {
					t.Errorf("requests: got %d, want 2", api.seen)
				}
				// Results are not cached.
				if _, _, err := c.GetImage(t.Context(), "a", "0", ReadOptions{}); err != nil || api.seen != 3 {
					t.Errorf("got %v and %d requests, want a third one", err, api.seen)
				}
			})
		})
	}
}

// A canceled caller returns immediately, with the cause. The others get the
// response, to another request if the first caller is the canceled one.
func TestInFlightCancel(t *testing.T) {
	t.Parallel()
	interrupt := errors.New("operator pressed Ctrl-C")
	synctest.Test(t, func(t *testing.T) {
		api := &limitedAPI{quota: 1200, window: 300 * time.Second, latency: 10 * time.Second}
		c, err := New(Config{Credentials: APIToken(fakeapi.Token), Transport: api})
		if err != nil {
			t.Fatal(err)
		}
		read := func(cancelAfter, wantTook time.Duration, want error) func() {
			ctx, cancel := context.WithCancelCause(t.Context())
			if cancelAfter > 0 {
				time.AfterFunc(cancelAfter, func() { cancel(interrupt) })
			}
			return func() {
				defer cancel(nil)
				begin := time.Now()
				_, _, err := c.GetImage(ctx, "a", "same", ReadOptions{})
				if !errors.Is(err, want) || want != nil && !errors.Is(err, Canceled) {
					t.Errorf("got %v, want %v", err, want)
				}
				if took := time.Since(begin); took != wantTook {
					t.Errorf("it took %s, want %s", took, wantTook)
				}
			}
		}
		var readers sync.WaitGroup
		readers.Go(read(0, 10*time.Second, nil))
		synctest.Wait()
		readers.Go(read(time.Second, time.Second, interrupt))
		readers.Go(read(0, 10*time.Second, nil))
		readers.Wait()
		if api.seen != 1 {
			t.Errorf("requests: got %d, want 1", api.seen)
		}
		readers.Go(read(time.Second, time.Second, interrupt))
		synctest.Wait()
		readers.Go(read(0, 11*time.Second, nil))
		readers.Go(read(0, 11*time.Second, nil))
		readers.Wait()
		if api.seen != 2 {
			t.Errorf("requests with a response: got %d, want 2", api.seen)
		}
	})
}

// A canceled context starts no request.
func TestInFlightCanceledBefore(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := coalesce(ctx, new(inFlight), readOf("a"), "", func() (int, []Message, error) {
		t.Error("a request was sent")
		return 0, nil, nil
	})
	if !errors.Is(err, Canceled) {
		t.Errorf("got %v, want Canceled", err)
	}
}

func readOf(accountID string) request { return newGet(1, "accounts", accountID, "images", "v1", "x") }

// A read doesn't join one that began before a write to its account, but does
// join one of another account.
func TestInFlightWrite(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := inFlight{writes: map[string]int{}}
		response := make(chan struct{})
		sent := 0
		send := func() (int, []Message, error) { //nolint:unparam // as coalesce requires it
			sent++
			number := sent
			<-response
			return number, nil, nil
		}
		var callers sync.WaitGroup
		read := func(accountID string, want int) {
			callers.Go(func() {
				if got, _, err := coalesce(t.Context(), &f, readOf(accountID), "", send); err != nil || got != want {
					t.Errorf("%s: got %v, %v, want the response to request %d", accountID, got, err, want)
				}
			})
			synctest.Wait()
		}
		read("a", 1)
		read("ab", 2)
		f.wrote("a")
		read("a", 3)
		read("ab", 2)
		close(response)
		callers.Wait()
	})
}

// Every request that writes counts as a write, even if it fails.
func TestInFlightFailedWrite(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := &limitedAPI{quota: 1200, window: 300 * time.Second, latency: 10 * time.Second}
		c, err := New(
			Config{Credentials: APIToken(fakeapi.Token), Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodGet {
					return api.RoundTrip(r)
				}
				return &http.Response{
					StatusCode: http.StatusForbidden,
					Header:     http.Header{},
					Body:       io.NopCloser(strings.NewReader("")),
				}, nil
			})},
		)
		if err != nil {
			t.Fatal(err)
		}
		skipProbe(t, c)
		var readers sync.WaitGroup
		read := func() {
			readers.Go(func() {
				if _, _, err := c.GetImage(t.Context(), "a", "same", ReadOptions{}); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		read()
		if _, err := c.DeleteImage(t.Context(), "a", "other", "", NotDeleted); err == nil {
			t.Error("the write succeeded, want an error")
		}
		read()
		readers.Wait()
		if api.seen != 2 {
			t.Errorf("reads: got %d, want 2", api.seen)
		}
	})
}

// A listing ends with its first caller. Another caller then reads all pages.
func TestInFlightListingCanceled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var tokens []string
		c, err := New(
			Config{Credentials: APIToken(fakeapi.Token), Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				token := r.URL.Query().Get("continuation_token")
				tokens = append(tokens, token)
				page := `{"success": true, "errors": [], "messages": [], "result": {"images": [{"id": "1"}], "continuation_token": "next"}}`
				if token == "next" {
					page = `{"success": true, "errors": [], "messages": [], "result": {"images": [{"id": "2"}], "continuation_token": null}}`
				}
				if err := ratelimit.Sleep(r.Context(), 10*time.Second); err != nil {
					return nil, err
				}
				return &http.Response{
					StatusCode: http.StatusOK,
					Header:     http.Header{},
					Body:       io.NopCloser(strings.NewReader(page)),
				}, nil
			})},
		)
		if err != nil {
			t.Fatal(err)
		}
		first, cancel := context.WithTimeout(t.Context(), 15*time.Second) // during the second page
		defer cancel()
		var callers sync.WaitGroup
		callers.Go(func() {
			if _, _, err := c.ListImages(first, "a", Filter{}); !errors.Is(err, Canceled) {
				t.Errorf("the first caller: got %v, want Canceled", err)
			}
		})
		synctest.Wait()
		callers.Go(func() {
			if images, _, err := c.ListImages(t.Context(), "a", Filter{}); err != nil || len(images) != 2 {
				t.Errorf("the second caller: got %d images, %v, want 2", len(images), err)
			}
		})
		callers.Wait()
		if got := fmt.Sprintf("%q", tokens); got != `["" "next" "" "next"]` {
			t.Errorf("pages: got %s", got)
		}
	})
}
