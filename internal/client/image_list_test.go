package client

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func idsOf(images []Image) []string {
	ids := make([]string, len(images))
	for i := range images {
		ids[i] = images[i].ID
	}
	return ids
}

func TestListImages(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		filter Filter
		want   []string
		query  string
	}{
		"by metadata": {
			filter: Filter{Meta: map[string]MetaMatch{"region.name": stringMatch("eu-west")}},
			want:   []string{"083eb7b2-5392-4565-b69e-aff66acddd00"},
			query:  "meta.region.name[eq:string]=eu-west&per_page=1000",
		},
		"by two of them": {
			filter: Filter{Meta: map[string]MetaMatch{"region.name": stringMatch("eu-west"), "key": stringMatch("value")}},
			want:   []string{"083eb7b2-5392-4565-b69e-aff66acddd00"},
			query:  "meta.key[eq:string]=value&meta.region.name[eq:string]=eu-west&per_page=1000",
		},
		"by creator": {
			filter: Filter{Creator: new("design-team")},
			want:   []string{"brand/logo"},
			query:  "creator=design-team&per_page=1000",
		},
		"none":   {filter: Filter{Creator: new("nobody")}, want: []string{}, query: "creator=nobody&per_page=1000"},
		"newest": {filter: Filter{MaxItems: 1}, want: []string{"brand/logo"}, query: "per_page=10"},
		"oldest": {
			filter: Filter{SortOrder: "asc", MaxItems: 2},
			want:   []string{"083eb7b2-5392-4565-b69e-aff66acddd00", "this/is/my-customid"},
			query:  "per_page=10&sort_order=asc",
		},
		"without creator": {
			filter: Filter{Creator: new(""), SortOrder: "asc", MaxItems: 1},
			want:   []string{"083eb7b2-5392-4565-b69e-aff66acddd00"},
			query:  "creator=&per_page=10&sort_order=asc",
		},
		"malformed value": {
			filter: Filter{
				Meta: map[string]MetaMatch{"a_1": stringMatch("x&y=z |")},
			}, want: []string{}, query: "meta.a_1[eq:string]=x&y=z |&per_page=1000",
		},
		"a number": {
			filter: Filter{Meta: map[string]MetaMatch{"year": numberMatch("2026.0")}},
			want:   []string{"brand/logo"},
			query:  "meta.year[eq:number]=2026.0&per_page=1000",
		},
		"some numbers": {
			filter: Filter{Meta: map[string]MetaMatch{"year": numberMatch("1", "2026")}},
			want:   []string{"brand/logo"},
			query:  "meta.year[in:number]=1|2026&per_page=1000",
		},
		"a boolean": {
			filter: Filter{Meta: map[string]MetaMatch{"on": {MetaBoolean, []string{"true"}}}},
			want:   []string{"083eb7b2-5392-4565-b69e-aff66acddd00"},
			query:  "meta.on[eq:boolean]=true&per_page=1000",
		},
		"some texts": {
			filter: Filter{Meta: map[string]MetaMatch{"region.name": stringMatch("us", "eu-west")}},
			want:   []string{"083eb7b2-5392-4565-b69e-aff66acddd00"},
			query:  "meta.region.name[in:string]=us|eu-west&per_page=1000",
		},
		"more than a page": {
			filter: Filter{MaxItems: 1001, Creator: new("nobody")},
			want:   []string{},
			query:  "creator=nobody&per_page=1000",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			images, err := list(t, fake, test.filter)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, idsOf(images)); diff != "" {
				t.Errorf("images (-want +got):\n%s", diff)
			}
			path, query, _ := strings.Cut(fake.Requests()[0].URI, "?")
			decoded, err := url.QueryUnescape(query)
			if want := "/client/v4/accounts/023e105f4ecef8ad9ca31a8372d0c353/images/v2"; err != nil || path != want ||
				decoded != test.query {
				t.Errorf("request: got %s and %s, want %s and %s", path, decoded, want, test.query)
			}
		})
	}
}

