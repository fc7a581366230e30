package client

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/ratelimit"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// logoID is an initial image of the fake API: private, with metadata.
const logoID = "083eb7b2-5392-4565-b69e-aff66acddd00"

// lastBody returns the body of the latest request of a method.
func lastBody(fake *fakeapi.Server, method string) string {
	for _, r := range slices.Backward(fake.Requests()) {
		if r.Method == method {
			return r.Body
		}
	}
	return ""
}

// An update sends only the fields to update, and returns the updated image.
func TestUpdateImage(t *testing.T) {
	t.Parallel()
	const was = `{"key":"value","n":5,"on":true,"region":{"name":"eu-west"}}`
	tests := map[string]struct {
		change        ImageUpdate
		newIDs        bool
		sent          string
		meta, creator string
		private       bool
	}{
		"nothing": {change: ImageUpdate{}, sent: `{}`, meta: was, private: true},
		"metadata": {
			change:  ImageUpdate{Metadata: json.RawMessage(`{"a": 1.0}`)},
			sent:    `{"metadata":{"a":1.0}}`,
			meta:    `{"a":1.0}`,
			private: true,
		},
		"no metadata any more": {
			change:  ImageUpdate{Metadata: json.RawMessage(`{}`)},
			sent:    `{"metadata":{}}`,
			private: true,
		},
		"a creator": {
			change:  ImageUpdate{Creator: new("<me>")},
			sent:    `{"creator":"<me>"}`,
			meta:    was,
			creator: "<me>",
			private: true,
		},
		"no creator any more": {change: ImageUpdate{Creator: new("")}, sent: `{"creator":""}`, meta: was, private: true},
		"public": {
			change: ImageUpdate{RequireSignedURLs: new(false)},
			sent:   `{"requireSignedURLs":false}`,
			meta:   was,
		},
		"public, with a new ID": {
			change: ImageUpdate{RequireSignedURLs: new(false)},
			newIDs: true,
			sent:   `{"requireSignedURLs":false}`,
			meta:   was,
		},
		"private, as it was": {
			change:  ImageUpdate{RequireSignedURLs: new(true)},
			newIDs:  true,
			sent:    `{"requireSignedURLs":true}`,
			meta:    was,
			private: true,
		},
		"all of it": {
			change: ImageUpdate{
				Metadata:          json.RawMessage(`{}`),
				Creator:           new("me"),
				RequireSignedURLs: new(false),
				Filename:          new("x"),
				Uploaded:          new("x"),
			},
			newIDs: true, sent: `{"creator":"me","metadata":{},"requireSignedURLs":false}`, creator: "me",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.NewIDOnAccessChange(test.newIDs)
			before := len(fake.Images())
			image, _, err := newUploadClient(t, fake).UpdateImage(t.Context(), fakeapi.AccountID, logoID, test.change)
			if err != nil {
				t.Fatal(err)
			}
			if got := lastBody(fake, http.MethodPatch); got != test.sent {
				t.Errorf("sent %s, want %s", got, test.sent)
			}
			if string(image.Meta) != test.meta || deref(image.Creator) != test.creator ||
				image.RequireSignedURLs != test.private {
				t.Errorf("got %s, %q, private: %t", image.Meta, deref(image.Creator), image.RequireSignedURLs)
			}
			if got, want := image.ID != logoID, test.newIDs && !test.private; got != want {
				t.Errorf("another ID: got %t, want %t", got, want)
			}
			if _, is := fake.Image(image.ID); !is || len(fake.Images()) != before {
				t.Errorf("%s is not among %v", image.ID, fake.Images())
			}
			if diff := cmp.Diff([]string{"PATCH v1/" + logoID + " 200"}, imageRequests(fake)); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

// A response with another ID is an error, unless an update of the access may
// have changed the ID. Rejections keep their Kind.
func TestUpdateImageErrors(t *testing.T) {
	t.Parallel()
	const other = "1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e00"
	tests := map[string]struct {
		id      string
		change  ImageUpdate
		respond http.HandlerFunc
		kind    Kind
		code    int
		want    string
	}{
		"another ID without an access change": {
			id:      logoID,
			change:  ImageUpdate{Creator: new("me")},
			respond: fakeapi.Respond(200, "application/json", stored(other, "a", "2026-11-02T09:15:00Z", "")),
			kind:    InvalidResponse, want: `unexpected id "` + other + `", want "` + logoID + `"`,
		},
		"no ID": {
			id:      logoID,
			change:  ImageUpdate{RequireSignedURLs: new(true)},
			respond: fakeapi.Respond(200, "application/json", success(`{}`)),
			kind:    InvalidResponse, want: "missing id",
		},
		"private with a custom ID": {
			id:     "brand/logo",
			change: ImageUpdate{RequireSignedURLs: new(true)},
			kind:   Rejected,
			code:   5410,
			want:   "custom ID",
		},
		"no such image": {
			id:     other,
			change: ImageUpdate{Creator: new("me")},
			kind:   NotFound,
			code:   5404,
			want:   "Image not found",
		},
		"no such image, private": {
			id:     other,
			change: ImageUpdate{RequireSignedURLs: new(true)},
			kind:   NotFound,
			code:   5404,
			want:   "Image not found",
		},
		"metadata of another kind": {
			id:     logoID,
			change: ImageUpdate{Metadata: json.RawMessage(`[]`)},
			kind:   Rejected,
			code:   5400,
			want:   "Bad Request",
		},
		"the name of an endpoint": {
			id:     "config",
			change: ImageUpdate{Creator: new("me")},
			kind:   Rejected,
			want:   `image ID must not be "config"`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			if test.respond != nil {
				fake.FailMethod(http.MethodPatch, logoID, 1, test.respond)
			}
			image, _, err := newUploadClient(t, fake).UpdateImage(t.Context(), fakeapi.AccountID, test.id, test.change)
			e := asError(t, err)
			if image != nil || e.Kind != test.kind || test.code != 0 && !e.HasCode(test.code) ||
				!strings.Contains(e.Error(), test.want) {
				t.Errorf("got %v, %+v", image, e)
			}
			want := min(e.Attempts, 1)
			if e.MayHaveNewID {
				want++ // the listing of candidates
			}
			if got := len(fake.Requests()); got != want {
				t.Errorf("requests: got %v, want %d", imageRequests(fake), want)
			}
		})
	}
}

// An update of the access whose response is lost is sent again. If the image
// may have another ID by then, the error names the candidates, and none is
// adopted.
func TestUpdateImageAccessAmbiguous(t *testing.T) {
	t.Parallel()
	const uploaded = "2022-01-31T16:39:28.458Z"
	public := ImageUpdate{RequireSignedURLs: new(false), Filename: new("logo.png"), Uploaded: new(uploaded)}
	patch := "PATCH v1/" + logoID
	const list, newID = "GET v2?per_page=1000 200", "57a4d001-ac1d-4e57-0b5e-000000000100"
	lost := []string{patch + " 0", patch + " 404", list}
	tests := map[string]struct {
		newIDs       bool
		retries      int
		prepare      func(*fakeapi.Server)
		kind         Kind // empty for success
		maybeApplied bool
		candidates   []string
		want         []string
	}{
		"the same ID": {
			retries: 4, prepare: func(s *fakeapi.Server) { s.DropResponseAfterCommit(1) },
			want: []string{patch + " 0", patch + " 200"},
		},
		"lost before it was applied": {
			newIDs: true, retries: 4, prepare: func(s *fakeapi.Server) { s.DropBeforeRequest(2) },
			want: []string{patch + " 0", patch + " 0", patch + " 200"},
		},
		"another ID": {
			newIDs: true, retries: 4, prepare: func(s *fakeapi.Server) { s.DropResponseAfterCommit(1) },
			kind: NotFound, maybeApplied: true, candidates: []string{newID}, want: lost,
		},
		"another ID, the response is cut": {
			newIDs: true, retries: 4, prepare: func(s *fakeapi.Server) { s.DropDuringResponse(1) },
			kind: NotFound, maybeApplied: true, candidates: []string{newID},
			want: []string{patch + " 200", patch + " 404", list},
		},
		"another ID, without retries": {
			newIDs: true, prepare: func(s *fakeapi.Server) { s.DropResponseAfterCommit(1) },
			kind: Unreachable, maybeApplied: true, candidates: []string{newID}, want: []string{patch + " 0", list},
		},
		"somebody's image is like it": {
			newIDs: true, retries: 4, prepare: func(s *fakeapi.Server) {
				s.DropResponseAfterCommit(1)
				s.AddImage(stored(idA, "logo.png", uploaded, ""))
			},
			kind: NotFound, maybeApplied: true, candidates: []string{newID, idA}, want: lost,
		},
		"others differ in name, access or time": {
			newIDs: true, retries: 4, prepare: func(s *fakeapi.Server) {
				s.DropResponseAfterCommit(1)
				s.AddImage(stored(idA+"1", "other.png", uploaded, ""))
				s.AddImage(strings.Replace(stored(idA+"2", "logo.png", uploaded, ""), "false", "true", 1))
				s.AddImage(stored(idA+"3", "logo.png", "2022-01-31T16:39:30.458Z", ""))
			},
			kind: NotFound, maybeApplied: true, candidates: []string{newID}, want: lost,
		},
		"rate limited, and not there": {
			newIDs: true, retries: 4, prepare: func(s *fakeapi.Server) {
				s.FailMethod(http.MethodPatch, logoID, 1, readThen(429, "text/plain", ""))
				s.RemoveImage(logoID)
				s.AddImage(stored(idA, "logo.png", uploaded, ""))
			},
			kind: NotFound, want: []string{patch + " 429", patch + " 404"},
		},
		"lost, and deleted by somebody": {
			newIDs: true, retries: 4, prepare: func(s *fakeapi.Server) {
				s.DropBeforeRequest(1)
				s.RemoveImage(logoID)
			},
			kind: NotFound, maybeApplied: true, want: lost,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				// The clock of the bubble begins before the uploads of the fake API.
				if err := ratelimit.Sleep(t.Context(), time.Until(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC))); err != nil {
					t.Fatal(err)
				}
				fake := fakeapi.New()
				fake.NewIDOnAccessChange(test.newIDs)
				test.prepare(fake)
				c := newPipeClient(t, fake, func(config *Config) { config.MaxRetries = &test.retries })
				image, _, err := c.UpdateImage(t.Context(), fakeapi.AccountID, logoID, public)
				if test.kind == "" {
					if err != nil || image.RequireSignedURLs {
						t.Errorf("got %v, %v", image, err)
					}
				} else {
					e := asError(t, err)
					if e.Kind != test.kind || e.MaybeApplied != test.maybeApplied || e.MayHaveNewID != test.maybeApplied {
						t.Errorf("got %s, ambiguous: %t, new ID: %t: %v", e.Kind, e.MaybeApplied, e.MayHaveNewID, e)
					}
					if diff := cmp.Diff(test.candidates, candidateIDs(e.Candidates)); diff != "" {
						t.Errorf("candidates (-want +got):\n%s", diff)
					}
				}
				if diff := cmp.Diff(test.want, imageRequests(fake)); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// A missing image is not an error, whoever has deleted it, and the image of
// somebody else is not deleted.
func TestDeleteImage(t *testing.T) {
	t.Parallel()
	const path, get = "DELETE v1/brand%2Flogo", "GET v1/brand%2Flogo"
	const uploaded = "2026-03-02T08:15:30.120Z"
	respondWith := func(status int, body string) func(*fakeapi.Server) {
		return func(s *fakeapi.Server) { s.Fail("brand/logo", 1, fakeapi.Respond(status, "text/plain", body)) }
	}
	tests := map[string]struct {
		prepare func(*fakeapi.Server)
		want    []string
		kind    Kind // empty for success
	}{
		"there": {prepare: func(*fakeapi.Server) {}, want: []string{get + " 200", path + " 200"}},
		"gone":  {prepare: func(s *fakeapi.Server) { s.RemoveImage("brand/logo") }, want: []string{get + " 404"}},
		"lost before": {
			prepare: func(s *fakeapi.Server) { s.DropBeforeRequest(1) },
			want:    []string{get + " 200", path + " 0", get + " 200", path + " 200"},
		},
		"lost after": {
			prepare: func(s *fakeapi.Server) { s.DropResponseAfterCommit(1) },
			want:    []string{get + " 200", path + " 0", get + " 404"},
		},
		"during the response": {
			prepare: func(s *fakeapi.Server) { s.DropDuringResponse(1) },
			want:    []string{get + " 200", path + " 200", get + " 404"},
		},
		"always lost": {
			prepare: func(s *fakeapi.Server) { s.DropBeforeRequest(-1) },
			want:    slices.Repeat([]string{get + " 200", path + " 0"}, 5),
			kind:    Unreachable,
		},
		"lost, a stale read shows an earlier upload": {prepare: func(s *fakeapi.Server) {
			s.DropBeforeRequest(1)
			s.FailMethod(http.MethodGet, "brand/logo", 2, fakeapi.Respond(200, "application/json",
				stored("brand/logo", "logo.png", "2026-03-01T08:15:30.120Z", "")))
		}, want: []string{get + " 200", path + " 0", get + " 200", path + " 200"}},
		"lost, somebody takes the ID": {prepare: func(s *fakeapi.Server) {
			s.FailMethod(http.MethodDelete, "brand/logo", 1, func(w http.ResponseWriter, r *http.Request) {
				s.AddImage(stored("brand/logo", "theirs.png", "2026-11-29T10:00:00Z", ""))
				fakeapi.Reset(w, r)
			})
		}, want: []string{get + " 200", path + " 0", get + " 200"}},
		"replaced by somebody": {prepare: func(s *fakeapi.Server) {
			s.RemoveImage("brand/logo")
			s.AddImage(stored("brand/logo", "theirs.png", "2026-11-29T10:00:00Z", ""))
		}, want: []string{get + " 200"}, kind: Replaced},
		"not of the API":  {prepare: respondWith(404, "<p>"), want: []string{get + " 404"}, kind: NotFromAPI},
		"another account": {prepare: respondWith(403, "ERROR 5403: no"), want: []string{get + " 403"}, kind: NotEnabled},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			test.prepare(fake)
			_, err := newUploadClient(t, fake).DeleteImage(t.Context(), fakeapi.AccountID, "brand/logo", uploaded, NotDeleted)
			if test.kind == "" && err != nil || test.kind != "" && !errors.Is(err, test.kind) {
				t.Errorf("got %v, want %s", err, test.kind)
			}
			if _, is := fake.Image("brand/logo"); is != (test.kind != "" || name == "lost, somebody takes the ID") {
				t.Errorf("the image exists: %t", is)
			}
			if diff := cmp.Diff(test.want, imageRequests(fake)); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
	fake := fakeapi.New()
	for _, id := range []string{"variants/hero", "keys/default", "config", ""} {
		if _, err := newUploadClient(t, fake).DeleteImage(t.Context(), fakeapi.AccountID, id, "", NotDeleted); asError(
			t,
			err,
		).Attempts != 0 {
			t.Errorf("%q: got %v", id, err)
		}
	}
	if got := imageRequests(fake); got != nil {
		t.Errorf("got %v, want no request", got)
	}
}

// A re-upload deletes the image only after the new file is verified, and is
// then not interrupted.
func TestReplaceImage(t *testing.T) {
	t.Parallel()
	const remove, get = "DELETE v1/brand%2Flogo ", "GET v1/brand%2Flogo 200"
	changed := contentOf("logo.png", dot)
	changed.Open = func() (io.ReadCloser, error) { return bodyOf(dot + "more"), nil }
	tests := map[string]struct {
		prepare  func(*fakeapi.Server)
		content  *File
		want     []string
		kind     Kind // empty for success
		deletion Deletion
	}{
		"no failure": {
			prepare:  func(*fakeapi.Server) {},
			want:     []string{remove + "200", "POST v1 200"},
			deletion: Deleted,
		},
		"the old one is missing": {
			prepare: func(s *fakeapi.Server) { s.RemoveImage("brand/logo") }, want: []string{remove + "404", "POST v1 200"}, deletion: Deleted,
		},
		"the new one has changed": {
			prepare:  func(*fakeapi.Server) {},
			content:  changed,
			kind:     Rejected,
			deletion: NotDeleted,
		},
		"the ID keeps conflicting for a while": {
			prepare: func(s *fakeapi.Server) { s.ConflictAfterDelete(4) }, want: append(append([]string{remove + "200"}, slices.Repeat([]string{"POST v1 409"}, 4)...), "POST v1 200"), deletion: Deleted,
		},
		"the ID keeps conflicting": {
			prepare: func(s *fakeapi.Server) { s.ConflictAfterDelete(-1) }, want: append([]string{remove + "200"}, slices.Repeat([]string{"POST v1 409"}, 5)...), kind: Exists, deletion: Deleted,
		},
		"the new one is rejected": {
			prepare: func(*fakeapi.Server) {}, content: contentOf("logo.png", "text"), want: []string{remove + "200", "POST v1 415"}, kind: Rejected, deletion: Deleted,
		},
		"the response to the DELETE is lost": {
			prepare: func(s *fakeapi.Server) { s.DropResponseAfterCommit(1) },
			want:    []string{remove + "0", remove + "404", "POST v1 200"}, deletion: Deleted,
		},
		"the DELETE is rejected": {
			prepare: func(s *fakeapi.Server) {
				s.Fail("brand/logo", 1, fakeapi.Respond(403, "text/plain", "ERROR 10000: Authentication error"))
			},
			want: []string{remove + "403"},
			kind: NotPermitted, deletion: NotDeleted,
		},
		"no DELETE gets a response": {
			prepare: func(s *fakeapi.Server) { s.DropBeforeRequest(-1) },
			want:    slices.Repeat([]string{remove + "0"}, 5), kind: Unreachable, deletion: MayBeDeleted,
		},
		"the response to the POST is lost": {
			prepare: func(s *fakeapi.Server) { s.FailMethod(http.MethodPost, "v1", 1, storedInto(s)) }, want: []string{remove + "200", "POST v1 0", "POST v1 200", get},
			deletion: Deleted,
		},
		"the POST is lost, and nothing stored": {
			prepare: func(s *fakeapi.Server) { s.FailMethod(http.MethodPost, "v1", 1, readThen(502, "text/plain", "")) }, want: []string{remove + "200", "POST v1 502", "GET v1/brand%2Flogo 404", "POST v1 200"},
			deletion: Deleted,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			test.prepare(fake)
			content := test.content
			if content == nil {
				content = contentOf("logo.png", dot)
			}
			upload := Upload{ID: "brand/logo", File: content}
			image, _, deletion, err := newUploadClient(t, fake).ReplaceImage(t.Context(), fakeapi.AccountID, upload, "")
			if test.kind == "" && (err != nil || image.ID != "brand/logo" || string(fake.Content("brand/logo")) != dot) ||
				test.kind != "" && (!errors.Is(err, test.kind) || image != nil) {
				t.Errorf("got %v, %v, want %s", image, err, test.kind)
			}
			if deletion != test.deletion {
				t.Errorf("deletion: got %d, want %d", deletion, test.deletion)
			}
			if diff := cmp.Diff(test.want, imageRequests(fake)); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

// A replacement is a delete and a create with the same ID. A conflict after a
// delete is retried; for an image that was not deleted, or was created again,
// it is an error.
func TestCreateImageAfterDelete(t *testing.T) {
	t.Parallel()
	const remove = "DELETE v1/brand%2Flogo "
	conflicts := slices.Repeat([]string{"POST v1 409"}, 2)
	for name, test := range map[string]struct {
		before []string // requests before the create
		id     string
		want   []string
		kind   Kind // empty for success
	}{
		"the one that was deleted":   {before: []string{remove + "200"}, id: "brand/logo", want: append(conflicts, "POST v1 200")},
		"one that was not":           {id: "brand/logo", want: conflicts[:1], kind: Exists},
		"one that was created again": {before: []string{remove + "200", "POST v1 409", "POST v1 409", "POST v1 200"}, id: "brand/logo", want: conflicts[:1], kind: Exists},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.ConflictAfterDelete(2)
			c := newUploadClient(t, fake)
			upload := Upload{ID: test.id, File: contentOf("logo.png", dot)}
			if len(test.before) > 0 {
				if _, err := c.DeleteImage(t.Context(), fakeapi.AccountID, test.id, "", NotDeleted); err != nil {
					t.Fatal(err)
				}
			}
			if len(test.before) > 1 {
				if _, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, upload); err != nil {
					t.Fatal(err)
				}
			}
			_, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, upload)
			if test.kind == "" && err != nil || test.kind != "" && !errors.Is(err, test.kind) {
				t.Errorf("got %v, want %s", err, test.kind)
			}
			if diff := cmp.Diff(append(test.before, test.want...), imageRequests(fake)); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

// The messages of a successful write are returned.
func TestImageWriteMessages(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	c := newUploadClient(t, fake)
	fake.FailMethod(http.MethodDelete, "brand/logo", 2,
		fakeapi.Respond(200, "application/json", `{"success":true,"messages":[{"code":1,"message":"copies go later"}]}`))
	messages, err := c.DeleteImage(t.Context(), fakeapi.AccountID, "brand/logo", "", NotDeleted)
	if err != nil || len(messages) != 1 || messages[0].String() != "copies go later (code 1)" {
		t.Errorf("deleted: got %v, %v", messages, err)
	}
	fake.FailMethod(
		http.MethodPost,
		"v1",
		1,
		readThen(
			200,
			"application/json",
			`{"result":{"id":"brand/logo"},"success":true,"messages":[{"code":2,"message":"copies come later"}]}`,
		),
	)
	_, messages, _, err = c.ReplaceImage(
		t.Context(),
		fakeapi.AccountID,
		Upload{ID: "brand/logo", File: contentOf("logo.png", dot)},
		"",
	)
	if err != nil || len(messages) != 1 || messages[0].String() != "copies come later (code 2)" {
		t.Errorf("replaced: got %v, %v", messages, err)
	}
}

// storedInto applies a request in the fake API, which then records it twice,
// and drops the response.
func storedInto(fake http.Handler) http.HandlerFunc { return storedThen(fake, fakeapi.Reset) }

// A cancellation before the DELETE changes nothing; after it, the new file is
// uploaded anyway.
func TestReplaceImageCanceled(t *testing.T) {
	t.Parallel()
	upload := Upload{ID: "brand/logo", File: contentOf("logo.png", dot)}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	fake := fakeapi.New()
	_, _, deletion, err := newUploadClient(t, fake).ReplaceImage(ended, fakeapi.AccountID, upload, "")
	if e := asError(t, err); e.Kind != Canceled || deletion != NotDeleted || e.MaybeApplied || imageRequests(fake) != nil {
		t.Errorf("before: got %+v, deletion: %d, requests %v", e, deletion, imageRequests(fake))
	}
	for name, response := range map[string]http.HandlerFunc{
		"once the DELETE is done": fakeapi.Respond(200, "application/json", success("{}")), "once the DELETE is lost": fakeapi.Reset,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			fake := fakeapi.New()
			c := newUploadClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodDelete && ctx.Err() == nil {
					fake.ServeHTTP(httptest.NewRecorder(), r)
					cancel()
					response(w, r)
					return
				}
				fake.ServeHTTP(w, r)
			}))
			image, _, deletion, err := c.ReplaceImage(ctx, fakeapi.AccountID, upload, "")
			if err != nil || deletion != Deleted || string(fake.Content("brand/logo")) != dot || ctx.Err() == nil {
				t.Errorf("got %v, deletion: %d: %v", image, deletion, err)
			}
		})
	}
}

// If the read after an interrupted delete fails, it stays unknown whether the image
// is deleted.
func TestReplaceImageCanceledThenFailed(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	fake := fakeapi.New()
	c := newUploadClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodDelete && ctx.Err() == nil:
			fake.ServeHTTP(httptest.NewRecorder(), r)
			cancel()
			fakeapi.Reset(w, r)
		case ctx.Err() != nil:
			fakeapi.Respond(403, "application/json", failure(`{"code":10000,"message":"no"}`))(w, r)
		default:
			fake.ServeHTTP(w, r)
		}
	}))
	upload := Upload{ID: "brand/logo", File: contentOf("logo.png", dot)}
	_, _, deletion, err := c.ReplaceImage(ctx, fakeapi.AccountID, upload, "2026-03-02T08:15:30.120Z")
	if deletion != MayBeDeleted || !errors.Is(err, NotPermitted) {
		t.Errorf("got deletion: %d, %v", deletion, err)
	}
}

