package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// What Terraform hands over is the provider's own, nothing while it validates,
// or a bug.
func TestToProviderData(t *testing.T) {
	t.Parallel()
	own := new(providerData)
	for name, test := range map[string]struct {
		given any
		want  *providerData
		said  string
	}{
		"the provider's own": {given: own, want: own, said: "[]"},
		"nothing yet":        {said: "[]"},
		"another's": {
			given: "x", said: "[{Expected *providerData, got string. This is a bug in the provider; please report it. Unexpected provider data}]",
		},
	} {
		var diags diag.Diagnostics
		got := toProviderData(test.given, &diags)
		if said := fmt.Sprint(diags); got != test.want || said != test.said {
			t.Errorf("%s: got %v, %s, want %s", name, got, said, test.said)
		}
	}
}

// An object's own account comes before the provider's; one of them there must
// be.
func TestProviderDataAccount(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		own    types.String
		common string
		want   types.String
		fails  bool
	}{
		"its own":                  {own: types.StringValue("own"), want: types.StringValue("own")},
		"its own comes first":      {own: types.StringValue("own"), common: "common", want: types.StringValue("own")},
		"the provider's":           {own: types.StringNull(), common: "common", want: types.StringValue("common")},
		"none":                     {own: types.StringNull(), want: types.StringNull(), fails: true},
		"not known while planning": {own: types.StringUnknown(), common: "common", want: types.StringValue("common")},
	} {
		var diags diag.Diagnostics
		got := (&providerData{accountID: test.common}).account(test.own, &diags)
		if !got.Equal(test.want) || diags.HasError() != test.fails || test.fails && attributeOf(diags[0]) != "account_id" {
			t.Errorf("%s: got %s, %v", name, got, diags)
		}
	}
}

// What a call has to say is passed on, whether it brought anything or not.
func TestProviderDataHandleResult(t *testing.T) {
	t.Parallel()
	op := operation{action: actionRead, object: objectImage, id: "a", attribute: "image_id", accountID: "acc"}
	messages := []client.Message{{Code: 1, Text: "soon"}, {Text: "later"}}
	for name, test := range map[string]struct {
		err  error
		want string // summaries and details
	}{
		"brought": {nil, "[Cloudflare API message for image \"a\": soon (code 1)\nlater]"},
		"failed":  {&client.Error{Kind: client.Unreachable}, `[Unable to read Cloudflare image "a": no response: `},
	} {
		d := new(providerData)
		var diags diag.Diagnostics
		if got := d.handleResult(op, messages, test.err, &diags); got != (test.err == nil) {
			t.Errorf("%s: got %t", name, got)
		}
		var got []string
		for _, one := range diags {
			got = append(got, one.Summary()+": "+one.Detail())
		}
		if !strings.HasPrefix(fmt.Sprint(got), test.want) {
			t.Errorf("%s: got %v, want %s", name, got, test.want)
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
