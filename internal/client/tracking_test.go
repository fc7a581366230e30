package client

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/ratelimit"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// objectWrites creates and deletes one object of each type, which exists at
// first.
var objectWrites = map[string]struct {
	create func(context.Context, *Client) error
	delete func(context.Context, *Client) error
	has    func(*fakeapi.Server) bool
}{
	"image": {
		create: func(ctx context.Context, c *Client) error {
			_, _, err := c.CreateImage(ctx, fakeapi.AccountID, logo("brand/logo"))
			return err
		},
		delete: func(ctx context.Context, c *Client) error {
			_, err := c.DeleteImage(ctx, fakeapi.AccountID, "brand/logo", "2026-03-02T08:15:30.120Z", NotDeleted)
			return err
		},
		has: func(s *fakeapi.Server) bool { _, is := s.Image("brand/logo"); return is },
	},
	"variant": {
		create: func(ctx context.Context, c *Client) error {
			_, _, err := c.CreateVariant(ctx, fakeapi.AccountID, newCard())
			return err
		},
		delete: func(ctx context.Context, c *Client) error {
			_, err := c.DeleteVariant(ctx, fakeapi.AccountID, newCard(), time.Time{}, false)
			return err
		},
		has: func(s *fakeapi.Server) bool { _, is := s.Variant("card"); return is },
	},
	"key": {
		create: func(ctx context.Context, c *Client) error {
			_, err := c.CreateSigningKey(ctx, fakeapi.AccountID, "campaign")
			return err
		},
		delete: func(ctx context.Context, c *Client) error {
			_, _, err := c.DeleteSigningKey(ctx, fakeapi.AccountID, "campaign", time.Time{}, "")
			return err
		},
		has: func(s *fakeapi.Server) bool { return slices.Contains(s.KeyNames(), "campaign") },
	},
}

// objectTest is a test of one object of objectWrites.
type objectTest struct {
	*testing.T

	object string
	fake   *fakeapi.Server
	client *Client
}

func (t objectTest) create() error { return objectWrites[t.object].create(t.Context(), t.client) }
func (t objectTest) delete() error { return objectWrites[t.object].delete(t.Context(), t.client) }

// testObjects runs a test for each object of objectWrites, on a fake clock.
func testObjects(t *testing.T, test func(objectTest)) {
	t.Helper()
	for object := range objectWrites {
		t.Run(object, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake := fakeapi.New()
				fake.PutVariant("card", cardOptions, true)
				test(objectTest{t, object, fake, newPipeClient(t, fake)})
			})
		})
	}
}

// If one run creates and deletes the same ID, as after renaming a block or
// shifting a list, the new object remains, whichever request begins first, and
// whatever the response to the DELETE is.
func TestCreateAndDeleteOfOneID(t *testing.T) {
	t.Parallel()
	faults := map[string]func(*fakeapi.Server){
		"no fault":          func(*fakeapi.Server) {},
		"503 after it":      func(s *fakeapi.Server) { failDelete(s, 1, storedThen(s, readThen(503, "", ""))) },
		"lost response":     func(s *fakeapi.Server) { failDelete(s, 1, storedThen(s, fakeapi.Reset)) },
		"three 503 after":   func(s *fakeapi.Server) { failDelete(s, 3, storedThen(s, readThen(503, "", ""))) },
		"503 without doing": func(s *fakeapi.Server) { failDelete(s, 2, readThen(503, "", "")) },
	}
	starts := map[string][2]time.Duration{
		"delete first":        {time.Second, 0},
		"at the same time":    {0, 0},
		"create first":        {0, time.Second},
		"create long before":  {0, 4 * time.Second},
		"create before retry": {200 * time.Millisecond, 0},
	}
	for object, writes := range objectWrites {
		for fault, prepare := range faults {
			for start, at := range starts {
				t.Run(object+", "+fault+", "+start, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						fake := fakeapi.New()
						fake.PutVariant("card", cardOptions, true)
						prepare(fake)
						c := newPipeClient(t, fake)
						created, deleted := make(chan error, 1), make(chan error, 1)
						go func() {
							_ = ratelimit.Sleep(t.Context(), at[0])
							created <- writes.create(t.Context(), c)
						}()
						go func() {
							_ = ratelimit.Sleep(t.Context(), at[1])
							deleted <- writes.delete(t.Context(), c)
						}()
						if err := <-created; err != nil {
							t.Errorf("create: %v", err)
						}
						if err := <-deleted; err != nil {
							t.Errorf("delete: %v", err)
						}
						if !writes.has(fake) {
							t.Error("the new object does not exist")
						}
					})
				})
			}
		}
	}
}

