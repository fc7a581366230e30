package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// queries returns a folder with a list configuration.
func (r *testEnv) queries(t *testing.T, lists string) *cli {
	t.Helper()
	c := r.cli(t, requiredProviders+"provider \"cloudflare\" {}\n")
	c.write("all.tfquery.hcl", lists)
	return c
}

// generated runs the query and returns the generated configuration.
func (c *cli) generated() string {
	c.t.Helper()
	c.want(0, "query", "-generate-config-out=generated.tf")
	text, err := os.ReadFile(filepath.Join(c.Dir, "generated.tf"))
	if err != nil {
		c.t.Fatal(err)
	}
	return string(text)
}

// The images of an account are found whatever their IDs contain, and imported
// without changes. In the generated configuration, only custom IDs are set.
func TestImageListResource(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	requireFeature(t, engine.ListResources)
	c := r.queries(t, "list \"cloudflare_image\" \"all\" {\n  provider = cloudflare\n}\n")
	config := c.generated()
	for _, want := range []string{`id       = "brand/logo"`, `= "50%25.png"`, `= "日本/ロゴ 1.png"`, `= "q?x=1"`} {
		if !strings.Contains(config, want) {
			t.Errorf("%s is missing in:\n%s", want, config)
		}
	}
	if strings.Contains(config, `id       = "083eb7b2`) || regexp.MustCompile(`(?m)^  account_id`).MatchString(config) {
		t.Errorf("a generated ID or the provider's account is in:\n%s", config)
	}
	if lists := fromLog(strings.Join(r.requests(), "\n"), "/images/v2"); len(lists) != 1 {
		t.Errorf("got the requests %q", lists)
	}
	output, code := c.run("apply", "-auto-approve", "-no-color")
	want := fmt.Sprintf("%d imported, 0 added, 0 changed, 0 destroyed", len(r.Images())-1) // without the draft
	if code != 0 || !strings.Contains(output, want) {
		t.Errorf("ended with %d, want %s:\n%s", code, want, output)
	}
	r.assertReadsOnly(t)
	c.want(0, "plan", "-detailed-exitcode")
}

// The queries on the pages of the list resources find the results they promise.
func TestListResourceExamples(t *testing.T) {
	t.Parallel()
	const identity = "account_id=" + fakeapi.AccountID
	tests := map[string]map[string]int{ // number of results by list
		"cloudflare_image": {
			"list.cloudflare_image.all " + identity:  15,
			"list.cloudflare_image.home " + identity: 3,
		},
		"cloudflare_image_variant":     {"list.cloudflare_image_variant.all " + identity: 3},
		"cloudflare_image_signing_key": {"list.cloudflare_image_signing_key.all " + identity: 2},
	}
	for _, folder := range exampleFolders(t) {
		if name, ok := strings.CutPrefix(folder, "list-resources/"); ok && tests[name] == nil {
			t.Errorf("the test has no results for the example of %s", name)
		}
	}
	for name, lines := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			c := r.exampleCLI(t, "list-resources/"+name)
			c.write("provider.tf", "provider \"cloudflare\" {}\n")
			output, code := c.run("query", "-no-color")
			for line, want := range lines {
				if got := strings.Count(words(output), line); code != 0 || got != want {
					t.Errorf("query ended with %d, and found %q %d times, want %d:\n%s", code, line, got, want, output)
				}
			}
			r.assertReadsOnly(t)
		})
	}
}

// The generated configuration plans without changes, whatever the metadata
// contains.
func TestImageListResourceMetadata(t *testing.T) {
	t.Parallel()
	requireFeature(t, engine.ListResources)
	r := newTestEnv(t)
	for _, id := range r.Images() {
		r.RemoveImage(id)
	}
	metadata := []string{
		`null`, `{}`, `[1,{"a":2}]`, `"text"`, `17`, `true`,
		`{"n":1.0,"e":1e3,"big":12345678901234567890,"f":0.10,"minus":-0.0,"small":1e-30}`,
		`{"t":true,"z":null,"o":{"a":[1,null,"x<&>é"],"o":{}},"l":[]}`,
		`{"q":"a\"b","nl":"a\nb\tc","i":"${x} %{ y } $${z}","bs":"a\\b","u":"\u2028","c":"\u0001"}`,
		`{"if":1,"null":2,"true":3,"a-b":4,"a.b":5,"1":6,"":7,"${k}":8,"a\nb":9,"ü":10}`,
		`{"lt":"` + strings.Repeat("<&>", 330) + `"}`,
	}
	for i, meta := range metadata {
		r.AddImage(fmt.Sprintf(`{"result":{"id":"m/%d","meta":%s,"variants":[]},"success":true}`, i, meta))
	}
	c := r.queries(t, "list \"cloudflare_image\" \"all\" {\n  provider = cloudflare\n}\n")
	config := c.generated()
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, fmt.Sprintf("%d imported, 0 added, 0 changed, 0 destroyed", len(metadata))) {
		t.Errorf("apply ended with %d:\n%s\nof the configuration\n%s", code, output, config)
	}
	c.want(0, "plan", "-detailed-exitcode")
	r.assertReadsOnly(t)
}

