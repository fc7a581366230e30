package provider

import (
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
)

// The variants of an account are found by name, "public" included, and
// imported without changes, even if the API omits an option.
func TestVariantListResource(t *testing.T) {
	t.Parallel()
	requireFeature(t, engine.ListResources)
	r := newTestEnv(t)
	c := r.queries(t, "list \"cloudflare_image_variant\" \"all\" {\n  provider = cloudflare\n}\n")
	config := c.generated()
	hero, public := strings.Index(
		config,
		`id                        = "hero"`,
	), strings.Index(
		config,
		`id                        = "public"`,
	)
	if hero < 0 || public < hero {
		t.Errorf("got:\n%s", config)
	}
	r.assertRequests(t, "GET /variants")
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, "3 imported, 0 added, 0 changed, 0 destroyed") {
		t.Errorf("ended with %d:\n%s", code, output)
	}
	r.assertReadsOnly(t)
	c.want(0, "plan", "-detailed-exitcode")
}
