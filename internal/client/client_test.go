package client

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func TestNew(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config Config
		want   string
	}{
		"no credentials": {Config{}, "Credentials: required"},
		"empty token":    {Config{Credentials: APIToken("")}, "Credentials: must not be empty"},
		"line break in the key": {
			Config{Credentials: APIKey("a@example.com", "k\ny")},
			"Credentials: must not contain white space",
		},
		"base URL without scheme": {
			Config{Credentials: APIToken(fakeapi.Token), BaseURL: "api.example.com"}, "BaseURL: must begin with https://",
		},
		"too many retries": {
			Config{Credentials: APIToken(fakeapi.Token), MaxRetries: new(21)},
			"MaxRetries: 21 is not between 0 and 20",
		},
		"negative retries": {
			Config{Credentials: APIToken(fakeapi.Token), MaxRetries: new(-1)},
			"MaxRetries: -1 is not between 0 and 20",
		},
		"negative timeout": {
			Config{Credentials: APIToken(fakeapi.Token), RequestTimeout: -time.Second}, "RequestTimeout: -1s is negative",
		},
		"negative pace": {
			Config{Credentials: APIToken(fakeapi.Token), RequestsPerSecond: -0.5}, "RequestsPerSecond: -0.5 is negative",
		},
		"user agent on two lines": {
			Config{Credentials: APIToken(fakeapi.Token), UserAgent: "a\nb"}, "UserAgent: control and non-ASCII characters",
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
	c, err := New(Config{Credentials: APIToken(fakeapi.Token)})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.baseURL.String(), "https://api.cloudflare.com/client/v4"; got != want {
		t.Errorf("base URL: got %q, want %q", got, want)
	}
	if *c.config.MaxRetries != 4 {
		t.Errorf("retries: got %d, want 4", *c.config.MaxRetries)
	}
	if c.http.Timeout != 30*time.Second {
		t.Errorf("timeout: got %s, want 30s", c.http.Timeout)
	}
	notify(t.Context(), c.config.Observer.OnProgress, Progress{}) // nil
}

// A request has the headers of one authentication scheme, and accepts JSON.
func TestCallRequestHeaders(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		credentials Credentials
		want        map[string]string
	}{
		"token": {APIToken(fakeapi.Token), map[string]string{
			"Authorization": "Bearer fake-api-token", "X-Auth-Email": "", "X-Auth-Key": "",
		}},
		"key": {APIKey(fakeapi.Email, fakeapi.Key), map[string]string{
			"Authorization": "", "X-Auth-Email": "someone@example.com", "X-Auth-Key": "fake-api-key",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			c := start(t, fake, func(config *Config) {
				config.Credentials = test.credentials
				config.UserAgent = "agent/1"
			})
			if _, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "brand/logo", ReadOptions{}); err != nil {
				t.Fatal(err)
			}
			test.want["Accept"] = "application/json"
			test.want["User-Agent"] = "agent/1"
			got := map[string]string{}
			for name := range test.want {
				got[name] = strings.Join(fake.Requests()[0].Header.Values(name), ", ")
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
		})
	}
}

// The linter checks the imports of each file; this test checks all
// dependencies.
func TestClientImportsNoTerraform(t *testing.T) {
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

// The bounds of the Config fields are valid.
func TestNewAccepts(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]Config{
		"most retries":               {MaxRetries: new(20)},
		"no retries":                 {MaxRetries: new(0)},
		"user agent of all that can": {UserAgent: " !agent/1~"},
		"shortest timeout":           {RequestTimeout: 1},
		"slowest pace":               {RequestsPerSecond: 1e-9},
	} {
		config.Credentials = APIToken(fakeapi.Token)
		if _, err := New(config); err != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
