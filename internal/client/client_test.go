package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
)

// start serves the handler on loopback and returns a client for it. Retries
// are off unless the config asks for them.
func start(tb testing.TB, handler http.Handler, change ...func(*Config)) *Client {
	tb.Helper()
	server := httptest.NewServer(handler)
	tb.Cleanup(server.Close)
	config := Config{
		Credentials: APIToken(standin.Token),
		BaseURL:     server.URL + standin.BasePath,
		MaxRetries:  new(0),
	}
	for _, c := range change {
		c(&config)
	}
	c, err := New(config)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// newTransport is the client's own transport, for a test to change.
func newTransport(t *testing.T) *http.Transport {
	t.Helper()
	transport, ok := NewTransport().(*http.Transport)
	if !ok {
		t.Fatal("NewTransport is no *http.Transport")
	}
	return transport
}

func asError(t *testing.T, err error) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("got %T %v, want *Error", err, err)
	}
	return e
}

func TestNew(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config Config
		want   string
	}{
		"no credentials":        {Config{}, "Credentials: required"},
		"empty token":           {Config{Credentials: APIToken("")}, "Credentials: must not be empty"},
		"line break in the key": {Config{Credentials: APIKey("a@example.com", "k\ny")}, "Credentials: must not contain white space"},
		"base URL without scheme": {
			Config{Credentials: APIToken(standin.Token), BaseURL: "api.example.com"}, "BaseURL: must begin with https://",
		},
		"too many retries": {Config{Credentials: APIToken(standin.Token), MaxRetries: new(21)}, "MaxRetries: 21 is not between 0 and 20"},
		"negative retries": {Config{Credentials: APIToken(standin.Token), MaxRetries: new(-1)}, "MaxRetries: -1 is not between 0 and 20"},
		"negative timeout": {
			Config{Credentials: APIToken(standin.Token), RequestTimeout: -time.Second}, "RequestTimeout: -1s is negative",
		},
		"negative pace": {
			Config{Credentials: APIToken(standin.Token), RequestsPerSecond: -0.5}, "RequestsPerSecond: -0.5 is negative",
		},
		"user agent on two lines": {
			Config{Credentials: APIToken(standin.Token), UserAgent: "a\nb"}, "UserAgent: control and non-ASCII characters",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := New(test.config)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestNewDefaults(t *testing.T) {
	t.Parallel()
	c, err := New(Config{Credentials: APIToken(standin.Token)})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.baseURL.String(), "https://api.cloudflare.com/client/v4"; got != want {
		t.Errorf("base URL: got %q, want %q", got, want)
	}
	if c.maxRetries != 4 {
		t.Errorf("retries: got %d, want 4", c.maxRetries)
	}
	if c.http.Timeout != 30*time.Second {
		t.Errorf("timeout: got %s, want 30s", c.http.Timeout)
	}
}

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
				t.Errorf("the error repeats the password: %v", err)
			}
		})
	}
}

