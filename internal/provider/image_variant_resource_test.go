package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
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

// variantConfig is a variant "card" with options.
func variantConfig(options string) string {
	return requiredProviders + `
resource "cloudflare_image_variant" "card" {
  id      = "card"
  options = { ` + options + ` }
}
`
}

const card = "cloudflare_image_variant.card"

// optionsOf is a check of the whole state of the options.
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

// A variant is made, left alone, changed, renamed, imported and deleted, with
// the requests that each of it takes and no other.
func TestVariantResourceLifecycle(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	asked := func(want ...string) func(*terraform.State) error {
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
				Check: asked("GET /variants", "POST /variants "+made),
			},
			{
				Config:           variantConfig("width = 300"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: emptyPlan},
				Check:            asked("GET /variants/card"),
			},
			{
				PreConfig: func() {
					r.PutVariant(
						"card",
						`{"fit":"scale-down","metadata":"none","width":300,"blur":5}`,
						false,
					) // as with the dashboard's slider
				},
				Config: variantConfig(`fit = "cover", height = 200, browser_ttl = 3600`),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply:             plannedActions(card, plancheck.ResourceActionUpdate),
					PostApplyPostRefresh: emptyPlan,
				},
				ConfigStateChecks: []statecheck.StateCheck{optionsOf("cover", 0, 200, 3600)},
				Check:             asked("GET /variants/card", "PATCH /variants/card "+changed),
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
				Check: asked("GET /variants/card", "DELETE /variants/card", "GET /variants",
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

// What was changed or deleted outside shows as a plan, and an apply repairs it.
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
				PreConfig:        func() { r.RemoveVariant("card") }, // which may be a stale read, so soon after the create
				Config:           config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: emptyPlan},
			},
			{
				PreConfig: func() { r.RemoveVariant("card") }, // deleting what is gone is no error
				Config:    requiredProviders,
			},
		},
	})
}

// Options that only an apply knows can follow on those that the account does not
// tell.
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

// An answer that is older than a write of the last minutes is not taken for
// drift, however many came after it.
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
					"application/json", // older than the latest write but one
					`{"result":{"variant":{"id":"card","options":{"fit":"scale-down","metadata":"none","width":300}}},"success":true}`,
				))
			}),
		},
	})
}

// What cannot be is told by validate, or else by the plan, with the attribute.
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
		"height of a half": {
			block("card", "height = 1.5"),
			"Invalid options.height: The value must be an integer number of pixels, at least 1; the value is 1.5.",
		},
		"no size": {
			block("card", `fit = "cover"`),
			"Invalid options: A variant needs a size. Set width, height or both",
		},
		"a fit of flexible": {block("card", `width = 1, fit = "squeeze"`), `Attribute options.fit value must be one of`},
		"an unknown metadata": {
			block("card", `width = 1, metadata = "all"`),
			`Attribute options.metadata value must be one of`,
		},
		"browsers keep little": {
			block("card", "width = 1, browser_ttl = 3599"),
			"whole number of seconds from 3600 to 31536000; the value is 3599.",
		},
		"browsers keep long": {block("card", "width = 1, browser_ttl = 31536001"), "the value is 31536001."},
		"a hyphen":           {block("my-card", "width = 1"), "Invalid id: The value must be 1 to 99 letters and digits"},
		"a long name":        {block(long, "width = 1"), "Invalid id: The value must be 1 to 99 letters and digits"},
		"no name":            {block("", "width = 1"), "Invalid id: The value must be 1 to 99 letters and digits"},
		"no options": {
			requiredProviders + `resource "cloudflare_image_variant" "x" { id = "card" }`,
			`The argument "options" is required`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			found, code := r.cli(t, test.config).diagnostics("validate")
			if code != 1 || len(found) != 1 {
				t.Fatalf("ended with %d: %v", code, found)
			}
			if said := found[0].Summary + ": " + found[0].Detail; !strings.Contains(
				strings.Join(strings.Fields(said), " "),
				test.want,
			) {
				t.Errorf("got %s\nwant %s", said, test.want)
			}
			r.assertRequests(t)
		})
	}
}

