package provider

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// wholeImage has every field, all with different values.
func wholeImage() *client.Image {
	return &client.Image{
		ID:                "brand/logo",
		Filename:          new("logo.png"),
		Creator:           new("design-team"),
		Uploaded:          new("2026-03-02T08:15:30.120Z"),
		RequireSignedURLs: true,
		Variants:          []string{"https://imagedelivery.net/hash/brand/logo/hero"},
		Meta:              json.RawMessage(`{"alt":"A picture"}`),
	}
}

// Filling a model again leaves nothing of the earlier image.
func TestImageFillAgain(t *testing.T) {
	t.Parallel()
	bare := &client.Image{ID: "bare", Meta: json.RawMessage(`"no object"`)}
	var fresh, again imageModel
	fresh.fill(bare, new(unrecognizedURLs))
	again.fill(wholeImage(), new(unrecognizedURLs))
	again.fill(bare, new(unrecognizedURLs))
	if diff := cmp.Diff(fresh, again); diff != "" {
		t.Errorf("model (-filled once +filled again):\n%s", diff)
	}
}

// fill sets every field of the model.
func TestImageFillSetsAll(t *testing.T) {
	t.Parallel()
	var model imageModel
	model.fill(wholeImage(), new(unrecognizedURLs))
	fields := reflect.ValueOf(model)
	for field := range fields.Type().Fields() {
		if fields.FieldByIndex(field.Index).IsZero() {
			t.Errorf("%s is not filled", field.Name)
		}
	}
}

// URLs are sorted, the first URL of a variant wins, and unrecognized ones are
// reported.
func TestImageFillURLs(t *testing.T) {
	t.Parallel()
	const own, other = "https://img.example.com/cdn-cgi/imagedelivery/other/a/hero", "https://imagedelivery.net/hash/b/hero"
	image := client.Image{ID: "a", Variants: []string{
		"https://imagedelivery.net/hash/a/public", own, other, "https://imagedelivery.net/hash/a/hero", "odd",
	}}
	var model imageModel
	var unrecognized unrecognizedURLs
	model.fill(&image, &unrecognized)
	want := imageModel{
		Meta: stringMap(nil),
		Variants: stringList([]string{
			"https://imagedelivery.net/hash/a/hero", "https://imagedelivery.net/hash/a/public", other, own, "odd",
		}),
		VariantURLs: stringMap(map[string]attr.Value{
			"hero":   types.StringValue("https://imagedelivery.net/hash/a/hero"),
			"public": types.StringValue("https://imagedelivery.net/hash/a/public"),
		}),
		AccountHash: types.StringValue("hash"), DeliveryBaseURL: types.StringValue("https://imagedelivery.net/hash/a"),
	}
	got := imageModel{
		Meta:            model.Meta,
		Variants:        model.Variants,
		VariantURLs:     model.VariantURLs,
		AccountHash:     model.AccountHash,
		DeliveryBaseURL: model.DeliveryBaseURL,
	}
	if diff := cmp.Diff(want, got); diff != "" || unrecognized.count != 2 {
		t.Errorf("%d unrecognized URLs, model (-want +got):\n%s", unrecognized.count, diff)
	}
}

// TestImageFillEmulatorURLs reads variants from URLs of any form that end in
// the ID and a variant, but no account hash.
func TestImageFillEmulatorURLs(t *testing.T) {
	t.Parallel()
	const emulated, documented = "http://localhost:8787/local/a/hero", "https://imagedelivery.net/hash/a/public"
	tests := map[string]struct {
		variants  []string
		names     map[string]attr.Value
		hash      types.String
		summaries []string
	}{
		"an emulator": {
			variants: []string{emulated}, names: map[string]attr.Value{"hero": types.StringValue(emulated)},
			hash: types.StringNull(), summaries: []string{`Warning -: Cloudflare image "a": unknown account hash`},
		},
		"also a documented URL": {
			variants: []string{emulated, documented}, hash: types.StringValue("hash"),
			names: map[string]attr.Value{"hero": types.StringValue(emulated), "public": types.StringValue(documented)},
		},
		"also a bare name": {
			variants: []string{emulated, "public"}, names: map[string]attr.Value{"hero": types.StringValue(emulated)},
			hash: types.StringNull(), summaries: []string{
				`Warning -: Cloudflare image "a": unrecognized delivery URLs, such as "public"`,
				`Warning -: Cloudflare image "a": unknown account hash`,
			},
		},
		"bare names only": {
			variants: []string{"public"}, hash: types.StringNull(),
			summaries: []string{`Warning -: Cloudflare image "a": unrecognized delivery URLs, such as "public"`},
		},
		"no URL": {hash: types.StringNull()},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var model imageModel
			var unrecognized unrecognizedURLs
			model.fill(&client.Image{ID: "a", Variants: test.variants}, &unrecognized)
			if want := stringMap(test.names); !model.VariantURLs.Equal(want) {
				t.Errorf("variant_urls: got %s, want %s", model.VariantURLs, want)
			}
			if !model.AccountHash.Equal(test.hash) {
				t.Errorf("account_hash: got %s, want %s", model.AccountHash, test.hash)
			}
			if got := model.DeliveryBaseURL; got.IsNull() != test.hash.IsNull() {
				t.Errorf("delivery_base_url: got %s with the hash %s", got, test.hash)
			}
			diags := unrecognized.warning(operation{object: objectImage, id: "a"})
			if got := summariesOfDiags(diags); !slices.Equal(got, test.summaries) {
				t.Errorf("got %q, want %q", got, test.summaries)
			}
			if diff := missingVariants(operation{id: "a"}, slices.Sorted(maps.Keys(test.names)), model.VariantURLs); len(
				diff,
			) != 0 {
				t.Errorf("required variants: got %v", diff)
			}
		})
	}
}