// failDelete handles the next DELETE requests for the objects with a handler.
func failDelete(s *fakeapi.Server, times int, handler http.HandlerFunc) {
	for _, name := range []string{"brand/logo", "card", "campaign"} {
		s.FailMethod(http.MethodDelete, name, times, handler)
	}
}

// A create whose ID is taken waits a few seconds for a delete by this run, and
// then fails without changing anything.
func TestCreateOfATakenIDWaits(t *testing.T) {
	t.Parallel()
	testObjects(t, func(t objectTest) {
		began := time.Now()
		err := t.create()
		if !errors.Is(err, Exists) || isAmbiguous(err) || time.Since(began) != deleteConflictWait {
			t.Errorf("after %s: got %v", time.Since(began), err)
		}
	})
}

// After a failed delete, nothing is created under the ID: two resources would
// hold one object, and a create would give a key a new value.
func TestCreateAfterFailedDelete(t *testing.T) {
	t.Parallel()
	failures := map[string]struct {
		response http.HandlerFunc
		kind     Kind
	}{
		"no response":      {fakeapi.Reset, Unreachable},
		"404 of a gateway": {fakeapi.Respond(404, "text/html", "<title>Not found</title>"), NotFromAPI},
		"rate limit":       {fakeapi.Respond(429, "text/plain", ""), RateLimited},
	}
	for name, failure := range failures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testObjects(t, func(t objectTest) {
				failDelete(t.fake, -1, failure.response)
				err := t.delete()
				if !errors.Is(err, failure.kind) || isAmbiguous(err) != (failure.kind == Unreachable) {
					t.Fatalf("got %v, want %s", err, failure.kind)
				}
				err = t.create()
				if e := asError(t.T, err); e.Kind != DeleteFailed || e.Attempts != 0 {
					t.Errorf("got %+v", e)
				}
			})
		})
	}
}

// deleteAgain deletes the objects of objectWrites after an earlier delete whose
// outcome was unknown.
var deleteAgain = map[string]func(context.Context, *Client) error{
	"image": objectWrites["image"].delete,
	"variant": func(ctx context.Context, c *Client) error {
		_, err := c.DeleteVariant(ctx, fakeapi.AccountID, newCard(), time.Now().Add(-time.Hour), true)
		return err
	},
	"key": objectWrites["key"].delete,
}

// The same applies if the delete wasn't even sent, because the read before it
// failed. A stale listing may lack the object by then.
func TestCreateAfterUnsentDelete(t *testing.T) {
	t.Parallel()
	reads := map[string]string{"image": "brand/logo", "variant": "variants", "key": "keys"}
	testObjects(t, func(t objectTest) {
		t.fake.FailMethod(http.MethodGet, reads[t.object], 5, fakeapi.Reset)
		if err := deleteAgain[t.object](t.Context(), t.client); !errors.Is(err, Unreachable) {
			t.Fatalf("delete: got %v", err)
		}
		if err := t.create(); !errors.Is(err, DeleteFailed) {
			t.Errorf("create: got %v", err)
		}
		if err := deleteAgain[t.object](t.Context(), t.client); err != nil {
			t.Fatalf("second delete: got %v", err)
		}
		if err := t.create(); err != nil {
			t.Errorf("create after a delete: got %v", err)
		}
	})
}

// A delete that leaves somebody else's image untouched hasn't failed: a create
// reports that the ID is taken.
func TestCreateAfterReplacedImage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newPipeClient(t, fakeapi.New())
		if _, err := c.DeleteImage(t.Context(), fakeapi.AccountID, "brand/logo", "2026-01-01T00:00:00Z", NotDeleted); !errors.Is(err, Replaced) {
			t.Fatalf("delete: got %v", err)
		}
		if err := objectWrites["image"].create(t.Context(), c); !errors.Is(err, Exists) {
			t.Errorf("create: got %v", err)
		}
	})
}

