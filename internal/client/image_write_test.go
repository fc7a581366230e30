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

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
)

// logoID is the image that the stand-in has from the beginning: private, with
// metadata.
const logoID = "083eb7b2-5392-4565-b69e-aff66acddd00"

// lastBody is what the latest request of a method sent.
func lastBody(standIn *standin.Server, method string) string {
	for _, r := range slices.Backward(standIn.Requests()) {
		if r.Method == method {
			return r.Body
		}
	}
	return ""
}

// A change sends what is to change and nothing else, and brings the image as it
// is now.
func TestChangeImage(t *testing.T) {
	t.Parallel()
	const was = `{"key":"value","n":5,"on":true,"region":{"name":"eu-west"}}`
	tests := map[string]struct {
		change        ImageChange
		newIDs        bool
		sent          string
		meta, creator string
		private       bool
	}{
		"nothing":               {ImageChange{}, false, `{}`, was, "", true},
		"metadata":              {ImageChange{Metadata: json.RawMessage(`{"a": 1.0}`)}, false, `{"metadata":{"a":1.0}}`, `{"a":1.0}`, "", true},
		"no metadata any more":  {ImageChange{Metadata: json.RawMessage(`{}`)}, false, `{"metadata":{}}`, "", "", true},
		"a creator":             {ImageChange{Creator: new("<me>")}, false, `{"creator":"<me>"}`, was, "<me>", true},
		"no creator any more":   {ImageChange{Creator: new("")}, false, `{"creator":""}`, was, "", true},
		"public":                {ImageChange{RequireSignedURLs: new(false)}, false, `{"requireSignedURLs":false}`, was, "", false},
		"public, with a new ID": {ImageChange{RequireSignedURLs: new(false)}, true, `{"requireSignedURLs":false}`, was, "", false},
		"private, as it was":    {ImageChange{RequireSignedURLs: new(true)}, true, `{"requireSignedURLs":true}`, was, "", true},
		"all of it": {
			ImageChange{Metadata: json.RawMessage(`{}`), Creator: new("me"), RequireSignedURLs: new(false), Filename: new("x"), Uploaded: new("x")},
			true, `{"creator":"me","metadata":{},"requireSignedURLs":false}`, "", "me", false,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			standIn := standin.New()
			standIn.NewIDOnAccessChange(test.newIDs)
			before := len(standIn.Images())
			image, _, err := uploading(t, standIn).ChangeImage(t.Context(), standin.AccountID, logoID, test.change)
			if err != nil {
				t.Fatal(err)
			}
			if got := lastBody(standIn, http.MethodPatch); got != test.sent {
				t.Errorf("sent %s, want %s", got, test.sent)
			}
			if string(image.Meta) != test.meta || orEmpty(image.Creator) != test.creator || image.RequireSignedURLs != test.private {
				t.Errorf("got %s, %q, private: %t", image.Meta, orEmpty(image.Creator), image.RequireSignedURLs)
			}
			if got, want := image.ID != logoID, test.newIDs && !test.private; got != want {
				t.Errorf("another ID: got %t, want %t", got, want)
			}
			if _, is := standIn.Image(image.ID); !is || len(standIn.Images()) != before {
				t.Errorf("%s is not among %v", image.ID, standIn.Images())
			}
			if diff := cmp.Diff([]string{"PATCH v1/" + logoID + " 200"}, askedForImages(standIn)); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

// An answer that is about another image is wrong, unless an access change may
// have made it; a refusal is told as what it is.
func TestChangeImageErrors(t *testing.T) {
	t.Parallel()
	const other = "1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e00"
	tests := map[string]struct {
		id     string
		change ImageChange
		say    http.HandlerFunc
		kind   Kind
		code   int
		want   string
	}{
		"another ID without an access change": {
			logoID,
			ImageChange{Creator: new("me")},
			standin.Answer(200, "application/json", stored(other, "a", "2026-11-02T09:15:00Z", "")),
			WrongAnswer, 0, `id is "` + other + `", but "` + logoID + `" was asked for`,
		},
		"no ID": {
			logoID,
			ImageChange{RequireSignedURLs: new(true)},
			standin.Answer(200, "application/json", success(`{}`)),
			WrongAnswer, 0, "it has no id",
		},
		"private with a custom ID": {"brand/logo", ImageChange{RequireSignedURLs: new(true)}, nil, Rejected, 5410, "custom ID"},
		"no such image":            {other, ImageChange{Creator: new("me")}, nil, NotFound, 5404, "Image not found"},
		"no such image, private":   {other, ImageChange{RequireSignedURLs: new(true)}, nil, NotFound, 5404, "Image not found"},
		"metadata of another kind": {logoID, ImageChange{Metadata: json.RawMessage(`[]`)}, nil, Rejected, 5400, "Bad Request"},
		"the name of an endpoint":  {"config", ImageChange{Creator: new("me")}, nil, Rejected, 0, `image ID must not be "config"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			standIn := standin.New()
			if test.say != nil {
				standIn.FailMethod(http.MethodPatch, logoID, 1, test.say)
			}
			image, _, err := uploading(t, standIn).ChangeImage(t.Context(), standin.AccountID, test.id, test.change)
			e := asError(t, err)
			if image != nil || e.Kind != test.kind || test.code != 0 && !e.HasCode(test.code) || !strings.Contains(e.Error(), test.want) {
				t.Errorf("got %v, %+v", image, e)
			}
			want := min(e.Attempts, 1)
			if e.MayHaveNewID {
				want++ // the listing of candidates
			}
			if got := len(standIn.Requests()); got != want {
				t.Errorf("requests: got %v, want %d", askedForImages(standIn), want)
			}
		})
	}
}

// A change of access whose response is lost is sent again. If the image has
// another ID by then, the error names the candidates, and adopts none.
func TestChangeAccessAmbiguous(t *testing.T) {
	t.Parallel()
	const uploaded = "2022-01-31T16:39:28.458Z"
	public := ImageChange{RequireSignedURLs: new(false), Filename: new("logo.png"), Uploaded: new(uploaded)}
	patch := "PATCH v1/" + logoID
	const list, newID = "GET v2?per_page=1000 200", "57a4d001-ac1d-4e57-0b5e-000000000100"
	lost := []string{patch + " 0", patch + " 404", list}
	tests := map[string]struct {
		newIDs     bool
		retries    int
		prepare    func(*standin.Server)
		kind       Kind // empty for success
		mayBeDone  bool
		candidates []string
		want       []string
	}{
		"the same ID": {
			retries: 4, prepare: func(s *standin.Server) { s.CutAfterStoring(1) }, want: []string{patch + " 0", patch + " 200"},
		},
		"lost before it was applied": {
			newIDs: true, retries: 4, prepare: func(s *standin.Server) { s.CutBefore(2) },
			want: []string{patch + " 0", patch + " 0", patch + " 200"},
		},
		"another ID": {
			newIDs: true, retries: 4, prepare: func(s *standin.Server) { s.CutAfterStoring(1) },
			kind: NotFound, mayBeDone: true, candidates: []string{newID}, want: lost,
		},
		"another ID, the response is cut": {
			newIDs: true, retries: 4, prepare: func(s *standin.Server) { s.CutMidAnswer(1) },
			kind: NotFound, mayBeDone: true, candidates: []string{newID}, want: []string{patch + " 200", patch + " 404", list},
		},
		"another ID, without retries": {
			newIDs: true, prepare: func(s *standin.Server) { s.CutAfterStoring(1) },
			kind: Unreachable, mayBeDone: true, candidates: []string{newID}, want: []string{patch + " 0", list},
		},
		"somebody's image is like it": {
			newIDs: true, retries: 4, prepare: func(s *standin.Server) {
				s.CutAfterStoring(1)
				s.Store(stored(idA, "logo.png", uploaded, ""))
			},
			kind: NotFound, mayBeDone: true, candidates: []string{newID, idA}, want: lost,
		},
		"others differ in name, access or time": {
			newIDs: true, retries: 4, prepare: func(s *standin.Server) {
				s.CutAfterStoring(1)
				s.Store(stored(idA+"1", "other.png", uploaded, ""))
				s.Store(strings.Replace(stored(idA+"2", "logo.png", uploaded, ""), "false", "true", 1))
				s.Store(stored(idA+"3", "logo.png", "2022-01-31T16:39:30.458Z", ""))
			},
			kind: NotFound, mayBeDone: true, candidates: []string{newID}, want: lost,
		},
		"rate limited, and not there": {
			newIDs: true, retries: 4, prepare: func(s *standin.Server) {
				s.FailMethod(http.MethodPatch, logoID, 1, readThen(429, "text/plain", ""))
				s.RemoveImage(logoID)
				s.Store(stored(idA, "logo.png", uploaded, ""))
			},
			kind: NotFound, want: []string{patch + " 429", patch + " 404"},
		},
		"lost, and deleted by somebody": {
			newIDs: true, retries: 4, prepare: func(s *standin.Server) {
				s.CutBefore(1)
				s.RemoveImage(logoID)
			},
			kind: NotFound, mayBeDone: true, want: lost,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				// The bubble's clock begins before the images of the fake were uploaded.
				if err := sleep(t.Context(), time.Until(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC))); err != nil {
					t.Fatal(err)
				}
				standIn := standin.New()
				standIn.NewIDOnAccessChange(test.newIDs)
				test.prepare(standIn)
				c := piped(t, standIn, func(config *Config) { config.MaxRetries = &test.retries })
				image, _, err := c.ChangeImage(t.Context(), standin.AccountID, logoID, public)
				if test.kind == "" {
					if err != nil || image.RequireSignedURLs {
						t.Errorf("got %v, %v", image, err)
					}
				} else {
					e := asError(t, err)
					if e.Kind != test.kind || e.MayBeDone != test.mayBeDone || e.MayHaveNewID != test.mayBeDone {
						t.Errorf("got %s, ambiguous: %t, new ID: %t: %v", e.Kind, e.MayBeDone, e.MayHaveNewID, e)
					}
					if diff := cmp.Diff(test.candidates, candidateIDs(e.Candidates)); diff != "" {
						t.Errorf("candidates (-want +got):\n%s", diff)
					}
				}
				if diff := cmp.Diff(test.want, askedForImages(standIn)); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// What is gone is deleted, whatever form the answer has, and whether it was this
// request that did it.
func TestDeleteImage(t *testing.T) {
	t.Parallel()
	const path, get = "DELETE v1/brand%2Flogo", "GET v1/brand%2Flogo"
	const uploaded = "2026-03-02T08:15:30.120Z"
	says := func(status int, body string) func(*standin.Server) {
		return func(s *standin.Server) { s.Fail("brand/logo", 1, standin.Answer(status, "text/plain", body)) }
	}
	tests := map[string]struct {
		prepare func(*standin.Server)
		want    []string
		kind    Kind // empty for success
	}{
		"there":         {func(*standin.Server) {}, []string{path + " 200"}, ""},
		"gone":          {func(s *standin.Server) { s.RemoveImage("brand/logo") }, []string{path + " 404"}, ""},
		"lost before":   {func(s *standin.Server) { s.CutBefore(1) }, []string{path + " 0", get + " 200", path + " 200"}, ""},
		"lost after":    {func(s *standin.Server) { s.CutAfterStoring(1) }, []string{path + " 0", get + " 404"}, ""},
		"in mid answer": {func(s *standin.Server) { s.CutMidAnswer(1) }, []string{path + " 200", get + " 404"}, ""},
		"always lost":   {func(s *standin.Server) { s.CutBefore(-1) }, slices.Repeat([]string{path + " 0", get + " 200"}, 5)[:9], Unreachable},
		"lost, a stale read shows an earlier upload": {func(s *standin.Server) {
			s.CutBefore(1)
			s.FailMethod(http.MethodGet, "brand/logo", 1, standin.Answer(200, "application/json",
				stored("brand/logo", "logo.png", "2026-03-01T08:15:30.120Z", "")))
		}, []string{path + " 0", get + " 200", path + " 200"}, ""},
		"lost, somebody takes the ID": {func(s *standin.Server) {
			s.FailMethod(http.MethodDelete, "brand/logo", 1, func(w http.ResponseWriter, r *http.Request) {
				s.Store(stored("brand/logo", "theirs.png", "2026-11-29T10:00:00Z", ""))
				standin.Reset(w, r)
			})
		}, []string{path + " 0", get + " 200"}, ""},
		"not of the API":  {says(404, "<p>"), []string{path + " 404"}, NotTheAPI},
		"another account": {says(403, "ERROR 5403: no"), []string{path + " 403"}, NotEnabled},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			standIn := standin.New()
			test.prepare(standIn)
			_, err := uploading(t, standIn).DeleteImage(t.Context(), standin.AccountID, "brand/logo", uploaded)
			if test.kind == "" && err != nil || test.kind != "" && !errors.Is(err, test.kind) {
				t.Errorf("got %v, want %s", err, test.kind)
			}
			if _, is := standIn.Image("brand/logo"); is != (test.kind != "" || name == "lost, somebody takes the ID") {
				t.Errorf("the image exists: %t", is)
			}
			if diff := cmp.Diff(test.want, askedForImages(standIn)); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
	standIn := standin.New()
	for _, id := range []string{"variants/hero", "keys/default", "config", ""} {
		if _, err := uploading(t, standIn).DeleteImage(t.Context(), standin.AccountID, id, ""); asError(t, err).Attempts != 0 {
			t.Errorf("%q: got %v", id, err)
		}
	}
	if got := askedForImages(standIn); got != nil {
		t.Errorf("got %v, want no request", got)
	}
}

// A re-upload deletes only once the new content is ready, and then does not stop.
func TestReplaceImage(t *testing.T) {
	t.Parallel()
	const remove, get, gone = "DELETE v1/brand%2Flogo ", "GET v1/brand%2Flogo 200", "GET v1/brand%2Flogo 404"
	changed := contentOf("logo.png", dot)
	changed.Open = func() (io.ReadCloser, error) { return bodyOf(dot + "more"), nil }
	tests := map[string]struct {
		prepare  func(*standin.Server)
		content  *Content
		want     []string
		kind     Kind // empty for success
		deletion Deletion
	}{
		"nothing in the way": {func(*standin.Server) {}, nil, []string{remove + "200", "POST v1 200"}, "", Deleted},
		"the old one is gone already": {
			func(s *standin.Server) { s.RemoveImage("brand/logo") }, nil, []string{remove + "404", "POST v1 200"}, "", Deleted,
		},
		"the new one has changed": {func(*standin.Server) {}, changed, nil, Rejected, NotDeleted},
		"the ID stays taken for a while": {
			func(s *standin.Server) { s.KeepTaken(4) }, nil,
			append(append([]string{remove + "200"}, slices.Repeat([]string{"POST v1 409"}, 4)...), "POST v1 200"), "", Deleted,
		},
		"the ID stays taken": {
			func(s *standin.Server) { s.KeepTaken(-1) }, nil,
			append([]string{remove + "200"}, slices.Repeat([]string{"POST v1 409"}, 5)...), Exists, Deleted,
		},
		"the new one is refused": {
			func(*standin.Server) {}, contentOf("logo.png", "text"), []string{remove + "200", "POST v1 415"}, Rejected, Deleted,
		},
		"the answer to the DELETE is lost": {
			func(s *standin.Server) { s.CutAfterStoring(1) }, nil, []string{remove + "0", gone, remove + "404", "POST v1 200"}, "", Deleted,
		},
		"the DELETE is refused": {
			func(s *standin.Server) {
				s.Fail("brand/logo", 1, standin.Answer(403, "text/plain", "ERROR 10000: Authentication error"))
			},
			nil,
			[]string{remove + "403"},
			NotPermitted, NotDeleted,
		},
		"the DELETE is never answered": {
			func(s *standin.Server) { s.CutBefore(-1) }, nil, slices.Repeat([]string{remove + "0", get}, 5)[:9], Unreachable, MayBeDeleted,
		},
		"the answer to the POST is lost": {
			func(s *standin.Server) { s.FailMethod(http.MethodPost, "v1", 1, storedInto(s)) }, nil,
			[]string{remove + "200", "POST v1 0", "POST v1 200", get},
			"", Deleted,
		},
		"the POST is lost, and nothing stored": {
			func(s *standin.Server) { s.FailMethod(http.MethodPost, "v1", 1, readThen(502, "text/plain", "")) }, nil,
			[]string{remove + "200", "POST v1 502", "GET v1/brand%2Flogo 404", "POST v1 200"},
			"", Deleted,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			standIn := standin.New()
			test.prepare(standIn)
			content := test.content
			if content == nil {
				content = contentOf("logo.png", dot)
			}
			upload := Upload{ID: "brand/logo", Content: content}
			image, _, deletion, err := uploading(t, standIn).ReplaceImage(t.Context(), standin.AccountID, upload, "")
			if test.kind == "" && (err != nil || image.ID != "brand/logo" || string(standIn.Picture("brand/logo")) != dot) ||
				test.kind != "" && (!errors.Is(err, test.kind) || image != nil) {
				t.Errorf("got %v, %v, want %s", image, err, test.kind)
			}
			if deletion != test.deletion {
				t.Errorf("deletion: got %d, want %d", deletion, test.deletion)
			}
			if diff := cmp.Diff(test.want, askedForImages(standIn)); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

// A replacement deletes an image and then makes one of the same ID, in two
// calls. For a moment, the ID may still seem taken; one that nobody has deleted,
// or that was made again, is.
func TestCreateImageAfterDelete(t *testing.T) {
	t.Parallel()
	const remove = "DELETE v1/brand%2Flogo "
	taken := slices.Repeat([]string{"POST v1 409"}, 2)
	for name, test := range map[string]struct {
		before []string // what is asked first
		id     string
		want   []string
		kind   Kind // empty for success
	}{
		"the one that was deleted": {[]string{remove + "200"}, "brand/logo", append(taken, "POST v1 200"), ""},
		"one that was not":         {nil, "brand/logo", taken[:1], Exists},
		"one that was made again":  {[]string{remove + "200", "POST v1 409", "POST v1 409", "POST v1 200"}, "brand/logo", taken[:1], Exists},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			standIn := standin.New()
			standIn.KeepTaken(2)
			c := uploading(t, standIn)
			upload := Upload{ID: test.id, Content: contentOf("logo.png", dot)}
			if len(test.before) > 0 {
				if _, err := c.DeleteImage(t.Context(), standin.AccountID, test.id, ""); err != nil {
					t.Fatal(err)
				}
			}
			if len(test.before) > 1 {
				if _, _, err := c.CreateImage(t.Context(), standin.AccountID, upload); err != nil {
					t.Fatal(err)
				}
			}
			_, _, err := c.CreateImage(t.Context(), standin.AccountID, upload)
			if test.kind == "" && err != nil || test.kind != "" && !errors.Is(err, test.kind) {
				t.Errorf("got %v, want %s", err, test.kind)
			}
			if diff := cmp.Diff(append(test.before, test.want...), askedForImages(standIn)); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

// What the API has to say beside a write that goes well arrives.
func TestMessagesOfImageWrites(t *testing.T) {
	t.Parallel()
	standIn := standin.New()
	c := uploading(t, standIn)
	standIn.FailMethod(http.MethodDelete, "brand/logo", 2,
		standin.Answer(200, "application/json", `{"success":true,"messages":[{"code":1,"message":"copies go later"}]}`))
	messages, err := c.DeleteImage(t.Context(), standin.AccountID, "brand/logo", "")
	if err != nil || len(messages) != 1 || messages[0].String() != "copies go later (code 1)" {
		t.Errorf("deleted: got %v, %v", messages, err)
	}
	standIn.FailMethod(http.MethodPost, "v1", 1,
		readThen(200, "application/json", `{"result":{"id":"brand/logo"},"success":true,"messages":[{"code":2,"message":"copies come later"}]}`))
	_, messages, _, err = c.ReplaceImage(t.Context(), standin.AccountID, Upload{ID: "brand/logo", Content: contentOf("logo.png", dot)}, "")
	if err != nil || len(messages) != 1 || messages[0].String() != "copies come later (code 2)" {
		t.Errorf("exchanged: got %v, %v", messages, err)
	}
}

// storedInto carries a request out in the stand-in, which counts it once more,
// and gives no answer.
func storedInto(standIn http.Handler) http.HandlerFunc { return storedThen(standIn, standin.Reset) }

// Before the DELETE, the end of the context keeps everything as it is; after it,
// the new picture goes out all the same.
func TestReplaceImageCanceled(t *testing.T) {
	t.Parallel()
	upload := Upload{ID: "brand/logo", Content: contentOf("logo.png", dot)}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	standIn := standin.New()
	_, _, deletion, err := uploading(t, standIn).ReplaceImage(ended, standin.AccountID, upload, "")
	if e := asError(t, err); e.Kind != Canceled || deletion != NotDeleted || e.MayBeDone || askedForImages(standIn) != nil {
		t.Errorf("before: got %+v, deletion: %d, requests %v", e, deletion, askedForImages(standIn))
	}
	for name, answer := range map[string]http.HandlerFunc{
		"once the DELETE is done": standin.Answer(200, "application/json", success("{}")), "once the DELETE is lost": standin.Reset,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			standIn := standin.New()
			c := uploading(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodDelete && ctx.Err() == nil {
					standIn.ServeHTTP(httptest.NewRecorder(), r)
					cancel()
					answer(w, r)
					return
				}
				standIn.ServeHTTP(w, r)
			}))
			image, _, deletion, err := c.ReplaceImage(ctx, standin.AccountID, upload, "")
			if err != nil || deletion != Deleted || string(standIn.Picture("brand/logo")) != dot || ctx.Err() == nil {
				t.Errorf("got %v, deletion: %d: %v", image, deletion, err)
			}
		})
	}
}

// What nothing interrupts still has an end: ten minutes from the DELETE on, and
// the time for the sending.
func TestReplaceImageEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		standIn := standin.New()
		standIn.FailMethod(http.MethodPost, "v1", 1, func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		})
		c := piped(t, standIn, func(config *Config) { config.RequestTimeout = 3 * time.Hour })
		began := time.Now()
		content := contentOf("logo.png", dot+strings.Repeat("x", 64<<10-len(dot)))
		_, _, deletion, err := c.ReplaceImage(t.Context(), standin.AccountID, Upload{ID: "brand/logo", Content: content}, "")
		if e := asError(t, err); e.Kind != Canceled || !errors.Is(err, context.DeadlineExceeded) || deletion != Deleted || !e.MayBeDone {
			t.Errorf("deletion: %d: %+v", deletion, e)
		}
		if got, want := time.Since(began), 10*time.Minute+time.Second; got != want {
			t.Errorf("it took %s, want %s", got, want)
		}
	})
}

// What is no upload at all deletes nothing.
func TestReplaceImageUnderAReservedName(t *testing.T) {
	t.Parallel()
	standIn := standin.New()
	for _, id := range []string{"keys/default", "stats"} {
		upload := Upload{ID: id, Content: contentOf("a.png", dot)}
		_, _, deletion, err := uploading(t, standIn).ReplaceImage(t.Context(), standin.AccountID, upload, "")
		if e := asError(t, err); e.Kind != Rejected || deletion != NotDeleted {
			t.Errorf("got %+v, deletion: %d", e, deletion)
		}
	}
	if got := askedForImages(standIn); got != nil {
		t.Errorf("asked %v", got)
	}
}

// Responses that are lost once, for many images, are no outage.
func TestDeleteImageManyLost(t *testing.T) {
	t.Parallel()
	standIn := standin.New()
	ids := []string{"brand/logo", "a/b", "100%.png", "logos/main.png", "logos/footer.png"}
	for _, id := range ids {
		standIn.FailMethod(http.MethodDelete, id, 1, readThen(503, "", ""))
	}
	c := uploading(t, standIn)
	var deletes sync.WaitGroup
	for _, id := range ids {
		deletes.Go(func() {
			if _, err := c.DeleteImage(t.Context(), standin.AccountID, id, "2026-03-02T08:15:30.120Z"); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		})
	}
	deletes.Wait()
}