// Filters and limits are sent to the API, and only as many pages are read as
// needed.
func TestImageListResourceFilters(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		block    string
		length   int
		requests int
	}{
		"a creator":      {block: "config {\n creator = \"web-team\"\n }", length: 3, requests: 1},
		"some metadata":  {block: "config {\n meta_filter = { \"page.name\" = \"home\" }\n }", length: 3, requests: 1},
		"a number":       {block: "config {\n meta_filter = { year = 2026 }\n }", length: 1, requests: 1},
		"nobody's":       {block: "config {\n creator = \"nobody\"\n }", requests: 1},
		"a page and one": {block: "limit = 1001\n config {\n creator = \"many\"\n }", length: 1001, requests: 2},
		"all": {
			block:    "limit = 10000\n config {\n creator = \"many\"\n sort_order = \"asc\"\n }",
			length:   2500,
			requests: 3,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			for i := range 2500 {
				r.AddImage(fmt.Sprintf(`{"result":{"id":"many/%04d","creator":"many","variants":[]},"success":true}`, i))
			}
			resource.UnitTest(t, resource.TestCase{
				TerraformVersionChecks:   with(t, engine.ListResources),
				ProtoV6ProviderFactories: r.factories(t),
				Steps: []resource.TestStep{
					{Config: requiredProviders + "provider \"cloudflare\" {}\n"},
					{
						Query:  true,
						Config: "list \"cloudflare_image\" \"some\" {\n provider = cloudflare\n " + test.block + "\n}\n",
						QueryResultChecks: []querycheck.QueryResultCheck{
							querycheck.ExpectLength("list.cloudflare_image.some", test.length),
						},
					},
				},
			})
			if got := len(r.Requests()); cliVersion(t).Has(engine.ListResources) && got != test.requests {
				t.Errorf("got %d requests, want %d", got, test.requests)
			}
		})
	}
}

// Errors are reported as those of any other read.
func TestImageListResourceErrors(t *testing.T) {
	t.Parallel()
	requireFeature(t, engine.ListResources)
	r := newTestEnv(t)
	r.Fail("v2", -1, forbidden)
	output, code := r.queries(t, "list \"cloudflare_image\" \"all\" {\n  provider = cloudflare\n}\n").
		run("query", "-no-color")
	if code != 1 || !outputMatching("a token has the permission Images Read for account").MatchString(output) {
		t.Errorf("ended with %d:\n%s", code, output)
	}
}

// Warnings about many images are reported once, also if the limit ends the
// list.
func TestImageListResourceWarnings(t *testing.T) {
	t.Parallel()
	requireFeature(t, engine.ListResources)
	for _, limit := range []string{"2", "3", "4"} {
		r := newTestEnv(t)
		r.Fail("v2", -1, unusualListing)
		found, code := r.queries(t, "list \"cloudflare_image\" \"all\" {\n provider = cloudflare\n limit = "+limit+"\n}\n").
			diagnostics("query")
		var got []string
		for _, diagnostic := range found {
			got = append(got, diagnostic.Severity+" "+diagnostic.Summary)
		}
		want := []string{
			`warning Cloudflare images: unrecognized delivery URLs, such as "public"`,
			`warning Cloudflare images: IDs not in NFC form, such as "ü"`,
		}
		if diff := cmp.Diff(want, got); code != 0 || diff != "" {
			t.Errorf("limit %s: ended with %d (-want +got):\n%s", limit, code, diff)
		}
	}
}

// The file name given by an uploader can't add lines to Terraform's output or
// control the terminal.
func TestImageListResourceDisplayName(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		filename *string
		want     string
	}{
		"a name":             {new("ロゴ 1.png"), "ロゴ 1.png (brand/logo)"},
		"none":               {nil, "brand/logo"},
		"the same as the ID": {new("brand/logo"), "brand/logo"},
		"control characters": {new("a\nb\x1b[2J\u202e.png"), "a\uFFFDb\uFFFD[2J\uFFFD.png (brand/logo)"},
		"a long one":         {new(strings.Repeat("ä", 300)), strings.Repeat("ä", 255) + " (brand/logo)"},
	}
	for name, test := range tests {
		if got := displayName(&client.Image{ID: "brand/logo", Filename: test.filename}); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// Without a configured provider, a list is empty and doesn't panic.
func TestListResourceWithoutProvider(t *testing.T) {
	t.Parallel()
	for _, newList := range newWithEnvironment("test", environment(nil)).ListResources(t.Context()) {
		var stream list.ListResultsStream
		newList().List(t.Context(), list.ListRequest{}, &stream)
		for result := range stream.Results {
			if len(result.Diagnostics) > 0 || result.Identity != nil {
				t.Errorf("got %v", result)
			}
		}
	}
}