// A create that waits for a delete which then fails is rejected as well.
func TestCreateDuringFailedDelete(t *testing.T) {
	t.Parallel()
	testObjects(t, func(t objectTest) {
		failDelete(t.fake, -1, fakeapi.Respond(429, "text/plain", ""))
		created := make(chan error, 1)
		go func() { created <- t.create() }()
		if err := ratelimit.Sleep(t.Context(), time.Second); err != nil {
			t.Fatal(err)
		}
		if err := t.delete(); !errors.Is(err, RateLimited) {
			t.Errorf("delete: got %v", err)
		}
		if err := <-created; !errors.Is(err, DeleteFailed) {
			t.Errorf("create: got %v", err)
		}
	})
}

// An object that is found gone counts as deleted: a create under its ID retries
// conflicts.
func TestCreateAfterObjectFoundGone(t *testing.T) {
	t.Parallel()
	for _, object := range []string{"image", "variant"} {
		t.Run(object, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				if err := ratelimit.Sleep(t.Context(), time.Until(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC))); err != nil {
					t.Fatal(err)
				}
				fake := fakeapi.New()
				fake.RemoveImage("brand/logo")
				c := newPipeClient(t, fake)
				if err := deleteAgain[object](t.Context(), c); err != nil {
					t.Fatal(err)
				}
				fake.FailMethod(http.MethodPost, "v1", 2, fakeapi.Respond(409, "text/plain", "ERROR 5409: Resource already exists"))
				fake.FailMethod(http.MethodPost, "variants", 2, fakeapi.Respond(409, "text/plain", "ERROR 5409: Resource already exists"))
				if err := objectWrites[object].create(t.Context(), c); err != nil {
					t.Errorf("got %v", err)
				}
				isDelete := func(request string) bool { return strings.HasPrefix(request, "DELETE") }
				if requests := requestsTo(fake); slices.ContainsFunc(requests, isDelete) {
					t.Errorf("got requests %q, want no DELETE", requests)
				}
			})
		})
	}
}

// A write that was canceled while it waited for another one isn't sent.
func TestWithLockCanceled(t *testing.T) {
	t.Parallel()
	for object, writes := range objectWrites {
		t.Run(object, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake := fakeapi.New()
				fake.PutVariant("card", cardOptions, true)
				fake.Delay(time.Minute)
				c := newPipeClient(t, fake, func(config *Config) { config.RequestTimeout = time.Hour })
				deleted := make(chan error, 1)
				go func() { deleted <- writes.delete(t.Context(), c) }()
				synctest.Wait()
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if err := writes.create(ctx, c); !errors.Is(err, Canceled) || isAmbiguous(err) {
					t.Errorf("create: got %v", err)
				}
				if err := writes.delete(ctx, c); !errors.Is(err, Canceled) || isAmbiguous(err) {
					t.Errorf("delete: got %v", err)
				}
				if err := <-deleted; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// A delete of an upload that isn't this run's deletes nothing.
func TestDeleteImageOfAnotherUpload(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		uploaded time.Duration // of the image to delete, relative to the created one
		deleted  bool
	}{
		"the created one":              {0, true},
		"the created one, rounded":     {-999 * time.Millisecond, true},
		"one that was uploaded before": {-2 * time.Second, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			c := newUploadClient(t, fake)
			image, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, logo("a"))
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse(time.RFC3339, *image.Uploaded)
			if err != nil {
				t.Fatal(err)
			}
			uploaded := at.Add(test.uploaded).Format(time.RFC3339Nano)
			if _, err := c.DeleteImage(t.Context(), fakeapi.AccountID, "a", uploaded, NotDeleted); err != nil {
				t.Error(err)
			}
			if _, is := fake.Image("a"); is == test.deleted {
				t.Errorf("deleted: got %t, want %t", !is, test.deleted)
			}
		})
	}
}

