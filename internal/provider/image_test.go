package provider

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// wholeImage has every field, and no value twice.
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

// An image in a collection has each value under its own name: the framework
// comes to the same by reflection.
func TestImageObject(t *testing.T) {
	t.Parallel()
	for name, image := range map[string]*client.Image{"whole": wholeImage(), "bare": {ID: "bare", Draft: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var model imageModel
			if diags := model.fill(image, new(oddURLs)); diags.HasError() {
				t.Fatal(diags)
			}
			want, diags := types.ObjectValueFrom(t.Context(), imageType.AttrTypes, model)
			if diags.HasError() {
				t.Fatal(diags)
			}
			if got := model.object(); !got.Equal(want) {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// Nothing of an earlier image stays in a model that is filled again.
func TestImageFillAgain(t *testing.T) {
	t.Parallel()
	bare := &client.Image{ID: "bare", Meta: json.RawMessage(`"no object"`)}
	var fresh, again imageModel
	var odd oddURLs
	for _, diags := range []diag.Diagnostics{fresh.fill(bare, &odd), again.fill(wholeImage(), &odd), again.fill(bare, &odd)} {
		if diags.HasError() {
			t.Fatal(diags)
		}
	}
	if diff := cmp.Diff(fresh.object().String(), again.object().String()); diff != "" {
		t.Errorf("model (-filled once +filled again):\n%s", diff)
	}
}

// No field of the model is left as it was made: fill sets them all.
func TestImageFillSetsAll(t *testing.T) {
	t.Parallel()
	var model imageModel
	if diags := model.fill(wholeImage(), new(oddURLs)); diags.HasError() {
		t.Fatal(diags)
	}
	fields := reflect.ValueOf(model)
	for field := range fields.Type().Fields() {
		if fields.FieldByIndex(field.Index).IsZero() {
			t.Errorf("%s is not filled", field.Name)
		}
	}
}
