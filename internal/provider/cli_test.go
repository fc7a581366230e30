package provider

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// Validation errors are reported at the attribute at fault, without a request.
func TestProviderValidate(t *testing.T) {
	t.Parallel()
	type problem struct{ summary, detail, line string }
	// Terraform validates only provider blocks that are used.
	provider := func(arguments string) string {
		return "provider \"cloudflare\" {\n" + arguments + "\n}\ndata \"cloudflare_image\" \"user\" {\nimage_id = \"a\"\n}\n"
	}
	image := func(arguments string) string {
		return "data \"cloudflare_image\" \"x\" {\n" + arguments + "\n}\n"
	}
	tests := map[string]struct {
		configuration string
		want          []problem
	}{
		"fine": {
			provider(`api_token = "t"`+"\n"+`request_timeout = "1m30s"`+"\n"+`max_retries = 0`) + image(`image_id = "a/b"`),
			nil,
		},
		"both schemes": {provider("api_token = \"t\"\nemail = \"a@example.com\""), []problem{
			{
				summary: "Invalid Attribute Combination",
				detail:  `"email" cannot be specified when "api_token" is specified`,
				line:    "api_token",
			},
		}},
		"both schemes, by key": {provider("api_token = \"t\"\napi_key = \"k\""), []problem{
			{
				summary: "Invalid Attribute Combination",
				detail:  `"api_key" cannot be specified when "api_token" is specified`,
				line:    "api_token",
			},
		}},
		"token": {
			provider(
				`api_token = "to ken"`,
			), []problem{{summary: "Invalid api_token", detail: "must not contain white space", line: "api_token"}},
		},
		"empty token": {
			provider(`api_token = " "`),
			[]problem{{summary: "Invalid api_token", detail: "must not be empty", line: "api_token"}},
		},
		"token from a file":      {provider(`api_token = "token\n"`), nil},
		"account ID from a file": {provider(`account_id = "abc\n"`), nil},
		"base URL from a file":   {provider(`base_url = "https://api.example.com\n"`), nil},
		"key": {
			provider("api_key = \"k\\u0000\"\nemail = \"e\""),
			[]problem{{summary: "Invalid api_key", detail: "control", line: "api_key"}},
		},
		"e-mail": {
			provider("api_key = \"k\"\nemail = \"e e\""),
			[]problem{{summary: "Invalid email", detail: "white space", line: "email"}},
		},
		"provider's account ID": {
			provider(`account_id = "x-y"`),
			[]problem{{summary: "Invalid account_id", detail: "1 to 32 letters and digits", line: "account_id"}},
		},
		"base URL": {
			provider(`base_url = "http://api.example.com"`),
			[]problem{{summary: "Invalid base_url", detail: "must use https", line: "base_url"}},
		},
		"retries": {
			provider(
				`max_retries = 21`,
			), []problem{{summary: "Invalid Attribute Value", detail: "between 0 and 20, got: 21", line: "max_retries"}},
		},
		"negative retries": {
			provider(
				`max_retries = -1`,
			), []problem{{summary: "Invalid Attribute Value", detail: "between 0 and 20, got: -1", line: "max_retries"}},
		},
		"timeout": {
			provider(`request_timeout = "30"`),
			[]problem{{
				summary: "Invalid request_timeout", detail: `must be a duration with a unit (h, m, s or ms), such as 30s or 1m30s; the value is "30"`,
				line: "request_timeout",
			}},
		},
		"timeout of zero": {
			provider(
				`request_timeout = "0s"`,
			), []problem{{summary: "Invalid request_timeout", detail: "longer than zero", line: "request_timeout"}},
		},
		"negative timeout": {
			provider(
				`request_timeout = "-1s"`,
			), []problem{{summary: "Invalid request_timeout", detail: "longer than zero", line: "request_timeout"}},
		},
		"requests": {
			provider(`requests_per_second = 0`),
			[]problem{
				{
					summary: "Invalid requests_per_second",
					detail:  "must be greater than 0, such as 4 or 0.5; the value is 0",
					line:    "requests_per_second",
				},
			},
		},
		"negative requests": {
			provider(`requests_per_second = -0.5`),
			[]problem{{summary: "Invalid requests_per_second", detail: "must be greater than 0", line: "requests_per_second"}},
		},
		"half a request": {provider("requests_per_second = 0.5\nprefetch_images = true"), nil},
		"empty image ID": {
			image(``),
			[]problem{{summary: "Missing required argument", detail: `"image_id" is required`, line: "data"}},
		},
		"leading slash": {
			image(`image_id = "/a"`),
			[]problem{{summary: "Invalid image_id", detail: "slash", line: "image_id"}},
		},
		"a delivery URL": {
			image(`image_id = "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/brand/logo%2520v2/hero"`), []problem{
				{summary: "Invalid image_id", detail: `the ID of its image is "brand/logo%20v2"`, line: "image_id"},
			},
		},
		"empty variant name": {image("image_id = \"a\"\nrequired_variants = [\"hero\", \"\"]"), []problem{
			{summary: `Invalid required_variants[Value("")]`, detail: "must not be empty", line: "required_variants"},
		}},
		"a flexible variant": {image("image_id = \"a\"\nrequired_variants = [\"w=400\"]"), []problem{
			{
				summary: `Invalid required_variants[Value("w=400")]`,
				detail:  "flexible variants don't need to exist",
				line:    "required_variants",
			},
		}},
		"null variant": {image("image_id = \"a\"\nrequired_variants = [null]"), []problem{
			{summary: "Null Set Value", detail: "null", line: "required_variants"},
		}},
		"variant of images": {"data \"cloudflare_images\" \"x\" {\nrequired_variants = [\"\"]\n}\n", []problem{
			{summary: `Invalid required_variants[Value("")]`, detail: "must not be empty", line: "required_variants"},
		}},
		"account ID": {
			image("image_id = \"a\"\naccount_id = \"" + strings.Repeat("0", 33) + `"`),
			[]problem{{summary: "Invalid account_id", detail: "1 to 32 letters and digits", line: "account_id"}},
		},
		"empty account ID": {
			image("image_id = \"a\"\naccount_id = \"\""),
			[]problem{{summary: "Invalid account_id", detail: "1 to 32", line: "account_id"}},
		},
		"computed attribute": {
			image("image_id = \"a\"\nvariants = []"),
			[]problem{
				{
					summary: "Invalid Configuration for Read-Only Attribute",
					detail:  `Cannot set value for this attribute`,
					line:    "variants",
				},
			},
		},
		"several errors": {image("image_id = \"/\"\naccount_id = \"?\""), []problem{
			{
				summary: "Invalid image_id",
				detail:  "slash",
				line:    "image_id",
			}, {summary: "Invalid account_id", detail: "1 to 32", line: "account_id"},
		}},
	}
	r := newTestEnv(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, code := r.cli(t, requiredProviders+test.configuration).diagnostics("validate")
			if (code == 0) != (test.want == nil) || len(found) != len(test.want) {
				t.Fatalf("got exit code %d and %d diagnostics: %+v", code, len(found), found)
			}
			for _, want := range test.want {
				matches := 0
				for _, got := range found {
					detail := strings.Join(strings.Fields(got.Detail), " ")
					if got.Severity == "error" && got.Summary == want.summary && strings.Contains(detail, want.detail) &&
						strings.Contains(got.Snippet.Code, want.line) {
						matches++
						if strings.Contains(got.Detail, `\n`) {
							t.Errorf("the detail has a literal escape: %s", got.Detail)
						}
					}
				}
				if matches != 1 {
					t.Errorf("got %+v, want %+v", found, want)
				}
			}
		})
	}
	t.Cleanup(func() {
		if got := len(r.Requests()); got != 0 {
			t.Errorf("requests: got %d, want 0", got)
		}
	})
}

