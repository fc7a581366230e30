package delivery

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParse(t *testing.T) {
	t.Parallel()
	const origin = "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/"
	parsed := func(imageID, variant, base string) URL {
		return URL{
			Host:        "imagedelivery.net",
			AccountHash: "ZWd9g1K7eljCn_KDTu_MWA",
			ImageID:     imageID,
			Variant:     variant,
			Base:        base,
		}
	}
	tests := map[string]struct {
		url  string
		want URL
	}{
		"UUID": {
			origin + "083eb7b2-5392-4565-b69e-aff66acddd00/public",
			parsed("083eb7b2-5392-4565-b69e-aff66acddd00", "public", origin+"083eb7b2-5392-4565-b69e-aff66acddd00"),
		},
		"ID with slashes": {
			origin + "this/is/my-customid/hero",
			parsed("this/is/my-customid", "hero", origin+"this/is/my-customid"),
		},
		"ID with a variant's name":  {origin + "my/public/x/hero", parsed("my/public/x", "hero", origin+"my/public/x")},
		"ID with a percent sign":    {origin + "100%25.png/public", parsed("100%.png", "public", origin+"100%25.png")},
		"ID with an escaped slash":  {origin + "a%252Fb/public", parsed("a%2Fb", "public", origin+"a%252Fb")},
		"ID with dot segments":      {origin + "a/../b/public", parsed("a/../b", "public", origin+"a/../b")},
		"ID with raw non-ASCII":     {origin + "日本/ロゴ/public", parsed("日本/ロゴ", "public", origin+"日本/ロゴ")},
		"ID with escaped non-ASCII": {origin + "%E6%97%A5/public", parsed("日", "public", origin+"%E6%97%A5")},
		"flexible variant":          {origin + "a/w=400,sharpen=3", parsed("a", "w=400,sharpen=3", origin+"a")},
		"signed":                    {origin + "a/public?exp=1&sig=b/c", parsed("a", "public", origin+"a")},
		"fragment":                  {origin + "a/public#x/y", parsed("a", "public", origin+"a")},
		"hash of another length": {
			"https://imagedelivery.net/MTt4OTd0b0w5aj/a/b",
			URL{
				Host: "imagedelivery.net", AccountHash: "MTt4OTd0b0w5aj", ImageID: "a", Variant: "b",
				Base: "https://imagedelivery.net/MTt4OTd0b0w5aj/a",
			},
		},
		"custom domain": {
			"https://img.example.com/cdn-cgi/imagedelivery/hash/a/b/public",
			URL{
				Host: "img.example.com", AccountHash: "hash", ImageID: "a/b", Variant: "public",
				Base: "https://img.example.com/cdn-cgi/imagedelivery/hash/a/b",
			},
		},
		"custom domain, with a port": {
			"http://127.0.0.1:8080/cdn-cgi/imagedelivery/hash/a/public",
			URL{
				Host: "127.0.0.1:8080", AccountHash: "hash", ImageID: "a", Variant: "public",
				Base: "http://127.0.0.1:8080/cdn-cgi/imagedelivery/hash/a",
			},
		},
		"ID that contains the prefix": {
			origin + "cdn-cgi/imagedelivery/x/public",
			parsed("cdn-cgi/imagedelivery/x", "public", origin+"cdn-cgi/imagedelivery/x"),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Parse(test.url)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got, cmpopts.IgnoreUnexported(URL{})); diff != "" {
				t.Errorf("URL (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ url, want string }{
		"bare name":        {"public", "not an absolute https URL"},
		"empty":            {"", "not an absolute https URL"},
		"no scheme":        {"imagedelivery.net/hash/a/public", "not an absolute https URL"},
		"another scheme":   {"ftp://imagedelivery.net/hash/a/public", "not an absolute https URL"},
		"no host":          {"https:///hash/a/public", "not an absolute https URL"},
		"raw percent sign": {"https://imagedelivery.net/hash/100%.png/public", "not a valid URL"},
		"no path":          {"https://imagedelivery.net", "the path is not"},
		"no ID":            {"https://imagedelivery.net/hash/public", "the path is not"},
		"empty ID":         {"https://imagedelivery.net/hash//public", "the path is not"},
		"empty hash":       {"https://imagedelivery.net//a/public", "the path is not"},
		"empty variant":    {"https://imagedelivery.net/hash/a/", "the path is not"},
		"host as a user":   {"https://imagedelivery.net@evil.example/hash/a/public", "must not contain a user name"},
		"empty user info":  {"https://@imagedelivery.net/hash/a/public", "must not contain a user name"},
		"password":         {"https://u:p@imagedelivery.net/hash/a/public", "must not contain a user name or password"},
		"only the prefix":  {"https://example.com/cdn-cgi/imagedelivery/", "the path is not"},
		"a page of a site": {"https://www.example.com/blog/2024/post", "it must be https://imagedelivery.net/"},
		"a local emulator": {
			"http://localhost:8787/cdn-cgi/mf/imagedelivery/brand/logo/public",
			"it must be https://imagedelivery.net/",
		},
		"another emulator": {
			"http://127.0.0.1:8787/cdn/023e105f4ecef8ad9ca31a8372d0c353/logo/hero",
			"it must be https://imagedelivery.net/",
		},
		"the other's path": {
			"https://imagedelivery.net/cdn-cgi/imagedelivery/hash/a/public",
			"it must be https://imagedelivery.net/",
		},
		"cdn-cgi as hash":  {"https://imagedelivery.net/cdn-cgi/image/a/public", "does not begin with an account hash"},
		"escape in a hash": {"https://imagedelivery.net/h%2F/a/public", "does not begin with an account hash"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Parse(test.url)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %+v, %v, want an error with %q", got, err, test.want)
			}
		})
	}
}

