package fakeapi

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

const saysNoKey = `{"result":null,"success":false,"errors":[{"code":5404,"message":"Key not found"}],"messages":[]}`

// The lifecycle of a key: created, rotated, deleted. The last key is replaced
// by a new one.
func TestSigningKeyLifecycle(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	const start = `{"name":"default","value":"fake-api-signing-key"}`
	keys := func(list string) string { return result(`{"keys":[` + list + `]}`) }
	for _, step := range []struct {
		method, name string
		status       int
		want         string
	}{
		{method: http.MethodPut, name: "shop", status: 400, want: saysLimit},
		{method: http.MethodDelete, name: "shop", status: 404, want: saysNoKey},
		{method: http.MethodDelete, name: "campaign", status: 200, want: keys(start)},
		{method: http.MethodPut, name: "shop", status: 200, want: keys(start + `,{"name":"shop","value":"not-a-real-key-1"}`)},
		{method: http.MethodPut, name: "shop", status: 200, want: keys(start + `,{"name":"shop","value":"not-a-real-key-2"}`)},
		{method: http.MethodDelete, name: "default", status: 200, want: keys(`{"name":"shop","value":"not-a-real-key-2"}`)},
		{method: http.MethodDelete, name: "shop", status: 200, want: keys(`{"name":"default","value":"not-a-real-key-3"}`)},
		{method: http.MethodPut, name: "a_b", status: 400, want: saysBadRequest},
		{method: http.MethodPut, name: strings.Repeat("a", 21), status: 400, want: saysBadRequest},
		{method: http.MethodPut, name: strings.Repeat("a", 20), status: 200, want: keys(`{"name":"default","value":"not-a-real-key-3"},` +
			`{"name":"` + strings.Repeat("a", 20) + `","value":"not-a-real-key-4"}`)},
	} {
		a.want(step.status, step.want, step.method, "images/v1/keys/"+step.name, "")
	}
	if got := a.KeyNames(); !slices.Equal(got, []string{"default", strings.Repeat("a", 20)}) {
		t.Errorf("got the keys %v", got)
	}
}

// A PUT with a content type reaches the upload and changes nothing.
func TestKeyHeaders(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	for _, name := range []string{"Content-Type", "api-version"} {
		got := a.request(http.MethodPut, "images/v1/keys/default", "", name, "application/json")
		const want = "ERROR 5415: Images must be uploaded as a form, not as raw image data. Please use multipart/form-data format"
		if got.status != 415 || got.body != want || got.header.Get("Cf-Images") != "err=5415" {
			t.Errorf("%s: got %+v, want 415", name, got)
		}
	}
	a.want(200, keysResponse, http.MethodGet, "images/v1/keys", "")
}

// A URL signed with any existing key is delivered; one signed with another key
// is not.
func TestSignaturesByKeys(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	opens := func(key string) bool {
		t.Helper()
		url, _, _ := strings.Cut(signedPath, "?")
		signed, err := delivery.Sign(a.origin+"/cdn-cgi/imagedelivery"+url, key, time.Date(2096, 1, 1, 0, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, signed, nil)
		if err != nil {
			t.Fatal(err)
		}
		return a.do(request).status == http.StatusOK
	}
	if !opens(SigningKey) || !opens("fake-api-campaign-key") || opens("not-a-real-key-1") {
		t.Error("not exactly the keys of the beginning open it")
	}
	a.AddKey("default")
	a.AddKey("more")
	a.RemoveKey("campaign")
	if opens(SigningKey) || opens("fake-api-campaign-key") || !opens("not-a-real-key-1") || !opens("not-a-real-key-2") {
		t.Error("not exactly the keys of now open it")
	}
}