func TestCheckImageID(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ id, want string }{
		"UUID":                {"083eb7b2-5392-4565-b69e-aff66acddd00", ""},
		"custom path":         {"this/is/my-customid", ""},
		"dots inside":         {"a/../b", ""},
		"climbing":            {"../../../user", ""},
		"percent":             {"100%.png", ""},
		"non-ASCII":           {"日本/ロゴ 1.png", ""},
		"1024 characters":     {strings.Repeat("ロ", 1024), ""},
		"another endpoint":    {"stats", ""},
		"1025 characters":     {strings.Repeat("a", 1025), "at most 1024 characters, has 1025"},
		"empty":               {"", "must not be empty"},
		"invalid UTF-8":       {"a\xff", "must be valid UTF-8"},
		"line break":          {"a\nb", "control characters"},
		"C1 control":          {"a\u0085b", "control characters"},
		"dot":                 {".", "path steps"},
		"two dots":            {"..", "path steps"},
		"leading slash":       {"/a", "must not start or end with a slash"},
		"trailing slash":      {"a/", "must not start or end with a slash"},
		"signing keys":        {"keys", `must not be "keys"`},
		"batch token":         {"batch_token", `must not be "batch_token"`},
		"only begins so":      {"keys/1", ""},
		"three dots":          {"...", ""},
		"escaped, not parsed": {"a%2Fb", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := CheckImageID(test.id)
			if (err == nil) != (test.want == "") || (err != nil && !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestCheckAccountID(t *testing.T) {
	t.Parallel()
	for id, ok := range map[string]bool{
		"023e105f4ecef8ad9ca31a8372d0c353":  true,
		"abcDEF123":                         true,
		"":                                  false,
		"023e105f4ecef8ad9ca31a8372d0c3530": false,
		"023e105f4ecef8 ad9ca31a8372d0c3":   false,
		"../x":                              false,
		"é":                                 false,
	} {
		if err := CheckAccountID(id); (err == nil) != ok {
			t.Errorf("%q: got %v, want valid: %t", id, err, ok)
		}
	}
}

// One request carries the headers of one scheme, and asks for JSON.
func TestRequestHeaders(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		credentials Credentials
		want        map[string]string
	}{
		"token": {APIToken(standin.Token), map[string]string{
			"Authorization": "Bearer stand-in-token", "X-Auth-Email": "", "X-Auth-Key": "",
		}},
		"key": {APIKey(standin.Email, standin.Key), map[string]string{
			"Authorization": "", "X-Auth-Email": "someone@example.com", "X-Auth-Key": "stand-in-key",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			standIn := standin.New()
			c := start(t, standIn, func(config *Config) {
				config.Credentials = test.credentials
				config.UserAgent = "agent/1"
			})
			if _, _, err := c.GetImage(t.Context(), standin.AccountID, "brand/logo"); err != nil {
				t.Fatal(err)
			}
			test.want["Accept"] = "application/json"
			test.want["User-Agent"] = "agent/1"
			got := map[string]string{}
			for name := range test.want {
				got[name] = strings.Join(standIn.Requests()[0].Header.Values(name), ", ")
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCredentialsDoNotPrint(t *testing.T) {
	t.Parallel()
	c := APIKey("someone@example.com", "stand-in-key")
	for _, format := range []string{"%v", "%+v", "%s", "%#v"} {
		if got := fmt.Sprintf(format, c); got != "[redacted]" {
			t.Errorf("%s: got %q", format, got)
		}
	}
}

// What is too short to be a secret does not garble words it occurs in.
func TestRedact(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]string{"t": "the cat", "the": "the cat", "the cat": "[redacted]", "cats": "the cat"} {
		if got := APIToken(token).redactor.text("the cat", 100); got != want {
			t.Errorf("%q: got %q, want %q", token, got, want)
		}
	}
}

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
			c := start(t, standin.New())
			got, messages, err := c.GetImage(t.Context(), standin.AccountID, id)
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

// Whatever the ID, the request stays below /images/v1/ and asks for that ID.
func TestRequestURI(t *testing.T) {
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
				standIn := standin.New()
				c := start(t, standIn, func(config *Config) { config.BaseURL += slash })
				image, _, err := c.GetImage(t.Context(), standin.AccountID, id)
				if err != nil {
					t.Fatal(err)
				}
				if image.ID != id {
					t.Errorf("ID: got %q, want %q", image.ID, id)
				}
				if got := standIn.Requests()[0].URI; got != prefix+want {
					t.Errorf("request: got %s, want %s", got, prefix+want)
				}
			}
		})
	}
}

func TestIDsThatAreNeverSent(t *testing.T) {
	t.Parallel()
	standIn := standin.New()
	c := start(t, standIn)
	for _, id := range []string{"", ".", "..", "/a", "keys"} {
		_, _, err := c.GetImage(t.Context(), standin.AccountID, id)
		if !errors.Is(err, Rejected) {
			t.Errorf("%q: got %v, want it to be rejected", id, err)
		}
	}
	if _, _, err := c.GetImage(t.Context(), "..", "a"); !errors.Is(err, Rejected) {
		t.Errorf("account ..: got %v, want it to be rejected", err)
	}
	if got := len(standIn.Requests()); got != 0 {
		t.Errorf("requests: got %d, want 0", got)
	}
	// The positive control: the stand-in does count.
	if _, _, err := c.GetImage(t.Context(), standin.AccountID, "brand/logo"); err != nil || len(standIn.Requests()) != 1 {
		t.Errorf("got %v and %d requests, want no error and 1", err, len(standIn.Requests()))
	}
}

// The linter keeps Terraform out of the client file by file; this looks at
// everything that is linked in.
func TestNoTerraformInside(t *testing.T) {
	t.Parallel()
	output, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".", "../delivery").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := string(output)
	if !strings.Contains(deps, "httpsfv") {
		t.Fatalf("go list does not list dependencies: %s", deps)
	}
	for dep := range strings.Lines(deps) {
		if strings.Contains(dep, "/hashicorp/terraform") || strings.Contains(dep, "internal/provider") {
			t.Errorf("depends on %s", dep)
		}
	}
}