// Every API error fails the plan with exit code 1 and names the cause, at the
// attribute at fault.
func TestProviderPlanErrors(t *testing.T) {
	t.Parallel()
	const (
		jsonType = "application/json"
		textType = "text/plain"
		htmlType = "text/html"
	)
	failure := func(errorObject string) string {
		return `{"result":null,"success":false,"errors":[` + errorObject + `],"messages":[]}`
	}
	tests := map[string]struct {
		handler                   http.HandlerFunc
		summary, advice, evidence string
	}{
		"gone": {
			handler: fakeapi.Respond(404, jsonType, failure(`{"code":5404,"message":"Image not found"}`)), summary: "not found",
			advice:   "Check image_id and account_id: account 023e105f4ecef8ad9ca31a8372d0c353 has no image with this ID.",
			evidence: "404 Not Found: Image not found (code 5404), ray 8f1c2d3e4f5a6b7c-AMS",
		},
		"gone-html": {
			handler: fakeapi.Respond(404, htmlType, "<title>Not here</title>"),
			summary: "response not from the API", advice: "the provider's base_url and any proxy",
			evidence: `an HTML page titled "Not here"`,
		},
		"forbidden": {
			handler: fakeapi.Respond(
				403, jsonType,
				`{"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"messages":[],"result":null}`,
			),
			summary: "not permitted", advice: "permission Images Read", evidence: "Authentication error (code 10000)",
		},
		"throttled": {
			handler: fakeapi.Respond(429, jsonType, failure(`{"code":971,"message":"Please wait"}`)),
			summary: "rate limit exceeded", advice: "-parallelism", evidence: "Please wait (code 971)",
		},
		"half": {
			handler: fakeapi.Respond(
				200,
				jsonType,
				`{"result":{"id":"half"`,
			), summary: "unexpected API response", advice: "was ignored",
			evidence: "unexpected end of JSON input",
		},
		"other": {
			handler: fakeapi.Respond(
				200,
				jsonType,
				`{"result":{"id":"another"},"success":true}`,
			), summary: "unexpected API response",
			advice: "was ignored", evidence: `unexpected id "another", want "other"`,
		},
		"dropped": {
			handler:  fakeapi.Reset,
			summary:  "no response",
			advice:   "127.0.0.1",
			evidence: "EOF",
		},
		"echo": {
			handler: fakeapi.Respond(400, jsonType, failure(`{"code":1,"message":"no such header: Bearer `+fakeapi.Token+`"}`)),
			summary: "request rejected", advice: "See the API response below.", evidence: "Bearer [redacted] (code 1)",
		},
	}
	r := newTestEnv(t)
	names := make([]string, 0, len(tests))
	for name, test := range tests {
		names = append(names, fmt.Sprintf("%q", name))
		if test.handler != nil {
			r.Fail(name, -1, test.handler)
		}
	}
	c := r.cli(t, requiredProviders+`
provider "cloudflare" {
  max_retries = 0
}
data "cloudflare_image" "x" {
  for_each = toset([`+strings.Join(names, ", ")+`])
  image_id = each.key
}
output "ids" {
  value = keys(data.cloudflare_image.x)
}
`)
	found, code := c.diagnostics("plan")
	if code != 1 || len(found) != len(tests) {
		t.Errorf("got exit code %d and %d diagnostics, want 1 and %d: %+v", code, len(found), len(tests), found)
	}
	requests := map[string]int{}
	for _, request := range r.Requests() {
		requests[path.Base(request.URI)]++
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// net/http itself retries on a dropped connection that was reused.
			if got := requests[name]; got != 1 && name != "dropped" {
				t.Errorf("requests: got %d, want 1", got)
			}
			for _, got := range found {
				if got.Address != fmt.Sprintf("data.cloudflare_image.x[%q]", name) {
					continue
				}
				if want := fmt.Sprintf("Unable to read Cloudflare image %q: %s", name, test.summary); got.Summary != want {
					t.Errorf("summary: got %s, want %s", got.Summary, want)
				}
				advice, evidence, _ := strings.Cut(got.Detail, "\n\n")
				if !strings.Contains(advice, test.advice) || !strings.Contains(evidence, test.evidence) ||
					strings.Contains(got.Detail, fakeapi.Token) {
					t.Errorf("detail: got %s, want %s and %s", got.Detail, test.advice, test.evidence)
				}
				return
			}
			t.Error("no diagnostic")
		})
	}
	if _, err := os.Stat(filepath.Join(c.Dir, "terraform.tfstate")); err == nil {
		t.Error("a failed plan wrote a state")
	}
}

