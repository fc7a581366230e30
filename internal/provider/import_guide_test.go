package provider

import (
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
)

// The guide's query generates a configuration that is imported without changes,
// with the output that the guide shows.
func TestImportGuideQuery(t *testing.T) {
	t.Parallel()
	requireFeature(t, engine.ListResources)
	r := newTestEnv(t)
	r.PutVariant("thumbnail", `{"fit":"scale-down","metadata":"none","width":160}`, true)
	c := r.exampleCLI(t, "import-existing/query")
	output, code := c.run("query", "-no-color")
	if code != 0 || !strings.Contains(words(output), words("list.cloudflare_image_variant.all "+
		"account_id=023e105f4ecef8ad9ca31a8372d0c353,variant_id=hero")) {
		t.Errorf("query ended with %d:\n%s", code, output)
	}
	c.generated()
	output, code = c.run("plan", "-no-color")
	const plan = "Plan: 18 to import, 0 to add, 0 to change, 0 to destroy."
	guide := repoFile(t, "docs/guides/import-existing.md")
	if code != 0 || !strings.Contains(output, plan) || !strings.Contains(guide, plan) {
		t.Errorf("plan ended with %d:\n%s", code, output)
	}
	c.want(0, "apply", "-auto-approve")
	c.want(0, "plan", "-detailed-exitcode")
	r.assertReadsOnly(t)
}

// The guide's import blocks import without changes, for all kinds of metadata.
func TestImportGuideBlocks(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	for id, meta := range map[string]string{
		"none":                                  `null`,
		"empty":                                 `{}`,
		"array":                                 `[1, "a"]`,
		"number":                                `{ "n": 1.0, "x": "${a}" }`,
		"0123456789abcdef0123456789abcdef/logo": `{"like":"an account"}`,
	} {
		r.AddImage(`{"result":{"id":"` + id + `","creator":"web-team","meta":` + meta + `,"variants":[]},"success":true}`)
	}
	c := r.exampleCLI(t, "import-existing/blocks")
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, "8 imported, 0 added, 0 changed, 0 destroyed") {
		t.Errorf("apply ended with %d:\n%s", code, output)
	}
	c.want(0, "plan", "-detailed-exitcode")

	r.RemoveImage("none")
	c.want(0, "plan", "-detailed-exitcode")
	r.AddImage(`{"result":{"id":"number","creator":"another","meta":{"n":1.0},"variants":[]},"success":true}`)
	output, code = c.run("apply", "-auto-approve", "-no-color")
	if code != 1 || !strings.Contains(output, "nstance cannot be destroyed") {
		t.Errorf("with an image that is missing from the map, apply ended with %d:\n%s", code, output)
	}
	r.assertReadsOnly(t)
}
