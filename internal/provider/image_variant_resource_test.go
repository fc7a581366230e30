package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	fwresource "github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func importRequest(id string) fwresource.ImportStateRequest {
	return fwresource.ImportStateRequest{ID: id}
}

// variantConfig returns a variant "card" with options.
func variantConfig(options string) string {
	return requiredProviders + `
resource "cloudflare_image_variant" "card" {
  id      = "card"
  options = { ` + options + ` }
}
`
}

const card = "cloudflare_image_variant.card"

// optionsOf returns a check of all options in the state.
func optionsOf(fit string, width, height, browserTTL float64) statecheck.StateCheck {
	number := func(n float64) knownvalue.Check {
		if n == 0 {
			return knownvalue.Null()
		}
		return knownvalue.Float64Exact(n)
	}
	return statecheck.ExpectKnownValue(card, tfjsonpath.New("options"), knownvalue.ObjectExact(map[string]knownvalue.Check{
		"fit": knownvalue.StringExact(fit), "width": number(width), "height": number(height),
		"browser_ttl": number(browserTTL), "metadata": knownvalue.StringExact("none"),
	}))
}

// A variant is created, left unchanged, updated, renamed, imported and
// deleted, each with exactly the requests it needs.
func TestVariantResourceLifecycle(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	requested := func(want ...string) func(*terraform.State) error {
		return func(*terraform.State) error { r.assertRequests(t, want...); return nil }
	}
	const made = `{"id":"card","neverRequireSignedURLs":false,"options":{"fit":"scale-down","metadata":"none","width":300}}`
	const changed = `{"neverRequireSignedURLs":false,"options":{"blur":5,"browser_ttl":3600,"fit":"cover","height":200,"metadata":"none"}}`
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{
			{
				Config: variantConfig("width = 300"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectKnownValue(card, tfjsonpath.New("account_id"), knownvalue.StringExact(fakeapi.AccountID)),
					plancheck.ExpectResourceAction(card, plancheck.ResourceActionCreate),
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					optionsOf("scale-down", 300, 0, 0),
					statecheck.ExpectKnownValue(card, tfjsonpath.New("never_require_signed_urls"), knownvalue.Bool(false)),
				},
				Check: requested("GET /variants", "POST /variants "+made),
			},
			{
				Config:           variantConfig("width = 300"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: emptyPlan},
				Check:            requested("GET /variants/card"),
			},
			{
				PreConfig: func() {
					r.PutVariant(
						"card",
						`{"fit":"scale-down","metadata":"none","width":300,"blur":5}`,
						false,
					) // drift, as from the dashboard
				},
				Config: variantConfig(`fit = "cover", height = 200, browser_ttl = 3600`),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply:             plannedActions(card, plancheck.ResourceActionUpdate),
					PostApplyPostRefresh: emptyPlan,
				},
				ConfigStateChecks: []statecheck.StateCheck{optionsOf("cover", 0, 200, 3600)},
				Check:             requested("GET /variants/card", "PATCH /variants/card "+changed),
			},
			{ResourceName: card, ImportState: true, ImportStateVerify: true, ImportStateId: "card"},
			{ResourceName: card, ImportState: true, ImportStateVerify: true, ImportStateId: fakeapi.AccountID + "/card"},
			{
				ResourceName: card, ImportState: true, ImportStateId: "absent",
				ExpectError: outputMatching("Cannot import non-existent remote object"),
			},
			{
				PreConfig: func() { r.requests() },
				Config: strings.Replace(variantConfig(`fit = "cover", height = 200, browser_ttl = 3600`), `"card"
  options`, `"card2"
  options`, 1),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: plannedActions(card, plancheck.ResourceActionReplace)},
				Check: requested("GET /variants/card", "DELETE /variants/card", "GET /variants",
					`POST /variants {"id":"card2","neverRequireSignedURLs":false,`+
						`"options":{"browser_ttl":3600,"fit":"cover","height":200,"metadata":"none"}}`),
			},
		},
		CheckDestroy: func(*terraform.State) error {
			if _, exists := r.Variant("card2"); exists {
				return errors.New("the variant is still there")
			}
			return nil
		},
	})
}

// Drift shows up in the plan, and an apply reverts it.
func TestVariantResourceDrift(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	config := variantConfig("width = 300")
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() { r.PutVariant("card", `{"fit":"pad","width":299.5,"metadata":"keep"}`, true) },
				Config:    config,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: plannedActions(card, plancheck.ResourceActionUpdate), PostApplyPostRefresh: emptyPlan,
				},
				ConfigStateChecks: []statecheck.StateCheck{optionsOf("scale-down", 300, 0, 0)},
			},
			{
				PreConfig:        func() { r.RemoveVariant("card") }, // may be a stale read this soon after the create
				Config:           config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: emptyPlan},
			},
			{
				PreConfig: func() { r.RemoveVariant("card") }, // deleting a missing variant isn't an error
				Config:    requiredProviders,
			},
		},
	})
}

