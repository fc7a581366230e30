package delivery

import (
	"errors"
	"strings"
	"testing"
)

func TestBuild(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ host, hash, imageID, variant, want string }{
		"UUID": {
			hash: "ZWd9g1K7eljCn_KDTu_MWA", imageID: "083eb7b2-5392-4565-b69e-aff66acddd00", variant: "public",
			want: "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/083eb7b2-5392-4565-b69e-aff66acddd00/public",
		},
		"slashes stay": {
			hash:    "hash",
			imageID: "this/is/my-customid",
			variant: "hero",
			want:    "https://imagedelivery.net/hash/this/is/my-customid/hero",
		},
		"percent signs": {
			hash:    "hash",
			imageID: "100%.png",
			variant: "hero",
			want:    "https://imagedelivery.net/hash/100%25.png/hero",
		},
		"a percent escape": {
			hash:    "hash",
			imageID: "a%2Fb",
			variant: "hero",
			want:    "https://imagedelivery.net/hash/a%252Fb/hero",
		},
		"space, query, fragment": {
			hash:    "hash",
			imageID: "a b?c#d",
			variant: "hero",
			want:    "https://imagedelivery.net/hash/a%20b%3Fc%23d/hero",
		},
		"non-ASCII": {
			hash: "hash", imageID: "日本/ロゴ 1.png", variant: "hero",
			want: "https://imagedelivery.net/hash/%E6%97%A5%E6%9C%AC/%E3%83%AD%E3%82%B4%201.png/hero",
		},
		"the rest of the set": {
			hash:    "hash",
			imageID: "a\"<>`{}^b",
			variant: "hero",
			want:    "https://imagedelivery.net/hash/a%22%3C%3E%60%7B%7D%5Eb/hero",
		},
		"backslash": {
			hash:    "hash",
			imageID: `a\b`,
			variant: "hero",
			want:    "https://imagedelivery.net/hash/a%5Cb/hero",
		},
		"characters allowed in a path": {
			hash:    "hash",
			imageID: "a!$&'()*+,;=:@[]|~b",
			variant: "hero",
			want:    "https://imagedelivery.net/hash/a!$&'()*+,;=:@[]|~b/hero",
		},
		"flexible variant": {
			hash:    "hash",
			imageID: "a",
			variant: "w=400,background=%23ffcc00",
			want:    "https://imagedelivery.net/hash/a/w=400,background=%23ffcc00",
		},
		"escapes in a variant": {
			hash:    "hash",
			imageID: "a",
			variant: "b%20c%25",
			want:    "https://imagedelivery.net/hash/a/b%20c%25",
		},
		"custom domain": {
			host:    "img.example.com",
			hash:    "hash",
			imageID: "a/b",
			variant: "hero",
			want:    "https://img.example.com/cdn-cgi/imagedelivery/hash/a/b/hero",
		},
		"custom domain, port": {
			host:    "img.example.com:8443",
			hash:    "hash",
			imageID: "a",
			variant: "hero",
			want:    "https://img.example.com:8443/cdn-cgi/imagedelivery/hash/a/hero",
		},
		"the smallest port": {
			host:    "img.example.com:1",
			hash:    "hash",
			imageID: "a",
			variant: "hero",
			want:    "https://img.example.com:1/cdn-cgi/imagedelivery/hash/a/hero",
		},
		"the largest port": {
			host:    "img.example.com:65535",
			hash:    "hash",
			imageID: "a",
			variant: "hero",
			want: "https://img.example.com:" +
				"65535/cdn-cgi/imagedelivery/hash/a/hero",
		},
		"IPv6 address": {
			host:    "[::1]:8443",
			hash:    "hash",
			imageID: "a",
			variant: "hero",
			want:    "https://[::1]:8443/cdn-cgi/imagedelivery/hash/a/hero",
		},
		"another spelling of the default host": {
			host:    "imagedelivery.net.:443",
			hash:    "hash",
			imageID: "a",
			variant: "hero",
			want:    "https://imagedelivery.net/hash/a/hero",
		},
		"the default host": {
			host:    "ImageDelivery.net",
			hash:    "hash",
			imageID: "a",
			variant: "hero",
			want:    "https://imagedelivery.net/hash/a/hero",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Build(test.host, test.hash, test.imageID, test.variant)
			if err != nil {
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestBuildErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		host, hash, imageID, variant string
		part                         Part
		want                         string
	}{
		"no hash":             {imageID: "a", variant: "v", part: PartAccountHash, want: "the account hash must be letters"},
		"hash with a slash":   {hash: "a/b", imageID: "a", variant: "v", part: PartAccountHash, want: "must be letters"},
		"hash that is a path": {hash: "cdn-cgi", imageID: "a", variant: "v", part: PartAccountHash, want: "must be letters"},
		"no image ID":         {hash: "h", variant: "v", part: PartImageID, want: "the image ID must not be empty"},
		"trailing slash":      {hash: "h", imageID: "a/", variant: "v", part: PartImageID, want: "slash"},
		"dot segment in the ID": {
			hash:    "h",
			imageID: "a/../b",
			variant: "v",
			part:    PartImageID,
			want:    "request another image",
		},
		"line break in the ID": {hash: "h", imageID: "a\nb", variant: "v", part: PartImageID, want: "control characters"},
		"no variant":           {hash: "h", imageID: "a", part: PartVariant, want: "the variant must be a name"},
		"slash in the variant": {hash: "h", imageID: "a", variant: "b/c", part: PartVariant, want: "without a slash"},
		"dot segment":          {hash: "h", imageID: "a", variant: "..", part: PartVariant, want: "relative path segments"},
		"control character": {
			hash:    "h",
			imageID: "a",
			variant: "b\x00",
			part:    PartVariant,
			want:    "must be a valid URL segment",
		},
		"escaped control":     {hash: "h", imageID: "a", variant: "b%00", part: PartVariant, want: "control characters"},
		"escaped slash":       {hash: "h", imageID: "a", variant: "b%2Fc", part: PartVariant, want: "without a slash"},
		"escaped backslash":   {hash: "h", imageID: "a", variant: "b%5Cc", part: PartVariant, want: "backslashes"},
		"escaped dot segment": {hash: "h", imageID: "a", variant: "%2e%2E", part: PartVariant, want: "relative path segments"},
		"escaped non-UTF-8":   {hash: "h", imageID: "a", variant: "%ff", part: PartVariant, want: "valid UTF-8"},
		"raw space": {
			hash:    "h",
			imageID: "a",
			variant: "b c",
			part:    PartVariant,
			want:    "must be a valid URL segment",
		},
		"raw percent sign": {
			hash:    "h",
			imageID: "a",
			variant: "b%",
			part:    PartVariant,
			want:    "must be a valid URL segment",
		},
		"query in the variant": {
			hash:    "h",
			imageID: "a",
			variant: "b?c",
			part:    PartVariant,
			want:    "must be a valid URL segment",
		},
		"port too large": {
			host:    "img.example.com:65536",
			hash:    "h",
			imageID: "a",
			variant: "v",
			part:    PartHost,
			want:    "must be a host name",
		},
		"port of zero": {
			host:    "img.example.com:0",
			hash:    "h",
			imageID: "a",
			variant: "v",
			part:    PartHost,
			want:    "must be a host name",
		},
		"malformed IPv6 address": {
			host:    "[::1::]",
			hash:    "h",
			imageID: "a",
			variant: "v",
			part:    PartHost,
			want:    "must be a host name",
		},
		"empty label": {
			host:    "a..b",
			hash:    "h",
			imageID: "a",
			variant: "v",
			part:    PartHost,
			want:    "must be a host name",
		},
		"leading hyphen": {
			host:    "-a.example",
			hash:    "h",
			imageID: "a",
			variant: "v",
			part:    PartHost,
			want:    "must be a host name",
		},
		"host with a scheme": {
			host:    "https://img.example.com",
			hash:    "h",
			imageID: "a",
			variant: "v",
			part:    PartHost,
			want:    "without a scheme or path",
		},
		"host with a path": {
			host:    "img.example.com/x",
			hash:    "h",
			imageID: "a",
			variant: "v",
			part:    PartHost,
			want:    "without a scheme or path",
		},
		"host with user info": {
			host:    "user@img.example.com",
			hash:    "h",
			imageID: "a",
			variant: "v",
			part:    PartHost,
			want:    "must be a host name",
		},
		"host with a query": {
			host:    "img.example.com?x",
			hash:    "h",
			imageID: "a",
			variant: "v",
			part:    PartHost,
			want:    "must be a host name",
		},
		"non-ASCII host": {
			host:    "bücher.example",
			hash:    "h",
			imageID: "a",
			variant: "v",
			part:    PartHost,
			want:    "in ASCII",
		},
		"only a port": {
			host:    ":443",
			hash:    "h",
			imageID: "a",
			variant: "v",
			part:    PartHost,
			want:    "must be a host name",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Build(test.host, test.hash, test.imageID, test.variant)
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Part != test.part || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %q, %v, want an error about the %s with %q", got, err, test.part, test.want)
			}
		})
	}
}

