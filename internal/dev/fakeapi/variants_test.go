package fakeapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

const heroObject = `{"id":"hero","options":{"fit":"cover","height":400,"metadata":"none","width":1200},"neverRequireSignedURLs":false}`

// The lifecycle of a variant, with an undocumented option.
func TestVariantLifecycle(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	const (
		path    = "images/v1/variants/Wide1"
		options = `{"fit":"pad","blur":7,"width":1366,"browser_ttl":3600}`
		made    = `{"id":"Wide1","options":` + options + `,"neverRequireSignedURLs":true}`
		changed = `{"id":"Wide1","options":{"height":2.0},"neverRequireSignedURLs":true}`
		open    = `{"id":"Wide1","options":{"width":3},"neverRequireSignedURLs":false}`
	)
	a.want(200, variantsResponse, http.MethodGet, "images/v1/variants", "")
	a.want(200, result(`{"variant":`+heroObject+`}`), http.MethodGet, "images/v1/variants/hero", "")
	a.want(200, result(`{"variant":`+made+`}`), http.MethodPost, "images/v1/variants",
		`{"id":"Wide1", "options":{"fit": "pad", "blur":7, "width":1366,"browser_ttl":3600}, "neverRequireSignedURLs":true}`)
	a.want(200, result(`{"variant":`+made+`}`), http.MethodGet, path, "")
	if got := a.request(http.MethodGet, "images/v1/variants", ""); !strings.HasPrefix(
		got.body,
		`{"result":{"variants":{"hero":`+heroObject+`,`,
	) ||
		!strings.HasSuffix(got.body, `,"Wide1":`+made+`}},"success":true,"errors":[],"messages":[]}`) {
		t.Errorf("got %s, want the new one last", got.body)
	}
	a.want(200, result(`{"variant":`+changed+`}`), http.MethodPatch, path, `{"options":{"height":2.0}}`)
	a.want(
		200,
		result(`{"variant":`+open+`}`),
		http.MethodPatch,
		path,
		`{"options":{"width":3},"neverRequireSignedURLs":false}`,
	)
	a.want(200, saysDone, http.MethodDelete, path, "")
	a.want(404, saysNoVariant, http.MethodDelete, path, "")
	a.want(404, saysNoVariant, http.MethodPatch, path, `{"options":{"width":3}}`)
	got := a.request(http.MethodGet, path, "")
	if got.status != 404 || got.body != "ERROR 5401: Variant name not found" || got.header.Get("Cf-Images") != "err=5401" {
		t.Errorf("got %+v, want an error without an envelope", got)
	}
}

// result returns a success as the API writes it.
func result(object string) string {
	return `{"result":` + object + `,"success":true,"errors":[],"messages":[]}`
}

func TestVariantErrors(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	const hero = "images/v1/variants/hero"
	for name, body := range map[string]string{
		"hyphen":               `{"id":"my-hero","options":{"width":1}}`,
		"no ID":                `{"options":{"width":1}}`,
		"empty ID":             `{"id":"","options":{"width":1}}`,
		"ID is a number":       `{"id":1,"options":{"width":1}}`,
		"100 letters":          `{"id":"` + strings.Repeat("a", 100) + `","options":{"width":1}}`,
		"no options":           `{"id":"new"}`,
		"options are null":     `{"id":"new","options":null}`,
		"options are a list":   `{"id":"new","options":[]}`,
		"no side":              `{"id":"new","options":{"fit":"pad"}}`,
		"fit of URLs":          `{"id":"new","options":{"width":1,"fit":"squeeze"}}`,
		"fit is null":          `{"id":"new","options":{"width":1,"fit":null}}`,
		"unknown metadata":     `{"id":"new","options":{"width":1,"metadata":"all"}}`,
		"width of 0":           `{"id":"new","options":{"width":0}}`,
		"half a pixel":         `{"id":"new","options":{"width":1,"height":1.5}}`,
		"width as a string":    `{"id":"new","options":{"width":"1"}}`,
		"browser_ttl too low":  `{"id":"new","options":{"width":1,"browser_ttl":3599}}`,
		"browser_ttl too high": `{"id":"new","options":{"width":1,"browser_ttl":31536001}}`,
		"flag as a string":     `{"id":"new","options":{"width":1},"neverRequireSignedURLs":"true"}`,
		"flag is null":         `{"id":"new","options":{"width":1},"neverRequireSignedURLs":null}`,
		"no JSON":              `{"id":"new"`,
		"a list":               `[]`,
		"null":                 `null`,
	} {
		if got := a.request(http.MethodPost, "images/v1/variants", body); got.status != 400 || got.body != saysBadRequest {
			t.Errorf("%s: got %d %s, want a bad request", name, got.status, got.body)
		}
	}
	a.want(
		400,
		saysBadRequest,
		http.MethodPost,
		"images/v1/variants",
		`{"id":"new","options":{"width":1}}`,
		"Content-Type",
		"text/plain",
	)
	a.want(400, saysBadRequest, http.MethodPatch, hero, `{"neverRequireSignedURLs":true}`)
	a.want(400, saysBadRequest, http.MethodPatch, hero, `{"options":{"width":-1}}`)
	a.want(409, saysTaken, http.MethodPost, "images/v1/variants", `{"id":"hero","options":{"width":1}}`)
	if got := a.request(http.MethodPut, hero, `{}`); got.status != 405 {
		t.Errorf("PUT: got %d %s, want 405", got.status, got.body)
	}
	a.want(200, variantsResponse, http.MethodGet, "images/v1/variants", "")
}