func TestListImagesPages(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		stored, maxItems, want, requests int
	}{
		"empty":                {requests: 1},
		"one page":             {stored: 1000, want: 1000, requests: 1},
		"one more than a page": {stored: 1001, want: 1001, requests: 2},
		"three pages":          {stored: 2500, want: 2500, requests: 3},
		"a limit of two pages": {stored: 2500, maxItems: 1500, want: 1500, requests: 2},
		"a limit of one page":  {stored: 2500, maxItems: 1000, want: 1000, requests: 1},
		"one of many":          {stored: 2500, maxItems: 1, want: 1, requests: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			store(fake, test.stored, `,"creator":"many"`)
			images, err := list(t, fake, Filter{Creator: new("many"), SortOrder: "asc", MaxItems: test.maxItems})
			if err != nil {
				t.Fatal(err)
			}
			ids := idsOf(images)
			if len(ids) != test.want || len(fake.Requests()) != test.requests {
				t.Errorf("got %d images in %d requests, want %d in %d", len(ids), len(fake.Requests()), test.want, test.requests)
			}
			slices.Sort(ids)
			if got := len(slices.Compact(ids)); got != test.want {
				t.Errorf("got %d different images, want %d", got, test.want)
			}
		})
	}
}

func page(token string, ids ...string) http.HandlerFunc {
	images := make([]string, len(ids))
	for i, id := range ids {
		images[i] = fmt.Sprintf(`{"id":%q}`, id)
	}
	return fakeapi.Respond(
		200,
		"application/json",
		success(`{"images":[`+strings.Join(images, ",")+`],"continuation_token":`+token+`}`),
	)
}

// An upload between two requests shifts the pages by one.
func TestListImagesShifted(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	fake.Fail("v2", 1, page(`"one"`, "c", "b"))
	fake.Fail("v2", 1, page(`"two"`, "b", "a"))
	fake.Fail("v2", 1, pageOf(`{"images":[]}`))
	images, err := list(t, fake, Filter{})
	if diff := cmp.Diff([]string{"c", "b", "a"}, idsOf(images)); diff != "" || err != nil {
		t.Errorf("%v, images (-want +got):\n%s", err, diff)
	}
}

