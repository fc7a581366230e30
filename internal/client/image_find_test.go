package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
)

// stored is an image as the API writes it.
func stored(id, filename, uploaded, more string) string {
	const image = `{"id":%q,"filename":%q,"uploaded":%q,"requireSignedURLs":false,"variants":[]%s}`
	return success(fmt.Sprintf(image, id, filename, uploaded, more))
}

const (
	idA = "0a1b2c3d-0000-4000-8000-000000000001"
	idB = "0a1b2c3d-0000-4000-8000-000000000002"
)

// now is the time as the API writes it.
func now(ahead time.Duration) string {
	return time.Now().UTC().Add(ahead).Format("2006-01-02T15:04:05.000Z")
}

// An upload with a generated ID whose answer is lost is looked for, but never
// sent again. What is not certainly its own is not taken.
func TestUploadThatIsLost(t *testing.T) {
	t.Parallel()
	const meta = `,"meta":{"a":1},"creator":"me"`
	tests := map[string]struct {
		prepare func(*standin.Server)
		want    time.Duration // 0 where it is not found
		found   []string      // that it may have made
		looks   int
	}{
		"stored, and listed at once":            {func(s *standin.Server) { s.CutAfterStoring(1) }, 1, nil, 1},
		"stored, and listed at the second look": {func(s *standin.Server) { s.CutAfterStoring(1); s.HideUploads(1) }, 2 * time.Second, nil, 2},
		"stored, and listed at the last look":   {func(s *standin.Server) { s.CutAfterStoring(1); s.HideUploads(4) }, 30 * time.Second, nil, 5},
		"stored, and listed too late":           {func(s *standin.Server) { s.CutAfterStoring(1); s.HideUploads(-1) }, 0, nil, 5},
		"not stored":                            {func(s *standin.Server) { s.CutBefore(1) }, 0, nil, 5},
		"not stored, and another one is like it but older": {func(s *standin.Server) {
			s.CutBefore(1)
			s.Store(stored(idA, "logo.png", now(-4*time.Second), meta))
		}, 0, nil, 5},
		"stored, and another one just then": {func(s *standin.Server) {
			s.CutAfterStoring(1)
			s.Store(stored(idA, "logo.png", now(0), meta))
		}, 0, []string{"57a4d001-ac1d-4e57-0b5e-000000000100", idA}, 1},
		"not stored, and others are alike but for one thing": {func(s *standin.Server) {
			s.CutBefore(1)
			s.Store(stored(idA+"0", "Logo.png", now(0), meta))
			s.Store(stored(idA+"1", "logo.png", now(0), `,"meta":{"a":2},"creator":"me"`))
			s.Store(stored(idA+"2", "logo.png", now(0), `,"meta":{"a":1},"creator":"you"`))
			s.Store(stored(idA+"3", "logo.png", now(0), `,"meta":{"a":1}`))
			s.Store(stored(idA+"4", "logo.png", now(0), `,"creator":"me"`))
			s.Store(strings.Replace(stored(idA+"5", "logo.png", now(0), meta), "false", "true", 1))
			s.Store(strings.Replace(stored(idA+"6", "logo.png", now(0), meta), `"logo.png"`, "null", 1))
			s.Store(strings.Replace(stored(idA+"7", "logo.png", "x", meta), `"uploaded":"x",`, "", 1))
		}, 0, nil, 5},
		"the listing is refused": {func(s *standin.Server) {
			s.CutAfterStoring(1)
			s.Fail("v2", 1, standin.Answer(403, "application/json", failure(`{"code":10000,"message":"Authentication error"}`)))
		}, 0, nil, 1},
		"the listing fails once": {func(s *standin.Server) {
			s.CutAfterStoring(1)
			s.Fail("v2", 1, standin.Answer(502, "text/plain", ""))
		}, 500 * time.Millisecond, nil, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				standIn := standin.New()
				test.prepare(standIn)
				c := piped(t, standIn)
				began := time.Now()
				image, _, err := c.CreateImage(t.Context(), standin.AccountID, Upload{
					Content: contentOf("logo.png", dot), Metadata: json.RawMessage(`{"a":1}`), Creator: new("me"),
				})
				requests := askedForImages(standIn)
				if posts := slices.DeleteFunc(slices.Clone(requests), func(r string) bool { return r[:4] != "POST" }); len(posts) != 1 {
					t.Errorf("it was sent %d times", len(posts))
				}
				if got := len(requests) - 1; got != test.looks {
					t.Errorf("looked %d times, want %d", got, test.looks)
				}
				if test.want != 0 {
					if err != nil || !slices.Contains(standIn.Images(), image.ID) || string(standIn.Picture(image.ID)) != dot {
						t.Errorf("got %v, %v", image, err)
					}
					if got := time.Since(began); got != test.want.Truncate(time.Millisecond) {
						t.Errorf("it took %s, want %s", got, test.want)
					}
					return
				}
				e := asError(t, err)
				if image != nil || e.Kind != Unreachable || !e.MayBeDone || e.Attempts != 1 {
					t.Errorf("got %v, %+v", image, e)
				}
				if diff := cmp.Diff(test.found, e.Found); diff != "" {
					t.Errorf("found (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// An upload with an ID of its own whose answer is lost, and that finds the ID
// taken, takes the image only where it is its own.
func TestUploadThatFindsItsID(t *testing.T) {
	t.Parallel()
	const meta = `,"meta":{"a":1},"creator":"me"`
	lost := func(s *standin.Server) { s.CutBefore(1) }
	tests := map[string]struct {
		lose      func(*standin.Server)
		taken     func() string // the image that is there when it is tried again; nil for none
		kind      Kind          // empty where it is taken over
		mayBeDone bool
	}{
		"its own, at last shown":   {func(s *standin.Server) { s.CutAfterStoring(1); s.HideUploads(3) }, nil, "", false},
		"its own, but never shown": {func(s *standin.Server) { s.CutAfterStoring(1); s.HideUploads(-1) }, nil, Exists, true},
		"never stored":             {func(s *standin.Server) { s.CutBefore(-1) }, nil, Unreachable, true},
		"never stored, but an older one is there": {func(s *standin.Server) {
			s.CutBefore(-1)
			s.Store(stored("a", "logo.png", now(-5*time.Second), meta))
		}, nil, Exists, false},
		"one just like it":         {lost, func() string { return stored("a", "logo.png", now(0), meta) }, "", false},
		"its own, by a slow clock": {lost, func() string { return stored("a", "logo.png", now(-3*time.Second), meta) }, "", false},
		"an older one":             {lost, func() string { return stored("a", "logo.png", now(-5*time.Second), meta) }, Exists, false},
		"one of another name":      {lost, func() string { return stored("a", "logo.gif", now(0), meta) }, Exists, false},
		"one of another creator":   {lost, func() string { return stored("a", "logo.png", now(0), `,"meta":{"a":1}`) }, Exists, false},
		"one with other metadata":  {lost, func() string { return stored("a", "logo.png", now(0), `,"meta":{},"creator":"me"`) }, Exists, false},
		"never sent, an equal one": {func(s *standin.Server) { s.Store(stored("a", "logo.png", now(0), meta)) }, nil, Exists, false},
		"throttled, an equal one": {func(s *standin.Server) {
			s.FailMethod(http.MethodPost, "v1", 1, readThen(429, "text/plain", ""))
		}, func() string { return stored("a", "logo.png", now(0), meta) }, Exists, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				standIn := standin.New()
				test.lose(standIn)
				attempts := 0
				c := piped(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					// The image comes while the answer to the first attempt is lost.
					if attempts++; test.taken != nil && attempts == 2 {
						standIn.Store(test.taken())
					}
					standIn.ServeHTTP(w, r)
				}))
				image, _, err := c.CreateImage(t.Context(), standin.AccountID, Upload{
					ID: "a", Content: contentOf("logo.png", dot), Metadata: json.RawMessage(`{"a":1}`), Creator: new("me"),
				})
				if test.kind == "" {
					if err != nil || image.ID != "a" {
						t.Errorf("got %v, %v", image, err)
					}
					return
				}
				if e := asError(t, err); e.Kind != test.kind || e.MayBeDone != test.mayBeDone || image != nil {
					t.Errorf("got %s, may be done: %t: %v", e.Kind, e.MayBeDone, e)
				}
			})
		})
	}
}