// An image is read by its exact ID, whatever characters it has.
func TestImageDataSourceIDs(t *testing.T) {
	t.Parallel()
	ids := []string{
		"this/is/my-customid", "100%.png", "50%25.png", "a%2Fb", "a/b", "q?x=1", "h#frag", "a/../b", "../../../user",
		"日本/ロゴ 1.png",
	}
	set, err := json.Marshal(ids)
	if err != nil {
		t.Fatal(err)
	}
	r := newTestEnv(t)
	c := r.cli(t, requiredProviders+`
data "cloudflare_image" "x" {
  for_each = toset(`+string(set)+`)
  image_id = each.key
}
output "images" {
  value = { for id, image in data.cloudflare_image.x :
    id => { id = image.id, file = image.filename, url = image.variant_urls["public"] }
  }
}
`)
	if output, code := c.run("apply", "-auto-approve", "-no-color"); code != 0 {
		t.Fatalf("apply ended with %d:\n%s", code, output)
	}
	if got := len(r.Requests()); got != len(ids) {
		t.Errorf("requests: got %d, want %d", got, len(ids))
	}
	output, _ := c.run("output", "-json", "images")
	var got map[string]struct{ ID, File, URL string }
	if err := json.Unmarshal([]byte(output), &got); err != nil {
		t.Fatalf("%v:\n%s", err, output)
	}
	for _, id := range ids {
		if got[id].ID != id {
			t.Errorf("%q: got the image %q", id, got[id].ID)
		}
	}
	if want := "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/a%252Fb/public"; got["a%2Fb"].URL != want ||
		got["a%2Fb"].File != "escaped-slash.png" || got["a/b"].File != "plain-slash.png" {
		t.Errorf("got %+v", got)
	}
	if output, code := c.run("plan", "-detailed-exitcode", "-no-color"); code != 0 {
		t.Errorf("the second plan ended with %d, want 0 for no changes:\n%s", code, output)
	}
}

