package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/imagefile"
)

// A directory is uploaded under the paths of its files, the next plan is empty,
// and a changed file is re-uploaded in place.
func TestUploadImagesGuideDirectory(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.exampleCLI(t, "resources/cloudflare_image/directory")
	output, code := c.run("plan", "-no-color")
	for line := range strings.Lines(blocksOf(t, "docs/guides/upload-images.md")[1].content) {
		if code != 0 || !strings.Contains(words(output), words(line)) {
			t.Errorf("the guide shows %q, but plan ended with %d:\n%s", line, code, output)
		}
	}
	output, code = c.run("apply", "-auto-approve", "-no-color")
	const base = "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/images/"
	for _, name := range []string{"logo.png", "mark.svg"} {
		if want := fmt.Sprintf("%q = %q", "images/"+name, base+name+"/public"); code != 0 ||
			!outputMatching(want).MatchString(output) {
			t.Errorf("apply ended with %d, want %s:\n%s", code, want, output)
		}
	}
	c.want(0, "plan", "-detailed-exitcode")
	c.write("images/mark.svg", strings.Replace(c.read("images/mark.svg"), `r="7"`, `r="6"`, 1))
	output, code = c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, "0 added, 1 changed, 0 destroyed") {
		t.Errorf("a change ended with %d:\n%s", code, output)
	}
	c.write("images/mark.svg", "<html>Not found</html>")
	if output, code = c.run("plan", "-no-color"); code != 1 ||
		!outputMatching("Invalid image file").MatchString(output) {
		t.Errorf("an HTML page instead of an image ended with %d:\n%s", code, output)
	}
}

// A private image has a generated ID.
func TestImageResourceExamplePrivate(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.exampleCLI(t, "resources/cloudflare_image/private")
	c.want(0, "apply", "-auto-approve")
	id := strings.TrimSpace(c.outputOf("contract_id"))
	if response, _ := r.Image(id); !delivery.IsGeneratedID(id) || !strings.Contains(response, `"requireSignedURLs":true`) {
		t.Errorf("%s is %s", id, response)
	}
	c.want(0, "plan", "-detailed-exitcode")
}

// The first example of the page is created. Changed content gets another URL
// before the old image is deleted.
func TestImageResourceExample(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.exampleCLI(t, "resources/cloudflare_image", "import.tf", "import-identity.tf")
	c.want(0, "apply", "-auto-approve")
	before := c.outputOf("logo_url")
	c.want(0, "plan", "-detailed-exitcode")
	c.write("logo.png", c.read("logo.png")+" ") // bytes after the end of a PNG are ignored
	c.want(0, "apply", "-auto-approve")
	if after := c.outputOf("logo_url"); after == before || !strings.HasSuffix(after, "/public") {
		t.Errorf("got %s after %s", after, before)
	}
	all := r.requests()
	post, remove := -1, -1
	for i, line := range all {
		if strings.HasPrefix(line, "POST") {
			post = i
		}
		if strings.HasPrefix(line, "DELETE") {
			remove = i
		}
	}
	if post < 0 || remove < post {
		t.Errorf("got %q", all)
	}
}

// A saved plan whose file is missing deletes nothing with create_before_destroy;
// without it, Terraform deletes first. The guides say so.
func TestUploadImagesGuideSavedPlan(t *testing.T) {
	t.Parallel()
	const image = "resource \"cloudflare_image\" \"logo\" {\n  source = \"a.png\"\n  lifecycle {\n    create_before_destroy = %t\n  }\n}\n"
	for _, before := range []bool{true, false} {
		r := newEmptyTestEnv(t)
		c := r.cli(t, requiredProviders+fmt.Sprintf(image, before))
		c.write("a.png", string(pngOf(10)))
		c.want(0, "apply", "-auto-approve")
		c.write("a.png", string(pngOf(11)))
		c.want(0, "plan", "-out=saved")
		if err := os.Remove(filepath.Join(c.Dir, "a.png")); err != nil {
			t.Fatal(err)
		}
		r.requests()
		c.want(1, "apply", "saved")
		if got := writes(r.requests()); len(got) > 0 == before || len(r.Images()) > 0 != before {
			t.Errorf("create_before_destroy = %t: it sent %q, and left %q", before, got, r.Images())
		}
	}
	for page, want := range map[string]string{
		"upload-images":   "replaced without `create_before_destroy`, Terraform deletes the old one first",
		"troubleshooting": "it reports **Provider produced inconsistent final plan** for the same cause",
	} {
		if !strings.Contains(repoFile(t, "docs/guides/"+page+".md"), want) {
			t.Errorf("%s does not say: %s", page, want)
		}
	}
}

