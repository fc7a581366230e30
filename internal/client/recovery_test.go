package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/ratelimit"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

const logoMeta = `,"meta":{"a":1},"creator":"me"`

// An upload without a custom ID whose outcome is unknown is sent once, and its
// error names the candidates. None is adopted.
func TestCreateImageGeneratedIDAmbiguous(t *testing.T) {
	t.Parallel()
	const ours = "57a4d001-ac1d-4e57-0b5e-000000000100"
	tests := map[string]struct {
		prepare    func(*fakeapi.Server)
		candidates []string
		lists      int
	}{
		"stored": {
			prepare:    func(s *fakeapi.Server) { s.DropResponseAfterCommit(1) },
			candidates: []string{ours},
			lists:      1,
		},
		"not stored":     {prepare: func(s *fakeapi.Server) { s.DropBeforeRequest(1) }, lists: 1},
		"not listed yet": {prepare: func(s *fakeapi.Server) { s.DropResponseAfterCommit(1); s.DelayVisibility(1) }, lists: 1},
		"not stored, and somebody's image of that second": {prepare: func(s *fakeapi.Server) {
			s.DropBeforeRequest(1)
			s.AddImage(stored(idA, "logo.png", now(0), logoMeta))
		}, candidates: []string{idA}, lists: 1},
		"stored, and somebody's image of that second": {prepare: func(s *fakeapi.Server) {
			s.DropResponseAfterCommit(1)
			s.AddImage(stored(idA, "logo.png", now(0), logoMeta))
		}, candidates: []string{ours, idA}, lists: 1},
		"others differ in time, name, creator or access": {prepare: func(s *fakeapi.Server) {
			s.DropBeforeRequest(1)
			s.AddImage(stored(idA+"0", "logo.png", now(-2*time.Second), logoMeta))
			s.AddImage(stored(idA+"1", "Logo.png", now(0), logoMeta))
			s.AddImage(stored(idA+"2", "logo.png", now(0), `,"creator":"you"`))
			s.AddImage(strings.Replace(stored(idA+"3", "logo.png", now(0), logoMeta), "false", "true", 1))
			s.AddImage(strings.Replace(stored(idA+"4", "logo.png", now(0), logoMeta), `"logo.png"`, "null", 1))
			s.AddImage(strings.Replace(stored(idA+"5", "logo.png", "x", logoMeta), `"uploaded":"x",`, "", 1))
		}, lists: 1},
		"the listing is denied": {prepare: func(s *fakeapi.Server) {
			s.DropResponseAfterCommit(1)
			s.Fail("v2", 1, fakeapi.Respond(403, "application/json", failure(`{"code":10000,"message":"Authentication error"}`)))
		}, lists: 1},
		"the listing fails once": {prepare: func(s *fakeapi.Server) {
			s.DropResponseAfterCommit(1)
			s.Fail("v2", 1, fakeapi.Respond(502, "text/plain", ""))
		}, candidates: []string{ours}, lists: 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake := fakeapi.New()
				test.prepare(fake)
				c := newPipeClient(t, fake)
				image, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, logo(""))
				e := asError(t, err)
				if image != nil || !e.MaybeApplied {
					t.Errorf("got %v, %+v, want an ambiguous error", image, e)
				}
				if diff := cmp.Diff(test.candidates, candidateIDs(e.Candidates)); diff != "" {
					t.Errorf("candidates (-want +got):\n%s", diff)
				}
				requests := imageRequests(fake)
				posts := slices.DeleteFunc(slices.Clone(requests), func(r string) bool { return !strings.HasPrefix(r, "POST v1") })
				if len(slices.Compact(posts)) != 1 || len(requests)-len(posts) != test.lists {
					t.Errorf("got requests %q, want one POST and %d listings", requests, test.lists)
				}
			})
		})
	}
}

// An upload from a URL isn't compared by file name, so any image of the same
// second is a candidate.
func TestCreateImageFromURLAmbiguous(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// The clock of the bubble begins before the uploads of the fake API.
		if err := ratelimit.Sleep(t.Context(), time.Until(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC))); err != nil {
			t.Fatal(err)
		}
		fake := fakeapi.New()
		fake.DropBeforeRequest(1)
		fake.AddImage(stored(idA, "somebody.png", now(0), ""))
		image, _, err := newPipeClient(
			t,
			fake,
		).CreateImage(t.Context(), fakeapi.AccountID, Upload{URL: "https://example.com/a.png"})
		want := []Candidate{{ID: idA, Filename: "somebody.png", Uploaded: now(0)}}
		if e := asError(t, err); image != nil || !cmp.Equal(e.Candidates, want) {
			t.Errorf("got %v, candidates %v, want %v", image, e.Candidates, want)
		}
	})
}