// After a delete by this run, a listing that still has the object proves
// nothing about a create.
func TestCreateByStaleListings(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		object  string
		prepare func(*fakeapi.Server)
		kind    Kind // empty for success
	}{
		"a variant, 503 without doing": {object: "variant", prepare: func(s *fakeapi.Server) {
			s.StaleReads(-1)
			s.FailMethod(http.MethodPost, "variants", 1, readThen(503, "", ""))
		}},
		"a variant, 503 after it": {object: "variant", prepare: func(s *fakeapi.Server) {
			s.StaleReads(-1)
			s.FailMethod(http.MethodPost, "variants", 1, storedThen(s, readThen(503, "", "")))
		}, kind: Exists},
		"a key": {object: "key", prepare: func(s *fakeapi.Server) { staleKeys(s) }},
		"a key, 503 without doing": {object: "key", prepare: func(s *fakeapi.Server) {
			staleKeys(s)
			s.FailMethod(http.MethodPut, "campaign", 1, readThen(503, "", ""))
		}, kind: Unavailable},
		"a key, 503 after it, listed": {object: "key", prepare: func(s *fakeapi.Server) {
			s.FailMethod(http.MethodPut, "campaign", 1, storedThen(s, readThen(503, "", "")))
		}, kind: Unavailable},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake := fakeapi.New()
				fake.PutVariant("card", cardOptions, true)
				test.prepare(fake)
				c := newPipeClient(t, fake)
				writes := objectWrites[test.object]
				if err := writes.delete(t.Context(), c); err != nil {
					t.Fatal(err)
				}
				err := writes.create(t.Context(), c)
				if test.kind == "" && err != nil || test.kind != "" && (!errors.Is(err, test.kind) || !isAmbiguous(err)) {
					t.Errorf("got %v, want %q", err, test.kind)
				}
				if err == nil && !writes.has(fake) {
					t.Error("the new object does not exist")
				}
			})
		})
	}
}

// staleKeys makes listings return the initial keys.
func staleKeys(s *fakeapi.Server) {
	s.FailMethod(http.MethodGet, "keys", -1, pageOf(`{"keys":[{"name":"default","value":"fake-api-signing-key"},`+
		`{"name":"campaign","value":"fake-api-campaign-key"}]}`))
}

// A key that somebody else has created under the name of one that this run has
// deleted keeps its value.
func TestCreateSigningKeyOfSomebodyElse(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	c := newWriteClient(t, fake)
	if _, _, err := c.DeleteSigningKey(t.Context(), fakeapi.AccountID, "campaign", time.Time{}, ""); err != nil {
		t.Fatal(err)
	}
	fake.AddKey("campaign")
	if _, err := c.CreateSigningKey(t.Context(), fakeapi.AccountID, "campaign"); !errors.Is(err, Exists) {
		t.Errorf("got %v", err)
	}
	if requests := requestsTo(fake); slices.Contains(requests, "PUT keys/campaign") {
		t.Errorf("got requests %q, want no PUT", requests)
	}
}

// A delete of an object older than the one that this run created deletes nothing.
func TestDeleteOlderObject(t *testing.T) {
	t.Parallel()
	deletes := map[string]func(context.Context, *Client, time.Time) error{
		"variant": func(ctx context.Context, c *Client, created time.Time) error {
			_, err := c.DeleteVariant(ctx, fakeapi.AccountID, newCard(), created, false)
			return err
		},
		"key": func(ctx context.Context, c *Client, created time.Time) error {
			_, _, err := c.DeleteSigningKey(ctx, fakeapi.AccountID, "campaign", created, "")
			return err
		},
	}
	for object, deleteIt := range deletes {
		t.Run(object, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.RemoveKey("campaign")
			c, writes := newWriteClient(t, fake), objectWrites[object]
			before := time.Now()
			if err := writes.create(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			if err := deleteIt(t.Context(), c, before); err != nil || !writes.has(fake) {
				t.Errorf("an older object: %v, exists: %t", err, writes.has(fake))
			}
			if err := deleteIt(t.Context(), c, time.Time{}); err != nil || !writes.has(fake) {
				t.Errorf("an object of unknown age: %v, exists: %t", err, writes.has(fake))
			}
			if err := deleteIt(t.Context(), c, time.Now()); err != nil || writes.has(fake) {
				t.Errorf("the created object: %v, exists: %t", err, writes.has(fake))
			}
		})
	}
}

