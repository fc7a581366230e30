package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
)

// asked is what was asked of the images API since the last call, as a method,
// a path below images/v1 and a body.
func (r *rig) asked() (lines []string) {
	all := r.Requests()
	for _, request := range all[r.seen:] {
		path := strings.TrimPrefix(request.URI, standin.BasePath+"/accounts/"+standin.AccountID+"/images/v1")
		lines = append(lines, strings.TrimSpace(request.Method+" "+path+" "+request.Body))
	}
	r.seen = len(all)
	return lines
}

// wantAsked compares what was asked since the last call, in its order. The
// engine may read more than once, one time after the other: that counts once.
func (r *rig) wantAsked(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for _, line := range r.asked() {
		if len(got) == 0 || got[len(got)-1] != line || !strings.HasPrefix(line, "GET ") {
			got = append(got, line)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// emptyPlan is a check that nothing is left to do.
var emptyPlan = []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}

// actions is a check of what a plan does with a resource.
func actions(address string, action plancheck.ResourceActionType) []plancheck.PlanCheck {
	return []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}
}

// An import is split at the account, if that is what stands there, and nothing
// of it is decoded.
func TestImported(t *testing.T) {
	t.Parallel()
	const other = "0123456789abcdef0123456789abcdef"
	tests := map[string]struct{ text, account, id string }{
		"a name":                         {"hero", standin.AccountID, "hero"},
		"an account and a name":          {other + "/hero", other, "hero"},
		"an ID with a slash":             {"brand/logo", standin.AccountID, "brand/logo"},
		"an account and such an ID":      {other + "/brand/logo", other, "brand/logo"},
		"an ID with all sorts of things": {other + "/50%2F off/ü #1", other, "50%2F off/ü #1"},
		"nearly an account":              {other[1:] + "/logo", standin.AccountID, other[1:] + "/logo"},
		"an account in capitals":         {strings.ToUpper(other) + "/logo", standin.AccountID, strings.ToUpper(other) + "/logo"},
		"an account alone":               {other, standin.AccountID, other},
		"an account and nothing":         {other + "/", "", ""},
		"nothing":                        {"", "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &baseResource{&providerData{accountID: standin.AccountID}}
			var diags diag.Diagnostics
			account, id := r.imported(t.Context(), importRequest(test.text), "id", &diags)
			if diags.HasError() != (test.id == "") {
				t.Fatalf("got %v", diags)
			}
			if test.id != "" && (account.ValueString() != test.account || id.ValueString() != test.id) {
				t.Errorf("got %s and %s, want %q and %q", account, id, test.account, test.id)
			}
		})
	}
}

// What an import block quotes is what it says, also with what a configuration
// would evaluate.
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

// fromLog is the lines with a word in them.
func fromLog(log, word string) (lines []string) {
	for line := range strings.Lines(log) {
		if strings.Contains(line, word) {
			lines = append(lines, fmt.Sprintf("%.300s", line))
		}
	}
	return lines
}

// An import by identity takes each ID as it is, and the account from the
// provider where it is left out.
func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	withEngine(t, engine.Identities)
	r := newRig(t)
	const id = "a b/50%2F ü\"${x}"
	r.Store(`{"result":{"id":"a b/50%2F ü\"${x}","uploaded":"2026-01-01T00:00:00Z","variants":[]},"success":true}`)
	c := r.cli(t, requiredProviders+`
resource "cloudflare_image" "odd" {
  id = `+quoted(id)+`
}
import {
  to       = cloudflare_image.odd
  identity = { image_id = `+quoted(id)+` }
}
resource "cloudflare_image_variant" "hero" {
  id      = "hero"
  options = { fit = "cover", width = 1200, height = 400 }
}
import {
  to       = cloudflare_image_variant.hero
  identity = { account_id = "`+standin.AccountID+`", variant_id = "hero" }
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
	r.wantReadsOnly(t)
	c.want(0, "plan", "-detailed-exitcode")
}

// An account of a form that none has is refused before any request.
func TestImportByIdentityOfNoAccount(t *testing.T) {
	t.Parallel()
	withEngine(t, engine.Identities)
	r := newRig(t)
	c := r.cli(t, requiredProviders+`
resource "cloudflare_image" "odd" {}
import {
  to       = cloudflare_image.odd
  identity = { account_id = "", image_id = "brand/logo" }
}
`)
	output, code := c.run("plan", "-no-color")
	if code != 1 || !says("Invalid account_id").MatchString(output) || !says("Leave it out for the provider's.").MatchString(output) {
		t.Errorf("ended with %d:\n%s", code, output)
	}
	if asked := r.asked(); len(asked) != 0 {
		t.Errorf("got the requests %q", asked)
	}
}