// An error of a listing is reported, and no partial result is returned.
func TestListImagesErrors(t *testing.T) {
	t.Parallel()
	endless := make([]http.HandlerFunc, 150)
	for i := range endless {
		endless[i] = page(fmt.Sprintf(`"token-%d"`, i), "always-the-same")
	}
	gone := fakeapi.Respond(403, "application/json", failure(`{"code":10000,"message":"Authentication error"}`))
	tests := map[string]struct {
		filter Filter
		pages  []http.HandlerFunc
		kind   Kind
		want   string
	}{
		"second page fails": {
			filter: Filter{},
			pages:  []http.HandlerFunc{page(`"t"`, "a"), gone},
			kind:   NotPermitted,
			want:   "Authentication error (code 10000)",
		},
		"second page is truncated": {
			filter: Filter{},
			pages:  []http.HandlerFunc{page(`"t"`, "a"), fakeapi.Truncated("{")},
			kind:   Unreachable,
			want:   "unexpected EOF",
		},
		"token repeats": {
			filter: Filter{},
			pages:  []http.HandlerFunc{page(`"t"`, "a"), page(`"u"`, "b"), page(`"t"`, "c")},
			kind:   InvalidResponse,
			want:   "repeated continuation_token",
		},
		"nothing new ever": {
			filter: Filter{},
			pages:  endless,
			kind:   InvalidResponse,
			want:   "100 consecutive pages without a new image",
		},
		"malformed image": {
			filter: Filter{},
			pages:  []http.HandlerFunc{pageOf(`{"images":[{"id":"good"},{"id":"brand/x","draft":"no"}]}`)},
			kind:   InvalidResponse,
			want:   `images[1] (id "brand/x"): draft: expected a boolean, got a string`,
		},
		"image without ID": {
			filter: Filter{}, pages: []http.HandlerFunc{pageOf(`{"images":[{"filename":"x"}]}`)}, kind: InvalidResponse, want: "images[0]: missing id",
		},
		"image is a string": {
			filter: Filter{}, pages: []http.HandlerFunc{pageOf(`{"images":["a"]}`)}, kind: InvalidResponse, want: "images[0]: expected an object, got a string",
		},
		"images is an object": {
			filter: Filter{},
			pages:  []http.HandlerFunc{pageOf(`{"images":{}}`)},
			kind:   InvalidResponse,
			want:   "images: expected an array of images, got an object",
		},
		"images is missing": {
			filter: Filter{},
			pages:  []http.HandlerFunc{pageOf(`{"continuation_token":null}`)},
			kind:   InvalidResponse,
			want:   "images: expected an array of images, got nothing",
		},
		"images is null": {
			filter: Filter{},
			pages:  []http.HandlerFunc{pageOf(`{"images":null}`)},
			kind:   InvalidResponse,
			want:   "images: expected an array of images, got nothing",
		},
		"token is a number": {
			filter: Filter{},
			pages:  []http.HandlerFunc{page(`5`, "a")},
			kind:   InvalidResponse,
			want:   "continuation_token: expected a string or null, got a number",
		},
		"creator is ignored": {
			filter: Filter{Creator: new("me")},
			pages:  []http.HandlerFunc{pageOf(`{"images":[{"id":"a","creator":"you"}]}`)},
			kind:   InvalidResponse,
			want:   `API ignored the filter: image "a" has creator "you", want "me"`,
		},
		"no creator is ignored": {
			filter: Filter{Creator: new("")},
			pages:  []http.HandlerFunc{pageOf(`{"images":[{"id":"a","creator":"you"}]}`)},
			kind:   InvalidResponse,
			want:   `want ""`,
		},
		"metadata is ignored": {
			filter: Filter{Meta: map[string]MetaMatch{"region.name": stringMatch("eu")}},
			pages:  []http.HandlerFunc{pageOf(`{"images":[{"id":"a","meta":{"region":{"name":"us"}}}]}`)},
			kind:   InvalidResponse,
			want:   `image "a" has "us" at "region.name" in its metadata, want "eu"`,
		},
		"metadata is not a string": {
			filter: Filter{Meta: map[string]MetaMatch{"n": stringMatch("5")}},
			pages:  []http.HandlerFunc{pageOf(`{"images":[{"id":"a","meta":{"n":5}}]}`)},
			kind:   InvalidResponse, want: `image "a" has no string at "n" in its metadata`,
		},
		"metadata is missing": {
			filter: Filter{Meta: map[string]MetaMatch{"n": stringMatch("")}},
			pages:  []http.HandlerFunc{pageOf(`{"images":[{"id":"a"}]}`)},
			kind:   InvalidResponse,
			want:   `has no string at "n"`,
		},
		"metadata is not so deep": {
			filter: Filter{Meta: map[string]MetaMatch{"a.b": stringMatch("x")}},
			pages:  []http.HandlerFunc{pageOf(`{"images":[{"id":"a","meta":{"a":"x"}}]}`)},
			kind:   InvalidResponse, want: `has no string at "a.b"`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			for _, handler := range test.pages {
				fake.Fail("v2", 1, handler)
			}
			images, err := list(t, fake, test.filter)
			e := asError(t, err)
			if images != nil || e.Kind != test.kind || !strings.Contains(e.Error(), test.want) {
				t.Errorf("got %d images, %s: %v, want %s", len(images), e.Kind, e, test.want)
			}
			if got := len(fake.Requests()); got > 101 {
				t.Errorf("it took %d requests", got)
			}
		})
	}
}

// A long listing of short pages, some of them empty, is complete.
func TestListImagesManyPages(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	const pages = 130
	for i := range pages {
		var ids []string
		if i%3 != 0 {
			ids = []string{fmt.Sprint(i)}
		}
		token := fmt.Sprintf(`"token-%d"`, i)
		if i == pages-1 {
			token = "null"
		}
		fake.Fail("v2", 1, page(token, ids...))
	}
	images, err := list(t, fake, Filter{})
	if want := pages - (pages+2)/3; err != nil || len(images) != want {
		t.Errorf("got %d images, %v, want %d", len(images), err, want)
	}
}