func TestCheckImageID(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ id, want string }{ // want is empty for a valid ID
		"one character":   {"a", ""},
		"slashes":         {"a//b/c", ""},
		"dots in a name":  {"...", ""},
		"the longest":     {strings.Repeat("日", 1024), ""},
		"empty":           {"", "must not be empty"},
		"too long":        {strings.Repeat("日", 1025), "must have at most 1024 characters, has 1025"},
		"not UTF-8":       {"a\xff", "must be valid UTF-8"},
		"line break":      {"a\nb", "must not contain control characters, such as a line break"},
		"dot segment":     {".", `must not be "." or "..": these are relative path segments`},
		"two-dot segment": {"..", `must not be "." or "..": these are relative path segments`},
		"leading slash":   {"/a", "must not start or end with a slash"},
		"trailing slash":  {"a/", "must not start or end with a slash"},
		"only a slash":    {"/", "must not start or end with a slash"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if err := CheckImageID(test.id); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// FuzzBuildAndParse checks that ParseStrict returns the arguments of Build.
func FuzzBuildAndParse(f *testing.F) {
	for _, id := range []string{
		"083eb7b2-5392-4565-b69e-aff66acddd00", "this/is/my-customid", "100%.png", "a%2Fb",
		"q?x=1", "h#frag", "日本/ロゴ 1.png", `a\b`, "a//b", "cdn-cgi/imagedelivery/x", "a;b", "%", "\u0080", "...", "a/./b",
	} {
		f.Add("", "ZWd9g1K7eljCn_KDTu_MWA", id, "public")
		f.Add("img.example.com", "hash", id, "w=400,background=%23fff")
	}
	f.Fuzz(func(t *testing.T, host, hash, imageID, variant string) {
		built, err := Build(host, hash, imageID, variant)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Errorf("got %T, want *Error", err)
			}
			return
		}
		for _, c := range []byte(built) {
			if c <= ' ' || c > '~' {
				t.Errorf("%q is not ASCII", built)
			}
		}
		got, err := ParseStrict(built)
		if err != nil {
			t.Fatalf("%q: %v", built, err)
		}
		if host == "" || strings.Contains(strings.ToLower(host), DefaultHost) {
			host = got.Host
		}
		if got.Host != host || got.AccountHash != hash || got.ImageID != imageID || got.Variant != variant ||
			got.Base+"/"+variant != built {
			t.Errorf("%q: got %+v, want the arguments of Build", built, got)
		}
	})
}
