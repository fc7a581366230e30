package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/imagefile"
)

// A folder of pictures is uploaded under their paths, is then left alone, and a
// changed picture is exchanged in place.
func TestImagesGuideFolder(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.exampleCLI(t, "images/folder")
	output, code := c.run("apply", "-auto-approve", "-no-color")
	const base = "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/pictures/"
	for _, name := range []string{"logo.png", "mark.svg"} {
		if want := fmt.Sprintf("%q = %q", "pictures/"+name, base+name+"/public"); code != 0 ||
			!outputMatching(want).MatchString(output) {
			t.Errorf("apply ended with %d, want %s:\n%s", code, want, output)
		}
	}
	c.want(0, "plan", "-detailed-exitcode")
	c.write("pictures/mark.svg", strings.Replace(c.read("pictures/mark.svg"), `r="7"`, `r="6"`, 1))
	output, code = c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, "0 added, 1 changed, 0 destroyed") {
		t.Errorf("a change ended with %d:\n%s", code, output)
	}
	c.write("pictures/mark.svg", "<html>Not found</html>")
	if output, code = c.run("plan", "-no-color"); code != 1 ||
		!outputMatching("Cloudflare would refuse this picture").MatchString(output) {
		t.Errorf("a page in place of a picture ended with %d:\n%s", code, output)
	}
}

// A private image gets its ID from Cloudflare.
func TestImagesGuidePrivate(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.exampleCLI(t, "images/private")
	c.want(0, "apply", "-auto-approve")
	id := strings.TrimSpace(c.outputOf("contract_id"))
	if answer, _ := r.Image(id); !isGeneratedID(id) || !strings.Contains(answer, `"requireSignedURLs":true`) {
		t.Errorf("%s is %s", id, answer)
	}
	c.want(0, "plan", "-detailed-exitcode")
}

// The example of the page is made, and a picture that changes gets another URL
// before the old one goes.
func TestImageResourceExample(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.exampleCLI(t, "resources/cloudflare_image", "import.tf", "import-identity.tf")
	c.want(0, "apply", "-auto-approve")
	before := c.outputOf("logo_url")
	c.want(0, "plan", "-detailed-exitcode")
	c.write("logo.png", c.read("logo.png")+" ") // whatever follows the end of a PNG
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

// A saved plan whose picture is gone deletes nothing with create_before_destroy;
// without it, the engine deletes first. The guides say so.
func TestImagesGuideSavedPlan(t *testing.T) {
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
			t.Errorf("create_before_destroy = %t: it asked %q, and left %q", before, got, r.Images())
		}
	}
	for page, want := range map[string]string{
		"images":          "replaced without `create_before_destroy`, though, Terraform deletes the old one first",
		"troubleshooting": "**Provider produced inconsistent final plan** is what Terraform reports for the same",
	} {
		if !strings.Contains(fileText(t, "docs/guides/"+page+".md"), want) {
			t.Errorf("%s does not say: %s", page, want)
		}
	}
}

// An import without the metadata that is there plans to remove it, and the guide
// says so.
func TestImagesGuideImportedMetadata(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, requiredProviders+"resource \"cloudflare_image\" \"logo\" {}\n")
	c.want(0, "import", "cloudflare_image.logo", "brand/logo")
	c.want(0, "apply", "-auto-approve")
	if answer, _ := r.Image("brand/logo"); strings.Contains(answer, "light background") {
		t.Errorf("got %s", answer)
	}
	const want = "Of an image that is imported, it is removed as well unless the configuration names it"
	if !strings.Contains(fileText(t, "docs/guides/images.md"), want) {
		t.Errorf("the guide does not say: %s", want)
	}
}

// An image that is there is imported in each way that its page shows.
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
		c.write("import.tf", fileText(t, "examples/resources/cloudflare_image/import-identity.tf"))
		output, code := c.run("apply", "-auto-approve", "-no-color")
		if code != 0 || !strings.Contains(output, "1 imported, 0 added, 0 changed, 0 destroyed") {
			t.Errorf("import-identity.tf: apply ended with %d:\n%s", code, output)
		}
	}
	r.wantReadsOnly(t)
}

// A mocked provider needs no picture.
func TestImagesGuideMock(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	output, code := r.exampleCLI(t, "images/mock").run("test", "-no-color")
	if code != 0 || !strings.Contains(output, "1 passed, 0 failed") {
		t.Errorf("test ended with %d:\n%s", code, output)
	}
	r.assertRequests(t)
}

// The limits that the guide tells are those that the plan checks.
func TestImagesGuideLimits(t *testing.T) {
	t.Parallel()
	page := fileText(t, "docs/guides/images.md")
	for _, want := range []string{
		"10,000,000 bytes", "10,485,760", "12,000 pixels; AVIF 1,200", "100 megapixels", "1,024 bytes", imagefile.LimitsPage,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the guide does not tell %s", want)
		}
	}
	if imagefile.MaxBytes != 10_000_000 || imagefile.MaxBytesAtMost != 10_485_760 || imagefile.MaxPixels != 100_000_000 ||
		maxMetadata != 1024 {
		t.Error("the limits are others than the guide tells")
	}
	for _, rule := range imagefile.Rules() {
		want := map[imagefile.Format]int{imagefile.AVIF: 1200, imagefile.WebP: 0, imagefile.SVG: 0}
		longest, special := want[rule.Format]
		if !special {
			longest = 12000
		}
		if rule.MaxSide != longest {
			t.Errorf("%s: %d pixels a side, but the guide tells %d", rule.Format, rule.MaxSide, longest)
		}
	}
}
