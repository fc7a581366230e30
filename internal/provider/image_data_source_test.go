package provider

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

const imageAddress = "data.cloudflare_image.test"

// imageConfig returns a data source for an image; more contains additional
// arguments.
func imageConfig(imageID, more string) string {
	return requiredProviders + fmt.Sprintf("data \"cloudflare_image\" \"test\" {\n  image_id = %q\n%s\n}\n", imageID, more)
}

func expect(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(imageAddress, tfjsonpath.New(attribute), value)
}

func TestImageDataSourceExample(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	const base = "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/brand/logo"
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{{
			Config:           example(t, "data-sources/cloudflare_image/data-source.tf"),
			ConfigPlanChecks: secondPlanIsEmpty,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("hero_url", knownvalue.StringExact(base+"/hero")),
				statecheck.ExpectKnownOutputValue("alt_text", knownvalue.StringExact("The logo on a light background")),
			},
		}},
	})
}

// Every attribute, for images with few and many properties.
func TestImageDataSourceAttributes(t *testing.T) {
	t.Parallel()
	const account = "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/"
	str, null := knownvalue.StringExact, knownvalue.Null()
	list := func(urls ...string) knownvalue.Check {
		var checks []knownvalue.Check
		for _, url := range urls {
			checks = append(checks, str(url))
		}
		return knownvalue.ListExact(checks)
	}
	tests := map[string]struct {
		response string // stored before the read, if set
		id       string
		more     string
		want     map[string]knownvalue.Check
	}{
		"private": {id: "083eb7b2-5392-4565-b69e-aff66acddd00", want: map[string]knownvalue.Check{
			"image_id":            str("083eb7b2-5392-4565-b69e-aff66acddd00"),
			"account_id":          str(fakeapi.AccountID),
			"ignore_not_found":    null,
			"required_variants":   null,
			"exists":              knownvalue.Bool(true),
			"id":                  str("083eb7b2-5392-4565-b69e-aff66acddd00"),
			"filename":            str("logo.png"),
			"creator":             null,
			"uploaded":            str("2022-01-31T16:39:28.458Z"),
			"require_signed_urls": knownvalue.Bool(true),
			"draft":               knownvalue.Bool(false),
			"variants": list(
				account+"083eb7b2-5392-4565-b69e-aff66acddd00/public", account+"083eb7b2-5392-4565-b69e-aff66acddd00/thumbnail",
			),
			"variant_urls": knownvalue.MapExact(map[string]knownvalue.Check{
				"public":    str(account + "083eb7b2-5392-4565-b69e-aff66acddd00/public"),
				"thumbnail": str(account + "083eb7b2-5392-4565-b69e-aff66acddd00/thumbnail"),
			}),
			"meta": knownvalue.MapExact(map[string]knownvalue.Check{
				"key": str("value"), "n": str("5"), "on": str("true"), "region": str(`{"name":"eu-west"}`),
			}),
			"meta_json":         str(`{"key":"value","n":5,"on":true,"region":{"name":"eu-west"}}`),
			"account_hash":      str("ZWd9g1K7eljCn_KDTu_MWA"),
			"delivery_base_url": str(account + "083eb7b2-5392-4565-b69e-aff66acddd00"),
		}},
		"custom path without metadata": {id: "this/is/my-customid", want: map[string]knownvalue.Check{
			"filename":  str("a.png"),
			"meta":      knownvalue.MapExact(map[string]knownvalue.Check{}),
			"meta_json": str("{}"),
			"variant_urls": knownvalue.MapExact(map[string]knownvalue.Check{"public": str(
				"https://imagedelivery.net/Vi7wi5KSItxGFsWRG2Us6Q/this/is/my-customid/public",
			)}),
			"delivery_base_url": str("https://imagedelivery.net/Vi7wi5KSItxGFsWRG2Us6Q/this/is/my-customid"),
		}},
		"draft": {id: "610a686f-3fa7-46ca-e36d-3c00bd791b00", want: map[string]knownvalue.Check{
			"filename": null,
			"draft":    knownvalue.Bool(true),
			"meta":     knownvalue.MapExact(map[string]knownvalue.Check{"uploaderId": str("u")}),
		}},
		"creator": {id: "brand/logo", want: map[string]knownvalue.Check{
			"creator":  str("design-team"),
			"uploaded": str("2026-03-02T08:15:30.120Z"),
		}},
		"only an ID": {
			response: `{"result":{"id":"bare"},"success":true}`,
			id:       "bare",
			want: map[string]knownvalue.Check{
				"exists":              knownvalue.Bool(true),
				"filename":            null,
				"creator":             null,
				"uploaded":            null,
				"require_signed_urls": knownvalue.Bool(false),
				"draft":               knownvalue.Bool(false),
				"variants":            list(),
				"variant_urls":        knownvalue.MapExact(map[string]knownvalue.Check{}),
				"meta":                knownvalue.MapExact(map[string]knownvalue.Check{}),
				"meta_json":           str("{}"),
				"account_hash":        null,
				"delivery_base_url":   null,
			},
		},
		"metadata of all kinds": {
			response: `{"result":{"id":"kinds","meta":{"big":12345678901234567890,"float":1.50,"exp":1E+2,"text":"<&>","empty":"","null":null,"off":false,` +
				`"list":[1, "<&>", null],"object":{"a" : {"b":2}},"é":"\u00e9"}},"success":true}`, id: "kinds", want: map[string]knownvalue.Check{
				"meta": knownvalue.MapExact(map[string]knownvalue.Check{
					"big": str(
						"12345678901234567890",
					), "float": str("1.50"), "exp": str("1E+2"), "text": str("<&>"), "empty": str(""), "null": null,
					"off": str("false"), "list": str(`[1,"<&>",null]`), "object": str(`{"a":{"b":2}}`), "é": str("é"),
				}),
				"meta_json": str(
					`{"big":12345678901234567890,"float":1.50,"exp":1E+2,"text":"<&>","empty":"","null":null,"off":false,"list":[1,"<&>",null],` +
						`"object":{"a":{"b":2}},"é":"\u00e9"}`,
				),
			},
		},
		"metadata that isn't an object": {
			response: `{"result":{"id":"odd","meta":["a",1]},"success":true}`,
			id:       "odd",
			want: map[string]knownvalue.Check{
				"meta":      knownvalue.MapExact(map[string]knownvalue.Check{}),
				"meta_json": str(`["a",1]`),
			},
		},
		"null metadata": {
			response: `{"result":{"id":"null","meta":null},"success":true}`,
			id:       "null",
			want: map[string]knownvalue.Check{
				"meta":      knownvalue.MapExact(map[string]knownvalue.Check{}),
				"meta_json": str("{}"),
			},
		},
		"URLs of several kinds": {
			response: `{"result":{"id":"mixed","variants":["public","https://img.example.com/cdn-cgi/imagedelivery/hash-b/mixed/hero",` +
				`"https://imagedelivery.net/hash-a/mixed/thumb","https://a.example.com/cdn-cgi/imagedelivery/hash-b/mixed/hero",` +
				`"https://imagedelivery.net/hash-0/another/small"]},"success":true}`, id: "mixed", want: map[string]knownvalue.Check{
				"variants": list(
					"https://a.example.com/cdn-cgi/imagedelivery/hash-b/mixed/hero",
					"https://imagedelivery.net/hash-0/another/small",
					"https://imagedelivery.net/hash-a/mixed/thumb",
					"https://img.example.com/cdn-cgi/imagedelivery/hash-b/mixed/hero",
					"public",
				),
				"variant_urls": knownvalue.MapExact(map[string]knownvalue.Check{
					"hero":  str("https://a.example.com/cdn-cgi/imagedelivery/hash-b/mixed/hero"),
					"thumb": str("https://imagedelivery.net/hash-a/mixed/thumb"),
				}),
				"account_hash":      str("hash-b"),
				"delivery_base_url": str("https://a.example.com/cdn-cgi/imagedelivery/hash-b/mixed"),
			},
		},
		"a percent sign and slashes in the ID": {
			response: `{"result":{"id":"a%2Fb/ü","variants":["https://imagedelivery.net/hash/a%252Fb/%C3%BC/v"]},"success":true}`, id: "a%2Fb/ü", want: map[string]knownvalue.Check{
				"variant_urls": knownvalue.MapExact(
					map[string]knownvalue.Check{"v": str("https://imagedelivery.net/hash/a%252Fb/%C3%BC/v")},
				),
				"account_hash": str("hash"),
			},
		},
		"URLs of an emulator": {
			response: `{"result":{"id":"local","variants":["http://localhost:8787/cdn-cgi/mf/imagedelivery/local/public",` +
				`"http://localhost:8787/cdn/023e105f4ecef8ad9ca31a8372d0c353/local/hero"]},"success":true}`, id: "local",
			more: `required_variants = ["public", "hero"]`,
			want: map[string]knownvalue.Check{
				"variants": list(
					"http://localhost:8787/cdn-cgi/mf/imagedelivery/local/public",
					"http://localhost:8787/cdn/023e105f4ecef8ad9ca31a8372d0c353/local/hero",
				),
				"variant_urls": knownvalue.MapExact(map[string]knownvalue.Check{
					"public": str("http://localhost:8787/cdn-cgi/mf/imagedelivery/local/public"),
					"hero":   str("http://localhost:8787/cdn/023e105f4ecef8ad9ca31a8372d0c353/local/hero"),
				}),
				"account_hash":      null,
				"delivery_base_url": null,
			},
		},
		"required variants that exist": {
			id: "brand/logo", more: `required_variants = ["public", "hero"]`, want: map[string]knownvalue.Check{
				"required_variants": knownvalue.SetExact([]knownvalue.Check{str("hero"), str("public")}),
			},
		},
		"required variants of a missing image": {
			id: "no/such", more: "ignore_not_found = true\n  required_variants = [\"heroo\"]", want: map[string]knownvalue.Check{
				"exists": knownvalue.Bool(false), "required_variants": knownvalue.SetExact([]knownvalue.Check{str("heroo")}),
			},
		},
		"not found, ignored": {id: "no/such", more: "ignore_not_found = true", want: map[string]knownvalue.Check{
			"image_id":            str("no/such"),
			"account_id":          str(fakeapi.AccountID),
			"ignore_not_found":    knownvalue.Bool(true),
			"exists":              knownvalue.Bool(false),
			"id":                  null,
			"filename":            null,
			"creator":             null,
			"uploaded":            null,
			"require_signed_urls": null,
			"draft":               null,
			"variants":            list(),
			"variant_urls":        knownvalue.MapExact(map[string]knownvalue.Check{}),
			"meta":                knownvalue.MapExact(map[string]knownvalue.Check{}),
			"meta_json":           null,
			"account_hash":        null,
			"delivery_base_url":   null,
		}},
		"found, with ignore_not_found": {id: "brand/logo", more: "ignore_not_found = true", want: map[string]knownvalue.Check{
			"exists": knownvalue.Bool(true),
			"id":     str("brand/logo"),
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			if test.response != "" {
				r.AddImage(test.response)
			}
			var checks []statecheck.StateCheck
			for attribute, value := range test.want {
				checks = append(checks, expect(attribute, value))
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: r.factories(t),
				Steps: []resource.TestStep{{
					Config: imageConfig(test.id, test.more), ConfigStateChecks: checks, ConfigPlanChecks: secondPlanIsEmpty,
				}},
			})
		})
	}
}

