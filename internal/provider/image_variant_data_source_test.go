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

// variantData reads a variant.
func variantData(arguments string) string {
	return requiredProviders + "data \"cloudflare_image_variant\" \"x\" {\n  " + arguments + "\n}\n"
}

// All of a variant is in the state, and what the account leaves out is null.
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
		"a width alone, served unsigned": {id: "thumbnail", options: map[string]knownvalue.Check{
			"fit": null, "width": number(160), "height": null, "metadata": null, "browser_ttl": null,
		}, never: true},
		"all, and more than is known": {id: "Full1", options: map[string]knownvalue.Check{
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

// The block's own account beats the provider's.
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
	tests := map[string]struct{ arguments, answer, want string }{
		"an absent one": {arguments: `variant_id = "heroo"`, want: `Unable to read Cloudflare image variant "heroo": not found`},
		"an absent one, to whom": {
			arguments: `variant_id = "heroo"`,
			want:      `Account ` + fakeapi.AccountID + ` has no variant of this name; names are case-sensitive.`,
		},
		"those that exist": {arguments: `variant_id = "heroo"`, want: `It has: "hero", "public", "thumbnail".`},
		"other capitals":   {arguments: `variant_id = "Hero"`, want: `Unable to read Cloudflare image variant "Hero": not found`},
		"none exist": {
			arguments: `variant_id = "hero"`,
			answer:    `{"result":{"variants":{}},"success":true}`,
			want:      `It has: none.`,
		},
		"no name":             {arguments: `variant_id = ""`, want: `Invalid variant_id`},
		"a name with a slash": {arguments: `variant_id = "a/b"`, want: `Invalid variant_id`},
		"no variant_id":       {want: `The argument "variant_id" is required`},
		"options that are set": {
			arguments: "variant_id = \"hero\"\n  options = { width = 1 }",
			want:      `Invalid Configuration for Read-Only Attribute`,
		},
		"an account's form": {arguments: "variant_id = \"hero\"\n  account_id = \"a b\"", want: `Invalid account_id`},
		"a wrong answer": {
			arguments: `variant_id = "hero"`, answer: `{"result":{"variants":[]},"success":true}`, want: `expected an object of variants, got an array`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			if test.answer != "" {
				r.Fail("variants", -1, fakeapi.Respond(200, "application/json", test.answer))
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

// What an account calls its variants is shown, but steers no terminal, and a
// hundred long names make no endless message.
func TestVariantDataSourceUnusualNames(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.PutVariant("a\x1b[2J\nb", `{"width":1}`, false)
	r.PutVariant("größe ✓", `{"width":1}`, false)
	for i := range 97 {
		r.PutVariant(fmt.Sprintf("%03d%s", i, strings.Repeat("x", 96)), `{"width":1}`, false)
	}
	found, code := r.cli(t, variantData(`variant_id = "hero2"`)).diagnostics("plan")
	if code != 1 || len(found) != 1 {
		t.Fatalf("ended with %d: %v", code, found)
	}
	if detail := found[0].Detail; strings.ContainsAny(detail, "\x1b\n") || len(detail) > 2500 ||
		!strings.Contains(detail, "more") {
		t.Errorf("got %d bytes: %q", len(detail), detail)
	}

	c := newTestEnv(t)
	c.PutVariant("größe ✓", `{"width":1}`, false)
	c.cli(t, variantData(`variant_id = "größe ✓"`)).want(0, "apply", "-auto-approve")
}
