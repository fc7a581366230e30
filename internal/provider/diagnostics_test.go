package provider

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

func attributeOf(d diag.Diagnostic) string {
	if at, ok := d.(diag.DiagnosticWithPath); ok {
		return at.Path().String()
	}
	return ""
}

// Each kind has its words: the object first, then what to do, then the story.
func TestDiagnose(t *testing.T) {
	t.Parallel()
	tests := map[client.Kind]struct {
		summary   string
		attribute string
		advice    []string
	}{
		client.NotFound:             {`Cloudflare image "brand/logo" not found`, "image_id", []string{"No image with this ID is in account 023e105f4ecef8ad9ca31a8372d0c35.", "Check image_id and account_id."}},
		client.NotPermitted:         {`Cloudflare image "brand/logo" not permitted`, "", []string{"account 023e105f4ecef8ad9ca31a8372d0c35", "Images Read", "the right account"}},
		client.NotEnabled:           {`Cloudflare image "brand/logo" could not be read: no Cloudflare Images in the account`, "account_id", []string{"Account 023e105f4ecef8ad9ca31a8372d0c35", "not enabled"}},
		client.MalformedCredentials: {`Cloudflare image "brand/logo" could not be read: malformed credentials`, "", []string{"api_token (CLOUDFLARE_API_TOKEN)", "api_key (CLOUDFLARE_API_KEY)", "quotation marks"}},
		client.NoRoute:              {`Cloudflare image "brand/logo" could not be read: the API does not know the path`, "account_id", []string{"has 31 characters; 32 are expected"}},
		client.Throttled:            {`Cloudflare image "brand/logo" could not be read: rate limit exceeded`, "", []string{"after 5 attempts and 7.5s of waiting", "max_retries", "-parallelism"}},
		client.Challenged:           {`Cloudflare image "brand/logo" could not be read: stopped by a challenge page`, "", []string{"bot protection"}},
		client.Redirected:           {`Cloudflare image "brand/logo" could not be read: redirected`, "", []string{"base_url"}},
		client.Unavailable:          {`Cloudflare image "brand/logo" could not be read: the API is unavailable`, "", []string{"after 5 attempts and 7.5s of waiting", "Try again later"}},
		client.Rejected:             {`Cloudflare image "brand/logo" could not be read: request refused`, "", []string{"What it said is below."}},
		client.WrongAnswer:          {`Cloudflare image "brand/logo" could not be read: unexpected answer`, "", []string{"not what the Images API documents"}},
		client.Unreachable:          {`Cloudflare image "brand/logo" could not be read: no answer`, "", []string{"No complete answer came from api.example.com.", "HTTPS_PROXY"}},
		client.Canceled:             {`Cloudflare image "brand/logo" not read: canceled`, "", []string{"interrupted"}},
	}
	source, err := os.ReadFile(filepath.Join("..", "client", "errors.go"))
	if err != nil {
		t.Fatal(err)
	}
	kinds := regexp.MustCompile(`(?m)^\t[A-Z]\w+ +Kind = "`).FindAllString(string(source), -1)
	if len(tests) != len(failures) || len(tests) != len(kinds) {
		t.Errorf("%d kinds are tested, %d have words, and there are %d", len(tests), len(failures), len(kinds))
	}
	for kind, test := range tests {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := subject{`image "brand/logo"`, "image_id", "023e105f4ecef8ad9ca31a8372d0c35"}
			err := &client.Error{Kind: kind, Method: "GET", Path: "/x", Host: "api.example.com", Status: 499, Ray: "8f1c2d-AMS", Attempts: 5, Waited: 7512345 * time.Microsecond}
			got := s.diagnose(err)
			if got.Summary() != test.summary {
				t.Errorf("summary: got %s, want %s", got.Summary(), test.summary)
			}
			if at := attributeOf(got); at != test.attribute {
				t.Errorf("attribute: got %q, want %q", at, test.attribute)
			}
			for _, want := range test.advice {
				if !strings.Contains(got.Detail(), want) {
					t.Errorf("detail: got %s, want %q in it", got.Detail(), want)
				}
			}
			if want := "\n\nGET /x: 499, ray 8f1c2d-AMS, after 5 attempts and 7.5s of waiting"; !strings.HasSuffix(got.Detail(), want) {
				t.Errorf("detail: got %s, want the story at its end", got.Detail())
			}
		})
	}
}

// The advice fits how far the request got.
func TestDiagnoseAttempts(t *testing.T) {
	t.Parallel()
	s := subject{`image "x"`, "image_id", "a"}
	for want, e := range map[string]*client.Error{
		"still exceeded after 1 attempt. ": {Kind: client.Throttled, Attempts: 1},
		"still failed after 1 attempt. ":   {Kind: client.Unavailable, Attempts: 1},
		"cannot be sent as it is.":         {Kind: client.Rejected},
	} {
		if got := s.diagnose(e).Detail(); !strings.Contains(got, want) {
			t.Errorf("got %s, want %q in it", got, want)
		}
	}
}

func TestDiagnoseAnotherError(t *testing.T) {
	t.Parallel()
	got := subject{object: `image "x"`}.diagnose(errors.New("odd"))
	if got.Summary() != `Cloudflare image "x" could not be read` || !strings.Contains(got.Detail(), "odd") {
		t.Errorf("got %s: %s", got.Summary(), got.Detail())
	}
}
