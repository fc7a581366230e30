package provider

import (
	"strings"
	"testing"
)

// managed is the published example of a resource.
type managed struct {
	folder, address string
	exists          func(*testEnv) bool
}

var managedExamples = map[string]managed{
	"variant": {
		folder: "resources/cloudflare_image_variant", address: "cloudflare_image_variant.card",
		exists: func(r *testEnv) bool { _, exists := r.Variant("card"); return exists },
	},
	"signing key": {
		folder: "resources/cloudflare_image_signing_key", address: "cloudflare_image_signing_key.shop",
		exists: func(r *testEnv) bool { return strings.Contains(strings.Join(r.KeyNames(), " "), "shop") },
	},
}

// Each resource's example is created, protected, removed from state, imported in
// each way that its page shows, and deleted once it is no longer protected.
func TestResourceExamples(t *testing.T) {
	t.Parallel()
	for name, test := range managedExamples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnvWithFreeKey(t)
			c := r.exampleCLI(t, test.folder)
			block := c.read("import.tf")
			c.write("import.tf", "") // the object does not exist yet
			c.want(0, "apply", "-auto-approve")
			c.want(0, "plan", "-detailed-exitcode")
			if output, code := c.run("destroy", "-auto-approve", "-no-color"); code != 1 ||
				!strings.Contains(output, "prevent_destroy") {
				t.Errorf("destroy ended with %d:\n%s", code, output)
			}

			c.want(0, "state", "rm", test.address)
			c.write("import.tf", block)
			output, code := c.run("apply", "-auto-approve", "-no-color")
			if code != 0 || !strings.Contains(output, "1 imported, 0 added, 0 changed, 0 destroyed") {
				t.Errorf("import.tf: apply ended with %d:\n%s", code, output)
			}
			c.want(0, "plan", "-detailed-exitcode")
			c.write("import.tf", "")
			c.runsImports(test.address)

			c.write(
				"resource.tf",
				strings.Replace(c.read("resource.tf"), "prevent_destroy = true", "prevent_destroy = false", 1),
			)
			c.want(0, "destroy", "-auto-approve")
			if test.exists(r) {
				t.Error("it still exists")
			}
		})
	}
}

// Each example is also imported by identity, if Terraform supports that.
func TestResourceExamplesByIdentity(t *testing.T) {
	t.Parallel()
	for name, test := range managedExamples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnvWithFreeKey(t)
			c := r.exampleCLI(t, test.folder, "import.tf")
			block := c.read(importByIdentity)
			c.write(importByIdentity, "")
			c.want(0, "apply", "-auto-approve")
			for _, written := range []string{block, withoutAccount(block)} {
				c.write(importByIdentity, "")
				c.want(0, "state", "rm", test.address)
				c.write(importByIdentity, written)
				output, code := c.run("apply", "-auto-approve", "-no-color")
				if code != 0 || !strings.Contains(output, "1 imported, 0 added, 0 changed, 0 destroyed") {
					t.Errorf("apply ended with %d:\n%s\n%s", code, written, output)
				}
				c.want(0, "plan", "-detailed-exitcode")
			}
		})
	}
}

// withoutAccount removes the account_id, which is optional.
func withoutAccount(block string) string {
	var kept strings.Builder
	for line := range strings.Lines(block) {
		if !strings.Contains(line, "account_id") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// Each further example of the image resource's page is created as its title
// says, and the next plan is empty.
func TestImageResourceExamples(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		folder, id, want string
	}{
		"a custom ID": {folder: "custom-id", id: "brand/header-logo", want: `"filename":"logo.png"`},
		"a URL":       {folder: "url", id: "campaign/winter", want: `"creator":"web-team"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			site := origin(t, map[string][]byte{"/winter.png": pngOf(10)})
			c := r.exampleCLI(t, "resources/cloudflare_image/"+test.folder)
			c.write("resource.tf", strings.Replace(c.read("resource.tf"), "https://www.example.com", site, 1))
			c.want(0, "apply", "-auto-approve")
			if body, ok := r.Image(test.id); !ok || !strings.Contains(body, test.want) {
				t.Errorf("%s is %s, want %s", test.id, body, test.want)
			}
			c.want(0, "plan", "-detailed-exitcode")
		})
	}
}

// Changed content keeps the URL of an image with a custom ID.
func TestImageResourceExampleCustomIDKeepsURL(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.exampleCLI(t, "resources/cloudflare_image/custom-id")
	c.want(0, "apply", "-auto-approve")
	before := c.outputOf("logo_url")
	c.write("logo.png", c.read("logo.png")+" ")
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, "0 added, 1 changed, 0 destroyed") {
		t.Errorf("apply ended with %d:\n%s", code, output)
	}
	if after := c.outputOf("logo_url"); after != before {
		t.Errorf("the URL changed from %s to %s", before, after)
	}
}

// Each example of the image data source's page has the outputs that its title
// promises.
func TestImageDataSourceExamples(t *testing.T) {
	t.Parallel()
	const base = "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/"
	tests := map[string]struct {
		folder, want string
		breaks       string // the plan fails if this is replaced
		message      string
	}{
		"by ID":             {want: `hero_url = "` + base + `hero"`, breaks: "brand/logo", message: "not found"},
		"required variants": {folder: "/required-variants", want: `thumbnail = "` + base + `thumbnail"`, breaks: "thumbnail", message: "has no variant"},
		"an optional image": {folder: "/optional", want: "No changes", breaks: "ignore_not_found = true", message: "not found"},
		"a flexible variant": {
			folder: "/flexible-variant", want: `small_url = "` + base + `w=200,fit=contain"`, breaks: "brand/logo", message: "not found",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newTestEnv(t).exampleCLI(t, "data-sources/cloudflare_image"+test.folder)
			output, code := c.run("plan", "-no-color")
			if code != 0 || !outputMatching(test.want).MatchString(output) {
				t.Errorf("plan ended with %d, want %s:\n%s", code, test.want, output)
			}
			other := "missing"
			if strings.Contains(test.breaks, "=") {
				other = ""
			}
			c.write("data-source.tf", strings.Replace(c.read("data-source.tf"), test.breaks, other, 1))
			if output, code := c.run("plan", "-no-color"); code != 1 || !outputMatching(test.message).MatchString(output) {
				t.Errorf("without %s, plan ended with %d:\n%s", test.breaks, code, output)
			}
		})
	}
}