// A 404 without the API's own code doesn't mean that the image is missing,
// even with ignore_not_found. The API's message is reported.
func TestProviderPlanWarnings(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.Fail("proxy", -1, fakeapi.Respond(404, "text/html", "<title>Not here</title>"))
	r.Fail(
		"route",
		-1,
		fakeapi.Respond(
			404,
			"application/json",
			`{"result":null,"success":false,"errors":[{"code":7003,"message":"Could not route"}]}`,
		),
	)
	r.Fail(
		"unusual",
		-1,
		fakeapi.Respond(404, "application/json", `{"result":null,"success":false,"errors":[{"code":1,"message":"Gone"}]}`),
	)
	r.Fail("backend", -1, fakeapi.Respond(505, "application/json", `{"success":false,"errors":[{"code":5404,"message":"No backend"}]}`))
	r.AddImage(`{"result":{"id":"noticed"},"success":true,"messages":[{"code":1000,"message":"soon to be removed"}]}`)
	c := r.cli(t, requiredProviders+`
data "cloudflare_image" "x" {
  for_each         = toset(["none", "proxy", "unusual", "noticed", "route", "backend"])
  image_id         = each.key
  ignore_not_found = true
}
`)
	found, code := c.diagnostics("plan")
	want := map[string]string{
		"proxy":   `error: Unable to read Cloudflare image "proxy": response not from the API`,
		"unusual": `error: Unable to read Cloudflare image "unusual": not found`,
		"noticed": `warning: Cloudflare API message for image "noticed"`,
		"route":   `error: Unable to read Cloudflare image "route": no such API endpoint`,
		"backend": `error: Unable to read Cloudflare image "backend": API unavailable`,
	}
	if code != 1 || len(found) != len(want) {
		t.Errorf("got exit code %d and %+v", code, found)
	}
	for _, got := range found {
		name := strings.Split(got.Summary, `"`)[1]
		if line := got.Severity + ": " + got.Summary; line != want[name] {
			t.Errorf("got %s, want %s", line, want[name])
		}
	}
}

