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

// What an engine would make one is an error, and what it would change is told.
func TestForms(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		ids  []string
		want []string
	}{
		"plain":      {[]string{"a", "b/c", "a"}, nil},
		"composed":   {[]string{composedID, "日本"}, nil},
		"decomposed": {[]string{"a", decomposedID}, []string{"IDs with decomposed letters"}},
		"both":       {[]string{composedID, decomposedID}, []string{"two IDs are one to Terraform", "IDs with decomposed letters"}},
		"both, turned round": {
			[]string{decomposedID, composedID}, []string{"two IDs are one to Terraform", "IDs with decomposed letters"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newForms()
			for _, id := range test.ids {
				f.add(id)
			}
			var got []string
			for _, d := range f.problems(subject{noun: allImages}) {
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

// Where an image is not found, its letters may be why.
func TestDecomposedHint(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{"cafe.png": false, composedID: true} {
		err := &client.Error{Kind: client.NotFound, Messages: []client.Message{{Code: client.CodeNotFound}}}
		got := subject{reading, oneImage, id, "image_id", "a"}.diagnose(err).Detail()
		if strings.Contains(got, "may hold decomposed letters") != want {
			t.Errorf("%s: got %s", id, got)
		}
	}
}

// On a real engine, no image is lost without a word.
func TestDecomposedIDs(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, id := range []string{composedID, decomposedID} {
		r.Store(fmt.Sprintf(`{"result":{"id":"%s","creator":"mac"},"success":true,"errors":[],"messages":[]}`, id))
	}
	found, code := r.cli(t, requiredProviders+"data \"cloudflare_images\" \"x\" {\n  creator = \"mac\"\n}\n").diagnostics("plan")
	if code != 1 || len(found) != 2 {
		t.Errorf("got exit code %d and %+v", code, found)
	}
}
