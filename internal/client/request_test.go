package client

import (
	"net/http"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func TestParseBaseURL(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ url, want string }{
		"default":                 {"https://api.cloudflare.com/client/v4", ""},
		"trailing slash":          {"https://api.cloudflare.com/client/v4/", ""},
		"port":                    {"https://proxy.example.com:8443/v4", ""},
		"http on loopback":        {"http://127.0.0.1:8080/v4", ""},
		"http on loopback by net": {"http://127.9.9.9/v4", ""},
		"http on localhost":       {"http://localhost:8080", ""},
		"http on IPv6 loopback":   {"http://[::1]:8080", ""},
		"http elsewhere":          {"http://api.cloudflare.com/client/v4", "must use https"},
		"http on an address":      {"http://192.0.2.1/v4", "must use https"},
		"http on a look-alike":    {"http://127.0.0.1.example.com", "must use https"},
		"another scheme":          {"ftp://api.cloudflare.com", "must begin with https://"},
		"no scheme":               {"api.cloudflare.com/client/v4", "must begin with https://"},
		"no host":                 {"https:///client/v4", "has no host name"},
		"only a port":             {"https://:443/client/v4", "has no host name"},
		"user info":               {"https://user:pass@api.cloudflare.com", "must not contain a user name or password"},
		"query":                   {"https://api.cloudflare.com?x=1", "must not contain a query"},
		"empty query":             {"https://api.cloudflare.com?", "must not contain a query"},
		"fragment":                {"https://api.cloudflare.com#x", "must not contain a fragment"},
		"empty fragment":          {"https://api.cloudflare.com#", "must not contain a fragment"},
		"not a URL":               {"https://user:pass@[", "is not a valid URL"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseBaseURL(test.url)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("got %v, want no error", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v, want an error with %q", err, test.want)
			case err != nil && strings.Contains(err.Error(), "pass@"):
				t.Errorf("the error contains the password: %v", err)
			}
		})
	}
}

// Errors contain the host in lower case.
func TestEndpointHostLowerCase(t *testing.T) {
	t.Parallel()
	base, err := ParseBaseURL("https://API.Example.com/Client")
	if err != nil || base.String() != "https://api.example.com/Client" {
		t.Errorf("got %s, %v", base, err)
	}
}

// Every ID results in a request below /images/v1/ for that ID.
func TestEndpointRequestURI(t *testing.T) {
	t.Parallel()
	const prefix = "/client/v4/accounts/023e105f4ecef8ad9ca31a8372d0c353/images/v1/"
	for id, want := range map[string]string{
		"this/is/my-customid": "this%2Fis%2Fmy-customid",
		"100%.png":            "100%25.png",
		"50%25.png":           "50%2525.png",
		"a%2Fb":               "a%252Fb",
		"q?x=1":               "q%3Fx=1",
		"h#frag":              "h%23frag",
		"a/../b":              "a%2F..%2Fb",
		"../../../user":       "..%2F..%2F..%2Fuser",
		"日本/ロゴ 1.png":         "%E6%97%A5%E6%9C%AC%2F%E3%83%AD%E3%82%B4%201.png",
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			for _, slash := range []string{"", "/"} {
				fake := fakeapi.New()
				c := start(t, fake, func(config *Config) { config.BaseURL += slash })
				image, _, err := c.GetImage(t.Context(), fakeapi.AccountID, id, ReadOptions{})
				if err != nil {
					t.Fatal(err)
				}
				if image.ID != id {
					t.Errorf("ID: got %q, want %q", image.ID, id)
				}
				if got := fake.Requests()[0].URI; got != prefix+want {
					t.Errorf("request: got %s, want %s", got, prefix+want)
				}
			}
		})
	}
}

// FuzzEndpoint checks that every segment remains one segment below the base
// URL.
func FuzzEndpoint(f *testing.F) {
	for _, id := range []string{
		"this/is/my-customid", "100%.png", "a%2Fb", "q?x=1", "h#frag", "a/../b", "../../../user", "日本/ロゴ 1.png", "..", "",
		"\xff", "a;b", "a\\b", "//x",
	} {
		f.Add(id)
	}
	base, err := ParseBaseURL("https://api.cloudflare.com/client/v4/")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, id string) {
		target, err := endpoint(base, "accounts", "acc", "images", "v1", id)
		if err != nil {
			if id != "" && id != "." && id != ".." {
				t.Errorf("%q: %v", id, err)
			}
			return
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target.String(), nil)
		if err != nil {
			t.Fatalf("%q: %v", id, err)
		}
		rest, ok := strings.CutPrefix(request.URL.RequestURI(), "/client/v4/accounts/acc/images/v1/")
		if !ok || strings.ContainsAny(rest, "/?#") || request.URL.Host != "api.cloudflare.com" {
			t.Errorf("%q: got %s, want one segment", id, request.URL)
		}
		if want := "/client/v4/accounts/acc/images/v1/" + id; request.URL.Path != want {
			t.Errorf("decodes to %q, want %q", request.URL.Path, want)
		}
	})
}
