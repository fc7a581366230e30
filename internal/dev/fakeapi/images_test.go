package fakeapi

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// A PATCH of an uploaded image keeps the fields that it omits.
func TestUpdateImage(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.post(part("id", "a/b c"), part("metadata", `{"k":1}`), part("creator", "me"), file(dot)).image(t)
	const path = "images/v1/a%2Fb%20c"
	for i, step := range []struct{ body, meta, creator string }{
		{body: `{}`, meta: `{"k":1}`, creator: `"me"`},
		{body: `{"metadata": {"other": [1.0, "<"]}}`, meta: `{"other":[1.0,"<"]}`, creator: `"me"`},
		{body: `{"creator":"you"}`, meta: `{"other":[1.0,"<"]}`, creator: `"you"`},
		{body: `{"metadata":{},"requireSignedURLs":false}`, creator: `"you"`},
		{body: `{"metadata":{"k":2},"creator":""}`, meta: `{"k":2}`, creator: `null`},
	} {
		got := a.request(http.MethodPatch, path, step.body).image(t)
		later := a.request(http.MethodGet, path, "").image(t)
		for _, image := range []uploadedImage{got, later} {
			if string(image.Meta) != step.meta || string(image.Creator) != step.creator || image.ID != "a/b c" ||
				*image.Filename != "logo.png" {
				t.Errorf("step %d: got %+v, want %s and %s", i, image, step.meta, step.creator)
			}
		}
	}
	if list := a.request(http.MethodGet, "images/v2?creator=me", "").body; !strings.Contains(list, `"images":[]`) {
		t.Errorf("the list is filtered by a stale creator: %s", list)
	}
}

// A PATCH of an image from the fixtures keeps the fields that it omits.
func TestUpdateStoredImage(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	before := a.Images()
	a.want(
		200,
		result(
			`{"id":"photos/harbour.jpg","filename":"harbour.jpg","meta":{"alt":"Boats"},"uploaded":"2025-10-03T07:45:10.250Z",`+
				`"requireSignedURLs":false,"creator":"web-team","variants":[`+
				`"https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/photos/harbour.jpg/public",`+
				`"https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/photos/harbour.jpg/hero",`+
				`"https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/photos/harbour.jpg/thumbnail"]}`,
		),
		http.MethodPatch,
		"images/v1/photos%2Fharbour.jpg",
		`{"metadata":{"alt":"Boats"}}`,
	)
	a.want(200, result(`{"id":"610a686f-3fa7-46ca-e36d-3c00bd791b00","filename":null,"meta":{"uploaderId":"u"},`+
		`"uploaded":"2023-06-04T19:18:04.451Z","requireSignedURLs":false,"creator":"x","variants":[`+
		`"https://imagedelivery.net/abcdefghijklmnopqrstuv/610a686f-3fa7-46ca-e36d-3c00bd791b00/public"],"draft":true}`),
		http.MethodPatch, "images/v1/610a686f-3fa7-46ca-e36d-3c00bd791b00", `{"creator":"x"}`)
	if after := a.Images(); !slices.Equal(after, before) {
		t.Errorf("a change moved images: %v", after)
	}
}

func TestUpdateImageErrors(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	const path, private = "images/v1/photos%2Fharbour.jpg", "images/v1/083eb7b2-5392-4565-b69e-aff66acddd00"
	before, _ := a.Image("photos/harbour.jpg")
	for name, body := range map[string]string{
		"metadata as a string": `{"metadata":"{}"}`,
		"metadata are null":    `{"metadata":null}`,
		"metadata too long":    `{"metadata":{"a":"` + strings.Repeat("x", 1017) + `"}}`,
		"flag as a string":     `{"requireSignedURLs":"true"}`,
		"flag is null":         `{"requireSignedURLs":null}`,
		"creator is a number":  `{"creator":1}`,
		"creator is null":      `{"creator":null}`,
		"creator too long":     `{"creator":"` + strings.Repeat("ä", 1025) + `"}`,
		"no JSON":              `{`,
		"a list":               `[]`,
	} {
		if got := a.request(http.MethodPatch, path, body); got.status != 400 || got.body != saysBadRequest {
			t.Errorf("%s: got %d %s, want a bad request", name, got.status, got.body)
		}
	}
	a.want(400, saysBadRequest, http.MethodPatch, path, "--B\r\n"+part("creator", "x")+"\r\n--B--\r\n", "Content-Type",
		"multipart/form-data; boundary=B")
	a.want(
		400,
		`{"result":null,"success":false,"errors":[{"code":5410,"message":"`+customAndPrivateMessage+`"}],"messages":[]}`,
		http.MethodPatch,
		path,
		`{"requireSignedURLs":true}`,
	)
	a.want(404, `{"result":null,"success":false,"errors":[{"code":5404,"message":"Image not found"}],"messages":[]}`,
		http.MethodPatch, "images/v1/nope", `{"creator":"x"}`)
	if after, _ := a.Image("photos/harbour.jpg"); after != before {
		t.Errorf("a rejected update left %s", after)
	}
	if got := a.request(http.MethodPatch, private, `{"requireSignedURLs":true}`); got.status != 200 {
		t.Errorf("a private image that stays so: got %d %s", got.status, got.body)
	}
}