// After a DELETE without a response, an object that somebody else has created
// since is left alone, and one that can't be read isn't deleted again.
func TestDeleteAmbiguousOfSomebodyElse(t *testing.T) {
	t.Parallel()
	const theirImage = "2026-11-29T10:00:00Z"
	tests := map[string]struct {
		object, id  string
		createIt    func(*fakeapi.Server)
		name        string // in requests to read it
		unreadable  bool
		isAmbiguous bool
	}{
		"image that can't be read": {
			object: "image", id: "brand/logo", name: "brand/logo", unreadable: true, isAmbiguous: true,
			createIt: func(s *fakeapi.Server) { s.AddImage(stored("brand/logo", "theirs.png", theirImage, "")) },
		},
		"variant": {
			object: "variant", id: "card", isAmbiguous: true, // the listing may be stale
			createIt: func(s *fakeapi.Server) { s.PutVariant("card", `{"fit":"pad","width":999}`, false) },
		},
		"variant that can't be read": {
			object: "variant", id: "card", name: "variants", unreadable: true, isAmbiguous: true,
			createIt: func(s *fakeapi.Server) { s.PutVariant("card", cardOptions, true) },
		},
		"key": {object: "key", id: "campaign", createIt: func(s *fakeapi.Server) { s.AddKey("campaign") }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake, writes := fakeapi.New(), objectWrites[test.object]
			fake.PutVariant("card", cardOptions, true)
			fake.FailMethod(http.MethodDelete, test.id, 1, storedThen(fake, after(func() {
				test.createIt(fake)
				if test.unreadable {
					fake.FailMethod(http.MethodGet, test.name, -1, fakeapi.Respond(503, "text/plain", ""))
				}
			}, fakeapi.Respond(503, "text/html", "<title>503</title>"))))
			err := writes.delete(t.Context(), newWriteClient(t, fake))
			if isAmbiguous(err) != test.isAmbiguous || err != nil && !test.isAmbiguous {
				t.Errorf("got %v, want an ambiguous error: %t", err, test.isAmbiguous)
			}
			if !writes.has(fake) {
				t.Error("somebody else's object was deleted")
			}
		})
	}
}

// A block is renamed within a second of the upload of its image. The new upload
// is lost, and the image that this run is about to delete looks like its
// result.
func TestCreateImageLikeTheOneToDelete(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := fakeapi.New()
		before, _, err := newPipeClient(t, fake).CreateImage(t.Context(), fakeapi.AccountID, logo("a"))
		if err != nil {
			t.Fatal(err)
		}
		fake.FailMethod(http.MethodPost, "v1", 1, readThen(503, "", ""))
		c := newPipeClient(t, fake)
		deleted := make(chan error, 1)
		go func() {
			<-time.After(time.Second)
			_, err := c.DeleteImage(t.Context(), fakeapi.AccountID, "a", *before.Uploaded, NotDeleted)
			deleted <- err
		}()
		_, _, err = c.CreateImage(t.Context(), fakeapi.AccountID, logo("a"))
		if err := errors.Join(err, <-deleted); err != nil {
			t.Error(err)
		}
		if _, is := fake.Image("a"); !is {
			t.Error("the new image does not exist")
		}
	})
}

