package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func TestVariantDataSourceExample(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{{
			Config:           example(t, "data-sources/cloudflare_image_variant/data-source.tf"),
			ConfigPlanChecks: secondPlanIsEmpty,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("hero_size", knownvalue.StringExact("1200 × 400")),
			},
		}},
	})
}

// variantData returns a data source for a variant.
func variantData(arguments string) string {
	return requiredProviders + "data \"cloudflare_image_variant\" \"x\" {\n  " + arguments + "\n}\n"
}

// All options are in the state, and those that the API omits are null.
func TestVariantDataSourceState(t *testing.T) {
	t.Parallel()
	str, number, null := knownvalue.StringExact, knownvalue.Float64Exact, knownvalue.Null()
	tests := map[string]struct {
		id      string
		options map[string]knownvalue.Check
		never   bool
	}{
		"all but browser_ttl": {id: "hero", options: map[string]knownvalue.Check{
			"fit": str("cover"), "width": number(1200), "height": number(400), "metadata": str("none"), "browser_ttl": null,
		}},
		"only a width, never signed": {id: "thumbnail", options: map[string]knownvalue.Check{
			"fit": null, "width": number(160), "height": null, "metadata": null, "browser_ttl": null,
		}, never: true},
		"all, and unknown options": {id: "Full1", options: map[string]knownvalue.Check{
			"fit": str("pad"), "width": number(10), "height": number(20.5), "metadata": str("keep"), "browser_ttl": number(3600),
		}},
		"no options": {id: "public", options: map[string]knownvalue.Check{
			"fit": null, "width": null, "height": null, "metadata": null, "browser_ttl": null,
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			r.PutVariant("Full1", `{"fit":"pad","width":10,"height":20.5,"metadata":"keep","browser_ttl":3600,"blur":5}`, false)
			r.PutVariant("public", `{}`, false)
			const x = "data.cloudflare_image_variant.x"
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: r.factories(t),
				Steps: []resource.TestStep{{
					Config:           variantData(fmt.Sprintf("variant_id = %q", test.id)),
					ConfigPlanChecks: secondPlanIsEmpty,
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue(x, tfjsonpath.New("options"), knownvalue.ObjectExact(test.options)),
						statecheck.ExpectKnownValue(x, tfjsonpath.New("never_require_signed_urls"), knownvalue.Bool(test.never)),
						statecheck.ExpectKnownValue(x, tfjsonpath.New("id"), str(test.id)),
						statecheck.ExpectKnownValue(x, tfjsonpath.New("variant_id"), str(test.id)),
						statecheck.ExpectKnownValue(x, tfjsonpath.New("account_id"), str(fakeapi.AccountID)),
					},
				}},
			})
		})
	}
}

// The data source's account_id takes precedence over the provider's.
func TestVariantDataSourceAccount(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.variables["CLOUDFLARE_ACCOUNT_ID"] = fakeapi.AccountWithoutImages
	const x = "data.cloudflare_image_variant.x"
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{
			{
				Config: variantData("account_id = \"" + fakeapi.AccountID + "\"\n  variant_id = \"hero\""),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(x, tfjsonpath.New("account_id"), knownvalue.StringExact(fakeapi.AccountID)),
				},
			},
			{
				Config:      variantData(`variant_id = "hero"`),
				ExpectError: outputMatching("Unable to list Cloudflare image variants: Cloudflare Images not enabled for the account"),
			},
		},
	})
}

func TestVariantDataSourceErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ arguments, response, want string }{
		"missing": {arguments: `variant_id = "heroo"`, want: `Unable to read Cloudflare image variant "heroo": not found`},
		"missing, account": {
			arguments: `variant_id = "heroo"`,
			want:      `account ` + fakeapi.AccountID + ` has no variant with this name; names are case-sensitive.`,
		},
		"missing, existing names": {arguments: `variant_id = "heroo"`, want: `It has: "hero", "public", "thumbnail".`},
		"another case":            {arguments: `variant_id = "Hero"`, want: `Unable to read Cloudflare image variant "Hero": not found`},
		"missing, no variants": {
			arguments: `variant_id = "hero"`,
			response:  `{"result":{"variants":{}},"success":true}`,
			want:      `It has: none.`,
		},
		"empty name":          {arguments: `variant_id = ""`, want: `Invalid variant_id`},
		"a name with a slash": {arguments: `variant_id = "a/b"`, want: `Invalid variant_id`},
		"no variant_id":       {want: `The argument "variant_id" is required`},
		"configured options": {
			arguments: "variant_id = \"hero\"\n  options = { width = 1 }",
			want:      `Invalid Configuration for Read-Only Attribute`,
		},
		"malformed account_id": {arguments: "variant_id = \"hero\"\n  account_id = \"a b\"", want: `Invalid account_id`},
		"malformed response": {
			arguments: `variant_id = "hero"`, response: `{"result":{"variants":[]},"success":true}`, want: `expected an object of variants, got an array`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			if test.response != "" {
				r.Fail("variants", -1, fakeapi.Respond(200, "application/json", test.response))
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: r.factories(t),
				Steps: []resource.TestStep{
					{Config: variantData(test.arguments), PlanOnly: true, ExpectError: outputMatching(test.want)},
				},
			})
		})
	}
}

// Variant names are shown, but don't control the terminal, and a hundred long
// names don't make the message endless.
func TestVariantDataSourceUnusualNames(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.PutVariant("a\x1b[2J\nb", `{"width":1}`, false)
	r.PutVariant("größe ✓", `{"width":1}`, false)
	for i := range 97 {
		r.PutVariant(fmt.Sprintf("%03d%s", i, strings.Repeat("x", 96)), `{"width":1}`, false)
	}
	detail := r.cli(t, variantData(`variant_id = "hero2"`)).onlyError("plan").Detail
	if strings.ContainsAny(detail, "\x1b\n") {
		t.Errorf("got %q, want no control characters", detail)
	}
	if len(detail) > 2500 {
		t.Errorf("got %d bytes, want at most 2,500: %q", len(detail), detail)
	}
	if !strings.Contains(detail, "more") {
		t.Errorf("got %q, want the number of further variants", detail)
	}

	c := newTestEnv(t)
	c.PutVariant("größe ✓", `{"width":1}`, false)
	c.cli(t, variantData(`variant_id = "größe ✓"`)).want(0, "apply", "-auto-approve")
}
