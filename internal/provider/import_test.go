package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// An import ID is split after an account ID, and is never decoded.
func TestParseImport(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, account, id string }{
		"a name":                 {text: "hero", account: fakeapi.AccountID, id: "hero"},
		"an account and a name":  {text: otherAccount + "/hero", account: otherAccount, id: "hero"},
		"an ID with a slash":     {text: "brand/logo", account: fakeapi.AccountID, id: "brand/logo"},
		"an account and a slash": {text: otherAccount + "/brand/logo", account: otherAccount, id: "brand/logo"},
		"an ID with special characters": {
			text:    otherAccount + "/50%2F off/ü #1",
			account: otherAccount,
			id:      "50%2F off/ü #1",
		},
		"almost an account": {
			text:    otherAccount[1:] + "/logo",
			account: fakeapi.AccountID,
			id:      otherAccount[1:] + "/logo",
		},
		"an account in upper case": {
			text:    strings.ToUpper(otherAccount) + "/logo",
			account: fakeapi.AccountID,
			id:      strings.ToUpper(otherAccount) + "/logo",
		},
		"only an account":        {text: otherAccount, account: fakeapi.AccountID, id: otherAccount},
		"an account and nothing": {text: otherAccount + "/"},
		"nothing":                {},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &baseResource{&providerData{accountID: fakeapi.AccountID}}
			var diags diag.Diagnostics
			account, id := r.parseImport(t.Context(), importRequest(test.text), "id", &diags)
			if diags.HasError() != (test.id == "") {
				t.Fatalf("got %v", diags)
			}
			if test.id != "" && (account.ValueString() != test.account || id.ValueString() != test.id) {
				t.Errorf("got %s and %s, want %q and %q", account, id, test.account, test.id)
			}
		})
	}
}

// An import by identity uses the ID unchanged, and checks the account.
func TestParseImportIdentity(t *testing.T) {
	t.Parallel()
	ours := providerData{accountID: fakeapi.AccountID}
	text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	none := tftypes.NewValue(tftypes.String, nil)
	tests := map[string]struct {
		provider    *providerData
		account, id tftypes.Value
		wantAccount string // empty if it fails
		failed      string
	}{
		"with an account": {
			provider:    &ours,
			account:     text(otherAccount),
			id:          text("hero"),
			wantAccount: otherAccount,
		},
		"with the provider's": {provider: &ours, account: none, id: text("hero"), wantAccount: fakeapi.AccountID},
		"with an invalid account": {
			provider: &ours,
			account:  text("a/b"),
			id:       text("hero"),
			failed:   "Error account_id: Invalid account_id",
		},
		"empty": {provider: &ours, account: none, id: text(""), failed: "Error -: Invalid import ID"},
		"and no account": {
			provider: &providerData{},
			account:  none,
			id:       text("hero"),
			failed:   "Error account_id: Missing Cloudflare account ID",
		},
		"without credentials": {
			provider: &providerData{configErrors: noToken},
			account:  none,
			id:       text("hero"),
			failed:   "Error -: No token",
		},
		"empty, without credentials": {
			provider: &providerData{configErrors: noToken}, account: none, id: text(""), failed: "Error -: Invalid import ID",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			of := identitySchema("name", "Name of it.")
			identity := tftypes.NewValue(of.Type().TerraformType(t.Context()), map[string]tftypes.Value{
				"account_id": test.account, "name": test.id,
			})
			r := &baseResource{test.provider}
			req := resource.ImportStateRequest{Identity: &tfsdk.ResourceIdentity{Raw: identity, Schema: of}}
			var diags diag.Diagnostics
			account, id := r.parseImport(t.Context(), req, "name", &diags)
			if got := strings.Join(summariesOfDiags(diags), ", "); got != test.failed {
				t.Fatalf("got %q, want %q", got, test.failed)
			}
			if test.failed == "" && (account.ValueString() != test.wantAccount || id.ValueString() != "hero") {
				t.Errorf("got %s and %s, want %q and hero", account, id, test.wantAccount)
			}
		})
	}
}

// Import blocks quote IDs exactly, including template sequences, which a
// configuration would otherwise evaluate.
func TestImportBlock(t *testing.T) {
	t.Parallel()
	got := importBlock("cloudflare_image", "a", `${x}/%{y}"\`)
	const want = `id = "a/$${x}/%%{y}\"\\"`
	if !strings.Contains(got, want) {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if got := importBlock("cloudflare_image", "a", ""); got != "" {
		t.Errorf("got %s without an ID", got)
	}
}

// fromLog returns the lines that contain a word.
func fromLog(log, word string) (lines []string) {
	for line := range strings.Lines(log) {
		if strings.Contains(line, word) {
			lines = append(lines, fmt.Sprintf("%.300s", line))
		}
	}
	return lines
}

// An import by identity uses each ID unchanged, and the provider's account if
// none is given.
func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	requireFeature(t, engine.Identities)
	r := newTestEnv(t)
	const id = "a b/50%2F ü\"${x}"
	r.AddImage(`{"result":{"id":"a b/50%2F ü\"${x}","uploaded":"2026-01-01T00:00:00Z","variants":[]},"success":true}`)
	c := r.cli(t, requiredProviders+`
resource "cloudflare_image" "unusual" {
  id = `+hclQuote(id)+`
}
import {
  to       = cloudflare_image.unusual
  identity = { image_id = `+hclQuote(id)+` }
}
resource "cloudflare_image_variant" "hero" {
  id      = "hero"
  options = { fit = "cover", width = 1200, height = 400 }
}
import {
  to       = cloudflare_image_variant.hero
  identity = { account_id = "`+fakeapi.AccountID+`", variant_id = "hero" }
}
resource "cloudflare_image_signing_key" "campaign" {
  name = "campaign"
}
import {
  to       = cloudflare_image_signing_key.campaign
  identity = { name = "campaign" }
}
`)
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, "3 imported, 0 added, 0 changed, 0 destroyed") {
		t.Errorf("ended with %d:\n%s", code, output)
	}
	r.assertReadsOnly(t)
	c.want(0, "plan", "-detailed-exitcode")
}

// A malformed account ID is rejected before any request.
func TestImportByIdentityOfNoAccount(t *testing.T) {
	t.Parallel()
	requireFeature(t, engine.Identities)
	r := newTestEnv(t)
	c := r.cli(t, requiredProviders+`
resource "cloudflare_image" "unusual" {}
import {
  to       = cloudflare_image.unusual
  identity = { account_id = "", image_id = "brand/logo" }
}
`)
	output, code := c.run("plan", "-no-color")
	if code != 1 {
		t.Errorf("plan ended with %d, want 1", code)
	}
	for _, want := range []string{
		"Invalid account_id",
		"Omit it to use the provider's account.",
	} {
		if !outputMatching(want).MatchString(output) {
			t.Errorf("got:\n%s\nwant %s", output, want)
		}
	}
	if got := r.requests(); len(got) != 0 {
		t.Errorf("got the requests %q", got)
	}
}
