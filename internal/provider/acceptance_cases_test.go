package provider

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
)

// acceptanceTests are the subtests of TestAccResources, which needs a real
// account. They also run against the fake API, because a real account is rarely
// available.
var acceptanceTests = map[string]func(*testing.T, *acceptanceEnv){
	"image with a custom ID":    acceptCustomID,
	"image with a generated ID": acceptGeneratedID,
	"image from a URL":          acceptURL,
	"variant":                   acceptVariant,
	"signing key":               acceptSigningKey,
	"data sources":              acceptDataSources,
	"list resources":            acceptListResources,
}

//nolint:paralleltest // one at a time: a variant of one would show in the images of another
func TestAccResources(t *testing.T) {
	for name, accept := range acceptanceTests {
		t.Run(name, func(t *testing.T) {
			accept(t, newRealAcceptanceEnv(t))
		})
	}
}

func TestFakeAPIResources(t *testing.T) {
	t.Parallel()
	for name, accept := range acceptanceTests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			accept(t, newFakeAcceptanceEnv(t))
		})
	}
}

// test runs steps, each of which ends with an empty plan.
func (r *acceptanceEnv) test(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: r.factories(t), Steps: steps})
}

// putImage writes an image file, and returns a source argument with its path.
func (r *acceptanceEnv) putImage(t *testing.T, width int) (source string) {
	t.Helper()
	name := r.dir + "/" + r.run.Filename("a.png")
	put(t, name, pngOf(width))
	return fmt.Sprintf("  source = %q\n", name)
}

// creator returns a creator argument, which marks the images of the run.
func (r *acceptanceEnv) creator() string { return fmt.Sprintf("  creator = %q\n", r.run.Creator()) }

// actionOf returns a check of the planned action for a resource.
func actionOf(address string, action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: plannedActions(address, action)}
}

func acceptCustomID(t *testing.T, r *acceptanceEnv) {
	t.Helper()
	id := r.run.Image("50% ü/logo.png")
	config := func(more string) string {
		return logoConfig(fmt.Sprintf("  id = %q\n", id)+r.putImage(t, 10)+more) + `
data "cloudflare_image" "test" {
  image_id          = cloudflare_image.logo.id
  required_variants = ["public"]
}
`
	}
	first := config(r.creator() + "  metadata = jsonencode({ n = 1, nested = { a = [true, null] } })\n")
	second := config(fmt.Sprintf("  creator = %q\n  metadata = jsonencode({ n = 2 })\n", r.run.Image("another")))
	cleared := config("")
	r.test(t,
		resource.TestStep{
			Config:           first,
			ConfigPlanChecks: actionOf(logo, plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{
				inState("id", knownvalue.StringExact(id)),
				inState("creator", knownvalue.StringExact(r.run.Creator())),
				inState("delivery_base_url", knownvalue.StringRegexp(regexp.MustCompile(`^https?://.+/logo\.png$`))),
				expect("meta", knownvalue.MapPartial(map[string]knownvalue.Check{"n": knownvalue.StringExact("1")})),
				expect("variant_urls", knownvalue.MapPartial(map[string]knownvalue.Check{"public": knownvalue.NotNull()})),
				expect("exists", knownvalue.Bool(true)),
			},
		},
		resource.TestStep{
			Config:           second,
			ConfigPlanChecks: actionOf(logo, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				inState("creator", knownvalue.StringExact(r.run.Image("another"))),
				expect("meta", knownvalue.MapExact(map[string]knownvalue.Check{"n": knownvalue.StringExact("2")})),
			},
		},
		resource.TestStep{
			PreConfig:         func() { r.putImage(t, 11) },
			Config:            second,
			ConfigPlanChecks:  actionOf(logo, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{inState("sha256", knownvalue.StringExact(hashed(pngOf(11))))},
		},
		importStep(logo, id),
		importStep(logo, r.account.ID+"/"+id),
		resource.TestStep{
			Config:           cleared,
			ConfigPlanChecks: actionOf(logo, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				inState("creator", knownvalue.Null()),
				inState("meta", knownvalue.MapExact(map[string]knownvalue.Check{})),
			},
		},
	)
}

// importStep returns a step that imports an object, and compares it with the
// state.
func importStep(address, id string) resource.TestStep {
	step := resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateId: id}
	switch address {
	case logo:
		step.ImportStateVerifyIgnore = append([]string{"source", "sha256"}, infoAttributes...)
	case shop:
		step.ImportStateVerifyIdentifierAttribute = "name"
	}
	return step
}

func acceptGeneratedID(t *testing.T, r *acceptanceEnv) {
	t.Helper()
	source := r.putImage(t, 10) + r.creator()
	access := func(private bool, action plancheck.ResourceActionType) resource.TestStep {
		return resource.TestStep{
			Config:           logoConfig(source + fmt.Sprintf("  require_signed_urls = %t\n", private)),
			ConfigPlanChecks: actionOf(logo, action),
			ConfigStateChecks: []statecheck.StateCheck{
				inState("require_signed_urls", knownvalue.Bool(private)),
				inState("id", knownvalue.StringRegexp(regexp.MustCompile(`^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$`))),
				inState("filename", knownvalue.StringExact(r.run.Filename("a.png"))),
			},
		}
	}
	imported := importStep(logo, "")
	r.test(t,
		access(false, plancheck.ResourceActionCreate),
		access(true, plancheck.ResourceActionUpdate),
		imported, // by the ID in the state
		access(false, plancheck.ResourceActionUpdate),
		resource.TestStep{
			PreConfig:        func() { r.putImage(t, 11) },
			Config:           logoConfig(source),
			ConfigPlanChecks: actionOf(logo, plancheck.ResourceActionReplace),
		},
	)
}

// acceptURL uploads from IMAGE_URL: Cloudflare doesn't fetch from its own
// delivery URLs.
func acceptURL(t *testing.T, r *acceptanceEnv) {
	t.Helper()
	url := r.variables["IMAGE_URL"]
	if url == "" {
		t.Skip("needs IMAGE_URL, the URL of an image outside of Cloudflare Images")
	}
	id := r.run.Image("from-url")
	config := logoConfig(fmt.Sprintf("  id = %q\n  url = %q\n", id, url))
	r.test(t,
		resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				inState("id", knownvalue.StringExact(id)),
				inState("draft", knownvalue.Bool(false)),
				inState("uploaded", knownvalue.NotNull()),
			},
		},
		resource.TestStep{
			Config:           strings.Replace(config, "  url =", r.creator()+"  url =", 1),
			ConfigPlanChecks: actionOf(logo, plancheck.ResourceActionUpdate),
		},
	)
}