// Entries beyond the limit are not checked.
func TestListImagesNoMoreThanAsked(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	fake.Fail("v2", 1, pageOf(`{"images":[{"id":"good"},{"id":"bad","draft":"no"}],"continuation_token":""}`))
	images, err := list(t, fake, Filter{MaxItems: 1})
	if err != nil || len(images) != 1 {
		t.Errorf("got %d images, %v, want one", len(images), err)
	}
	fake.Fail("v2", 1, page(`"t"`, "a"))
	fake.Fail("v2", 1, page(`"t"`, "b", "c"))
	if images, err := list(t, fake, Filter{MaxItems: 3}); err != nil || len(images) != 3 {
		t.Errorf("got %d images, %v, want three", len(images), err)
	}
}

// A duplicate image doesn't count towards the limit.
func TestListImagesShiftedAndFull(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	fake.Fail("v2", 1, page(`"t"`, "a"))
	fake.Fail("v2", 1, page(`"u"`, "a", "b", "b", "c", "d"))
	images, err := list(t, fake, Filter{MaxItems: 3})
	if diff := cmp.Diff([]string{"a", "b", "c"}, idsOf(images)); diff != "" || err != nil {
		t.Errorf("%v, images (-want +got):\n%s", err, diff)
	}
	if got := len(fake.Requests()); got != 2 {
		t.Errorf("requests: got %d, want 2", got)
	}
}

// A page may be large, but not endless.
func TestListImagesPageSize(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	store(fake, 1000, `,"creator":"large","filename":"`+strings.Repeat("x", 4000)+`"`)
	if images, err := list(t, fake, Filter{Creator: new("large")}); err != nil || len(images) != 1000 {
		t.Errorf("got %d images, %v, want 1000", len(images), err)
	}
	fake.Fail("v2", 1, fakeapi.Endless(65<<20))
	// It takes a busy machine a while to read so much.
	c := start(t, fake, func(config *Config) { config.RequestTimeout = 10 * time.Minute })
	_, _, err := c.ListImages(t.Context(), fakeapi.AccountID, Filter{})
	if err == nil || !strings.Contains(err.Error(), "over 67108864 bytes") {
		t.Errorf("got %v", err)
	}
}

func TestListImagesMessages(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	fake.Fail(
		"v2", 1,
		fakeapi.Respond(
			200,
			"application/json",
			`{"result":{"images":[{"id":"a"}],"continuation_token":"t"},"success":true,"messages":[{"code":1,"message":"first"}]}`,
		),
	)
	fake.Fail(
		"v2",
		1,
		fakeapi.Respond(
			200,
			"application/json",
			`{"result":{"images":[]},"success":true,"messages":[{"code":2,"message":"second"}]}`,
		),
	)
	_, messages, err := start(t, fake).ListImages(t.Context(), fakeapi.AccountID, Filter{})
	if err != nil || len(messages) != 2 || messages[1].String() != "second (code 2)" {
		t.Errorf("got %v, %v", messages, err)
	}
}

// A listing without an end stops at the first limit.
func TestListImagesEndless(t *testing.T) {
	t.Parallel()
	served := 0
	c := start(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		served++
		fmt.Fprint(w, success(fmt.Sprintf(`{"images":[{"id":"image-%d"}],"continuation_token":"t%d"}`, served, served)))
	}))
	images, _, err := c.ListImages(t.Context(), fakeapi.AccountID, Filter{})
	if images != nil || !errors.Is(err, InvalidResponse) ||
		!strings.Contains(err.Error(), "the listing does not end after 5000 images, 5000 pages") {
		t.Errorf("got %d images, %v", len(images), err)
	}
	if served != maxListedPages {
		t.Errorf("requests: got %d, want %d", served, maxListedPages)
	}
	for name, test := range map[string]struct {
		list imageList
		ok   bool
	}{
		"nothing yet":        {imageList{}, true},
		"as many as allowed": {imageList{images: make([]Image, 999_999)}, true},
		"too many images":    {imageList{images: make([]Image, 1_000_000)}, false},
		"almost all bytes":   {imageList{bytes: 4<<30 - 1}, true},
		"too many bytes":     {imageList{bytes: 4 << 30}, false},
	} {
		test.list.tokens, test.list.query = map[string]bool{}, url.Values{}
		if err := test.list.advance("more"); (err == nil) != test.ok {
			t.Errorf("%s: got %v, want it to go on: %t", name, err, test.ok)
		}
		if err := test.list.advance(""); err != nil {
			t.Errorf("%s, at its end: got %v", name, err)
		}
	}
}