// Deleting "public" succeeds, but has no effect.
func TestDeletePublic(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.want(200, saysDone, http.MethodDelete, "images/v1/variants/public", "")
	a.want(200, variantsResponse, http.MethodGet, "images/v1/variants", "")
}

func TestVariantLimit(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	for i := range 97 {
		a.PutVariant(fmt.Sprint("v", i), `{"width":1}`, false)
	}
	a.want(400, saysLimit, http.MethodPost, "images/v1/variants", `{"id":"new","options":{"width":1}}`)
	a.RemoveVariant("v0")
	if got := a.request(http.MethodPost, "images/v1/variants", `{"id":"new","options":{"width":1}}`); got.status != 200 {
		t.Errorf("the hundredth: got %d %s", got.status, got.body)
	}
}

// Images have a URL for each variant of the account, which serves an image.
func TestVariantsOfImages(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	const (
		begin = `{"result":{"id":"a/b","filename":"plain-slash.png","uploaded":"2024-05-06T07:08:09.010Z","requireSignedURLs":false,"variants":[`
		end   = `]},"success":true,"errors":[],"messages":[]}`
		url   = `"https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/a/b/`
		size  = `{"width":30}`
	)
	urls := func(want string) {
		t.Helper()
		got := a.request(http.MethodGet, "images/v1/a%2Fb", "").body
		if strings.TrimSpace(got) != begin+want+end {
			t.Errorf("got %s, want %s", got, want)
		}
		if list := a.request(http.MethodGet, "images/v2", "").body; !strings.Contains(
			list,
			strings.TrimPrefix(begin, `{"result":`)+want+`]}`,
		) {
			t.Errorf("the list has not %s", want)
		}
	}
	status := func(path string) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.origin+"/ZWd9g1K7eljCn_KDTu_MWA/"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		return a.do(request).status
	}
	urls(url + `public"`)
	a.PutVariant("wide", size, true)
	urls(url + `public",` + url + `wide"`)
	const private = "083eb7b2-5392-4565-b69e-aff66acddd00/wide"
	if got := []int{status("a/b/wide"), status(private), status("a/b/hero")}; fmt.Sprint(got) != "[200 200 404]" {
		t.Errorf("delivered images: got %v", got)
	}
	a.PutVariant("wide", size, false)
	if got := status(private); got != 403 {
		t.Errorf("a private image: got %d", got)
	}
	a.RemoveVariant("public")
	urls(url + `wide"`)
	a.RemoveVariant("wide")
	urls("")
	if got := status("a/b/public"); got != 404 {
		t.Errorf("an image of a deleted variant: got %d", got)
	}
	a.PutVariant("hero", size, false) // it was there before, but not in this image
	urls("")
}

// After each change, the list and the single variant are stale.
func TestStaleReads(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.PutVariant("wide", `{"width":1}`, false)
	a.StaleReads(2)
	a.want(200, result(`{"variant":{"id":"wide","options":{"width":1},"neverRequireSignedURLs":false}}`),
		http.MethodGet, "images/v1/variants/wide", "")
	for i, step := range []struct{ method, body, old, now string }{
		{method: http.MethodPatch, body: `{"options":{"width":2}}`, old: `"width":1}`, now: `"width":2}`},
		{method: http.MethodDelete, old: `"width":2}`, now: "5401"},
		{method: http.MethodPost, body: `{"id":"wide","options":{"width":3}}`, old: "5401", now: `"width":3}`},
	} {
		path := "images/v1/variants/wide"
		if step.method == http.MethodPost {
			path = "images/v1/variants"
		}
		if got := a.request(step.method, path, step.body); got.status != 200 {
			t.Fatalf("step %d: got %+v", i, got)
		}
		list := a.request(http.MethodGet, "images/v1/variants", "").body
		if strings.Contains(list, `"wide":{`) != (step.old != "5401") {
			t.Errorf("step %d: the list is %s", i, list)
		}
		for _, want := range []string{step.old, step.now, step.now} {
			if got := a.request(http.MethodGet, "images/v1/variants/wide", ""); !strings.Contains(got.body, want) {
				t.Errorf("step %d: got %s, want %s", i, got.body, want)
			}
		}
	}
}