// acceptedVariant returns the configuration of a variant.
func acceptedVariant(id, options string) string {
	return requiredProviders + fmt.Sprintf(`
resource "cloudflare_image_variant" "card" {
  id      = %q
  options = { %s }
}
`, id, options)
}

func acceptVariant(t *testing.T, r *acceptanceEnv) {
	t.Helper()
	id := r.run.Name("card")
	r.test(t,
		resource.TestStep{
			Config:            acceptedVariant(id, "width = 300"),
			ConfigPlanChecks:  actionOf(card, plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{optionsOf("scale-down", 300, 0, 0)},
		},
		resource.TestStep{
			Config:            acceptedVariant(id, `fit = "cover", height = 200, browser_ttl = 3600`),
			ConfigPlanChecks:  actionOf(card, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{optionsOf("cover", 0, 200, 3600)},
		},
		importStep(card, id),
		importStep(card, r.account.ID+"/"+id),
		resource.TestStep{
			Config:           acceptedVariant(id+"2", `width = 300`),
			ConfigPlanChecks: actionOf(card, plancheck.ResourceActionReplace),
		},
	)
}

// acceptSigningKey needs an account with exactly one key: a second one fits,
// and isn't the last one when it is deleted.
func acceptSigningKey(t *testing.T, r *acceptanceEnv) {
	t.Helper()
	c, err := client.New(r.account.Config)
	if err != nil {
		t.Fatal(err)
	}
	keys, _, err := c.ListSigningKeys(t.Context(), r.account.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(keys) != 1 {
		t.Skipf("needs an account with one signing key; this has %d", len(keys))
	}
	name := r.run.Name("k")
	r.test(t,
		resource.TestStep{Config: keyConfig(name), ConfigPlanChecks: actionOf(shop, plancheck.ResourceActionCreate)},
		importStep(shop, name),
		importStep(shop, r.account.ID+"/"+name),
		resource.TestStep{Config: keyConfig(name + "2"), ConfigPlanChecks: actionOf(shop, plancheck.ResourceActionReplace)},
	)
}

// acceptDataSources reads objects that the same apply creates.
func acceptDataSources(t *testing.T, r *acceptanceEnv) {
	t.Helper()
	id, variant := r.run.Image("logo"), r.run.Name("card")
	config := logoConfig(fmt.Sprintf("  id = %q\n  metadata = jsonencode({ run = %q })\n", id, r.run)+
		r.putImage(t, 10)+r.creator()) + acceptedVariant(variant, "width = 300")[len(requiredProviders):] + fmt.Sprintf(`
data "cloudflare_images" "test" {
  creator     = %q
  meta_filter = { run = %q }
  depends_on  = [cloudflare_image.logo]
}
data "cloudflare_images_stats" "test" {
  depends_on = [cloudflare_image.logo]
}
data "cloudflare_image_variant" "test" {
  variant_id = cloudflare_image_variant.card.id
}
data "cloudflare_image_variants" "test" {
  depends_on = [cloudflare_image_variant.card]
}
`, r.run.Creator(), r.run)
	check := func(of, attribute string, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data."+of+".test", tfjsonpath.New(attribute), want)
	}
	has := func(key string) knownvalue.Check {
		return knownvalue.MapPartial(map[string]knownvalue.Check{key: knownvalue.NotNull()})
	}
	r.test(t, resource.TestStep{
		Config: config,
		ConfigStateChecks: []statecheck.StateCheck{
			check("cloudflare_images", "ids", knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact(id)})),
			check("cloudflare_images", "images", has(id)),
			check("cloudflare_images_stats", "current", knownvalue.NotNull()),
			check("cloudflare_image_variant", "options", knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"width": knownvalue.Float64Exact(300),
			})),
			check("cloudflare_image_variants", "variants", has(variant)),
			check("cloudflare_image_variants", "variants", has("public")),
		},
	})
}

func acceptListResources(t *testing.T, r *acceptanceEnv) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   with(t, engine.ListResources),
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{
			{Config: logoConfig(fmt.Sprintf("  id = %q\n", r.run.Image("logo")) + r.putImage(t, 10) + r.creator())},
			{
				Query: true,
				Config: fmt.Sprintf(`
list "cloudflare_image" "test" {
  provider = cloudflare
  config {
    creator = %q
  }
}
list "cloudflare_image_variant" "test" {
  provider = cloudflare
}
`, r.run.Creator()),
				QueryResultChecks: []querycheck.QueryResultCheck{
					querycheck.ExpectLength("list.cloudflare_image.test", 1),
					querycheck.ExpectLengthAtLeast("list.cloudflare_image_variant.test", 1), // public
				},
			},
		},
	})
}
