package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func prefetching(config *Config) { config.PrefetchImages = true }

func TestPrefetch(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		stored, reads     int
		listings, singles int // requests
	}{
		"one of few":                 {stored: 100, reads: 1, listings: 1},
		"a thousand":                 {stored: 900, reads: 900, listings: 1},
		"on two pages, one by one":   {stored: 1900, reads: 1900, listings: 2, singles: 1},
		"the oldest of many pages":   {stored: 5000, reads: 1, listings: 1, singles: 1},
		"some of the oldest of many": {stored: 5000, reads: 3, listings: 3, singles: 3},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			store(fake, test.stored, "")
			c := start(t, fake, prefetching)
			for i := range test.reads {
				id := fmt.Sprintf("many/%04d", i)
				if image, _, err := c.GetImage(t.Context(), fakeapi.AccountID, id, ReadOptions{}); err != nil || image.ID != id {
					t.Fatalf("got %+v, %v, want %s", image, err, id)
				}
			}
			listings, singles := counts(fake)
			if listings != test.listings || singles != test.singles {
				t.Errorf(
					"requests: got %d listings and %d single ones, want %d and %d",
					listings,
					singles,
					test.listings,
					test.singles,
				)
			}
			if listings+singles > 2*test.reads {
				t.Errorf("got %d requests for %d reads", listings+singles, test.reads)
			}
		})
	}
}

// Concurrent readers share the snapshot. Missing images are read individually.
func TestPrefetchConcurrently(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	store(fake, 500, "")
	c := start(t, fake, prefetching)
	var readers sync.WaitGroup
	for i := range 64 {
		readers.Go(func() {
			want, id := error(nil), fmt.Sprintf("many/%04d", i)
			switch i % 8 {
			case 0:
				id = "610a686f-3fa7-46ca-e36d-3c00bd791b00" // a draft, which is not listed
			case 1:
				id, want = fmt.Sprint("none/", i), NotFound
			}
			image, _, err := c.GetImage(t.Context(), fakeapi.AccountID, id, ReadOptions{})
			if !errors.Is(err, want) || (want == nil && image.ID != id) {
				t.Errorf("%s: got %+v, %v", id, image, err)
			}
		})
	}
	readers.Wait()
	if listings, singles := counts(fake); listings != 1 || singles < 9 || singles > 16 {
		t.Errorf("requests: got %d listings and %d single ones, want 1 and 9 to 16", listings, singles)
	}
}

// readConcurrently reads n images at the same time.
func readConcurrently(t *testing.T, c *Client, n int, id func(int) string) {
	t.Helper()
	var readers sync.WaitGroup
	for i := range n {
		readers.Go(func() {
			if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, id(i), ReadOptions{}); err != nil {
				t.Error(err)
			}
		})
	}
	readers.Wait()
}

// Waiting readers make another page worthwhile.
func TestPrefetchPages(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	store(fake, 3500, "")
	fake.Delay(100 * time.Millisecond)
	c := start(t, fake, prefetching)
	readConcurrently(t, c, 10, func(i int) string { return fmt.Sprintf("many/%04d", i) })
	if listings, singles := counts(fake); listings != 4 || singles != 0 {
		t.Errorf("requests: got %d listings and %d single ones, want 4 and 0", listings, singles)
	}
}

// Nothing of a rejected page is served. A page that times out is not a failure
// of the read; it is retried once, even if MaxRetries is larger.
func TestPrefetchMalformedPages(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{
		"half malformed": fakeapi.Respond(
			200, "application/json", success(`{"images":[{"id":"brand/logo","filename":"of-the-bad-page"},{"id":5}]}`),
		),
		"dripping": fakeapi.Dripping(20 * time.Millisecond),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.Fail("v2", -1, handler)
			c := start(t, fake, prefetching, func(config *Config) {
				config.RequestTimeout, config.MaxRetries = 500*time.Millisecond, new(5)
			})
			for range 2 {
				image, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "brand/logo", ReadOptions{})
				if err != nil || *image.Filename != "logo.png" {
					t.Fatalf("got %+v, %v", image, err)
				}
			}
			if listings, singles := counts(fake); listings > 2 || singles != 2 {
				t.Errorf("requests: got %d listings and %d single ones", listings, singles)
			}
		})
	}
}

// Several reads of one image count as one.
func TestPrefetchSameImage(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	store(fake, 5000, "")
	fake.Delay(100 * time.Millisecond)
	c := start(t, fake, prefetching)
	readConcurrently(t, c, 8, func(int) string { return "many/0000" })
	if listings, singles := counts(fake); listings+singles > 2 {
		t.Errorf("requests: got %d listings and %d single ones, want two at most", listings, singles)
	}
}

// A snapshot belongs to one account, and is only read if PrefetchImages is set.
func TestPrefetchIsASnapshot(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	c := start(t, fake, prefetching)
	filename := func() string {
		image, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "brand/logo", ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return *image.Filename
	}
	first := filename()
	fake.AddImage(`{"result":{"id":"brand/logo","filename":"changed.png"},"success":true}`)
	if second := filename(); second != first {
		t.Errorf("got %q after %q, want the snapshot's", second, first)
	}
	_, _, err := c.GetImage(t.Context(), fakeapi.AccountWithoutImages, "brand/logo", ReadOptions{})
	if !errors.Is(err, NotEnabled) {
		t.Errorf("another account: got %v", err)
	}
	plain := fakeapi.New()
	if _, _, err := start(t, plain).GetImage(t.Context(), fakeapi.AccountID, "brand/logo", ReadOptions{}); err != nil {
		t.Fatal(err)
	}
	if listings, singles := counts(plain); listings != 0 || singles != 1 {
		t.Errorf("without prefetching: got %d listings and %d single requests", listings, singles)
	}
}

