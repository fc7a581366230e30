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

func TestImagesDataSourceExample(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	str := knownvalue.StringExact
	const main = "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/logos/main.png"
	const address = "data.cloudflare_images.web"
	logo := tfjsonpath.New("images").AtMapKey("logos/main.png")
	web := func(attribute string, value knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), value)
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{{
			Config:           example(t, "data-sources/cloudflare_images/data-source.tf"),
			ConfigPlanChecks: secondPlanIsEmpty,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("main_logo_url", str(main+"/public")),
				statecheck.ExpectKnownOutputValue("newest_of_home", str("photos/harbour.jpg")),
				statecheck.ExpectKnownOutputValue("recent", knownvalue.ListExact([]knownvalue.Check{str("brand/logo")})),
				statecheck.ExpectKnownOutputValue("alt_texts", knownvalue.MapExact(map[string]knownvalue.Check{
					"logos/main.png": str("The main logo"), "logos/footer.png": str("The logo in the footer"),
					"photos/harbour.jpg": str("Boats in a harbour"),
				})),
				web("account_id", str(fakeapi.AccountID)),
				web(
					"ids",
					knownvalue.ListExact(
						[]knownvalue.Check{str("logos/main.png"), str("logos/footer.png"), str("photos/harbour.jpg")},
					),
				),
				// The same attributes as for a single image.
				statecheck.ExpectKnownValue(address, logo, knownvalue.ObjectExact(map[string]knownvalue.Check{
					"id": str(
						"logos/main.png",
					), "filename": str("main.png"), "creator": str("web-team"), "uploaded": str("2025-09-01T10:00:00.000Z"),
					"require_signed_urls": knownvalue.Bool(false), "draft": knownvalue.Bool(false),
					"variants": knownvalue.ListExact(
						[]knownvalue.Check{str(main + "/hero"), str(main + "/public"), str(main + "/thumbnail")},
					),
					"variant_urls": knownvalue.MapExact(map[string]knownvalue.Check{
						"hero": str(main + "/hero"), "public": str(main + "/public"), "thumbnail": str(main + "/thumbnail"),
					}),
					"meta": knownvalue.MapExact(
						map[string]knownvalue.Check{"alt": str("The main logo"), "page": str(`{"name":"home"}`)},
					),
					"meta_json":         str(`{"alt":"The main logo","page":{"name":"home"}}`),
					"account_hash":      str("ZWd9g1K7eljCn_KDTu_MWA"),
					"delivery_base_url": str(main),
				})),
			},
		}},
	})
}

// A filter can be five levels deep.
func TestImagesDataSourceDeepFilter(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.AddImage(
		`{"result":{"id":"deep","uploaded":"2024-01-01T00:00:00Z","meta":{"a":{"b":{"c":{"d":{"e_5":"x"}}}}}},"success":true}`,
	)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{{
			Config: requiredProviders + "data \"cloudflare_images\" \"deep\" {\n  meta_filter = { \"a.b.c.d.e_5\" = \"x\" }\n}\n",
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(
					"data.cloudflare_images.deep", tfjsonpath.New("ids"),
					knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("deep")}),
				),
			},
		}},
	})
}

func TestImagesDataSourceEmpty(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{{
			Config:           requiredProviders + "data \"cloudflare_images\" \"none\" {\n  creator = \"nobody\"\n}\n",
			ConfigPlanChecks: secondPlanIsEmpty,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.cloudflare_images.none", tfjsonpath.New("ids"), knownvalue.ListExact(nil)),
				statecheck.ExpectKnownValue("data.cloudflare_images.none", tfjsonpath.New("images"), knownvalue.MapExact(nil)),
			},
		}},
	})
}