// A re-upload that can't be interrupted still has a timeout: ten minutes plus
// the upload timeout, from the DELETE.
func TestReplaceImageDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := fakeapi.New()
		fake.FailMethod(http.MethodPost, "v1", 1, func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		})
		c := newPipeClient(t, fake, func(config *Config) { config.RequestTimeout = 3 * time.Hour })
		began := time.Now()
		content := contentOf("logo.png", dot+strings.Repeat("x", 64<<10-len(dot)))
		_, _, deletion, err := c.ReplaceImage(t.Context(), fakeapi.AccountID, Upload{ID: "brand/logo", File: content}, "")
		if e := asError(t, err); e.Kind != Canceled || !errors.Is(err, context.DeadlineExceeded) || deletion != Deleted ||
			!e.MaybeApplied {
			t.Errorf("deletion: %d: %+v", deletion, e)
		}
		if got, want := time.Since(began), 10*time.Minute+time.Second; got != want {
			t.Errorf("it took %s, want %s", got, want)
		}
	})
}

// An invalid upload deletes nothing.
func TestReplaceImageUnderAReservedName(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	for _, id := range []string{"keys/default", "stats"} {
		upload := Upload{ID: id, File: contentOf("a.png", dot)}
		_, _, deletion, err := newUploadClient(t, fake).ReplaceImage(t.Context(), fakeapi.AccountID, upload, "")
		if e := asError(t, err); e.Kind != Rejected || deletion != NotDeleted {
			t.Errorf("got %+v, deletion: %d", e, deletion)
		}
	}
	if got := imageRequests(fake); got != nil {
		t.Errorf("got %v, want no request", got)
	}
}

// A lost response for each of many images doesn't open the circuit breaker.
func TestDeleteImageLostResponses(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	ids := []string{"brand/logo", "a/b", "100%.png", "logos/main.png", "logos/footer.png"}
	for _, id := range ids {
		fake.FailMethod(http.MethodDelete, id, 1, readThen(503, "", ""))
	}
	c := newUploadClient(t, fake)
	var deletes sync.WaitGroup
	for _, id := range ids {
		deletes.Go(func() {
			if _, err := c.DeleteImage(t.Context(), fakeapi.AccountID, id, "2026-03-02T08:15:30.120Z", NotDeleted); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		})
	}
	deletes.Wait()
}
