package fakeapi

import (
	"net/http"
	"strings"
	"testing"
)

// Each switch changes one behavior, and without it the fake API behaves as
// before.
func TestAssumptions(t *testing.T) {
	t.Parallel()
	const image, variant = "images/v1/brand%2Flogo", "images/v1/variants/hero"
	for name, test := range map[string]struct {
		on                 func(*Server)
		method, path, body string
		with, without      string // parts of the response, or absent from it after an exclamation mark
	}{
		"KeepCreator": {
			on:     func(s *Server) { s.KeepCreator(true) },
			method: http.MethodPatch, path: image, body: `{"creator":""}`,
			with: `"creator":"design-team"`, without: `"creator":null`,
		},
		"KeepEmptyMetadata": {
			on:     func(s *Server) { s.KeepEmptyMetadata(true) },
			method: http.MethodPatch, path: image, body: `{"metadata":{}}`,
			with: `"meta":{`, without: `!"meta"`,
		},
		"UploadedAfterPatch": {
			on:     func(s *Server) { s.UploadedAfterPatch(true) },
			method: http.MethodPatch, path: image, body: `{"metadata":{"a":1}}`,
			with: `!2026-03-02T08:15:30.120Z`, without: `2026-03-02T08:15:30.120Z`,
		},
		"MergeVariantOptions": {
			on:     func(s *Server) { s.MergeVariantOptions(true) },
			method: http.MethodPatch, path: variant, body: `{"options":{"width":7}}`,
			with: `{"fit":"cover","height":400,"metadata":"none","width":7}`, without: `"options":{"width":7}`,
		},
		"DefaultFit": {
			on:     func(s *Server) { s.DefaultFit("pad") },
			method: http.MethodPost, path: "images/v1/variants", body: `{"id":"new","options":{"width":7}}`,
			with: `{"fit":"pad","width":7}`, without: `"options":{"width":7}`,
		},
		"DefaultFit of one with a fit": {
			on:     func(s *Server) { s.DefaultFit("pad") },
			method: http.MethodPost, path: "images/v1/variants", body: `{"id":"new","options":{"fit":"crop","width":7}}`,
			with: `{"fit":"crop","width":7}`, without: `{"fit":"crop","width":7}`,
		},
		"KeepLastKey": {
			on:     func(s *Server) { s.KeepLastKey(true) },
			method: http.MethodDelete, path: "images/v1/keys/default",
			with: `"code":5400`, without: `"name":"default","value":"not-a-real-key-1"`,
		},
		"RemoveAllKeys": {
			on:     func(s *Server) { s.RemoveAllKeys() },
			method: http.MethodGet, path: "images/v1/keys",
			with: `"keys":[]`, without: `"name":"default"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, on := range []bool{false, true} {
				a, want := newAccount(t), test.without
				a.RemoveKey("campaign")
				if on {
					test.on(a.Server)
					want = test.with
				}
				part, isAbsent := strings.CutPrefix(want, "!")
				if got := a.request(test.method, test.path, test.body).body; strings.Contains(got, part) == isAbsent {
					t.Errorf("on: %t: got %s, want %s", on, got, want)
				}
			}
		})
	}
}