// Two accounts may have an image of the same ID: that of the one is not mistaken
// for that of the other.
func TestUploadThatIsLostInAnotherAccount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const other = "0123456789abcdef0123456789abcdef"
		standIn, another := standin.New(), standin.New()
		another.CutAfterStoring(1)
		c := piped(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			account := standIn
			if uri := strings.Replace(r.RequestURI, other, standin.AccountID, 1); uri != r.RequestURI {
				account, r.RequestURI = another, uri
				r.URL, _ = url.ParseRequestURI(uri) // it was one
			}
			account.ServeHTTP(w, r)
		}))
		for _, accountID := range []string{standin.AccountID, other} {
			image, _, err := c.CreateImage(t.Context(), accountID, Upload{ID: "a", Content: contentOf("logo.png", dot)})
			if err != nil || image.ID != "a" {
				t.Errorf("%s: got %v, %v", accountID, image, err)
			}
		}
	})
}

// The clock of the API and ours may differ; what it says of itself counts,
// unless it is out of all reason.
func TestUploadByAnotherClock(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		ahead    time.Duration // the API's clock
		uploaded time.Duration // after the start, by the API's clock
		want     bool
	}{
		"an hour ahead, ours":                 {time.Hour, 0, true},
		"an hour ahead, one before":           {time.Hour, -10 * time.Second, false},
		"an hour behind, ours":                {-time.Hour, 0, true},
		"an hour behind, one before":          {-time.Hour, -10 * time.Second, false},
		"no clock at all, an image of before": {-30 * 365 * 24 * time.Hour, 30*365*24*time.Hour - time.Hour, false},
	}
	for name, test := range tests {
		for _, id := range []string{"a", ""} {
			t.Run(fmt.Sprintf("%s, ID %q", name, id), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					image := stored("a", "logo.png", now(test.ahead+test.uploaded), "")
					posts := 0
					c := piped(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						w.Header().Set("Date", time.Now().UTC().Add(test.ahead).Format(http.TimeFormat))
						_, _ = io.Copy(io.Discard, r.Body)
						switch {
						case r.Method == http.MethodPost && posts == 0:
							posts++
							w.WriteHeader(http.StatusBadGateway)
						case r.Method == http.MethodPost:
							standin.Answer(409, "text/plain", "ERROR 5409: Resource already exists")(w, r)
						case strings.Contains(r.RequestURI, "/v2"):
							one := strings.TrimSuffix(strings.TrimPrefix(image, `{"result":`), `,"success":true,"errors":[],"messages":[]}`)
							_, _ = io.WriteString(w, success(`{"images":[`+one+`],"continuation_token":null}`))
						default:
							_, _ = io.WriteString(w, image)
						}
					}))
					_, _, err := c.CreateImage(t.Context(), standin.AccountID, Upload{ID: id, Content: contentOf("logo.png", dot)})
					if got := err == nil; got != test.want {
						t.Errorf("taken: %t, want %t: %v", got, test.want, err)
					}
				})
			})
		}
	}
}