// A page with a new image restarts the count of consecutive pages without one.
func TestListImagesEmptyPages(t *testing.T) {
	t.Parallel()
	for empty, ok := range map[int]bool{99: true, 100: false} {
		fake := fakeapi.New()
		fake.Fail("v2", 1, page(`"first"`, "a"))
		for i := range empty {
			fake.Fail("v2", 1, page(fmt.Sprintf(`"%d"`, i), "a"))
		}
		fake.Fail("v2", 1, page(`null`, "b"))
		if _, err := list(t, fake, Filter{}); (err == nil) != ok {
			t.Errorf("%d pages: got %v, want it to come to an end: %t", empty, err, ok)
		}
	}
}

// The bytes of each page count, including white space.
func TestListImagesBytes(t *testing.T) {
	t.Parallel()
	const result = `{"images":[ ],"continuation_token":"t"}`
	list := newImageList(Filter{})
	list.bytes = 4<<30 - 2*int64(len(result))
	if err := list.UnmarshalJSON([]byte(result)); err != nil {
		t.Fatal(err)
	}
	err := list.UnmarshalJSON([]byte(strings.Replace(result, `"t"`, `"u"`, 1)))
	if err == nil || !strings.Contains(err.Error(), "after 0 images, 2 pages and 4294 MB") {
		t.Errorf("got %v", err)
	}
}

// A page is read only after all images before it were consumed. An error ends
// the sequence.
func TestEachImage(t *testing.T) {
	t.Parallel()
	gone := fakeapi.Respond(403, "application/json", failure(`{"code":10000,"message":"Authentication error"}`))
	shifted := []http.HandlerFunc{page(`"t"`, "a", "b"), page("null", "b", "c")}
	tests := map[string]struct {
		pages    []http.HandlerFunc
		take     int
		want     []string
		kind     Kind // empty for success
		requests int
	}{
		"all":              {pages: shifted, take: 9, want: []string{"a", "b", "c"}, requests: 2},
		"those of a page":  {pages: shifted, take: 2, want: []string{"a", "b"}, requests: 1},
		"the first":        {pages: shifted, take: 1, want: []string{"a"}, requests: 1},
		"one more":         {pages: shifted, take: 3, want: []string{"a", "b", "c"}, requests: 2},
		"none":             {pages: []http.HandlerFunc{page("null")}, take: 9, requests: 1},
		"first page fails": {pages: []http.HandlerFunc{gone}, take: 9, kind: NotPermitted, requests: 1},
		"second page fails": {
			pages:    []http.HandlerFunc{page(`"t"`, "a"), gone},
			take:     9,
			want:     []string{"a"},
			kind:     NotPermitted,
			requests: 2,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			for _, handler := range test.pages {
				fake.Fail("v2", 1, handler)
			}
			var got []string
			var failed error
			for image, err := range start(t, fake).EachImage(t.Context(), fakeapi.AccountID, Filter{}) {
				if failed != nil {
					t.Fatalf("got %v, %v after an error", image, err)
				}
				if failed = err; err != nil {
					continue
				}
				if got = append(got, image.ID); len(got) == test.take {
					break
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("images (-want +got):\n%s", diff)
			}
			if test.kind == "" && failed != nil || test.kind != "" && !errors.Is(failed, test.kind) {
				t.Errorf("got %v, want %s", failed, test.kind)
			}
			if requests := len(fake.Requests()); requests != test.requests {
				t.Errorf("requests: got %d, want %d", requests, test.requests)
			}
		})
	}
}