// Rate limits leave others time to write: the account is read after a wait, immediately
// before the write.
func TestWriteAfterWaitReadsFirst(t *testing.T) {
	t.Parallel()
	const theirs = "2026-11-29T10:00:00Z"
	const uploaded = "2026-03-02T08:15:30.120Z"
	replaceImage := func(s *fakeapi.Server) {
		s.AddImage(stored("brand/logo", "theirs.png", theirs, ""))
	}
	tooMany := fakeapi.Respond(429, "text/plain", "", "Retry-After", "200")
	tests := map[string]struct {
		method, name string
		response     http.HandlerFunc
		meanwhile    func(*fakeapi.Server)
		write        func(context.Context, *Client) error
		kind         Kind
	}{
		"update after a 429": {
			method: http.MethodPatch, name: "brand/logo", response: tooMany, meanwhile: replaceImage, kind: Replaced,
			write: func(ctx context.Context, c *Client) error {
				_, _, err := c.UpdateImage(ctx, fakeapi.AccountID, "brand/logo",
					ImageUpdate{Creator: new("me"), Uploaded: new(uploaded)})
				return err
			},
		},
		"delete after a 429": {
			method: http.MethodDelete, name: "brand/logo", response: tooMany, meanwhile: replaceImage, kind: Replaced,
			write: func(ctx context.Context, c *Client) error {
				_, err := c.DeleteImage(ctx, fakeapi.AccountID, "brand/logo", uploaded, NotDeleted)
				return err
			},
		},
		"delete of a key after a 429": {
			method: http.MethodDelete, name: "campaign", response: tooMany, kind: Replaced,
			meanwhile: func(s *fakeapi.Server) { s.AddKey("campaign") },
			write: func(ctx context.Context, c *Client) error {
				version, _, err := c.GetSigningKeyVersion(ctx, fakeapi.AccountID, "campaign")
				if err == nil {
					_, _, err = c.DeleteSigningKey(ctx, fakeapi.AccountID, "campaign", time.Time{}, version)
				}
				return err
			},
		},
		"create of a key after a 429": {
			method: http.MethodPut, name: "shop", response: tooMany, kind: Exists,
			meanwhile: func(s *fakeapi.Server) { s.AddKey("shop") },
			write: func(ctx context.Context, c *Client) error {
				_, err := c.CreateSigningKey(ctx, fakeapi.AccountID, "shop")
				return err
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake := fakeapi.New()
				fake.FailMethod(test.method, test.name, 1, after(func() { test.meanwhile(fake) }, test.response))
				err := test.write(t.Context(), newPipeClient(t, fake))
				if e := asError(t, err); e.Kind != test.kind || e.MaybeApplied {
					t.Errorf("got %v, MaybeApplied %t, want %s", e, e.MaybeApplied, test.kind)
				}
				isWrite := func(r fakeapi.Request) bool { return r.Method == test.method }
				if requests := fake.Requests(); slices.IndexFunc(requests, isWrite) != len(requests)-2 {
					t.Errorf("got requests %v, want no second %s", requestsTo(fake), test.method)
				}
			})
		})
	}
}

// The rate limit doesn't delay the create of a key after the listing, but the request
// after it: during a wait, somebody else could create the key.
func TestCreateSigningKeyAtRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := fakeapi.New()
		fake.RemoveKey("campaign") // an account has two at most
		fake.Limit(6, 5*time.Minute)
		var listed, put time.Time
		c := newPipeClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				listed = time.Now()
			} else {
				put = time.Now()
			}
			fake.ServeHTTP(w, r)
		}))
		for range 4 { // so that the rate limit delays requests after the listing
			if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "brand/logo", ReadOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := c.CreateSigningKey(t.Context(), fakeapi.AccountID, "shop"); err != nil {
			t.Fatal(err)
		}
		if gap := put.Sub(listed); gap > time.Second {
			t.Errorf("the key was created %s after the listing", gap)
		}
		if _, _, err := c.listSigningKeys(t.Context(), fakeapi.AccountID); err != nil || listed.Sub(put) < 4*time.Minute {
			t.Errorf("the next request was sent %s later: %v", listed.Sub(put), err)
		}
	})
}

// A prefetched image proves nothing about a write.
func TestWriteIgnoresPrefetchedImage(t *testing.T) {
	t.Parallel()
	const uploaded = "2026-03-02T08:15:30.120Z"
	fake := fakeapi.New()
	c := newUploadClient(t, fake, func(config *Config) { config.PrefetchImages = true })
	if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "brand/logo", ReadOptions{}); err != nil {
		t.Fatal(err)
	}
	fake.AddImage(stored("brand/logo", "theirs.png", "2026-11-29T10:00:00Z", ""))
	_, _, err := c.UpdateImage(t.Context(), fakeapi.AccountID, "brand/logo", ImageUpdate{Creator: new("me"), Uploaded: new(uploaded)})
	if !errors.Is(err, Replaced) {
		t.Errorf("update: got %v", err)
	}
	if _, err := c.DeleteImage(t.Context(), fakeapi.AccountID, "brand/logo", uploaded, NotDeleted); !errors.Is(err, Replaced) {
		t.Errorf("delete: got %v", err)
	}
}

// Two blocks create a variant of the same name and definition. The conflict of the
// second one has no response, and doesn't count as success.
func TestCreateVariantTwice(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	c := newWriteClient(t, fake)
	stale := pageOf(`{"variants":{}}`)
	if _, _, err := c.CreateVariant(t.Context(), fakeapi.AccountID, newCard()); err != nil {
		t.Fatal(err)
	}
	fake.FailMethod(http.MethodGet, "variants", 1, stale)
	fake.FailMethod(http.MethodPost, "variants", 1, storedThen(fake, fakeapi.Reset))
	if _, _, err := c.CreateVariant(t.Context(), fakeapi.AccountID, newCard()); !errors.Is(err, Exists) {
		t.Errorf("got %v", err)
	}
}

