package provider

import (
	"fmt"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// The same letters, composed and decomposed.
const (
	composedID   = "caf\u00e9.png"
	decomposedID = "cafe\u0301.png"
)

// IDs that Terraform would merge are an error, and those that it would change
// are reported.
func TestNormalizationCheck(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		ids  []string
		want []string
	}{
		"plain":      {[]string{"a", "b/c", "a"}, nil},
		"composed":   {[]string{composedID, "日本"}, nil},
		"decomposed": {[]string{"a", decomposedID}, []string{`IDs not in NFC form, such as "café.png"`}},
		"both": {
			[]string{
				composedID,
				decomposedID,
			}, []string{"IDs collide after Unicode normalization", `IDs not in NFC form, such as "café.png"`},
		},
		"both, reversed": {
			[]string{
				decomposedID,
				composedID,
			}, []string{"IDs collide after Unicode normalization", `IDs not in NFC form, such as "café.png"`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newNormalizationCheck()
			for _, id := range test.ids {
				f.add(id)
			}
			var got []string
			for _, d := range f.collisions(operation{object: objectImages}) {
				_, summary, _ := strings.Cut(d.Summary(), ": ")
				got = append(got, summary)
				if strings.HasPrefix(summary, "two") && !strings.Contains(d.Detail(), `"caf\u00e9.png"`) {
					t.Errorf("the IDs look the same: %s", d.Detail())
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// If an image isn't found, the normalization of its ID may be the cause.
func TestNFCHint(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{"cafe.png": false, composedID: true} {
		err := &client.Error{Kind: client.NotFound, Messages: []client.Message{{Code: client.CodeNotFound}}}
		got := operation{
			action:    actionRead,
			object:    objectImage,
			id:        id,
			attribute: "image_id",
			accountID: "a",
		}.diagnostic(err).
			Detail()
		if strings.Contains(got, "may be decomposed (NFD)") != want {
			t.Errorf("%s: got %s", id, got)
		}
	}
}

// With real Terraform, no image is lost silently.
func TestNormalizationCheckInPlan(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	for _, id := range []string{composedID, decomposedID} {
		r.AddImage(fmt.Sprintf(`{"result":{"id":"%s","creator":"mac"},"success":true,"errors":[],"messages":[]}`, id))
	}
	found, code := r.cli(t, requiredProviders+"data \"cloudflare_images\" \"x\" {\n  creator = \"mac\"\n}\n").
		diagnostics("plan")
	if code != 1 || len(found) != 2 {
		t.Errorf("got exit code %d and %+v", code, found)
	}
}

// If there are many such IDs, the first ten are named.
func TestNormalizationCheckManyIDs(t *testing.T) {
	t.Parallel()
	f := newNormalizationCheck()
	for i := range 12 {
		f.add(fmt.Sprintf("%d-%s", i, composedID))
		f.add(fmt.Sprintf("%d-%s", i, decomposedID))
	}
	got := f.collisions(operation{object: objectImages})
	if got.ErrorsCount() != 10 {
		t.Errorf("got %d errors, want 10: %v", got.ErrorsCount(), got)
	}
	if got.WarningsCount() != 1 {
		t.Fatalf("got %d warnings, want 1: %v", got.WarningsCount(), got)
	}
	if got, want := got.Warnings()[0].Detail(), `"9-café.png" and 2 more`; !strings.Contains(got, want) {
		t.Errorf("got %s, want %s in it", got, want)
	}
	long := newNormalizationCheck()
	long.add(strings.Repeat("x", 200) + decomposedID)
	if detail := long.collisions(operation{object: objectImages})[0].Detail(); !strings.Contains(
		detail,
		`: "`+strings.Repeat("x", 100)+`".`,
	) {
		t.Errorf("got %s", detail)
	}
	for text, want := range map[string]bool{"": true, "a~\x7f": true, "a\u0080": false, "é": false} {
		if got := isASCII(text); got != want {
			t.Errorf("%q: got %t, want %t", text, got, want)
		}
	}
}
