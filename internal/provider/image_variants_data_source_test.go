package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func TestVariantsDataSourceExample(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	const all = "data.cloudflare_image_variants.all"
	str, null := knownvalue.StringExact, knownvalue.Null()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{{
			Config:           example(t, "data-sources/cloudflare_image_variants/data-source.tf"),
			ConfigPlanChecks: secondPlanIsEmpty,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue(
					"hero_url",
					str("https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/hero"),
				),
				statecheck.ExpectKnownValue(all, tfjsonpath.New("account_id"), str(fakeapi.AccountID)),
				statecheck.ExpectKnownValue(all, tfjsonpath.New("variants"), knownvalue.MapExact(map[string]knownvalue.Check{
					"hero": knownvalue.ObjectExact(map[string]knownvalue.Check{
						"fit": str(
							"cover",
						), "width": knownvalue.Int64Exact(1200), "height": knownvalue.Int64Exact(400), "metadata": str("none"),
						"browser_ttl": null, "never_require_signed_urls": knownvalue.Bool(false),
					}),
					"public": knownvalue.ObjectExact(map[string]knownvalue.Check{
						"fit": str(
							"scale-down",
						), "width": knownvalue.Int64Exact(640), "height": knownvalue.Int64Exact(480), "metadata": str("none"),
						"browser_ttl": null, "never_require_signed_urls": knownvalue.Bool(false),
					}),
					"thumbnail": knownvalue.ObjectExact(map[string]knownvalue.Check{
						"fit": null, "width": knownvalue.Int64Exact(160), "height": null, "metadata": null,
						"browser_ttl": null, "never_require_signed_urls": knownvalue.Bool(true),
					}),
				})),
			},
		}},
	})
}

// If the variant doesn't exist, the precondition fails before any image is
// read.
func TestVariantsDataSourcePrecondition(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.Fail(
		"variants",
		-1,
		fakeapi.Respond(200, "application/json", `{"result":{"variants":{"public":{"id":"public"}}},"success":true}`),
	)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{{
			Config:      example(t, "data-sources/cloudflare_image_variants/data-source.tf"),
			PlanOnly:    true,
			ExpectError: outputMatching("This account has no variant named hero."),
		}},
	})
	for _, request := range r.Requests() {
		if strings.Contains(request.URI, "/images/v1/brand") {
			t.Errorf("the image was read: %s", request.URI)
		}
	}
}

func TestVariantsDataSourceErrors(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.Fail("variants", -1, fakeapi.Respond(200, "application/json", `{"result":{"variants":[]},"success":true}`))
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{{
			Config:      requiredProviders + "data \"cloudflare_image_variants\" \"x\" {}\n",
			PlanOnly:    true,
			ExpectError: outputMatching("result: variants: expected an object of variants, got an array"),
		}},
	})
}
