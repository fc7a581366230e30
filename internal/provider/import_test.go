package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// The documentation tells that a change of an attribute replaces its object, and
// the engine plans so; of a computed one, the plan of the resource does.
func TestForcesReplacement(t *testing.T) {
	t.Parallel()
	for computed, want := range map[bool]int{false: 1, true: 0} {
		got := forcesReplacement(schema.StringAttribute{MarkdownDescription: "Name of it.", Computed: computed})
		if got.MarkdownDescription != "Name of it. A change replaces it." || len(got.PlanModifiers) != want {
			t.Errorf(
				"computed: %t: got %q and %d modifiers, want %d",
				computed,
				got.MarkdownDescription,
				len(got.PlanModifiers),
				want,
			)
		}
		for _, modifier := range got.PlanModifiers {
			if does, want := modifier.Description(t.Context()), stringplanmodifier.RequiresReplace().Description(t.Context()); does != want {
				t.Errorf("got a modifier %q, want %q", does, want)
			}
		}
	}
}

// A plan shows the account that an object is made in, and replaces what is in
// another one. While the provider's account is not known yet, an object stays
// where it is.
func TestPlanAccount(t *testing.T) {
	t.Parallel()
	ours := providerData{accountID: fakeapi.AccountID}
	null, unknown := types.StringNull(), types.StringUnknown()
	here, there := types.StringValue(fakeapi.AccountID), types.StringValue(otherAccount)
	notYet := providerData{hasUnknown: true, configErrors: noToken}
	tests := map[string]struct {
		provider           *providerData
		configured, before types.String
		want               types.String
		replaced           bool
		failed             string
	}{
		"the provider's":            {provider: &ours, configured: null, before: null, want: here},
		"its own":                   {provider: &ours, configured: there, before: null, want: there},
		"the provider's, as before": {provider: &ours, configured: null, before: here, want: here},
		"another than before": {
			provider:   &ours,
			configured: null,
			before:     there,
			want:       here,
			replaced:   true,
		},
		"its own, another than before": {
			provider:   &ours,
			configured: there,
			before:     here,
			want:       there,
			replaced:   true,
		},
		"not known yet":                         {provider: &notYet, configured: null, before: null, want: unknown},
		"not known yet, as before":              {provider: &notYet, configured: null, before: there, want: there},
		"its own, and the provider's not known": {provider: &notYet, configured: there, before: null, want: there},
		"its own not known yet": {
			provider:   &ours,
			configured: unknown,
			before:     here,
			want:       unknown,
			replaced:   true,
		},
		"none": {
			provider:   &providerData{},
			configured: null,
			before:     null,
			want:       null,
			failed:     "Error account_id: Missing Cloudflare account ID",
		},
		"none any more": {
			provider:   &providerData{},
			configured: null,
			before:     there,
			want:       null,
			failed:     "Error account_id: Missing Cloudflare account ID",
		},
		"none that can be worked with": {
			provider:   &providerData{configErrors: noToken},
			configured: there,
			before:     null,
			want:       null,
			failed:     "Error -: No token",
		},
		"while nothing is configured": {configured: there, before: null, want: null},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &baseResource{test.provider}
			empty := emptyResourceState(t, newImageSigningKeyResource())
			with := func(account types.String) tftypes.Value {
				state := tfsdk.State{Raw: empty.Raw, Schema: empty.Schema}
				if diags := state.SetAttribute(t.Context(), path.Root("account_id"), account); diags.HasError() {
					t.Fatal(diags)
				}
				return state.Raw
			}
			req := resource.ModifyPlanRequest{
				Config: tfsdk.Config{Raw: with(test.configured), Schema: empty.Schema},
				Plan:   tfsdk.Plan{Raw: with(null), Schema: empty.Schema},
				State:  tfsdk.State{Raw: tftypes.NewValue(empty.Raw.Type(), nil), Schema: empty.Schema},
			}
			if !test.before.IsNull() {
				req.State.Raw = with(test.before)
			}
			resp := resource.ModifyPlanResponse{Plan: req.Plan}
			planned := r.planAccount(t.Context(), req, &resp)
			if want := test.failed == "" && test.provider != nil; planned != want {
				t.Errorf("got %t, want %t", planned, want)
			}
			if !resp.Plan.Raw.Equal(with(test.want)) {
				t.Errorf("got %s, want the account %s", resp.Plan.Raw, test.want)
			}
			if !req.Plan.Raw.Equal(with(null)) {
				t.Errorf("the plan that was given is another now: %s", req.Plan.Raw)
			}
			if replaced := resp.RequiresReplace.Contains(path.Root("account_id")); replaced != test.replaced {
				t.Errorf("replaced: got %t, want %t", replaced, test.replaced)
			}
			if got := strings.Join(summariesOfDiags(resp.Diagnostics), ", "); got != test.failed {
				t.Errorf("got %q, want %q", got, test.failed)
			}
		})
	}
	end := resource.ModifyPlanRequest{Plan: tfsdk.Plan{Raw: tftypes.NewValue(tftypes.Object{}, nil)}}
	if r := (&baseResource{&ours}); r.planAccount(t.Context(), end, new(resource.ModifyPlanResponse)) {
		t.Error("there is more to plan of the end")
	}
}

