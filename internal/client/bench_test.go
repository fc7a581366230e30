package client

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func BenchmarkDecodeImage(b *testing.B) {
	body, err := os.ReadFile("../dev/fakeapi/images/brand-logo.json")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodeEnvelope(body, &requestedImage{id: "brand/logo"}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEndpoint(b *testing.B) {
	base, err := ParseBaseURL(DefaultBaseURL)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := endpoint(base, "accounts", fakeapi.AccountID, "images", "v1", "日本/ロゴ 1.png"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetImage(b *testing.B) {
	listening := start(b, fakeapi.New())
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := listening.GetImage(b.Context(), fakeapi.AccountID, "brand/logo", ReadOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodePage(b *testing.B) {
	images := make([]string, 1000)
	for i := range images {
		images[i] = fmt.Sprintf(
			`{"id":"many/%04d","filename":"a.png","meta":{"alt":"A picture"},"uploaded":"2030-01-01T00:00:00.000Z","variants":`+
				`["https://imagedelivery.net/hash/many/%04d/public"]}`,
			i, i,
		)
	}
	body := []byte(success(`{"images":[` + strings.Join(images, ",") + `]}`))
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodeEnvelope(body, newImageList(Filter{})); err != nil {
			b.Fatal(err)
		}
	}
}