// An error that affects individual reads as well is returned. Any other error
// only ends the listing.
func TestPrefetchErrors(t *testing.T) {
	t.Parallel()
	const json = "application/json"
	tests := map[string]struct {
		status   int
		body     string
		kind     Kind // empty if the image is read individually
		fallback string
		listings int
	}{
		"malformed image": {
			status:   200,
			body:     `{"result":{"images":[{"id":"x","draft":1}]},"success":true}`,
			fallback: `images[0] (id "x"): draft`,
			listings: 1,
		},
		"no such route": {status: 404, fallback: "404 Not Found", listings: 1},
		"outage":        {status: 503, fallback: "503 Service Unavailable", listings: 1},
		"rejected":      {status: 400, body: failure(`{"code":5400,"message":"no"}`), fallback: "no (code 5400)", listings: 1},
		"not permitted": {
			status:   403,
			body:     failure(`{"code":10000,"message":"Authentication error"}`),
			kind:     NotPermitted,
			listings: 2,
		},
		"throttled": {status: 429, fallback: "429 Too Many Requests", listings: 1},
		"no route at all": {
			status:   400,
			body:     failure(`{"code":7000,"message":"No route"}`),
			fallback: "No route (code 7000)",
			listings: 1,
		},
		"malformed token": {
			status:   400,
			body:     failure(`{"code":6003,"message":"m"}`),
			kind:     MalformedCredentials,
			listings: 2,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.Fail("v2", -1, fakeapi.Respond(test.status, json, test.body))
			var fallbacks []string
			c := start(t, fake, prefetching, func(config *Config) {
				config.Observer.OnFallback = func(_ context.Context, err error) { fallbacks = append(fallbacks, err.Error()) }
			})
			for range 2 {
				image, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "brand/logo", ReadOptions{})
				if test.kind == "" && (err != nil || image.ID != "brand/logo") {
					t.Errorf("got %+v, %v", image, err)
				}
				if test.kind != "" && !errors.Is(err, test.kind) {
					t.Errorf("got %v, want %s", err, test.kind)
				}
			}
			if test.fallback == "" && len(fallbacks) != 0 ||
				test.fallback != "" && (len(fallbacks) != 1 || !strings.Contains(fallbacks[0], test.fallback)) {
				t.Errorf("fallback: got %v, want %q once", fallbacks, test.fallback)
			}
			if listings, _ := counts(fake); listings != test.listings {
				t.Errorf("listings: got %d, want %d", listings, test.listings)
			}
		})
	}
}

// After a cancellation, the snapshot still serves other callers.
func TestPrefetchCancel(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	c := start(t, fake, prefetching)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := c.GetImage(ctx, fakeapi.AccountID, "brand/logo", ReadOptions{}); !errors.Is(err, Canceled) {
		t.Errorf("got %v", err)
	}
	if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "brand/logo", ReadOptions{}); err != nil {
		t.Errorf("got %v", err)
	}
}

// A snapshot from before a write serves nothing after it.
func TestPrefetchInvalidatedReadsNoMore(t *testing.T) {
	t.Parallel()
	s := &snapshots{accounts: map[string]*snapshot{}}
	before := s.get("a", "x")
	if !s.shouldFetchPage(before) {
		t.Fatal("a new snapshot reads nothing")
	}
	s.invalidate("a")
	if after := s.get("a", "y"); after == before || s.shouldFetchPage(after) || s.shouldFetchPage(before) {
		t.Error("the snapshot was not invalidated")
	}
	if !s.shouldFetchPage(s.get("b", "x")) {
		t.Error("the snapshot of another account was invalidated")
	}
}

// The messages of a page are returned to the caller that caused it, even if the
// image is then read individually, and to no later caller.
func TestPrefetchMessages(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{"brand/logo": "[first (code 1)]", "610a686f-3fa7-46ca-e36d-3c00bd791b00": "[first (code 1)]"} {
		fake := fakeapi.New()
		fake.Fail("v2", 1, fakeapi.Respond(
			200,
			"application/json",
			`{"result":{"images":[{"id":"brand/logo"}]},"success":true,"messages":[{"code":1,"message":"first"}]}`,
		))
		c := start(t, fake, prefetching)
		for _, want := range []string{want, "[]"} {
			_, messages, err := c.GetImage(t.Context(), fakeapi.AccountID, id, ReadOptions{})
			if got := fmt.Sprint(messages); err != nil || got != want {
				t.Errorf("%s: got %s, %v, want %s", id, got, err, want)
			}
		}
	}
}

// A canceled caller returns immediately while another one reads a page.
func TestPrefetchCancelWhileAnotherReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := scripted(t, 0, nil, step{status: 200, body: strings.NewReader(success(`{"images":[{"id":"a"}]}`))})
		c.config.PrefetchImages = true
		arrive := make(chan struct{})
		behind := c.http.Transport
		c.http.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
			<-arrive
			return behind.RoundTrip(r)
		})
		var readers sync.WaitGroup
		readers.Go(func() {
			if image, _, err := c.GetImage(t.Context(), "acc", "a", ReadOptions{}); err != nil || image.ID != "a" {
				t.Errorf("remaining caller: got %+v, %v", image, err)
			}
		})
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		readers.Go(func() {
			if image, _, err := c.GetImage(ctx, "acc", "b", ReadOptions{}); image != nil || !errors.Is(err, Canceled) {
				t.Errorf("canceled caller: got %+v, %v", image, err)
			}
		})
		synctest.Wait()
		cancel()
		synctest.Wait()
		close(arrive)
		readers.Wait()
	})
}
