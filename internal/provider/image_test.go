package provider

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

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

// Nothing of an earlier image stays in a model that is filled again.
func TestImageFillAgain(t *testing.T) {
	t.Parallel()
	bare := &client.Image{ID: "bare", Meta: json.RawMessage(`"no object"`)}
	var fresh, again imageModel
	fresh.fill(bare, new(oddURLs))
	again.fill(wholeImage(), new(oddURLs))
	again.fill(bare, new(oddURLs))
	if diff := cmp.Diff(fresh, again); diff != "" {
		t.Errorf("model (-filled once +filled again):\n%s", diff)
	}
}

// No field of the model is left as it was made: fill sets them all.
func TestImageFillSetsAll(t *testing.T) {
	t.Parallel()
	var model imageModel
	model.fill(wholeImage(), new(oddURLs))
	fields := reflect.ValueOf(model)
	for field := range fields.Type().Fields() {
		if fields.FieldByIndex(field.Index).IsZero() {
			t.Errorf("%s is not filled", field.Name)
		}
	}
}
