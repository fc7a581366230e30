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

// Provider data has the provider's own type, or is nil during validation. Any
// other type is a bug.
func TestToProviderData(t *testing.T) {
	t.Parallel()
	own := new(providerData)
	for name, test := range map[string]struct {
		data     any
		want     *providerData
		reported string
	}{
		"the provider's own": {data: own, want: own, reported: "[]"},
		"none yet":           {reported: "[]"},
		"another type": {
			data: "x", reported: "[{Expected *providerData, got string. This is a bug in the provider; please report it. Unexpected provider data}]",
		},
	} {
		var diags diag.Diagnostics
		got := toProviderData(test.data, &diags)
		if reported := fmt.Sprint(diags); got != test.want || reported != test.reported {
			t.Errorf("%s: got %v, %s, want %s", name, got, reported, test.reported)
		}
	}
}

// An object's account_id takes precedence over the provider's; one of them is
// required.
func TestProviderDataAccount(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		own    types.String
		common string
		want   types.String
		fails  bool
	}{
		"its own":                {own: types.StringValue("own"), want: types.StringValue("own")},
		"its own before another": {own: types.StringValue("own"), common: "common", want: types.StringValue("own")},
		"the provider's":         {own: types.StringNull(), common: "common", want: types.StringValue("common")},
		"none":                   {own: types.StringNull(), want: types.StringNull(), fails: true},
		"unknown while planning": {own: types.StringUnknown(), common: "common", want: types.StringValue("common")},
	} {
		var diags diag.Diagnostics
		got := (&providerData{accountID: test.common}).account(test.own, &diags)
		if !got.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
		if diags.HasError() != test.fails {
			t.Fatalf("%s: got %v, want an error: %t", name, diags, test.fails)
		}
		if test.fails && attributeOf(diags[0]) != "account_id" {
			t.Errorf("%s: got an error at %q, want account_id", name, attributeOf(diags[0]))
		}
	}
}

// API messages are reported whether a call succeeds or fails.
func TestProviderDataHandleResult(t *testing.T) {
	t.Parallel()
	op := operation{action: actionRead, object: objectImage, id: "a", attribute: "image_id", accountID: "acc"}
	messages := []client.Message{{Code: 1, Text: "soon"}, {Text: "later"}}
	for name, test := range map[string]struct {
		err  error
		want string // summaries and details
	}{
		"success": {nil, "[Cloudflare API message for image \"a\": soon (code 1)\nlater]"},
		"failure": {&client.Error{Kind: client.Unreachable}, `[Unable to read Cloudflare image "a": no response: `},
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

// A plan shows the account of an object, and changing it forces replacement.
// While the provider's account is unknown, the object keeps its account.
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
		"a different one": {
			provider:   &ours,
			configured: null,
			before:     there,
			want:       here,
			replaced:   true,
		},
		"its own, a different one": {
			provider:   &ours,
			configured: there,
			before:     here,
			want:       there,
			replaced:   true,
		},
		"unknown":                             {provider: &notYet, configured: null, before: null, want: unknown},
		"unknown, as before":                  {provider: &notYet, configured: null, before: there, want: there},
		"its own, and the provider's unknown": {provider: &notYet, configured: there, before: null, want: there},
		"its own unknown": {
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
		"removed": {
			provider:   &providerData{},
			configured: null,
			before:     there,
			want:       null,
			failed:     "Error account_id: Missing Cloudflare account ID",
		},
		"no credentials": {
			provider:   &providerData{configErrors: noToken},
			configured: there,
			before:     null,
			want:       null,
			failed:     "Error -: No token",
		},
		"before Configure": {configured: there, before: null, want: null},
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
				t.Errorf("the request's plan was changed to %s", req.Plan.Raw)
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
		t.Error("planAccount returned true for a destroy")
	}
}

// noToken is a configuration error.
var noToken = diag.Diagnostics{diag.NewErrorDiagnostic("No token", "Set one.")}