// uploads are two that nothing but the length of their picture tells apart.
var uploads = []Upload{{Content: contentOf("logo.png", dot)}, {Content: contentOf("logo.png", dot+"twice")}}

// isFirst is whether a request is for the first of them.
func isFirst(r *http.Request) bool {
	form, err := uploads[0].form()
	if err != nil {
		panic(err)
	}
	_, length, _ := form.body()
	return r.ContentLength == length
}

// Of two uploads under one name, neither takes the other's image, whether that
// one's answer has come, is still to come, or is lost as well.
func TestEqualUploads(t *testing.T) {
	t.Parallel()
	// By the time a connection is dropped, both uploads are under way.
	reset := func(w http.ResponseWriter, r *http.Request) {
		_ = sleep(context.WithoutCancel(r.Context()), time.Second)
		standin.Reset(w, r)
	}
	lose := func(_ http.Handler) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			reset(w, r)
		}
	}
	store := func(standIn http.Handler) http.HandlerFunc { return storedThen(standIn, reset) }
	answer := func(standIn http.Handler) http.HandlerFunc { return standIn.ServeHTTP }
	late := func(pause time.Duration) func(standIn http.Handler) http.HandlerFunc {
		return func(standIn http.Handler) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				kept := httptest.NewRecorder()
				standIn.ServeHTTP(kept, r)
				if sleep(r.Context(), pause) == nil {
					standin.Answer(kept.Code, "application/json", kept.Body.String())(w, r)
				}
			}
		}
	}
	tests := map[string]struct {
		one, two func(http.Handler) http.HandlerFunc
		together bool
		want     string // who has an image of its own
		found    int    // how many the others may have made
	}{
		"the second is lost, stored":                         {answer, store, false, "12", 0},
		"the second is lost, not stored":                     {answer, lose, false, "1", 0},
		"the first is lost, stored, then the second":         {store, answer, false, "12", 0},
		"the first was lost for good, the second stored":     {lose, store, false, "", 1},
		"the first is lost, not stored, the other is late":   {lose, late(10 * time.Second), true, "2", 0},
		"the first is lost, stored, the other is late":       {store, late(10 * time.Second), true, "12", 0},
		"the other's answer comes just before the last look": {store, late(30 * time.Second), true, "12", 0},
		"the other's answer comes after the last look":       {store, late(33 * time.Second), true, "2", 2},
		"both are lost, one is stored":                       {lose, store, true, "", 1},
		"both are lost and stored":                           {store, store, true, "", 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				standIn := standin.New()
				c := piped(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					switch {
					case r.Method != http.MethodPost:
						standIn.ServeHTTP(w, r)
					case isFirst(r):
						test.one(standIn)(w, r)
					default:
						test.two(standIn)(w, r)
					}
				}), func(config *Config) { config.RequestTimeout = time.Minute })
				if _, _, err := c.GetStats(t.Context(), standin.AccountID); err != nil { // the first request goes alone
					t.Fatal(err)
				}
				got := uploadBoth(t.Context(), c, test.together)
				have := ""
				for i, result := range got {
					if result.err != nil {
						e := asError(t, result.err)
						if want := test.found; !e.MayBeDone || len(e.Found) != want && (test.together || len(e.Found) != 0) {
							t.Errorf("upload %d: found %v, want %d: %v", i+1, e.Found, want, e)
						}
						continue
					}
					have += fmt.Sprint(i + 1)
					if picture := standIn.Picture(result.image.ID); int64(len(picture)) != uploads[i].Content.Size {
						t.Errorf("upload %d has the picture of another", i+1)
					}
				}
				if have != test.want {
					t.Errorf("got images for %q, want %q", have, test.want)
				}
			})
		})
	}
}