// Unrecognized URLs cause one warning per image, and one per listing.
func TestImageDataSourceUnrecognizedURLs(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	var variants []string
	for i := range 12 {
		variants = append(variants, fmt.Sprintf(`"http://localhost:8787/cdn-cgi/mf/imagedelivery/unusual/%02d?sig=secret"`, i))
	}
	for _, id := range []string{"unusual/a", "unusual/b"} {
		r.AddImage(
			`{"result":{"id":"` + id + `","creator":"unusual","variants":[` + strings.Join(variants, ",") + `]},"success":true}`,
		)
	}
	c := r.cli(t, requiredProviders+`
data "cloudflare_image" "a" {
  image_id = "unusual/a"
}
data "cloudflare_images" "all" {
  creator = "unusual"
}
`)
	found, code := c.diagnostics("plan")
	const example = `, such as "http://localhost:8787/cdn-cgi/mf/imagedelivery/unusual/00"`
	want := map[string]string{
		`Cloudflare image "unusual/a": unrecognized delivery URLs` + example: `imagedelivery/unusual/09" and 2 more.`,
		`Cloudflare images: unrecognized delivery URLs` + example:            `imagedelivery/unusual/09" and 14 more.`,
	}
	if code != 0 || len(found) != len(want) {
		t.Errorf("got exit code %d and %+v", code, found)
	}
	for _, got := range found {
		words, known := want[got.Summary]
		if !known || got.Severity != "warning" {
			t.Errorf("got the %s %q, want one of the warnings %v", got.Severity, got.Summary, want)
		}
		if !strings.Contains(got.Detail, words) {
			t.Errorf("got %s, want %s in it", got.Detail, words)
		}
		if strings.Contains(got.Detail, "secret") {
			t.Errorf("the warning contains the query of a URL: %s", got.Detail)
		}
	}
}

// Missing required variants are reported with the available ones, all in one
// run, without additional requests.
func TestImageDataSourceRequiredVariants(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, requiredProviders+`
data "cloudflare_image" "logo" {
  image_id          = "brand/logo"
  required_variants = ["hero", "heroo", "Public"]
}
data "cloudflare_images" "web" {
  creator           = "web-team"
  required_variants = ["hero", "banner"]
}
`)
	found, code := c.diagnostics("plan")
	want := map[string]string{
		`Cloudflare image "brand/logo" has no variant "heroo"; it has hero, public, thumbnail`:  "Check the spelling",
		`Cloudflare image "brand/logo" has no variant "Public"; it has hero, public, thumbnail`: "names are case-sensitive",
		`3 of 3 Cloudflare images have no variant "banner"`: `Images without it: "photos/harbour.jpg", "logos/footer.png", "logos/main.png". ` +
			`The first of them has hero, public, thumbnail.`,
	}
	if code != 1 || len(found) != len(want) {
		t.Errorf("got exit code %d and %d diagnostics, want 1 and %d: %+v", code, len(found), len(want), found)
	}
	for _, got := range found {
		detail, known := want[got.Summary]
		if !known || got.Severity != "error" {
			t.Errorf("got the %s %q, want one of the errors %v", got.Severity, got.Summary, want)
		}
		if !strings.Contains(got.Detail, detail) {
			t.Errorf("got %s, want %s in it", got.Detail, detail)
		}
		if !strings.Contains(got.Snippet.Code, "required_variants") {
			t.Errorf("got an error at %s, want required_variants", got.Snippet.Code)
		}
	}
	if got := len(r.Requests()); got != 2 {
		t.Errorf("requests: got %d, want 2", got)
	}
}

