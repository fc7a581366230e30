package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// keyConfig returns a signing key with a name.
func keyConfig(name string) string {
	return requiredProviders + `
resource "cloudflare_image_signing_key" "shop" {
  name = "` + name + `"
}
`
}

const shop = "cloudflare_image_signing_key.shop"

// A key is created, left unchanged, replaced, imported and deleted, each with
// exactly the requests it needs.
func TestSigningKeyResourceLifecycle(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.RemoveKey("campaign")
	requested := func(want ...string) func(*terraform.State) error {
		return func(*terraform.State) error { r.assertRequests(t, want...); return nil }
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: r.factories(t),
		Steps: []resource.TestStep{
			{Config: keyConfig("shop"), Check: requested("GET /keys", "PUT /keys/shop")},
			{
				Config:           keyConfig("shop"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: emptyPlan},
				Check:            requested("GET /keys"),
			},
			{
				ResourceName:                         shop,
				ImportState:                          true,
				ImportStateVerify:                    true,
				ImportStateId:                        "shop",
				ImportStateVerifyIdentifierAttribute: "name",
			},
			{
				ResourceName: shop, ImportState: true, ImportStateVerify: true, ImportStateId: fakeapi.AccountID + "/shop",
				ImportStateVerifyIdentifierAttribute: "name",
			},
			{
				ResourceName:  shop,
				ImportState:   true,
				ImportStateId: "absent",
				ExpectError:   outputMatching("Cannot import non-existent remote object"),
			},
			{
				PreConfig:        func() { r.requests() },
				Config:           keyConfig("shop2"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: plannedActions(shop, plancheck.ResourceActionReplace)},
				Check:            requested("GET /keys", "DELETE /keys/shop", "GET /keys", "PUT /keys/shop2"),
			},
			{
				PreConfig:        func() { r.RemoveKey("shop2") }, // may be a stale listing this soon after the create
				Config:           keyConfig("shop2"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: emptyPlan},
			},
			{
				PreConfig: func() { r.RemoveKey("shop2") }, // deleting a missing key isn't an error
				Config:    requiredProviders,
			},
		},
	})
}

// The ID of a key is its name, which the plan knows; a state that was written
// without an ID shows no change.
func TestSigningKeyResourceID(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.RemoveKey("campaign")
	c := r.cli(t, keyConfig("shop")+"output \"id\" {\n  value = cloudflare_image_signing_key.shop.id\n}\n")
	if output, code := c.run("plan", "-no-color"); code != 0 || !outputMatching(`+ id = "shop"`).MatchString(output) {
		t.Errorf("plan ended with %d:\n%s", code, output)
	}
	c.want(0, "apply", "-auto-approve")
	if id := c.outputOf("id"); id != "shop" {
		t.Errorf("got the ID %q, want shop", id)
	}

	c.write("main.tf", keyConfig("shop"))
	c.want(0, "apply", "-auto-approve") // without the output
	state := c.state()
	without := regexp.MustCompile(`"id": ?"shop",`).ReplaceAllString(state, "")
	if without == state {
		t.Fatalf("the state has no ID:\n%s", state)
	}
	c.write("terraform.tfstate", without)
	c.want(0, "plan", "-detailed-exitcode", "-refresh=false")
	c.want(0, "plan", "-detailed-exitcode")
	c.want(0, "apply", "-auto-approve", "-refresh-only")
	if !c.stateContains(`"id":"shop"`) {
		t.Errorf("the refreshed state has no ID:\n%s", c.state())
	}
}

// An existing key keeps its value, as URLs may be signed with it.
func TestSigningKeyResourceExists(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, keyConfig("campaign"))
	found, code := c.diagnostics("apply", "-auto-approve")
	if code != 1 || len(found) != 1 ||
		found[0].Summary != `Unable to create Cloudflare image signing key "campaign": already exists` ||
		!strings.Contains(found[0].Detail, `id = "`+fakeapi.AccountID+`/campaign"`) {
		t.Errorf("ended with %d: %v", code, found)
	}
	r.assertRequests(t, "GET /keys")
}