// A cancellation does not stop the listing of the candidates.
func TestCreateImageAmbiguousInterrupted(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]string{"generated ID": "", "custom ID": "a"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			c := newUploadClient(t, onUpload(fake, 1, storedThen(fake, func(_ http.ResponseWriter, r *http.Request) {
				interrupt()
				<-r.Context().Done()
			})))
			image, _, err := c.CreateImage(ctx, fakeapi.AccountID, logo(id))
			if id != "" {
				if err != nil || image.ID != id {
					t.Errorf("got %v, %v", image, err)
				}
				return
			}
			if e := asError(t, err); e.Kind != Canceled || !e.MaybeApplied || len(e.Candidates) != 1 {
				t.Errorf("got %v (%s), maybe applied: %t, candidates %v", e, e.Kind, e.MaybeApplied, e.Candidates)
			}
		})
	}
}

// Images of this run are not candidates for another upload.
func TestCreateImageAmbiguousAfterAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := fakeapi.New()
		c := newPipeClient(t, fake)
		if _, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, logo("")); err != nil {
			t.Fatal(err)
		}
		fake.DropBeforeRequest(1)
		_, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, logo(""))
		if e := asError(t, err); !e.MaybeApplied || e.Candidates != nil {
			t.Errorf("got %+v", e)
		}
	})
}

