package client

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func TestGetImage(t *testing.T) {
	t.Parallel()
	tests := map[string]Image{
		"083eb7b2-5392-4565-b69e-aff66acddd00": {
			ID: "083eb7b2-5392-4565-b69e-aff66acddd00", Filename: new("logo.png"), RequireSignedURLs: true,
			Uploaded: new("2022-01-31T16:39:28.458Z"),
			Variants: []string{
				"https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/083eb7b2-5392-4565-b69e-aff66acddd00/thumbnail",
				"https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/083eb7b2-5392-4565-b69e-aff66acddd00/public",
			},
			Meta: json.RawMessage(`{"key":"value","n":5,"on":true,"region":{"name":"eu-west"}}`),
		},
		"this/is/my-customid": {
			ID: "this/is/my-customid", Filename: new("a.png"), Uploaded: new("2022-04-20T09:51:09.559Z"),
			Variants: []string{"https://imagedelivery.net/Vi7wi5KSItxGFsWRG2Us6Q/this/is/my-customid/public"},
		},
		"610a686f-3fa7-46ca-e36d-3c00bd791b00": {
			ID: "610a686f-3fa7-46ca-e36d-3c00bd791b00", Uploaded: new("2023-06-04T19:18:04.451Z"), Draft: true,
			Variants: []string{"https://imagedelivery.net/abcdefghijklmnopqrstuv/610a686f-3fa7-46ca-e36d-3c00bd791b00/public"},
			Meta:     json.RawMessage(`{"uploaderId":"u"}`),
		},
	}
	for id, want := range tests {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			c := start(t, fakeapi.New())
			got, messages, err := c.GetImage(t.Context(), fakeapi.AccountID, id, ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&want, got); diff != "" {
				t.Errorf("image (-want +got):\n%s", diff)
			}
			if len(messages) != 0 {
				t.Errorf("messages: got %v, want none", messages)
			}
		})
	}
}
