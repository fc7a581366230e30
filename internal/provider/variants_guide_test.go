package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// New variants are used in the same run, by their URLs and by required_variants.
func TestManageVariantsGuideSameRun(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.exampleCLI(t, "manage-variants/same-run")
	output, code := c.run("apply", "-auto-approve", "-no-color")
	const base = "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/photos/harbour.jpg/"
	for _, name := range []string{"avatar", "card"} {
		if want := fmt.Sprintf("%q = %q", name, base+name); code != 0 || !outputMatching(want).MatchString(output) {
			t.Errorf("apply ended with %d, want %s:\n%s", code, want, output)
		}
	}
	c.want(0, "plan", "-detailed-exitcode")

	without := newTestEnv(t).exampleCLI(t, "manage-variants/same-run")
	without.write("main.tf", strings.Replace(without.read("main.tf"), "keys(cloudflare_image_variant.all)", `["avatar", "card"]`, 1))
	if output, code := without.run("plan", "-no-color"); code != 1 || !outputMatching("has no variant").MatchString(output) {
		t.Errorf("a plan without the reference ended with %d:\n%s", code, output)
	}
}

// The map of variants on the resource's page is created and updated in place,
// and prevent_destroy protects the variants from being removed or renamed.
func TestImageVariantResourceExampleMap(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.exampleCLI(t, "resources/cloudflare_image_variant/map")
	c.want(0, "apply", "-auto-approve")
	for _, name := range []string{"avatar", "card", "wide"} {
		body, _ := r.Variant(name)
		if got, want := strings.Contains(body, `"neverRequireSignedURLs":true`), name == "avatar"; got != want {
			t.Errorf("%s: served unsigned: got %t, want %t: %s", name, got, want, body)
		}
	}
	c.want(0, "plan", "-detailed-exitcode")

	written := c.read("resource.tf")
	c.write("resource.tf", strings.Replace(written, "width = 600, height = 400", "width = 640, height = 480", 1))
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, "0 added, 1 changed, 0 destroyed") {
		t.Errorf("an update ended with %d:\n%s", code, output)
	}
	c.want(0, "plan", "-detailed-exitcode")

	c.write("resource.tf", strings.Replace(written, "    card   =", "    tile   =", 1))
	if output, code = c.run("plan", "-no-color"); code != 1 ||
		!strings.Contains(output, `cloudflare_image_variant.all["card"]`) {
		t.Errorf("another name ended with %d:\n%s", code, output)
	}
	c.write("resource.tf", strings.Replace(written, "width = 600", "width = 0", 1))
	output, code = c.run("plan", "-no-color")
	for line := range strings.Lines(blocksOf(t, "docs/guides/manage-variants.md")[1].content) {
		if code != 1 || !strings.Contains(words(output), words(line)) {
			t.Errorf("the guide shows %q, but plan ended with %d:\n%s", line, code, output)
		}
	}
	c.write("resource.tf", strings.Replace(written, "prevent_destroy = true", "prevent_destroy = false", 1))
	c.want(0, "destroy", "-auto-approve")
	if _, exists := r.Variant("card"); exists {
		t.Error("the variant is still there")
	}
}

// Existing variants are imported, and only the others are created.
func TestManageVariantsGuideImports(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.exampleCLI(t, "manage-variants/import")
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 {
		t.Errorf("apply ended with %d:\n%s", code, output)
	}
	for _, want := range []string{"2 imported, 1 added, 1 changed, 0 destroyed", `"thumbnail" = {`} {
		if !outputMatching(want).MatchString(output) {
			t.Errorf("got:\n%s\nwant %s", output, want)
		}
	}
	var writes []string
	for _, line := range r.requests() {
		if !strings.HasPrefix(line, "GET ") {
			method, _, _ := strings.Cut(line, " {")
			writes = append(writes, method)
		}
	}
	slices.Sort(writes)
	if got, want := strings.Join(writes, ", "), "PATCH /variants/public, POST /variants"; got != want {
		t.Errorf("writes: got %s, want %s", got, want)
	}
	c.want(0, "plan", "-detailed-exitcode")

	output, code = c.run("destroy", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, `Cloudflare image variant "public" of account `) {
		t.Errorf("destroy ended with %d:\n%s", code, output)
	}
	for name, want := range map[string]bool{"public": true, "thumbnail": true, "hero": false, "card": false} {
		if _, exists := r.Variant(name); exists != want {
			t.Errorf("%s exists: got %t, want %t", name, exists, want)
		}
	}
}

// TestManageVariantsGuideCatchesTypos pins what the guide says about unknown names in
// options: without the check, Terraform silently drops them; with it, the plan
// fails and names them.
func TestManageVariantsGuideCatchesTypos(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.exampleCLI(t, "manage-variants/check-options")
	c.want(0, "apply", "-auto-approve")

	written := c.read("main.tf")
	c.write("main.tf", strings.Replace(written, "height = 400", "heigth = 400", 1))
	output, code := c.run("plan", "-no-color")
	for _, want := range []string{"Resource postcondition failed", "Unknown options of the variant card: heigth."} {
		if code != 1 || !outputMatching(want).MatchString(output) {
			t.Errorf("a typo ended with %d, want %q:\n%s", code, want, output)
		}
	}
	before, _, _ := strings.Cut(written, "  lifecycle {")
	c.write("main.tf", strings.Replace(before, "height = 400", "heigth = 400", 1)+"}\n")
	c.want(0, "validate")
	c.want(0, "plan")
}

// A new variant with a typo isn't created either: the plan fails before.
func TestManageVariantsGuideCatchesTyposOfNewVariants(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.exampleCLI(t, "manage-variants/check-options")
	c.write("main.tf", strings.Replace(c.read("main.tf"), "height = 400", "heigth = 400", 1))
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 1 || !outputMatching("Unknown options of the variant card: heigth.").MatchString(output) {
		t.Errorf("apply ended with %d:\n%s", code, output)
	}
	if _, exists := r.Variant("card"); exists {
		t.Error("the variant was created")
	}
}