// Options unknown until apply can replace options that the API omits.
func TestVariantResourceUnknownOptions(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.PutVariant("card", `{"width":300}`, false)
	c := r.cli(t, variantConfig("width = 300"))
	c.want(0, "import", card, "card")
	c.want(0, "plan", "-detailed-exitcode")
	c.write("main.tf", requiredProviders+`
resource "terraform_data" "options" {
  input = { width = 400 }
}
resource "cloudflare_image_variant" "card" {
  id      = "card"
  options = terraform_data.options.output
}
`)
	c.want(0, "apply", "-auto-approve")
	if body, _ := r.Variant("card"); body != `{"id":"card","options":{"width":400},"neverRequireSignedURLs":false}` {
		t.Errorf("got %s", body)
	}
	c.want(0, "plan", "-detailed-exitcode")
}

// A stale response, from before a write of the last minutes, doesn't count as
// drift, however many writes followed.
func TestVariantResourceStaleReads(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	lateFor := func(width float64, times int) resource.TestStep {
		return resource.TestStep{
			PreConfig:         func() { r.StaleReads(times) },
			Config:            variantConfig(fmt.Sprint("width = ", width)),
			ConfigPlanChecks:  resource.ConfigPlanChecks{PostApplyPreRefresh: emptyPlan, PostApplyPostRefresh: emptyPlan},
			ConfigStateChecks: []statecheck.StateCheck{optionsOf("scale-down", width, 0, 0)},
		}
	}
	still500 := func(late func()) resource.TestStep {
		return resource.TestStep{
			PreConfig: late, Config: variantConfig("width = 500"), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: emptyPlan},
		}
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{
			lateFor(300, 2),
			lateFor(400, -1),
			lateFor(500, -1),
			still500(func() { r.StaleReads(0) }),
			still500(func() {
				r.FailMethod("GET", "card", -1, fakeapi.Respond(
					200,
					"application/json", // from before the last two writes
					`{"result":{"variant":{"id":"card","options":{"fit":"scale-down","metadata":"none","width":300}}},"success":true}`,
				))
			}),
		},
	})
}

// Invalid configurations are reported by validate, or else by the plan, at the
// attribute.
func TestVariantResourceErrors(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 100)
	block := func(id, options string) string {
		return requiredProviders + "resource \"cloudflare_image_variant\" \"x\" {\n  id = \"" + id + "\"\n  options = { " + options + " }\n}\n"
	}
	tests := map[string]struct{ config, want string }{
		"width of 0": {
			block("card", "width = 0"),
			"Invalid options.width: The value must be an integer number of pixels, at least 1; the value is 0.",
		},
		"fractional height": {
			block("card", "height = 1.5"),
			"Invalid options.height: The value must be an integer number of pixels, at least 1; the value is 1.5.",
		},
		"no size": {
			block("card", `fit = "cover"`),
			"Invalid options: Set width, height or both, in pixels: a variant requires a size",
		},
		"fit of flexible": {block("card", `width = 1, fit = "squeeze"`), `Attribute options.fit value must be one of`},
		"unknown metadata mode": {
			block("card", `width = 1, metadata = "all"`),
			`Attribute options.metadata value must be one of`,
		},
		"short browser_ttl": {
			block("card", "width = 1, browser_ttl = 3599"),
			"integer number of seconds, from 3600 to 31536000; the value is 3599.",
		},
		"long browser_ttl": {block("card", "width = 1, browser_ttl = 31536001"), "the value is 31536001."},
		"a hyphen":         {block("my-card", "width = 1"), "Invalid id: The value must be 1 to 99 letters and digits"},
		"a long name":      {block(long, "width = 1"), "Invalid id: The value must be 1 to 99 letters and digits"},
		"empty name":       {block("", "width = 1"), "Invalid id: The value must be 1 to 99 letters and digits"},
		"no options": {
			requiredProviders + `resource "cloudflare_image_variant" "x" { id = "card" }`,
			`The argument "options" is required`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			if got := r.cli(t, test.config).onlyError("validate").line(); !strings.Contains(got, test.want) {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
			r.assertRequests(t)
		})
	}
}

