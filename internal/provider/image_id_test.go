package provider

import (
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// A custom ID is neither reserved by the API nor a delivery URL.
func TestCheckCustomID(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ id, want string }{
		"with a slash":                  {id: "brand/logo"},
		"reserved name":                 {id: "variants", want: "variants"},
		"leading slash":                 {id: "/a", want: "slash"},
		"delivery URL":                  {id: "https://imagedelivery.net/hash/a%20b/public", want: `is a delivery URL; the ID of its image is "a b"`},
		"delivery URL without a scheme": {id: "imagedelivery.net/hash/a/public", want: "is a delivery URL"},
		"signed URL of a custom domain": {
			id:   "https://img.example.com/cdn-cgi/imagedelivery/hash/a/hero?exp=1&sig=2",
			want: "provider::cloudflare::parse_delivery_url",
		},
		"another URL": {id: "https://www.example.com/a/b/c.png"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := checkCustomID(test.id)
			if test.want == "" {
				if err != nil {
					t.Errorf("got %v, want no error", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestIsGeneratedID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"083eb7b2-5392-4565-b69e-aff66acddd00":  true,
		"083EB7B2-5392-4565-B69E-AFF66ACDDD00":  true,
		"ffffffff-ffff-ffff-ffff-ffffffffffff":  true, // not a UUID of RFC 9562
		"083eb7b2-5392-4565-b69e-aff66acddd0":   false,
		"083eb7b2-5392-4565-b69e-aff66acddd000": false,
		"083eb7b253924565b69eaff66acddd00":      false,
		"brand/logo":                            false,
	} {
		if got := delivery.IsGeneratedID(id); got != want {
			t.Errorf("%s: got %t, want %t", id, got, want)
		}
	}
}

func TestNonImageExt(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"docs/manual.PDF": ".PDF", "page.html": ".html", "logo.png": "", "logo.v2": "", "logo": "",
	} {
		if got := nonImageExt(id); got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
}