// Wherever a connection drops, a key is created once or not at all, its value
// never changes, and the error has the block that imports it.
func TestSigningKeyResourceLostResponses(t *testing.T) {
	t.Parallel()
	cuts := map[string]func(*fakeapi.Server, int){
		"before the request":  (*fakeapi.Server).DropBeforeRequest,
		"after the commit":    (*fakeapi.Server).DropResponseAfterCommit,
		"during the response": (*fakeapi.Server).DropDuringResponse,
	}
	for name, cut := range cuts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			r.RemoveKey("campaign")
			c := r.cli(t, keyConfig("shop"))
			cut(r.Server, 1)
			found, code := c.diagnostics("apply", "-auto-approve")
			if code != 1 || len(found) != 1 || !strings.Contains(found[0].Summary, "it may have been created") {
				t.Fatalf("ended with %d: %v", code, found)
			}
			if name != "before the request" { // the key exists
				_, block, _ := strings.Cut(found[0].Detail, "\n\n")
				block, _, _ = strings.Cut(block, "\n\n")
				c.write("import.tf", strings.Replace(block, "cloudflare_image_signing_key.example", "cloudflare_image_signing_key.shop", 1))
			}
			c.want(0, "apply", "-auto-approve")
			if puts := fromLog(strings.Join(r.requests(), "\n"), "PUT"); len(puts) > 2 || name != "before the request" && len(puts) > 1 {
				t.Errorf("got the requests %q", puts)
			}
			c.want(0, "plan", "-detailed-exitcode")
			cut(r.Server, 1)
			c.want(0, "destroy", "-auto-approve")
			if names := strings.Join(r.KeyNames(), " "); names != "default" {
				t.Errorf("got the keys %s", names)
			}
		})
	}
}

// The value of a key is neither in the output, nor in the state, a plan file
// or a log, whatever the API returns.
func TestSigningKeyResourceKeepsSecret(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.RemoveKey("campaign")
	log := filepath.Join(t.TempDir(), "log")
	r.variables["TF_LOG"], r.variables["TF_LOG_PATH"] = "TRACE", log
	c := r.cli(t, keyConfig("shop"))
	var seen strings.Builder
	for _, args := range [][]string{
		{"plan", "-out=planned"}, {"apply", "planned"}, {"show", "-json"}, {"plan"}, {"destroy", "-auto-approve"},
	} {
		output, code := c.run(args...)
		if code != 0 {
			t.Fatalf("%s ended with %d:\n%s", args, code, output)
		}
		seen.WriteString(output)
		if args[0] == "apply" {
			seen.WriteString(c.state())
		}
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	seen.Write(text)
	seen.WriteString(unzipped(t, filepath.Join(c.Dir, "planned")))
	if !strings.Contains(seen.String(), "images/v1/keys/shop") {
		t.Error("the log has no request, so nothing was tested")
	}
	for _, secret := range []string{"not-a-real-key", "fake-api-signing-key"} {
		if strings.Contains(seen.String(), secret) {
			t.Errorf("the output contains %s", secret)
		}
	}
}

func TestSigningKeyResourceErrors(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"":                      "must be 1 to 20 letters and digits",
		"a-b":                   "must be 1 to 20 letters and digits",
		"a23456789012345678901": "must be 1 to 20 letters and digits",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed := newTestEnv(t).cli(t, keyConfig(name)).onlyError("validate")
			if failed.Summary != "Invalid name" {
				t.Errorf("summary: got %s, want Invalid name", failed.Summary)
			}
			if !strings.Contains(failed.Detail, want) {
				t.Errorf("detail: got %s, want %s in it", failed.Detail, want)
			}
		})
	}
}

// The API's messages about the last key, and about one too many, are reported.
func TestSigningKeyResourceLimits(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, keyConfig("shop"))
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 1 || !outputMatching("100 variants, two signing keys").MatchString(output) {
		t.Errorf("a third key ended with %d:\n%s", code, output)
	}
	r.RemoveKey("campaign")
	c.want(0, "apply", "-auto-approve")
	r.FailMethod("DELETE", "shop", 1, fakeapi.Respond(400, "application/json",
		`{"result":null,"success":false,"errors":[{"code":5400,"message":"Bad Request"}],"messages":[]}`))
	output, code = c.run("destroy", "-auto-approve", "-no-color")
	if code != 1 || !outputMatching("If this is the last signing key of the account, create another one first").MatchString(output) {
		t.Errorf("the last key ended with %d:\n%s", code, output)
	}
}