// An interrupt while an image is uploaded doesn't keep the image that it replaced, of
// a renamed block, in the state: a later run would delete the new one.
func TestDeleteImageCanceledDuringCreate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := fakeapi.New()
		fake.RemoveImage("brand/logo")
		c := newPipeClient(t, fake)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		fake.FailMethod(http.MethodPost, "v1", 1, storedThen(fake, func(w http.ResponseWriter, r *http.Request) {
			<-time.After(time.Second) // the delete waits for the create
			cancel()
			fakeapi.Reset(w, r)
		}))
		created := make(chan error, 1)
		go func() { created <- objectWrites["image"].create(ctx, c) }()
		if err := ratelimit.Sleep(t.Context(), time.Millisecond); err != nil {
			t.Fatal(err)
		}
		if err := objectWrites["image"].delete(ctx, c); err != nil {
			t.Errorf("delete: got %v", err)
		}
		if err := <-created; err != nil {
			t.Errorf("create: got %v", err)
		}
		if !objectWrites["image"].has(fake) {
			t.Error("the new image does not exist")
		}
	})
}

// An image that a failed re-upload has deleted isn't deleted again, whatever has its ID.
func TestDeleteImageAlreadyDeleted(t *testing.T) {
	t.Parallel()
	for _, uploaded := range []string{"", "2026-01-01T00:00:00Z"} {
		fake := fakeapi.New()
		c := newUploadClient(t, fake)
		if _, err := c.DeleteImage(t.Context(), fakeapi.AccountID, "brand/logo", uploaded, Deleted); err != nil {
			t.Error(err)
		}
		if requests := requestsTo(fake); len(requests) > 0 {
			t.Errorf("got requests %q, want none", requests)
		}
	}
}

// The retry of a delete without a precondition waits for the rate limit.
func TestDeleteImageRetryWaits(t *testing.T) {
	t.Parallel()
	const generated = "083eb7b2-5392-4565-b69e-aff66acddd00"
	synctest.Test(t, func(t *testing.T) {
		fake := fakeapi.New()
		var at []time.Time
		c := newPipeClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			at = append(at, time.Now())
			fake.ServeHTTP(w, r)
		}), func(config *Config) { config.RequestsPerSecond = 0.01 })
		fake.FailMethod(http.MethodDelete, generated, 1, readThen(503, "", ""))
		if _, err := c.DeleteImage(t.Context(), fakeapi.AccountID, generated, "", NotDeleted); err != nil {
			t.Fatal(err)
		}
		if len(at) != 2 || at[1].Sub(at[0]) < 100*time.Second {
			t.Errorf("got requests at %v", at)
		}
	})
}

// Deletes that share a listing don't share its error. The race detector sees it.
func TestDeleteSigningKeysWithoutListing(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	fake.Delay(10 * time.Millisecond) // so that both join the listing
	fake.FailMethod(http.MethodGet, "keys", -1, fakeapi.Respond(403, "text/plain", "ERROR 5403: no"))
	c := newWriteClient(t, fake)
	var deletes sync.WaitGroup
	for _, name := range []string{"default", "campaign"} {
		deletes.Go(func() {
			_, _, err := c.DeleteSigningKey(t.Context(), fakeapi.AccountID, name, time.Time{}, "")
			if e := asError(t, err); e.Kind != NotEnabled || e.Attempts != 1 || e.MaybeApplied {
				t.Errorf("%s: got %+v", name, e)
			}
		})
	}
	deletes.Wait()
}

// An update that was applied without a response may have changed the upload time, and
// is sent again without a read.
func TestUpdateImageAfterLostResponse(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	fake.UploadedAfterPatch(true)
	fake.FailMethod(http.MethodPatch, "brand/logo", 1, storedThen(fake, fakeapi.Reset))
	image, _, err := newUploadClient(t, fake).UpdateImage(t.Context(), fakeapi.AccountID, "brand/logo",
		ImageUpdate{Creator: new("me"), Uploaded: new("2026-03-02T08:15:30.120Z")})
	if err != nil || deref(image.Creator) != "me" {
		t.Errorf("got %+v, %v", image, err)
	}
}