// noToken is why no request can be made.
var noToken = diag.Diagnostics{diag.NewErrorDiagnostic("No token", "Set one.")}

// An import is split at the account, if that is what stands there, and nothing
// of it is decoded.
func TestParseImport(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, account, id string }{
		"a name":                    {text: "hero", account: fakeapi.AccountID, id: "hero"},
		"an account and a name":     {text: otherAccount + "/hero", account: otherAccount, id: "hero"},
		"an ID with a slash":        {text: "brand/logo", account: fakeapi.AccountID, id: "brand/logo"},
		"an account and such an ID": {text: otherAccount + "/brand/logo", account: otherAccount, id: "brand/logo"},
		"an ID with all sorts of things": {
			text:    otherAccount + "/50%2F off/ü #1",
			account: otherAccount,
			id:      "50%2F off/ü #1",
		},
		"nearly an account": {
			text:    otherAccount[1:] + "/logo",
			account: fakeapi.AccountID,
			id:      otherAccount[1:] + "/logo",
		},
		"an account in capitals": {
			text:    strings.ToUpper(otherAccount) + "/logo",
			account: fakeapi.AccountID,
			id:      strings.ToUpper(otherAccount) + "/logo",
		},
		"an account alone":       {text: otherAccount, account: fakeapi.AccountID, id: otherAccount},
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

// An import by identity is taken as it is, and its account must be one.
func TestParseImportIdentity(t *testing.T) {
	t.Parallel()
	ours := providerData{accountID: fakeapi.AccountID}
	text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	none := tftypes.NewValue(tftypes.String, nil)
	tests := map[string]struct {
		provider    *providerData
		account, id tftypes.Value
		wantAccount string // empty where it fails
		failed      string
	}{
		"with an account": {
			provider:    &ours,
			account:     text(otherAccount),
			id:          text("hero"),
			wantAccount: otherAccount,
		},
		"with the provider's": {provider: &ours, account: none, id: text("hero"), wantAccount: fakeapi.AccountID},
		"with what is no account": {
			provider: &ours,
			account:  text("a/b"),
			id:       text("hero"),
			failed:   "Error account_id: Invalid account_id",
		},
		"that is empty": {provider: &ours, account: none, id: text(""), failed: "Error -: Nothing to import"},
		"and no account": {
			provider: &providerData{},
			account:  none,
			id:       text("hero"),
			failed:   "Error account_id: Missing Cloudflare account ID",
		},
		"by no credentials": {
			provider: &providerData{configErrors: noToken},
			account:  none,
			id:       text("hero"),
			failed:   "Error -: No token",
		},
		"of nothing, by no credentials": {
			provider: &providerData{configErrors: noToken}, account: none, id: text(""), failed: "Error -: Nothing to import",
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
	requireFeature(t, engine.Identities)
	r := newTestEnv(t)
	const id = "a b/50%2F ü\"${x}"
	r.Store(`{"result":{"id":"a b/50%2F ü\"${x}","uploaded":"2026-01-01T00:00:00Z","variants":[]},"success":true}`)
	c := r.cli(t, requiredProviders+`
resource "cloudflare_image" "odd" {
  id = `+hclQuote(id)+`
}
import {
  to       = cloudflare_image.odd
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
	r.wantReadsOnly(t)
	c.want(0, "plan", "-detailed-exitcode")
}

// An account of a form that none has is refused before any request.
func TestImportByIdentityOfNoAccount(t *testing.T) {
	t.Parallel()
	requireFeature(t, engine.Identities)
	r := newTestEnv(t)
	c := r.cli(t, requiredProviders+`
resource "cloudflare_image" "odd" {}
import {
  to       = cloudflare_image.odd
  identity = { account_id = "", image_id = "brand/logo" }
}
`)
	output, code := c.run("plan", "-no-color")
	if code != 1 || !outputMatching("Invalid account_id").MatchString(output) ||
		!outputMatching("Leave it out for the provider's.").MatchString(output) {
		t.Errorf("ended with %d:\n%s", code, output)
	}
	if asked := r.requests(); len(asked) != 0 {
		t.Errorf("got the requests %q", asked)
	}
}