// TestVariantOf covers URLs of any host and prefix, which end in the image's ID
// and a variant.
func TestVariantOf(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		url, imageID string
		want         string // empty if the URL is rejected
	}{
		"miniflare": {
			url: "http://localhost:8787/cdn-cgi/mf/imagedelivery/brand/logo/public", imageID: "brand/logo", want: "public",
		},
		"another emulator": {
			url:     "http://127.0.0.1:8787/cdn/023e105f4ecef8ad9ca31a8372d0c353/logo/hero",
			imageID: "logo",
			want:    "hero",
		},
		"no prefix":           {url: "http://localhost:8787/logo/hero", imageID: "logo", want: "hero"},
		"a prefix of slashes": {url: "http://localhost:8787//logo/hero", imageID: "logo", want: "hero"},
		"with a query":        {url: "https://images.example.test/x/logo/hero?sig=a/b", imageID: "logo", want: "hero"},
		"with a fragment":     {url: "https://images.example.test/x/logo/hero#a/b", imageID: "logo", want: "hero"},
		"encoded slash":       {url: "http://localhost/v/brand%2Flogo/hero", imageID: "brand/logo", want: "hero"},
		"encoded ID":          {url: "http://localhost/v/a%20b%25/hero", imageID: "a b%", want: "hero"},
		"raw non-ASCII":       {url: "http://localhost/v/日本/hero", imageID: "日本", want: "hero"},
		"flexible": {
			url:     "http://localhost/v/logo/w=400,fit=cover",
			imageID: "logo",
			want:    "w=400,fit=cover",
		},
		"custom domain": {
			url:     "https://img.example.com/cdn-cgi/imagedelivery/hash/logo/hero",
			imageID: "logo",
			want:    "hero",
		},
		"documented":                {url: "https://imagedelivery.net/hash/logo/hero", imageID: "logo", want: "hero"},
		"documented, another image": {url: "https://imagedelivery.net/hash/brand/logo/hero", imageID: "logo"},
		"default host, no hash": {
			url: "https://imagedelivery.net/logo/hero", imageID: "logo",
		},
		"another image":       {url: "http://localhost/v/other/hero", imageID: "logo"},
		"the end of an ID":    {url: "http://localhost/v/brandlogo/hero", imageID: "logo"},
		"end of encoded ID":   {url: "http://localhost/v/brand%2Flogo/hero", imageID: "logo"},
		"ID of more segments": {url: "http://localhost/logo/hero", imageID: "brand/logo"},
		"ID is the variant":   {url: "http://localhost/v/logo", imageID: "logo"},
		"no variant":          {url: "http://localhost/v/logo/", imageID: "logo"},
		"broken escape":       {url: "http://localhost/v/logo%/hero", imageID: "logo%"},
		"bare name":           {url: "public", imageID: "logo"},
		"relative":            {url: "/logo/public", imageID: "logo"},
		"another scheme":      {url: "ftp://localhost/logo/public", imageID: "logo"},
		"no host":             {url: "https:///logo/public", imageID: "logo"},
		"with a user":         {url: "http://imagedelivery.net@localhost/logo/public", imageID: "logo"},
		"empty":               {url: "", imageID: "logo"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, ok := VariantOf(test.url, test.imageID); got != test.want && ok || ok != (test.want != "") {
				t.Errorf("got %q, %t, want %q", got, ok, test.want)
			}
		})
	}
}

