package provider

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// Metadata is limited to 1024 bytes, not counting insignificant white space.
func TestCheckMetadata(t *testing.T) {
	t.Parallel()
	of := func(bytes int) string { return `{ "a" : "` + strings.Repeat("x", bytes-len(`{"a":""}`)) + `" }` }
	if err := checkMetadata(of(1024)); err != nil {
		t.Error(err)
	}
	for text, want := range map[string]string{of(1025): "it is 1025", "[]": "must be a JSON object", "null": "must be a JSON object"} {
		if err := checkMetadata(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20s: got %v, want %s", text, err, want)
		}
	}
}

// compactMetadata leaves invalid JSON unchanged, for the API to reject.
func TestCompactMetadata(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"{ \"a\" : [ 1.0 , \"x y\" ]\n}": `{"a":[1.0,"x y"]}`, `{"a":"<&>"}`: `{"a":"<&>"}`, "{ no": "{ no",
		`{"\u003ca\u003e":"\u0026\u2028\u2029\u003d"}`: "{\"<a>\":\"&\u2028\u2029\\u003d\"}", `["\\u003c\\\u003c"]`: `["\\u003c\\<"]`,
	} {
		if got := compactMetadata(text); !bytes.Equal(got, json.RawMessage(want)) {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

// Metadata of every JSON type is in meta_json as a whole, and in meta by key.
func TestImageFillMeta(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		meta, whole string
		spread      map[string]attr.Value
	}{
		"none":  {whole: "{}"},
		"empty": {meta: "{}", whole: "{}"},
		"list":  {meta: "[1]", whole: "[1]"},
		"text":  {meta: `"a"`, whole: `"a"`},
		"null":  {meta: "null", whole: "null"},
		"of each kind": {
			meta:  `{"text":"a","empty":"","null":null,"number":1.50,"flag":true,"list":[1,"a"],"object":{"b":null}}`,
			whole: `{"text":"a","empty":"","null":null,"number":1.50,"flag":true,"list":[1,"a"],"object":{"b":null}}`,
			spread: map[string]attr.Value{
				"text": types.StringValue(
					"a",
				), "empty": types.StringValue(""), "null": types.StringNull(), "number": types.StringValue("1.50"),
				"flag": types.StringValue("true"), "list": types.StringValue(`[1,"a"]`), "object": types.StringValue(`{"b":null}`),
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			image := client.Image{ID: "a"}
			if test.meta != "" {
				image.Meta = json.RawMessage(test.meta)
			}
			var model imageModel
			model.fill(&image, new(unrecognizedURLs))
			if model.MetaJSON.ValueString() != test.whole || !model.Meta.Equal(stringMap(test.spread)) {
				t.Errorf("got %s and %s", model.MetaJSON, model.Meta)
			}
		})
	}
}