// If a provider setting is unknown until apply, reads fail in the plan, without
// a request.
func TestConfigUnknownSettings(t *testing.T) {
	t.Parallel()
	for _, attribute := range []string{"api_token", "account_id", "base_url", "request_timeout"} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			c := r.cli(t, requiredProviders+`
resource "terraform_data" "later" {
  input = "x"
}
provider "cloudflare" {
  `+attribute+` = terraform_data.later.id
}
data "cloudflare_image" "x" {
  image_id = "brand/logo"
}
`)
			found, code := c.diagnostics("plan")
			if code != 1 || len(found) != 1 || found[0].Summary != "Provider setting "+attribute+" is unknown until apply" ||
				found[0].Address != "data.cloudflare_image.x" {
				t.Errorf("got exit code %d and %+v", code, found)
			}
			if got := len(r.Requests()); got != 0 {
				t.Errorf("requests: got %d, want 0", got)
			}
		})
	}
}

// Without a request, no credentials are needed: for an empty module, a destroy
// that reads nothing, and a token from the same apply.
func TestConfigCredentialsOnFirstUse(t *testing.T) {
	t.Parallel()
	image := func(more string) string {
		return "data \"cloudflare_image\" \"x\" {\n  image_id = \"brand/logo\"\n" + more + "}\n"
	}
	t.Run("no reads", func(t *testing.T) {
		t.Parallel()
		r := newTestEnv(t)
		delete(r.variables, "CLOUDFLARE_API_TOKEN")
		c := r.cli(t, requiredProviders+image("  count = 0\n"))
		for _, args := range [][]string{{"plan"}, {"apply", "-auto-approve"}, {"destroy", "-auto-approve", "-refresh=false"}} {
			if output, code := c.run(append(args, "-no-color")...); code != 0 {
				t.Errorf("%s ended with %d:\n%s", args[0], code, output)
			}
		}
	})
	t.Run("reads", func(t *testing.T) {
		t.Parallel()
		r := newTestEnv(t)
		delete(r.variables, "CLOUDFLARE_API_TOKEN")
		found, code := r.cli(t, requiredProviders+image("  count = 3\n")).diagnostics("plan")
		whole, want := 0, 3
		if cliVersion(t).Has(engine.EqualErrorsMerged) {
			want = 2 // one in full; the two that refer to it are equal
		}
		for _, got := range found {
			if got.Summary != "Missing Cloudflare credentials" || !strings.HasPrefix(got.Address, "data.cloudflare_image.x[") {
				t.Errorf("got %+v", got)
			}
			if strings.Contains(got.Detail, "CLOUDFLARE_API_TOKEN") {
				whole++
			}
		}
		if code != 1 {
			t.Errorf("plan ended with %d, want 1", code)
		}
		if len(found) != want {
			t.Errorf("%s: got %d diagnostics, want %d", cliVersion(t).Name, len(found), want)
		}
		if whole != 1 {
			t.Errorf("got %d diagnostics in full, want 1", whole)
		}
		if got := len(r.Requests()); got != 0 {
			t.Errorf("requests: got %d, want 0", got)
		}
	})
	t.Run("token from the same apply", func(t *testing.T) {
		t.Parallel()
		r := newTestEnv(t)
		delete(r.variables, "CLOUDFLARE_API_TOKEN")
		c := r.cli(t, requiredProviders+`
resource "terraform_data" "token" {
  input = "`+fakeapi.Token+`"
}
provider "cloudflare" {
  api_token = terraform_data.token.output
}
`+image("  depends_on = [terraform_data.token]\n"))
		if output, code := c.run("apply", "-auto-approve", "-no-color"); code != 0 {
			t.Errorf("apply ended with %d:\n%s", code, output)
		}
		if got := len(r.Requests()); got != 1 {
			t.Errorf("requests: got %d, want 1", got)
		}
	})
}