// An import without the existing metadata plans to clear it, and the guide says
// so.
func TestUploadImagesGuideImportedMetadata(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, requiredProviders+"resource \"cloudflare_image\" \"logo\" {}\n")
	c.want(0, "import", "cloudflare_image.logo", "brand/logo")
	c.want(0, "apply", "-auto-approve")
	if response, _ := r.Image("brand/logo"); strings.Contains(response, "light background") {
		t.Errorf("got %s", response)
	}
	const want = "For imported images, metadata that isn't configured is cleared too"
	if !strings.Contains(repoFile(t, "docs/guides/upload-images.md"), want) {
		t.Errorf("the guide does not say: %s", want)
	}
}

// An existing image is imported in each way that its page shows.
func TestImageResourceImports(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.exampleCLI(t, "resources/cloudflare_image", "import-identity.tf")
	c.write("resource.tf", `resource "cloudflare_image" "logo" {
  id       = "brand/logo"
  creator  = "design-team"
  metadata = jsonencode({ year = 2026, alt = "The logo on a light background" })
}
`)
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, "1 imported, 0 added, 0 changed, 0 destroyed") {
		t.Errorf("import.tf: apply ended with %d:\n%s", code, output)
	}
	c.write("import.tf", "")
	c.runsImports("cloudflare_image.logo")
	if cliVersion(t).Has(engine.Identities) {
		c.want(0, "state", "rm", "cloudflare_image.logo")
		c.write("import.tf", repoFile(t, "examples/resources/cloudflare_image/import-identity.tf"))
		output, code := c.run("apply", "-auto-approve", "-no-color")
		if code != 0 || !strings.Contains(output, "1 imported, 0 added, 0 changed, 0 destroyed") {
			t.Errorf("import-identity.tf: apply ended with %d:\n%s", code, output)
		}
	}
	r.assertReadsOnly(t)
}

// The limits in the guide are those that the plan checks.
func TestUploadImagesGuideLimits(t *testing.T) {
	t.Parallel()
	page := repoFile(t, "docs/guides/upload-images.md")
	for _, want := range []string{
		"10,000,000 bytes", "10,485,760", "12,000 pixels; AVIF 1,200", "100 megapixels", "1,024 bytes", imagefile.LimitsPage,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the guide does not contain %s", want)
		}
	}
	for _, limit := range []struct {
		name      string
		got, want int
	}{
		{"bytes", imagefile.MaxBytes, 10_000_000},
		{"bytes at most", imagefile.MaxBytesAtMost, 10_485_760},
		{"pixels", imagefile.MaxPixels, 100_000_000},
		{"bytes of metadata", maxMetadata, 1024},
	} {
		if limit.got != limit.want {
			t.Errorf("%s: the limit is %d, but the guide says %d", limit.name, limit.got, limit.want)
		}
	}
	for _, rule := range imagefile.Rules() {
		want := map[imagefile.Format]int{imagefile.AVIF: 1200, imagefile.WebP: 0, imagefile.SVG: 0}
		longest, special := want[rule.Format]
		if !special {
			longest = 12000
		}
		if rule.MaxSide != longest {
			t.Errorf("%s: %d pixels a side, but the guide says %d", rule.Format, rule.MaxSide, longest)
		}
	}
}