// A variant that is there already is never changed by a create: the error has
// the import block, which a second run can use as it is.
func TestVariantResourceExists(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]bool{"JSON": false, "text": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			r.PlainTextErrors(text)
			config := strings.ReplaceAll(variantConfig("width = 300"), `"card"`, `"hero"`)
			c := r.cli(t, config)
			found, code := c.diagnostics("apply", "-auto-approve")
			if code != 1 || len(found) != 1 {
				t.Fatalf("ended with %d: %v", code, found)
			}
			if want := `Unable to create Cloudflare image variant "hero": already exists`; found[0].Summary != want {
				t.Errorf("got %s\nwant %s", found[0].Summary, want)
			}
			block := regexp.MustCompile(`(?s)import \{.*?\}`).FindString(found[0].Detail)
			c.write("import.tf", strings.Replace(block, "example", "hero", 1))
			r.requests()
			output, code := c.run("apply", "-auto-approve", "-no-color")
			if code != 0 || !strings.Contains(output, "1 imported, 0 added, 1 changed, 0 destroyed") {
				t.Errorf("ended with %d:\n%s", code, output)
			}
			c.want(0, "plan", "-detailed-exitcode")
		})
	}
}

// A variant that the API makes in another way is told with what was sent, and
// with the way past its replacement, which prevent_destroy may forbid.
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
		!strings.Contains(found[0].Detail, "the next plan replaces it, unless terraform untaint lets it be") {
		t.Fatalf("ended with %d: %v", code, found)
	}
	c.want(1, "plan")
	c.want(0, "untaint", card)
	c.write("main.tf", protected("width = 300, height = 200"))
	c.want(0, "plan", "-detailed-exitcode")

	r.FailMethod("PATCH", "card", 1, fakeapi.Respond(200, "application/json",
		`{"result":{"variant":{"id":"card","options":`+held+`}},"success":true}`))
	c.write("main.tf", protected("width = 400, height = 200"))
	found, code = c.diagnostics("apply", "-auto-approve")
	if code != 1 || len(found) != 1 || strings.Contains(found[0].Detail, "untaint") {
		t.Errorf("a change ended with %d: %v", code, found)
	}
}

// The variant of every account can be taken in, changed and let go of, but
// neither made nor deleted.
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
		!outputMatching(`Cloudflare image variant "public" of the account `+fakeapi.AccountID+` stays`).MatchString(output) {
		t.Errorf("ended with %d:\n%s", code, output)
	}
	r.assertRequests(t, "GET /variants/public")
	if _, exists := r.Variant("public"); !exists {
		t.Error("it was deleted")
	}
}

// Wherever a connection breaks, a write is done once or not at all, and the
// state knows of it.
func TestVariantResourceLostResponses(t *testing.T) {
	t.Parallel()
	cuts := map[string]func(*fakeapi.Server, int){
		"before it is carried out":     (*fakeapi.Server).DropBeforeRequest,
		"in the middle of the request": (*fakeapi.Server).DropDuringRequest,
		"after it is carried out":      (*fakeapi.Server).DropResponseAfterCommit,
		"in the middle of the answer":  (*fakeapi.Server).DropDuringResponse,
	}
	for name, cut := range cuts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			c := r.cli(t, variantConfig("width = 300"))
			cut(r.Server, 1)
			output, code := c.run("apply", "-auto-approve", "-no-color")
			_, exists := r.Variant("card")
			if unsure := outputMatching("Whether it was created is not known").MatchString(output); code != 0 &&
				(!unsure || exists) {
				t.Errorf("create ended with %d, exists %t:\n%s", code, exists, output)
			}
			if posts := fromLog(strings.Join(r.requests(), "\n"), "POST"); len(posts) > 1 && exists && code != 0 {
				t.Errorf("got %q", posts)
			}
			c.want(0, "apply", "-auto-approve") // the rest, where there is any
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

// A refused write leaves the state as it was, and names the permission.
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
	if code != 1 || !outputMatching("a token has the permission Images Write for this account").MatchString(output) {
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

// What an account takes in all is passed on.
func TestVariantResourceLimit(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	for i := range 97 { // there are three
		r.PutVariant(fmt.Sprint("v", i), `{"width":1}`, false)
	}
	output, code := r.cli(t, variantConfig("width = 300")).run("apply", "-auto-approve", "-no-color")
	if code != 1 || !outputMatching("100 variants, two signing keys").MatchString(output) {
		t.Errorf("ended with %d:\n%s", code, output)
	}
}

// A hundred variants are made, read and deleted within an allowance, without
// ever meeting its end.
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
			t.Fatalf("%s %s met a 429", request.Method, request.URI)
		}
	}
}

// What reads the variants of an account in the same run sees a new one, where
// it depends on it.
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

// An account that follows the provider's is shown in the plan, and another one
// replaces the variant.
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

// A plan needs the credentials that an apply needs, unless they come with the
// apply.
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