// After an upload with an unknown outcome, the custom ID is read. Only an image
// of that attempt counts as its result; a conflict of a later attempt is
// ambiguous.
func TestCreateImageCustomIDAmbiguous(t *testing.T) {
	t.Parallel()
	const post, get = "POST v1 ", "GET v1/a "
	lostThen := func(image func() string) func(*fakeapi.Server) {
		return func(s *fakeapi.Server) {
			s.FailMethod(http.MethodPost, "v1", 1, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				s.AddImage(image())
				fakeapi.Reset(w, r)
			})
		}
	}
	foreign := func(filename string, ago time.Duration, more string) func(*fakeapi.Server) {
		return lostThen(func() string { return stored("a", filename, now(-ago), more) })
	}
	tests := map[string]struct {
		prepare   func(*fakeapi.Server)
		kind      Kind // empty for success
		ambiguous bool
		want      []string
	}{
		"stored": {
			prepare: func(s *fakeapi.Server) { s.DropResponseAfterCommit(1) },
			want:    []string{post + "0", get + "200"},
		},
		"not stored": {
			prepare: func(s *fakeapi.Server) { s.DropBeforeRequest(1) },
			want:    []string{post + "0", get + "404", post + "200"},
		},
		"never stored": {
			prepare: func(s *fakeapi.Server) { s.FailMethod("POST", "v1", 3, readThen(503, "", "")) }, kind: Unavailable, ambiguous: true,
			want: slices.Repeat([]string{post + "503", get + "404"}, 3),
		},
		"stored, but not shown": {
			prepare: func(s *fakeapi.Server) { s.DropResponseAfterCommit(1); s.DelayVisibility(-1) },
			kind:    Exists, ambiguous: true, want: []string{post + "0", get + "404", post + "409"},
		},
		"not stored, and somebody takes the ID before the retry": {
			prepare: func(s *fakeapi.Server) {
				s.FailMethod("POST", "v1", 1, readThen(503, "", ""))
				s.FailMethod("POST", "v1", 1, func(w http.ResponseWriter, r *http.Request) {
					s.AddImage(stored("a", "logo.png", now(0), logoMeta))
					s.ServeHTTP(w, r)
				})
			}, kind: Exists, ambiguous: true, want: []string{post + "503", get + "404", post + "409", post + "409"},
		},
		"an older one": {
			prepare: foreign("logo.png", 2*time.Second, logoMeta),
			kind:    Exists,
			want:    []string{post + "0", get + "200"},
		},
		"one of another name": {
			prepare: foreign("logo.gif", 0, logoMeta),
			kind:    Exists,
			want:    []string{post + "0", get + "200"},
		},
		"one of another creator": {
			prepare: foreign("logo.png", 0, `,"meta":{"a":1}`),
			kind:    Exists,
			want:    []string{post + "0", get + "200"},
		},
		"one with other metadata": {
			prepare: foreign("logo.png", 0, `,"meta":{},"creator":"me"`),
			kind:    Exists,
			want:    []string{post + "0", get + "200"},
		},
		"taken from the beginning": {prepare: func(s *fakeapi.Server) {
			s.AddImage(stored("a", "logo.png", now(0), logoMeta))
		}, kind: Exists, want: []string{post + "409"}},
		"rate limited, then taken": {prepare: func(s *fakeapi.Server) {
			s.FailMethod("POST", "v1", 1, readThen(429, "text/plain", ""))
			s.AddImage(stored("a", "logo.png", now(0), logoMeta))
		}, kind: Exists, want: []string{post + "429", post + "409"}},
		"the read is denied": {prepare: func(s *fakeapi.Server) {
			s.DropResponseAfterCommit(1)
			s.FailMethod("GET", "a", 1, fakeapi.Respond(403, "application/json", failure(`{"code":10000,"message":"no"}`)))
		}, kind: Unreachable, ambiguous: true, want: []string{post + "0", get + "403"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake := fakeapi.New()
				test.prepare(fake)
				c := newPipeClient(t, fake, func(config *Config) { config.MaxRetries = new(2) })
				image, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, logo("a"))
				switch {
				case test.kind == "":
					if err != nil || image.ID != "a" || string(fake.Content("a")) != dot {
						t.Errorf("got %v, %v", image, err)
					}
				case image != nil || !errors.Is(err, test.kind) || isAmbiguous(err) != test.ambiguous:
					t.Errorf("got %v, ambiguous: %t: %v, want %s, %t", image, isAmbiguous(err), err, test.kind, test.ambiguous)
				}
				if diff := cmp.Diff(test.want, imageRequests(fake)); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// Upload times are compared with the clock of the API.
func TestCreateImageAmbiguousByAnotherClock(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		ahead    time.Duration // the API's clock
		uploaded time.Duration // after the start, by the API's clock
		want     bool
	}{
		"an hour ahead, ours":                 {ahead: time.Hour, want: true},
		"an hour ahead, one before":           {ahead: time.Hour, uploaded: -10 * time.Second},
		"an hour behind, ours":                {ahead: -time.Hour, want: true},
		"an hour behind, one before":          {ahead: -time.Hour, uploaded: -10 * time.Second},
		"no clock at all, an image of before": {ahead: -30 * 365 * 24 * time.Hour, uploaded: 30*365*24*time.Hour - time.Hour},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				image := stored("a", "logo.png", now(test.ahead+test.uploaded), "")
				c := newPipeClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Date", time.Now().UTC().Add(test.ahead).Format(http.TimeFormat))
					_, _ = io.Copy(io.Discard, r.Body)
					if r.Method == http.MethodPost {
						w.WriteHeader(http.StatusBadGateway)
						return
					}
					_, _ = io.WriteString(w, image)
				}))
				_, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, Upload{ID: "a", File: contentOf("logo.png", dot)})
				if got := err == nil; got != test.want {
					t.Errorf("resolved: %t, want %t: %v", got, test.want, err)
				}
			})
		})
	}
}