// 2,500 images: three requests, a complete result, and an empty second plan.
func TestImagesDataSourceMany(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	for i := range 2500 {
		r.AddImage(fmt.Sprintf(
			`{"result":{"id":"many/%04d","creator":"many","uploaded":"2030-01-01T00:00:00.000Z",`+
				`"variants":["https://imagedelivery.net/hash/many/%04d/public"]},"success":true}`,
			i, i,
		))
	}
	c := r.cli(t, requiredProviders+`
data "cloudflare_images" "many" {
  creator = "many"
}
output "facts" {
  value = [
    length(data.cloudflare_images.many.images),
    length(distinct(data.cloudflare_images.many.ids)),
    alltrue([for id, image in data.cloudflare_images.many.images :
      image.id == id && image.variant_urls["public"] == "https://imagedelivery.net/hash/${id}/public"
    ]),
  ]
}
`)
	if output, code := c.run("apply", "-auto-approve", "-no-color"); code != 0 {
		t.Fatalf("apply ended with %d:\n%s", code, output)
	}
	if got := len(r.Requests()); got != 3 {
		t.Errorf("requests: got %d, want 3", got)
	}
	if output, _ := c.run("output", "-json", "facts"); strings.Join(strings.Fields(output), "") != "[2500,2500,true]" {
		t.Errorf("got %s, want 2500 images, all different and in their places", output)
	}
	if output, code := c.run("plan", "-detailed-exitcode", "-no-color"); code != 0 {
		t.Errorf("the second plan ended with %d, want 0 for no changes:\n%s", code, output)
	}
}

// A listing that fails partway leaves no state, and for_each over a listing
// works.
func TestImagesDataSourcePartialListing(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.Fail(
		"v2", 1,
		fakeapi.Respond(
			200, "application/json",
			`{"result":{"images":[{"id":"a","creator":"web-team"}],"continuation_token":"next"},"success":true}`,
		),
	)
	r.Fail(
		"v2", 1,
		fakeapi.Respond(
			403, "application/json",
			`{"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"messages":[],"result":null}`,
		),
	)
	configuration := requiredProviders + `
data "cloudflare_images" "web" {
  creator = "web-team"
}
data "cloudflare_image" "each" {
  for_each = data.cloudflare_images.web.images
  image_id = each.key
}
output "files" {
  value = { for id, image in data.cloudflare_image.each : id => image.filename }
}
`
	c := r.cli(t, configuration)
	found, code := c.diagnostics("apply", "-auto-approve")
	if code != 1 || len(found) != 1 || found[0].Summary != "Unable to list Cloudflare images: not permitted" {
		t.Errorf("got exit code %d and %+v", code, found)
	}
	if output, _ := c.run("show", "-no-color"); strings.Contains(output, "cloudflare_images") {
		t.Errorf("the state isn't empty:\n%s", output)
	}
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, `"photos/harbour.jpg" = "harbour.jpg"`) {
		t.Errorf("apply ended with %d:\n%s", code, output)
	}
}

func TestImagesDataSourceErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		response  string
		arguments string
		want      string
	}{
		"malformed image": {
			response: `{"result":{"images":[{"id":"brand/x","variants":{}}]},"success":true}`, want: `images[0] (id "brand/x"): variants: expected an array of URLs`,
		},
		"filter is ignored": {
			response: `{"result":{"images":[{"id":"a","creator":"you"}]},"success":true}`, arguments: `creator = "me"`,
			want: `API ignored the filter: image "a" has creator "you", want "me"`,
		},
		"unknown route": {want: `response not from the API`},
		"six filters": {
			response: "-", arguments: "meta_filter = { a = 1, b = 1, c = 1, d = 1, e = 1, f = 1 }", want: `Invalid meta_filter`,
		},
		"invalid sort order": {
			response:  "-",
			arguments: `sort_order = "up"`,
			want:      `sort_order value must be one of: ["asc" "desc"]`,
		},
		"no items": {response: "-", arguments: `max_items = 0`, want: `max_items value must be between 1 and 1000000`},
		"account":  {response: "-", arguments: `account_id = "a/b"`, want: `Invalid account_id`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			switch test.response {
			case "-":
			case "":
				r.Fail("v2", -1, fakeapi.Respond(404, "text/plain", ""))
			default:
				r.Fail("v2", -1, fakeapi.Respond(200, "application/json", test.response))
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: r.factories(t),
				Steps: []resource.TestStep{{
					Config:      requiredProviders + "data \"cloudflare_images\" \"x\" {\n  " + test.arguments + "\n}\n",
					PlanOnly:    true,
					ExpectError: outputMatching(test.want),
				}},
			})
			if got := len(r.Requests()); (got == 0) != (test.response == "-") {
				t.Errorf("requests: got %d", got)
			}
		})
	}
}
