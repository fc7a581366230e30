package client

import (
	"os"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/fakecloudflare"
)

func BenchmarkDecodeImage(b *testing.B) {
	body, err := os.ReadFile("../fakecloudflare/images/brand-logo.json")
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
		if _, err := endpoint(base, "accounts", fakecloudflare.AccountID, "images", "v1", "日本/ロゴ 1.png"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetImage(b *testing.B) {
	listening := start(b, fakecloudflare.New())
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := listening.GetImage(b.Context(), fakecloudflare.AccountID, "brand/logo"); err != nil {
			b.Fatal(err)
		}
	}
}