// A listing that lacks an object of this run is read again, within the retry
// budget, and then returned.
func TestListAwaitsNewObjects(t *testing.T) {
	t.Parallel()
	hasImage := func(ctx context.Context, c *Client) (bool, error) {
		images, _, err := c.ListImages(ctx, fakeapi.AccountID, Filter{Creator: new("me")})
		return slices.ContainsFunc(images, func(image Image) bool { return image.ID == "a" }), err
	}
	hasVariant := func(ctx context.Context, c *Client) (bool, error) {
		variants, _, err := c.ListVariants(ctx, fakeapi.AccountID)
		_, is := variants["card"]
		return is, err
	}
	createImage := func(ctx context.Context, c *Client) error {
		_, _, err := c.CreateImage(ctx, fakeapi.AccountID, logo("a"))
		return err
	}
	createVariant := func(ctx context.Context, c *Client) error {
		_, _, err := c.CreateVariant(ctx, fakeapi.AccountID, newCard())
		return err
	}
	tests := map[string]struct {
		stale  func(*fakeapi.Server)
		create func(context.Context, *Client) error
		has    func(context.Context, *Client) (bool, error)
		want   bool
		reads  int
	}{
		"an image, immediately": {
			stale:  func(*fakeapi.Server) {},
			create: createImage,
			has:    hasImage,
			want:   true,
			reads:  1,
		},
		"an image, later": {
			stale:  func(s *fakeapi.Server) { s.DelayVisibility(2) },
			create: createImage,
			has:    hasImage,
			want:   true,
			reads:  3,
		},
		"an image, not in time": {
			stale:  func(s *fakeapi.Server) { s.DelayVisibility(-1) },
			create: createImage,
			has:    hasImage,
			reads:  5,
		},
		"a variant, later": {
			stale:  func(s *fakeapi.Server) { s.StaleReads(2) },
			create: createVariant,
			has:    hasVariant,
			want:   true,
			reads:  3,
		},
		"a variant, not in time": {
			stale:  func(s *fakeapi.Server) { s.StaleReads(-1) },
			create: createVariant,
			has:    hasVariant,
			reads:  5,
		},
		"a variant, in another run": {stale: func(s *fakeapi.Server) { s.StaleReads(2) }, has: hasVariant, reads: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake := fakeapi.New()
				test.stale(fake)
				c := newPipeClient(t, fake)
				if test.create == nil {
					fake.PutVariant("card", cardOptions, true)
				} else if err := test.create(t.Context(), c); err != nil {
					t.Fatal(err)
				}
				before := len(fake.Requests())
				got, err := test.has(t.Context(), c)
				if reads := len(fake.Requests()) - before; err != nil || got != test.want || reads != test.reads {
					t.Errorf("got %t by %d reads, %v, want %t by %d", got, reads, err, test.want, test.reads)
				}
			})
		})
	}
}

// A read of an object of this run retries a 404.
func TestGetAwaitsNewObjects(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := fakeapi.New()
		fake.DelayVisibility(2)
		c := newPipeClient(t, fake)
		if _, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, logo("a")); err != nil {
			t.Fatal(err)
		}
		if image, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{}); err != nil || image.ID != "a" {
			t.Errorf("got %v, %v", image, err)
		}
	})
}

// A read of an object that this run has updated retries a 404 as well: an
// earlier run may have created it a moment ago.
func TestGetAwaitsUpdatedObjects(t *testing.T) {
	t.Parallel()
	reads := map[string]struct {
		id   string
		read func(context.Context, *Client) error
	}{
		"image": {id: "brand/logo", read: func(ctx context.Context, c *Client) error {
			if _, _, err := c.UpdateImage(ctx, fakeapi.AccountID, "brand/logo", ImageUpdate{Creator: new("me")}); err != nil {
				return err
			}
			_, _, err := c.GetImage(ctx, fakeapi.AccountID, "brand/logo", ReadOptions{})
			return err
		}},
		"variant": {id: "hero", read: func(ctx context.Context, c *Client) error {
			if _, _, err := c.UpdateVariant(ctx, fakeapi.AccountID, &Variant{ID: "hero", Width: new(300.0)}, nil); err != nil {
				return err
			}
			_, _, err := c.GetVariant(ctx, fakeapi.AccountID, "hero", ReadOptions{})
			return err
		}},
	}
	for object, test := range reads {
		t.Run(object, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake := fakeapi.New()
				var patched atomic.Bool
				handler := func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodPatch && !patched.Swap(true) {
						fake.FailMethod(http.MethodGet, test.id, 2, fakeapi.Respond(404, "text/plain", "ERROR 5404: Image not found"))
						if object == "variant" {
							fake.FailMethod(http.MethodGet, "variants", 1, pageOf(`{"variants":{}}`))
						}
					}
					fake.ServeHTTP(w, r)
				}
				if err := test.read(t.Context(), newPipeClient(t, http.HandlerFunc(handler))); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// The API derives the file name of a fetched image from its URL, which
// distinguishes uploads of the same second.
func TestCreateImageCustomIDFromURLAmbiguous(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		url, filename string
		want          Kind // empty for success
	}{
		"same name":         {url: "https://example.com/a.png", filename: `"a.png"`},
		"escaped name":      {url: "https://example.com/a%20b.png", filename: `"a%20b.png"`},
		"unescaped name":    {url: "https://example.com/a%20b.png", filename: `"a b.png"`},
		"name with a query": {url: "https://example.com/a.png?b=c.png", filename: `"a.png"`},
		"no name":           {url: "https://example.com/a.png", filename: "null"},
		"another name":      {url: "https://example.com/a.png", filename: `"b.png"`, want: Exists},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake := fakeapi.New()
				fake.FailMethod(http.MethodPost, "v1", 1, func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
					s := stored("a", "-", now(0), "")
					fake.AddImage(strings.Replace(s, `"-"`, test.filename, 1))
					fakeapi.Reset(w, r)
				})
				image, _, err := newPipeClient(t, fake).CreateImage(t.Context(), fakeapi.AccountID, Upload{ID: "a", URL: test.url})
				if test.want != "" {
					if !errors.Is(err, test.want) {
						t.Errorf("got %v, %v, want %s", image, err, test.want)
					}
					return
				}
				if err != nil || image.ID != "a" {
					t.Errorf("got %v, %v", image, err)
				}
			})
		})
	}
}

