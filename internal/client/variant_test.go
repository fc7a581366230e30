package client

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
)

func TestListVariants(t *testing.T) {
	t.Parallel()
	got, _, err := start(t, standin.New()).ListVariants(t.Context(), standin.AccountID)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Variant{
		"hero":      {ID: "hero", Fit: new("cover"), Width: new(1200.0), Height: new(400.0), Metadata: new("none")},
		"public":    {ID: "public", Fit: new("scale-down"), Width: new(640.0), Height: new(480.0), Metadata: new("none")},
		"thumbnail": {ID: "thumbnail", Width: new(160.0), NeverRequireSignedURLs: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("variants (-want +got):\n%s", diff)
	}
}

func TestListVariantsAnswers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ result, want string }{
		"none":                 {`{"variants":{}}`, ""},
		"bare":                 {`{"variants":{"a":{}}}`, ""},
		"null options":         {`{"variants":{"a":{"id":"a","options":null,"neverRequireSignedURLs":null}}}`, ""},
		"a list":               {`{"variants":[]}`, "variants: want an object of variants, got an array"},
		"missing":              {`{}`, "variants: want an object of variants, got nothing"},
		"null":                 {`{"variants":null}`, "variants: want an object of variants, got nothing"},
		"variant is text":      {`{"variants":{"a":"x"}}`, `variants: "a": want an object, got a string`},
		"variant is null":      {`{"variants":{"a":null}}`, `variants: "a": want an object, got null`},
		"another ID":           {`{"variants":{"a":{"id":"b"}}}`, `variants: "a": id is "b"`},
		"width is text":        {`{"variants":{"a":{"options":{"width":"5"}}}}`, `variants: "a": options: width: want a number, got a string`},
		"options is a list":    {`{"variants":{"a":{"options":[]}}}`, `variants: "a": options: want an object, got an array`},
		"the first one counts": {`{"variants":{"c":1,"a":2,"b":3}}`, `variants: "c": want`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			standIn := standin.New()
			standIn.Fail("variants", 1, pageOf(test.result))
			_, _, err := start(t, standIn).ListVariants(t.Context(), standin.AccountID)
			if test.want == "" && err != nil {
				t.Errorf("got %v, want no error", err)
			}
			if test.want != "" && (!errors.Is(err, WrongAnswer) || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