type result struct {
	image *Image
	err   error
}

func uploadBoth(ctx context.Context, c *Client, together bool) (got [2]result) {
	var both sync.WaitGroup
	for i, upload := range uploads {
		both.Go(func() { got[i].image, _, got[i].err = c.CreateImage(ctx, standin.AccountID, upload) })
		if !together {
			both.Wait()
		}
	}
	both.Wait()
	return got
}

// What is in doubt keeps nobody from finding an image of another name, or one
// that is not as private.
func TestDoubtsOfOthers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		lost Upload // for good, before
		want bool
	}{
		"the same name":         {Upload{Content: contentOf("logo.png", "x")}, false},
		"another name":          {Upload{Content: contentOf("logo.gif", "x")}, true},
		"private":               {Upload{Content: contentOf("logo.png", "x"), RequireSignedURLs: true}, true},
		"a name not known":      {Upload{URL: "https://example.com/x.png"}, false},
		"one with other values": {Upload{Content: contentOf("logo.png", "x"), Creator: new("me")}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				standIn := standin.New()
				standIn.CutBefore(1)
				c := piped(t, standIn)
				if _, _, err := c.CreateImage(t.Context(), standin.AccountID, test.lost); !asError(t, err).MayBeDone {
					t.Fatal(err)
				}
				standIn.CutAfterStoring(1)
				_, _, err := c.CreateImage(t.Context(), standin.AccountID, uploads[0])
				if got := err == nil; got != test.want {
					t.Errorf("found: %t, want %t: %v", got, test.want, err)
				}
			})
		})
	}
}