// Timeout and proxy settings apply to connections.
func TestProviderConnectionErrors(t *testing.T) {
	t.Parallel()
	image := "data \"cloudflare_image\" \"x\" {\n  image_id = \"brand/logo\"\n}\n"
	t.Run("timeout", func(t *testing.T) {
		t.Parallel()
		r := newTestEnv(t)
		r.Fail("brand/logo", -1, fakeapi.Dripping(20*time.Millisecond))
		c := r.cli(
			t,
			requiredProviders+"provider \"cloudflare\" {\n  request_timeout = \"200ms\"\n  max_retries = 1\n}\n"+image,
		)
		found, code := c.diagnostics("plan")
		if code != 1 || len(found) != 1 || !strings.Contains(found[0].Detail, "no complete response within 200ms") ||
			!strings.Contains(found[0].Detail, "after 2 attempts") {
			t.Errorf("got exit code %d and %+v", code, found)
		}
	})
	t.Run("proxy", func(t *testing.T) {
		t.Parallel()
		requests := make(chan string, 10)
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests <- r.Method + " " + r.Host
			w.WriteHeader(http.StatusProxyAuthRequired)
		}))
		t.Cleanup(proxy.Close)
		r := newTestEnv(t)
		r.variables["HTTPS_PROXY"] = strings.Replace(proxy.URL, "//", "//user:fake-api-password@", 1)
		r.variables["CLOUDFLARE_BASE_URL"] = "https://api.example.com/client/v4"
		failed := r.cli(t, requiredProviders+image).onlyError("plan")
		for _, want := range []string{
			"api.example.com didn't send a complete response.", "the proxy rejected the connection: 407",
		} {
			if !strings.Contains(failed.Detail, want) {
				t.Errorf("detail: got %s, want %s in it", failed.Detail, want)
			}
		}
		if strings.Contains(fmt.Sprint(failed), "fake-api-password") {
			t.Errorf("the error contains the proxy's password: %+v", failed)
		}
		if len(requests) != 1 || <-requests != "CONNECT api.example.com:443" {
			t.Error("the proxy received no CONNECT")
		}
	})
	t.Run("no proxy for this machine", func(t *testing.T) {
		t.Parallel()
		requests := make(chan string, 10)
		proxy := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { requests <- r.Host }))
		t.Cleanup(proxy.Close)
		r := newTestEnv(t)
		r.variables["HTTP_PROXY"], r.variables["http_proxy"] = proxy.URL, proxy.URL
		r.variables["CLOUDFLARE_BASE_URL"] = strings.Replace(r.variables["CLOUDFLARE_BASE_URL"], "127.0.0.1", "LOCALHOST", 1)
		found, code := r.cli(t, requiredProviders+image).diagnostics("plan")
		if code != 0 || len(found) != 0 {
			t.Errorf("plan ended with %d: %+v", code, found)
		}
		if len(requests) != 0 {
			t.Errorf("requests to the proxy: got %d, want 0", len(requests))
		}
		if got := len(r.Requests()); got != 1 {
			t.Errorf("requests: got %d, want 1", got)
		}
	})
	t.Run("a long ID leaves room for the reason", func(t *testing.T) {
		t.Parallel()
		r := newTestEnv(t)
		long := strings.Repeat("日", 1024)
		detail := r.cli(t, requiredProviders+"data \"cloudflare_image\" \"x\" {\n  image_id = \""+long+"\"\n}\n").
			onlyError("plan").Detail
		if want := "404 Not Found: Image not found (code 5404)"; !strings.Contains(detail, want) {
			t.Errorf("got %s, want %s in it", detail, want)
		}
		if len(detail) > 2500 {
			t.Errorf("got %d bytes, want at most 2,500: %s", len(detail), detail)
		}
	})
}

