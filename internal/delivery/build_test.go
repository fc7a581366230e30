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
			"", "ZWd9g1K7eljCn_KDTu_MWA", "083eb7b2-5392-4565-b69e-aff66acddd00", "public",
			"https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/083eb7b2-5392-4565-b69e-aff66acddd00/public",
		},
		"slashes stay":           {"", "hash", "this/is/my-customid", "hero", "https://imagedelivery.net/hash/this/is/my-customid/hero"},
		"percent signs":          {"", "hash", "100%.png", "hero", "https://imagedelivery.net/hash/100%25.png/hero"},
		"a percent escape":       {"", "hash", "a%2Fb", "hero", "https://imagedelivery.net/hash/a%252Fb/hero"},
		"space, query, fragment": {"", "hash", "a b?c#d", "hero", "https://imagedelivery.net/hash/a%20b%3Fc%23d/hero"},
		"non-ASCII": {
			"", "hash", "日本/ロゴ 1.png", "hero",
			"https://imagedelivery.net/hash/%E6%97%A5%E6%9C%AC/%E3%83%AD%E3%82%B4%201.png/hero",
		},
		"the rest of the set":  {"", "hash", "a\"<>`{}^b", "hero", "https://imagedelivery.net/hash/a%22%3C%3E%60%7B%7D%5Eb/hero"},
		"backslash":            {"", "hash", `a\b`, "hero", "https://imagedelivery.net/hash/a%5Cb/hero"},
		"what a path can hold": {"", "hash", "a!$&'()*+,;=:@[]|~b", "hero", "https://imagedelivery.net/hash/a!$&'()*+,;=:@[]|~b/hero"},
		"flexible variant":     {"", "hash", "a", "w=400,background=%23ffcc00", "https://imagedelivery.net/hash/a/w=400,background=%23ffcc00"},
		"escapes in a variant": {"", "hash", "a", "b%20c%25", "https://imagedelivery.net/hash/a/b%20c%25"},
		"own domain":           {"img.example.com", "hash", "a/b", "hero", "https://img.example.com/cdn-cgi/imagedelivery/hash/a/b/hero"},
		"own domain, port":     {"img.example.com:8443", "hash", "a", "hero", "https://img.example.com:8443/cdn-cgi/imagedelivery/hash/a/hero"},
		"the smallest port":    {"img.example.com:1", "hash", "a", "hero", "https://img.example.com:1/cdn-cgi/imagedelivery/hash/a/hero"},
		"the largest port": {"img.example.com:65535", "hash", "a", "hero", "https://img.example.com:" +
			"65535/cdn-cgi/imagedelivery/hash/a/hero"},
		"IPv6 address":          {"[::1]:8443", "hash", "a", "hero", "https://[::1]:8443/cdn-cgi/imagedelivery/hash/a/hero"},
		"the default host, odd": {"imagedelivery.net.:443", "hash", "a", "hero", "https://imagedelivery.net/hash/a/hero"},
		"the default host":      {"ImageDelivery.net", "hash", "a", "hero", "https://imagedelivery.net/hash/a/hero"},
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
		"no hash":              {"", "", "a", "v", PartAccountHash, "the account hash must be letters"},
		"hash with a slash":    {"", "a/b", "a", "v", PartAccountHash, "must be letters"},
		"hash that is a path":  {"", "cdn-cgi", "a", "v", PartAccountHash, "must be letters"},
		"no image ID":          {"", "h", "", "v", PartImageID, "the image ID must not be empty"},
		"trailing slash":       {"", "h", "a/", "v", PartImageID, "slash"},
		"path step in the ID":  {"", "h", "a/../b", "v", PartImageID, "asks for another image"},
		"line break in the ID": {"", "h", "a\nb", "v", PartImageID, "control characters"},
		"no variant":           {"", "h", "a", "", PartVariant, "the variant must be a name"},
		"slash in the variant": {"", "h", "a", "b/c", PartVariant, "without a slash"},
		"path step":            {"", "h", "a", "..", PartVariant, "path steps"},
		"control character":    {"", "h", "a", "b\x00", PartVariant, "must stand in a URL as it is"},
		"escaped control":      {"", "h", "a", "b%00", PartVariant, "control characters"},
		"escaped slash":        {"", "h", "a", "b%2Fc", PartVariant, "without a slash"},
		"escaped backslash":    {"", "h", "a", "b%5Cc", PartVariant, "backslashes"},
		"escaped path step":    {"", "h", "a", "%2e%2E", PartVariant, "path steps"},
		"escaped non-UTF-8":    {"", "h", "a", "%ff", PartVariant, "valid UTF-8"},
		"raw space":            {"", "h", "a", "b c", PartVariant, "must stand in a URL as it is"},
		"raw percent sign":     {"", "h", "a", "b%", PartVariant, "must stand in a URL as it is"},
		"query in the variant": {"", "h", "a", "b?c", PartVariant, "must stand in a URL as it is"},
		"port too large":       {"img.example.com:65536", "h", "a", "v", PartHost, "must be a host name"},
		"port of zero":         {"img.example.com:0", "h", "a", "v", PartHost, "must be a host name"},
		"no IPv6 address":      {"[::1::]", "h", "a", "v", PartHost, "must be a host name"},
		"empty label":          {"a..b", "h", "a", "v", PartHost, "must be a host name"},
		"hyphen in front":      {"-a.example", "h", "a", "v", PartHost, "must be a host name"},
		"host with a scheme":   {"https://img.example.com", "h", "a", "v", PartHost, "without scheme and path"},
		"host with a path":     {"img.example.com/x", "h", "a", "v", PartHost, "without scheme and path"},
		"host with user info":  {"user@img.example.com", "h", "a", "v", PartHost, "must be a host name"},
		"host with a query":    {"img.example.com?x", "h", "a", "v", PartHost, "must be a host name"},
		"non-ASCII host":       {"bücher.example", "h", "a", "v", PartHost, "in ASCII"},
		"only a port":          {":443", "h", "a", "v", PartHost, "must be a host name"},
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
	tests := map[string]struct{ id, want string }{ // want is empty where the ID is taken
		"one character":       {"a", ""},
		"slashes":             {"a//b/c", ""},
		"dots in a name":      {"...", ""},
		"the longest":         {strings.Repeat("日", 1024), ""},
		"empty":               {"", "must not be empty"},
		"too long":            {strings.Repeat("日", 1025), "must have at most 1024 characters, has 1025"},
		"no UTF-8":            {"a\xff", "must be valid UTF-8"},
		"line break":          {"a\nb", "must not contain control characters, such as a line break"},
		"path step":           {".", `must not be "." or "..": these are path steps, not names`},
		"path step up":        {"..", `must not be "." or "..": these are path steps, not names`},
		"slash in front":      {"/a", "must not start or end with a slash"},
		"slash at the end":    {"a/", "must not start or end with a slash"},
		"nothing but a slash": {"/", "must not start or end with a slash"},
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

// Whatever can be built comes apart into what it was built from.
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
		if got.Host != host || got.AccountHash != hash || got.ImageID != imageID || got.Variant != variant || got.Base+"/"+variant != built {
			t.Errorf("%q comes apart as %+v", built, got)
		}
	})
}