// Of two uploads that ask for one ID, only one gets the image, even where the
// other's answer was lost and the image looks like its own.
func TestTwoUploadsForOneID(t *testing.T) {
	t.Parallel()
	standIn := standin.New()
	c := uploading(t, onUpload(standIn, 2, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		standin.Reset(w, r)
	}))
	upload := Upload{ID: "a", Content: contentOf("a.png", dot)}
	if _, _, err := c.CreateImage(t.Context(), standin.AccountID, upload); err != nil {
		t.Fatal(err)
	}
	_, _, err := c.CreateImage(t.Context(), standin.AccountID, upload)
	if e := asError(t, err); e.Kind != Exists || e.MayBeDone || e.Attempts != 2 {
		t.Errorf("got %+v", e)
	}
	// Once it is deleted, the ID may be taken again.
	if _, err := c.DeleteImage(t.Context(), standin.AccountID, "a"); err != nil {
		t.Fatal(err)
	}
	standIn.CutAfterStoring(1)
	if _, _, err := c.CreateImage(t.Context(), standin.AccountID, upload); err != nil {
		t.Error(err)
	}
}

// An image that turns out to be another's while the listing is gone through is
// not told as one that this write may have made.
func TestImageThatIsTakenMeanwhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		standIn := standin.New()
		standIn.Store(stored(idA, "logo.png", now(0), ""))
		standIn.Store(stored(idB, "logo.png", now(-time.Minute), ""))
		c := piped(t, standIn)
		image, _, err := c.findInList(t.Context(), standin.AccountID, Error{Kind: Unreachable}, uploads[0].traits(), func(image *Image) bool {
			if image.ID == idB {
				c.made.add(standin.AccountID, idA)
			}
			return image.ID == idA
		})
		if e := asError(t, err); image != nil || e.Kind != Unreachable || e.Found != nil || len(standIn.Requests()) != len(lookPauses) {
			t.Errorf("got %v, %+v after %d looks, want all of them", image, e, len(standIn.Requests()))
		}
	})
}

// A look that the caller calls off ends with what went wrong before.
func TestLookThatIsCalledOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		standIn := standin.New()
		standIn.CutBefore(1)
		c := piped(t, standIn)
		ctx, cancel := context.WithTimeoutCause(t.Context(), 5*time.Second, errors.New("enough"))
		defer cancel()
		began := time.Now()
		_, _, err := c.CreateImage(ctx, standin.AccountID, uploads[0])
		if e := asError(t, err); e.Kind != Unreachable || !e.MayBeDone || time.Since(began) != 5*time.Second {
			t.Errorf("after %s: got %+v", time.Since(began), e)
		}
	})
}