// An image whose ID is unknown until apply is read during the apply.
func TestImageDataSourceUnknownID(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, requiredProviders+`
resource "terraform_data" "later" {
  input = "brand/logo"
}
data "cloudflare_image" "x" {
  image_id = terraform_data.later.output
}
output "url" {
  value = data.cloudflare_image.x.variant_urls["hero"]
}
`)
	if output, code := c.run("plan", "-no-color"); code != 0 || len(r.Requests()) != 0 {
		t.Fatalf("plan ended with %d after %d requests, want 0 after 0:\n%s", code, len(r.Requests()), output)
	}
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 ||
		!strings.Contains(output, `url = "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/hero"`) ||
		len(r.Requests()) != 1 {
		t.Errorf("apply ended with %d after %d requests:\n%s", code, len(r.Requests()), output)
	}
}

// A plan sends one request per image, with one authentication scheme and the
// complete user agent, and no secret is in the output at the most verbose log
// level.
func TestLogTrace(t *testing.T) {
	t.Parallel()
	const variableToken = "token-of-the-other-scheme"
	schemes := map[string]struct {
		block   string
		secrets []string
	}{
		"token": {`api_token = "` + fakeapi.Token + `"`, []string{fakeapi.Token}},
		"key":   {"api_key = \"" + fakeapi.Key + "\"\n  email = \"" + fakeapi.Email + `"`, []string{fakeapi.Key}},
	}
	for name, scheme := range schemes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			r.Fail("brand/logo", 1, fakeapi.Respond(503, "text/plain", ""))
			r.Fail("brand/logo", 1, fakeapi.Respond(503, "text/plain", "", "Cf-Ray", scheme.secrets[0]))
			maps.Copy(r.variables, map[string]string{
				"CLOUDFLARE_API_TOKEN": variableToken, "CLOUDFLARE_API_KEY": "key-of-the-other-scheme", "CLOUDFLARE_EMAIL": "other@example.com",
				"TF_APPEND_USER_AGENT": "team/7", "TF_LOG": "TRACE",
			})
			c := r.cli(t, requiredProviders+"provider \"cloudflare\" {\n  "+scheme.block+"\n}\n"+
				"data \"cloudflare_image\" \"x\" {\n  image_id = \"brand/logo\"\n}\n")
			log, code := c.run("apply", "-auto-approve", "-no-color")
			if code != 0 {
				t.Fatalf("apply ended with %d:\n%s", code, log)
			}
			for _, secret := range append(scheme.secrets, variableToken, "key-of-the-other-scheme") {
				if strings.Contains(log, secret) {
					t.Errorf("the log contains %q", secret)
				}
			}
			unquoted := strings.ReplaceAll(log, `"`, "") // versions of Terraform quote differently
			for _, want := range []string{
				"Received Cloudflare API response: ", "request_method=GET", "url_path=/client/v4/accounts/023e105f4ecef8ad9ca31a8372d0c353/images/v1/brand%2Flogo",
				"status=503", "status=200", "attempt=1", "attempt=2", "ray_id=8f1c2d3e4f5a6b7c-AMS", "duration_ms=",
				"[WARN]  provider.terraform-provider-cloudflare", "Waiting before Cloudflare API request", "reason=503 Service Unavailable",
			} {
				if !strings.Contains(unquoted, want) {
					t.Errorf("the log does not contain %q", want)
				}
			}
			requests := r.Requests()
			if len(requests) != 3 {
				t.Fatalf("requests: got %d, want 3", len(requests))
			}
			for _, request := range requests {
				token, key := request.Header.Get("Authorization"), request.Header.Get("X-Auth-Key")
				if (token != "") == (key != "") {
					t.Errorf("schemes: got %q and %q, want one", token, key)
				}
				agent := request.Header.Get("User-Agent")
				if !strings.HasPrefix(agent, "terraform-provider-cloudflare/0.1.0 Terraform/1.") ||
					!strings.HasSuffix(agent, " team/7") {
					t.Errorf("user agent: got %q", agent)
				}
			}
		})
	}
}