// TestParseStrict checks that only results of Build are accepted.
func TestParseStrict(t *testing.T) {
	t.Parallel()
	for url, ok := range map[string]bool{
		"https://imagedelivery.net/hash/a/b/public":                               true,
		"https://imagedelivery.net/hash/a/public?exp=1&sig=2":                     true,
		"https://img.example.com/cdn-cgi/imagedelivery/hash/a/w=1":                true,
		"http://127.0.0.1:8080/cdn-cgi/imagedelivery/hash/a/public":               true,
		"https://www.example.com/blog/2024/post":                                  false,
		"https://imagedelivery.net/cdn-cgi/imagedelivery/hash/a/public":           false,
		"https://imagedelivery.net/hash/%FF/public":                               false,
		"https://imagedelivery.net/hash/a%00b/public":                             false,
		"https://imagedelivery.net/hash//a/public":                                false,
		"https://imagedelivery.net/hash/./public":                                 false,
		"https://imagedelivery.net/../hash/a/public":                              false,
		"https://imagedelivery.net/hash/a/..":                                     false,
		"https://imagedelivery.net/hash/a/%2e%2e":                                 false,
		"https://imagedelivery.net/h%2F/a/public":                                 false,
		"https://img.example.com:99999/cdn-cgi/imagedelivery/hash/a/public":       false,
		"https://user@img.example.com/cdn-cgi/imagedelivery/hash/a/public":        false,
		"https://imagedelivery.net@img.example.com/hash/a/public":                 false,
		"http://localhost/cdn-cgi/imagedelivery/hash/a/public":                    true,
		"http://LocalHost:80/cdn-cgi/imagedelivery/hash/a/public":                 true,
		"http://[::1]:8080/cdn-cgi/imagedelivery/hash/a/public":                   true,
		"http://imagedelivery.net/hash/a/public":                                  false,
		"http://img.example.com/cdn-cgi/imagedelivery/hash/a/public":              false,
		"http://192.0.2.1/cdn-cgi/imagedelivery/hash/a/public":                    false,
		"http://localhost.example.com/cdn-cgi/imagedelivery/hash/a/public":        false,
		"HTTP://imagedelivery.net/hash/a/public":                                  false,
		"HTTPS://imagedelivery.net/hash/a/public":                                 true,
		"https://imagedelivery.net/hash/a/public#https://imagedelivery.net/h/i/v": true,
	} {
		if got, err := ParseStrict(url); (err == nil) != ok {
			t.Errorf("%s: got %+v, %v, want ok: %t", url, got, err, ok)
		}
	}
}

// TestParseStrictErrors checks that the first violation is reported.
func TestParseStrictErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ url, want string }{
		"bare name": {"public", "not an absolute https URL"},
		"no ID":     {"http://example.com/hash/public", "it must be https://imagedelivery.net/<account hash>"},
		"no TLS": {
			"http://imagedelivery.net/hash/a/public",
			"it must begin with https://; http is accepted for a loopback address only",
		},
		"page": {
			"https://www.example.com/blog/2024/post",
			"it must be https://imagedelivery.net/<account hash>/<image ID>/<variant>, or have /cdn-cgi/imagedelivery/ before " +
				"the hash on another host",
		},
		"malformed hash": {"https://imagedelivery.net/h%2F/a/public", "the path does not begin with an account hash"},
		"prefix on CDN": {
			"https://imagedelivery.net/cdn-cgi/imagedelivery/hash/a/public",
			"it must be https://imagedelivery.net/",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseStrict(test.url)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %+v, %v, want an error with the prefix %q", got, err, test.want)
			}
		})
	}
}

// FuzzParse checks that no field of a parsed URL is empty, and that its base is a
// prefix of the URL.
func FuzzParse(f *testing.F) {
	for _, url := range []string{
		"https://imagedelivery.net/hash/a/b/public", "https://e.com/cdn-cgi/imagedelivery/h/i/v?x#y", "public",
		"https://h//", "http://[::1]/h/%2F/v", "https://h/a/b%2Fc/d;e",
	} {
		f.Add(url)
	}
	f.Fuzz(func(t *testing.T, url string) {
		parsed, err := Parse(url)
		if err != nil {
			return
		}
		if parsed.Host == "" || parsed.AccountHash == "" || parsed.ImageID == "" || parsed.Variant == "" {
			t.Errorf("%q has an empty field: %+v", url, parsed)
		}
		if !strings.HasPrefix(url, parsed.Base+"/") {
			t.Errorf("%q does not begin with its base %q", url, parsed.Base)
		}
		again, err := Parse(parsed.Base + "/other")
		if err != nil || again.ImageID != parsed.ImageID || again.AccountHash != parsed.AccountHash ||
			again.Variant != "other" {
			t.Errorf("%q: another variant appended to its base: got %+v, %v", url, again, err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/this/is/my-customid/public"); err != nil {
			b.Fatal(err)
		}
	}
}
