package provider

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// echoed returns a configuration that passes the ephemeral resource through the
// echo provider, which writes it to the state so that the test can read it.
func echoed(arguments string) string {
	echo := "echo = { source = \"" + strings.TrimSuffix(Source, "cloudflare") + "echo\" }\n    "
	return strings.Replace(requiredProviders, "cloudflare =", echo+"cloudflare =", 1) + `
ephemeral "cloudflare_image_signing_key" "test" {
  ` + arguments + `
}
provider "echo" {
  data = ephemeral.cloudflare_image_signing_key.test
}
resource "echo" "test" {}
`
}

func TestSigningKeyEphemeralResource(t *testing.T) {
	t.Parallel()
	str := knownvalue.StringExact
	tests := map[string]struct {
		arguments string
		want      map[string]knownvalue.Check
	}{
		"default": {
			"",
			map[string]knownvalue.Check{
				"account_id": str(fakeapi.AccountID),
				"name":       str("default"),
				"value":      str("fake-api-signing-key"),
			},
		},
		"named": {
			`name = "campaign"`,
			map[string]knownvalue.Check{
				"account_id": str(fakeapi.AccountID),
				"name":       str("campaign"),
				"value":      str("fake-api-campaign-key"),
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			factories := newTestEnv(t).factories(t)
			factories["echo"] = echoprovider.NewProviderServer()
			resource.UnitTest(t, resource.TestCase{
				TerraformVersionChecks:   with(t, engine.EphemeralResources),
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{{
					Config:             echoed(test.arguments),
					ConfigPlanChecks:   onlyOpens,
					ExpectNonEmptyPlan: plansOpens(t),
					ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(
						"echo.test", tfjsonpath.New("data"), knownvalue.ObjectExact(test.want),
					)},
				}},
			})
		})
	}
}

// plansOpens reports whether the JSON of a plan contains the actions of
// ephemeral resources. If so, terraform-plugin-testing never considers a plan
// empty.
func plansOpens(t *testing.T) bool {
	t.Helper()
	return !cliVersion(t).Has(engine.PlansWithoutOpens)
}

// onlyOpens checks that the plan after an apply only opens ephemeral resources.
var onlyOpens = resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{changesNothing{}}}

type changesNothing struct{}

func (changesNothing) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if actions := change.Change.Actions; !actions.NoOp() && !slices.Equal(actions, []tfjson.Action{"open"}) {
			resp.Error = errors.Join(resp.Error, fmt.Errorf("%s: the plan has the actions %v", change.Address, actions))
		}
	}
}

// The schema marks the value as sensitive, which keeps it out of the output.
func TestSigningKeyIsSensitive(t *testing.T) {
	t.Parallel()
	var resp ephemeral.SchemaResponse
	newImageSigningKeyEphemeralResource().Schema(t.Context(), ephemeral.SchemaRequest{}, &resp)
	for name, attribute := range resp.Schema.Attributes {
		if got, want := attribute.IsSensitive(), name == "value"; got != want {
			t.Errorf("%s: sensitive: got %t, want %t", name, got, want)
		}
	}
}

// Swapped arguments don't reveal the key.
func TestSignedURLFunctionSwappedArguments(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.variables["TF_VAR_key"] = fakeapi.SigningKey
	output, code := r.cli(t, requiredProviders+`
variable "key" {
  sensitive = true
}
output "x" {
  value     = provider::cloudflare::signed_url("https://imagedelivery.net/hash/a/public", "2030-01-01T00:00:00Z", var.key)
  sensitive = true
}`).run("plan", "-no-color")
	if code != 1 || !outputMatching("the expiry must be an RFC 3339 time").MatchString(output) ||
		strings.Contains(output, fakeapi.SigningKey) {
		t.Errorf("plan ended with %d:\n%s", code, output)
	}
}

func TestSigningKeyEphemeralResourceErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ arguments, response, want string }{
		"unknown name": {arguments: `name = "nope"`, want: `Unable to read Cloudflare image signing key "nope": not found`},
		"named keys":   {arguments: `name = "nope"`, want: `It has: "campaign", "default".`},
		"no keys":      {response: `{"result":{"keys":[]},"success":true}`, want: `It has: none.`},
		"empty name":   {arguments: `name = ""`, want: `Attribute name UTF-8 character count must be between 1 and 20`},
		"long name": {
			arguments: `name = "aaaaaaaaaaaaaaaaaaaaa"`,
			want:      `Attribute name UTF-8 character count must be between 1 and 20`,
		},
		"bad response": {
			response: `{"result":{"keys":{"value":"fake-api-signing-key"}},"success":true}`,
			want:     `keys: expected an array of keys, got an object, ray`,
		},
		"no permission": {response: "-", want: `Unable to list Cloudflare image signing keys: not permitted`},
		"account":       {arguments: `account_id = "a b"`, want: `Invalid account_id`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			switch test.response {
			case "":
			case "-":
				r.Fail(
					"keys", -1,
					fakeapi.Respond(
						403, "application/json",
						`{"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"messages":[],"result":null}`,
					),
				)
			default:
				r.Fail("keys", -1, fakeapi.Respond(200, "application/json", test.response))
			}
			factories := r.factories(t)
			factories["echo"] = echoprovider.NewProviderServer()
			resource.UnitTest(t, resource.TestCase{
				TerraformVersionChecks:   with(t, engine.EphemeralResources),
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{
					{Config: echoed(test.arguments), ExpectError: outputMatching(test.want)},
				},
			})
		})
	}
}

// The published example leaves no trace of the key in plan, state and log.
func TestSigningKeyIsNotStored(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.variables["TF_LOG"] = "TRACE"
	c := r.cli(t, example(t, "ephemeral-resources/cloudflare_image_signing_key/ephemeral-resource.tf")+`
# A positive control: signed with a key that isn't secret, this is in the plan
# and in the state.
output "control" {
  value = provider::cloudflare::signed_url(
    data.cloudflare_image.contract.variant_urls["public"], "no secret", "2030-01-01T00:00:00Z"
  )
}
`)
	plan, code := c.run("plan", "-no-color", "-out=saved.plan")
	if code != 0 {
		t.Fatalf("plan ended with %d:\n%s", code, plan)
	}
	apply, code := c.run("apply", "-no-color", "saved.plan")
	if code != 0 {
		t.Fatalf("apply ended with %d:\n%s", code, apply)
	}
	state, err := os.ReadFile(filepath.Join(c.Dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	const (
		// HMAC-SHA256 by openssl over the same string, with the key and with
		// "no secret".
		signature = "c0df8264ab76dae4df49bb2b58c5207e87e3bdaa9e1f5d32498c5fb7da528c8e"
		control   = "d937732929227d5db119799678e5453ad203f356ae14a786c2be6f5bbd8e39e6"
	)
	for name, content := range map[string]string{
		"plan's output": plan, "plan": unzipped(t, filepath.Join(c.Dir, "saved.plan")), "apply's output": apply,
		"state": string(state),
	} {
		if strings.Contains(content, fakeapi.SigningKey) || strings.Contains(content, signature) {
			t.Errorf("the key is in the %s", name)
		}
		if !strings.Contains(content, control) {
			t.Errorf("the %s does not contain %q either, so nothing was tested", name, control)
		}
	}
	reads := 0
	for _, request := range r.Requests() {
		if strings.HasSuffix(request.URI, "/images/v1/keys") {
			reads++
		}
	}
	if reads == 0 {
		t.Error("the key was never read")
	}
}

// unzipped returns everything in a plan file.
func unzipped(t *testing.T, path string) string {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var all bytes.Buffer
	for _, file := range archive.File {
		content, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, content); err != nil {
			t.Fatal(err)
		}
		content.Close()
	}
	return all.String()
}