// Times of the API are corrected by the skew of its clock, and compared with
// local ones with a tolerance. Missing and implausible times are ignored.
func TestClockObserve(t *testing.T) {
	t.Parallel()
	ours := time.Date(2026, 11, 2, 9, 15, 0, 0, time.UTC)
	tests := map[string]struct {
		date     string // the latest Date header, received at the local time ours
		reported string
		want     bool
	}{
		"nothing known, the same time":      {reported: "2026-11-02T09:15:00.000Z"},
		"nothing known, just tolerated":     {reported: "2026-11-02T09:14:59.000Z"},
		"nothing known, a little too early": {reported: "2026-11-02T09:14:58.999Z", want: true},
		"another time zone":                 {reported: "2026-11-02T10:14:59+01:00"},
		"a minute ahead, just tolerated":    {date: "Mon, 02 Nov 2026 09:16:00 GMT", reported: "2026-11-02T09:15:59Z"},
		"a minute ahead, too early": {
			date:     "Mon, 02 Nov 2026 09:16:00 GMT",
			reported: "2026-11-02T09:15:58Z",
			want:     true,
		},
		"a minute behind, just tolerated": {date: "Mon, 02 Nov 2026 09:14:00 GMT", reported: "2026-11-02T09:13:59Z"},
		"a minute behind, too early": {
			date:     "Mon, 02 Nov 2026 09:14:00 GMT",
			reported: "2026-11-02T09:13:58Z",
			want:     true,
		},
		"a day behind": {date: "Sun, 01 Nov 2026 09:15:00 GMT", reported: "2026-11-01T09:14:59Z"},
		"more than a day behind": {
			date:     "Sun, 01 Nov 2026 09:14:59 GMT",
			reported: "2026-11-01T09:14:59Z",
			want:     true,
		},
		"more than a day ahead": {date: "Tue, 03 Nov 2026 09:15:01 GMT", reported: "2026-11-02T09:15:00Z"},
		"no clock at all": {
			date:     "Thu, 01 Jan 1970 00:00:00 GMT",
			reported: "2026-11-02T09:14:56Z",
			want:     true,
		},
		"no date":        {date: "yesterday", reported: "2026-11-02T09:14:56Z", want: true},
		"no time":        {want: true},
		"malformed time": {reported: "now", want: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c clock
			c.observe(http.Header{"Date": {test.date}}, ours)
			c.observe(nil, ours) // without a response, the skew is kept
			if got := c.isBefore(test.reported, ours); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

// A time in whole seconds may be rounded, others are compared exactly.
func TestClockIsBefore(t *testing.T) {
	t.Parallel()
	sent := time.Date(2026, 11, 2, 9, 15, 30, 500_900_000, time.UTC)
	for reported, want := range map[string]bool{
		"2026-11-02T09:15:30Z":     false,
		"2026-11-02T09:15:29Z":     true,
		"2026-11-02T09:15:30.500Z": false,
		"2026-11-02T09:15:30.499Z": true,
		"2026-11-02T09:15:31.000Z": false,
		"yesterday":                true,
		"":                         true,
	} {
		if got := new(clock).isBefore(reported, sent); got != want {
			t.Errorf("%q: got %t, want %t", reported, got, want)
		}
	}
}