// An existing variant is never overwritten by a create: the error has an
// import block, which works unchanged in a second run.
func TestVariantResourceExists(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]bool{"JSON": false, "text": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			r.PlainTextErrors(text)
			config := strings.ReplaceAll(variantConfig("width = 300"), `"card"`, `"hero"`)
			c := r.cli(t, config)
			failed := c.onlyError("apply", "-auto-approve")
			if want := `Unable to create Cloudflare image variant "hero": already exists`; failed.Summary != want {
				t.Errorf("got %s\nwant %s", failed.Summary, want)
			}
			c.importFrom(failed, "hero", "1 imported, 0 added, 1 changed, 0 destroyed")
			c.want(0, "plan", "-detailed-exitcode")
		})
	}
}

// If the API creates a variant with other options, the error has the options
// that were sent, and how to avoid a replacement, which prevent_destroy may
// forbid.
func TestVariantResourceMismatch(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	const held = `{"fit":"scale-down","height":200,"metadata":"none","width":300}`
	protected := func(options string) string {
		return strings.Replace(variantConfig(options), "  options", "  lifecycle { prevent_destroy = true }\n  options", 1)
	}
	r.FailMethod("POST", "variants", 1, func(w http.ResponseWriter, request *http.Request) {
		r.PutVariant("card", held, false)
		fakeapi.Respond(
			200,
			"application/json",
			`{"result":{"variant":{"id":"card","options":`+held+`}},"success":true}`,
		)(
			w,
			request,
		)
	})
	c := r.cli(t, protected("width = 300"))
	found, code := c.diagnostics("apply", "-auto-approve")
	if code != 1 || len(found) != 1 || found[0].Summary != `Cloudflare image variant "card" doesn't match the configuration` ||
		!strings.Contains(found[0].Detail, "run terraform untaint to keep it") {
		t.Fatalf("ended with %d: %v", code, found)
	}
	c.want(1, "plan")
	c.want(0, "untaint", card)
	c.write("main.tf", protected("width = 300, height = 200"))
	c.want(0, "plan", "-detailed-exitcode")

	r.FailMethod("PATCH", "card", 1, fakeapi.Respond(200, "application/json",
		`{"result":{"variant":{"id":"card","options":`+held+`}},"success":true}`))
	c.write("main.tf", protected("width = 400, height = 200"))
	if failed := c.onlyError("apply", "-auto-approve"); strings.Contains(failed.Detail, "untaint") {
		t.Errorf("the error of an update mentions untaint: %s", failed.Detail)
	}
}

// The variant that every account has can be imported, updated and removed from
// the state, but neither created nor deleted.
func TestVariantResourcePublic(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, strings.ReplaceAll(variantConfig("width = 1366, height = 768"), `"card"`, `"public"`))
	found, code := c.diagnostics("plan")
	if code != 1 || len(found) != 1 || found[0].Summary != `Cloudflare image variant "public" exists in every account` {
		t.Fatalf("ended with %d: %v", code, found)
	}
	r.assertRequests(t)
	c.want(0, "import", "cloudflare_image_variant.public", "public")
	c.want(0, "apply", "-auto-approve")
	body, _ := r.Variant("public")
	if !strings.Contains(body, `"width":1366`) {
		t.Errorf("got %s", body)
	}
	r.requests()
	output, code := c.run("destroy", "-auto-approve", "-no-color")
	if code != 0 ||
		!outputMatching(`Cloudflare image variant "public" of account `+fakeapi.AccountID+` can't be deleted`).MatchString(output) {
		t.Errorf("ended with %d:\n%s", code, output)
	}
	r.assertRequests(t, "GET /variants/public")
	if _, exists := r.Variant("public"); !exists {
		t.Error("it was deleted")
	}
}

// Wherever a connection drops, a write is applied once or not at all, and the
// state knows the result.
func TestVariantResourceLostResponses(t *testing.T) {
	t.Parallel()
	cuts := map[string]func(*fakeapi.Server, int){
		"before the request":  (*fakeapi.Server).DropBeforeRequest,
		"during the request":  (*fakeapi.Server).DropDuringRequest,
		"after the commit":    (*fakeapi.Server).DropResponseAfterCommit,
		"during the response": (*fakeapi.Server).DropDuringResponse,
	}
	for name, cut := range cuts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			c := r.cli(t, variantConfig("width = 300"))
			cut(r.Server, 1)
			output, code := c.run("apply", "-auto-approve", "-no-color")
			_, exists := r.Variant("card")
			if unsure := outputMatching("the image variant may have been created").MatchString(output); code != 0 &&
				(!unsure || exists) {
				t.Errorf("create ended with %d, exists %t:\n%s", code, exists, output)
			}
			if posts := fromLog(strings.Join(r.requests(), "\n"), "POST"); len(posts) > 1 && exists && code != 0 {
				t.Errorf("got %q", posts)
			}
			c.want(0, "apply", "-auto-approve") // the rest, if there is any
			c.want(0, "plan", "-detailed-exitcode")

			c.write("main.tf", variantConfig("width = 400"))
			cut(r.Server, 1)
			c.want(0, "apply", "-auto-approve")
			if body, _ := r.Variant("card"); !strings.Contains(body, `"width":400`) {
				t.Errorf("got %s", body)
			}
			c.want(0, "plan", "-detailed-exitcode")

			cut(r.Server, 1)
			c.want(0, "destroy", "-auto-approve")
			if _, exists := r.Variant("card"); exists {
				t.Error("it was not deleted")
			}
		})
	}
}