// The API lists variants in a different order each time, which changes
// nothing.
func TestImageDataSourceVariantOrder(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	shuffled := func(names ...string) func() {
		return func() {
			var urls []string
			for _, name := range names {
				urls = append(urls, `"https://imagedelivery.net/hash/shuffled/`+name+`"`)
			}
			r.AddImage(`{"result":{"id":"shuffled","variants":[` + strings.Join(urls, ",") + `]},"success":true}`)
		}
	}
	configuration := imageConfig("shuffled", "") + "output \"image\" {\n  value = data.cloudflare_image.test\n}\n"
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{
			{PreConfig: shuffled("thumb", "hero", "public"), Config: configuration},
			{PreConfig: shuffled("public", "thumb", "hero"), Config: configuration, ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			}},
			// The positive control: a real change is detected.
			{PreConfig: shuffled("public", "thumb"), Config: configuration, PlanOnly: true, ExpectNonEmptyPlan: true},
		},
	})
}

func TestImageDataSourceMissingVariant(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{{
			Config: imageConfig(
				"brand/logo",
				"",
			) + "output \"url\" {\n  value = data.cloudflare_image.test.variant_urls[\"heroo\"]\n}\n",
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`(?s)Invalid index.*variant_urls is map of string with 3 elements`),
		}},
	})
}