// An access change keeps the ID or, with the switch, assigns a new one, under
// which the image is then delivered.
func TestAccessChange(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	const first = "57a4d001-ac1d-4e57-0b5e-000000000100"
	a.post(file(dot)).image(t)
	delivered := func(id string) int { return a.open("/ZWd9g1K7eljCn_KDTu_MWA/" + id + "/public").status }
	if got := a.request(http.MethodPatch, "images/v1/"+first, `{"requireSignedURLs":true}`).image(t); got.ID != first ||
		!got.Private {
		t.Errorf("got %+v, want the same ID", got)
	}
	if got := delivered(first); got != 403 {
		t.Errorf("a private image: got %d", got)
	}
	a.NewIDOnAccessChange(true)
	if got := a.request(http.MethodPatch, "images/v1/"+first, `{"requireSignedURLs":true,"creator":"x"}`).image(t); got.ID != first {
		t.Errorf("got %s, want the same ID where nothing changes", got.ID)
	}
	got := a.request(http.MethodPatch, "images/v1/"+first, `{"requireSignedURLs":false}`).image(t)
	if got.ID == first || !generatedID.MatchString(got.ID) || !strings.HasSuffix(got.ID, "00") ||
		string(got.Creator) != `"x"` ||
		!strings.Contains(got.Variants[0], "/"+got.ID+"/") {
		t.Errorf("got %+v, want the same under a new ID", got)
	}
	if _, found := a.Image(first); found || delivered(first) != 404 || delivered(got.ID) != 200 ||
		string(a.Content(got.ID)) != dot {
		t.Error("the image is not where its new ID says")
	}
	const stored = "083eb7b2-5392-4565-b69e-aff66acddd00" // it has two of the three variants
	moved := a.request(http.MethodPatch, "images/v1/"+stored, `{"requireSignedURLs":false}`).image(t)
	base := "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/" + moved.ID
	if !slices.Equal(moved.Variants, []string{base + "/thumbnail", base + "/public"}) || delivered(moved.ID) != 200 {
		t.Errorf("a stored image moved to %+v", moved)
	}
}

// A DELETE removes the image everywhere; a second one fails in plain text,
// whatever the request accepts.
func TestDeleteImage(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.want(200, saysDone, http.MethodDelete, "images/v1/brand%2Flogo", "", "Content-Type", "application/json")
	got := a.request(http.MethodDelete, "images/v1/brand%2Flogo", "")
	if got.status != 404 || got.body != "ERROR 5404: Image not found\n" || got.header.Get("Cf-Images") != "err=5404" ||
		got.header.Get("Content-Type") != "text/plain;charset=utf-8" {
		t.Errorf("got %+v, want an error in plain text", got)
	}
	a.RemoveImage("photos/harbour.jpg")
	a.want(200, result(`{"count":{"current":14,"allowed":100000}}`), http.MethodGet, "images/v1/stats", "")
	if list := a.request(http.MethodGet, "images/v2", "").body; strings.Contains(list, "brand/logo") ||
		strings.Contains(list, "harbour") {
		t.Errorf("the list still has one: %s", list)
	}
	for _, variant := range []string{"public", "w=80"} {
		if got := a.open("/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/" + variant); got.status != 404 {
			t.Errorf("%s: got %d, want no image", variant, got.status)
		}
	}
	if got := a.post(part("id", "brand/logo"), file(dot)).image(t); got.ID != "brand/logo" {
		t.Errorf("got %+v, want the ID to be free again", got)
	}
}

// An ID stays reserved for the given number of uploads.
func TestConflictAfterDelete(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.ConflictAfterDelete(2)
	a.want(200, saysDone, http.MethodDelete, "images/v1/brand%2Flogo", "")
	for i, want := range []int{409, 200, 409, 200} {
		id := "brand/logo"
		if i == 1 {
			id = "another"
		}
		if got := a.post(part("id", id), file(dot)); got.status != want {
			t.Errorf("upload %d: got %d %s, want %d", i, got.status, got.body, want)
		}
	}
}

// A new image is hidden from the next reads that would show it: reads of the
// image, and listings.
func TestDelayVisibility(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.DelayVisibility(2)
	a.post(part("id", "a"), file(dot)).image(t)
	a.post(part("id", "b"), file(dot)).image(t)
	if _, found := a.Image("a"); !found {
		t.Error("the test does not see it")
	}
	for i, want := range []int{404, 404, 200, 200} {
		if got := a.request(http.MethodGet, "images/v1/a", ""); got.status != want {
			t.Errorf("read %d: got %d, want %d", i, got.status, want)
		}
	}
	for i, want := range []bool{false, false, true} {
		if list := a.request(http.MethodGet, "images/v2", "").body; strings.Contains(list, `"id":"b"`) != want {
			t.Errorf("list %d: has it: %t, want %t", i, !want, want)
		}
	}
}

// Connections are dropped during uploads too: an upload that was applied is
// stored.
func TestCutUploads(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		cut    func(s *Server, times int)
		stored bool
	}{
		"mid request":         {(*Server).DropDuringRequest, false},
		"before":              {(*Server).DropBeforeRequest, false},
		"after storing":       {(*Server).DropResponseAfterCommit, true},
		"during the response": {(*Server).DropDuringResponse, true},
	} {
		a := newAccount(t)
		test.cut(a.Server, 1)
		if got := a.post(part("id", "a"), file(dot+strings.Repeat(" ", 1<<20))); got.err == nil {
			t.Errorf("%s: got %d %s, want a connection that broke", name, got.status, got.body)
		}
		if _, stored := a.Image("a"); stored != test.stored {
			t.Errorf("%s: stored: %t, want %t", name, stored, test.stored)
		}
		if got := a.post(part("id", "b"), file(dot)); got.status != http.StatusOK {
			t.Errorf("%s: the next upload got %+v", name, got)
		}
	}
}