// A rejected write leaves the state unchanged, and the error names the
// permission.
func TestVariantResourceRejectedWrites(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, variantConfig("width = 300"))
	c.want(0, "apply", "-auto-approve")
	before := c.state()
	c.write("main.tf", variantConfig("width = 400"))
	r.FailMethod("PATCH", "card", 1, fakeapi.Respond(403, "application/json",
		`{"result":null,"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"messages":[]}`))
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 1 || !outputMatching("a token has the permission Images Write for account").MatchString(output) {
		t.Errorf("ended with %d:\n%s", code, output)
	}
	var was, is struct{ Resources any }
	if err := errors.Join(json.Unmarshal([]byte(before), &was), json.Unmarshal([]byte(c.state()), &is)); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(was) != fmt.Sprint(is) {
		t.Errorf("the state changed from %v to %v", was, is)
	}
}

// The API's limit of variants is reported.
func TestVariantResourceLimit(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	for i := range 97 { // three exist already
		r.PutVariant(fmt.Sprint("v", i), `{"width":1}`, false)
	}
	output, code := r.cli(t, variantConfig("width = 300")).run("apply", "-auto-approve", "-no-color")
	if code != 1 || !outputMatching("100 variants, two signing keys").MatchString(output) {
		t.Errorf("ended with %d:\n%s", code, output)
	}
}

// A hundred variants are created, read and deleted within the rate limit,
// without a 429.
func TestVariantResourceHundred(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	for _, id := range []string{"hero", "thumbnail"} {
		r.RemoveVariant(id)
	}
	r.Limit(60, 10*time.Second)
	c := r.cli(t, requiredProviders+`
resource "cloudflare_image_variant" "all" {
  for_each = toset([for n in range(99) : "size${n}"])
  id       = each.key
  options  = { width = 100 }
}
`)
	c.want(0, "apply", "-auto-approve")
	c.want(0, "plan", "-detailed-exitcode")
	c.want(0, "destroy", "-auto-approve")
	for _, request := range r.Requests() {
		if request.Status == 429 {
			t.Fatalf("%s %s got a 429", request.Method, request.URI)
		}
	}
}

// Data sources of the same run see a new variant, if they depend on it.
func TestVariantResourceSameRun(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, variantConfig("width = 300")+`
data "cloudflare_image_variants" "all" {
  depends_on = [cloudflare_image_variant.card]
}
data "cloudflare_image" "logo" {
  image_id          = "brand/logo"
  required_variants = [cloudflare_image_variant.card.id]
  depends_on        = [cloudflare_image_variant.card]
}
output "seen" {
  value = [data.cloudflare_image_variants.all.variants["card"].width, data.cloudflare_image.logo.variant_urls["card"]]
}
`)
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, "brand/logo/card") {
		t.Errorf("ended with %d:\n%s", code, output)
	}
	c.want(0, "plan", "-detailed-exitcode")
}

// The plan shows the account from the provider, and another account forces
// replacement.
func TestVariantResourceOtherAccount(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, variantConfig("width = 300"))
	c.want(0, "apply", "-auto-approve")
	c.Env = append(c.Env, "CLOUDFLARE_ACCOUNT_ID="+fakeapi.AccountWithoutImages)
	output, code := c.run("plan", "-no-color", "-refresh=false")
	if code != 0 || !outputMatching(`-> "`+fakeapi.AccountWithoutImages+`" # forces replacement`).MatchString(output) {
		t.Errorf("ended with %d:\n%s", code, output)
	}
}

// A plan needs the credentials that an apply needs, unless they are unknown
// until apply.
func TestVariantResourcePlan(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	delete(r.variables, "CLOUDFLARE_API_TOKEN")
	output, code := r.cli(t, variantConfig("width = 300")).run("plan", "-no-color")
	if code != 1 || !outputMatching("Missing Cloudflare credentials").MatchString(output) {
		t.Errorf("ended with %d:\n%s", code, output)
	}
	c := r.cli(t, variantConfig("width = 300")+`
resource "terraform_data" "token" {
  input = "`+fakeapi.Token+`"
}
provider "cloudflare" {
  api_token = terraform_data.token.output
}
`)
	c.want(0, "apply", "-auto-approve")
	c.want(0, "plan", "-detailed-exitcode")
}