// The data source's account_id takes precedence over the provider's; without
// both, the plan fails.
func TestImageDataSourceAccount(t *testing.T) {
	t.Parallel()
	t.Run("own", func(t *testing.T) {
		t.Parallel()
		r := newTestEnv(t)
		r.variables["CLOUDFLARE_ACCOUNT_ID"] = "99999999999999999999999999999999"
		resource.UnitTest(t, resource.TestCase{
			ProtoV6ProviderFactories: r.factories(t),
			Steps: []resource.TestStep{{
				Config:            imageConfig("brand/logo", `account_id = "`+fakeapi.AccountID+`"`),
				ConfigStateChecks: []statecheck.StateCheck{expect("account_id", knownvalue.StringExact(fakeapi.AccountID))},
			}},
		})
	})
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		r := newTestEnv(t)
		delete(r.variables, "CLOUDFLARE_ACCOUNT_ID")
		resource.UnitTest(t, resource.TestCase{
			ProtoV6ProviderFactories: r.factories(t),
			Steps: []resource.TestStep{{
				Config:      imageConfig("brand/logo", ""),
				PlanOnly:    true,
				ExpectError: regexp.MustCompile(`(?s)Missing Cloudflare account ID.*CLOUDFLARE_ACCOUNT_ID`),
			}},
		})
		if got := len(r.Requests()); got != 0 {
			t.Errorf("requests: got %d, want 0", got)
		}
	})
}

// Runs against a real account if TF_ACC, CLOUDFLARE_API_TOKEN,
// CLOUDFLARE_ACCOUNT_ID and IMAGE_ID are set.
func TestAccImage(t *testing.T) {
	t.Parallel()
	imageID := os.Getenv("IMAGE_ID") //nolint:forbidigo // a real account can only come from there
	if imageID == "" {
		t.Skip("needs TF_ACC=1, CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID and IMAGE_ID")
	}
	r := &testEnv{variables: map[string]string{}}
	for _, name := range []string{"CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_BASE_URL"} {
		r.variables[name] = os.Getenv(name) //nolint:forbidigo // as above
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{{
			Config:           imageConfig(imageID, ""),
			ConfigPlanChecks: secondPlanIsEmpty,
			ConfigStateChecks: []statecheck.StateCheck{
				expect("id", knownvalue.StringExact(imageID)),
				expect(
					"variant_urls",
					knownvalue.MapPartial(
						map[string]knownvalue.Check{"public": knownvalue.StringRegexp(regexp.MustCompile(`^https?://.*/public$`))},
					),
				),
				expect("account_hash", knownvalue.NotNull()),
			},
		}},
	})
}
