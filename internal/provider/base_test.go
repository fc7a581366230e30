package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
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
			given: "x", said: "[{Want *providerData, got string. This is a bug in the provider; please report it. Unexpected provider data}]",
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
		"brought": {nil, "[Cloudflare has a message about image \"a\": soon (code 1)\nlater]"},
		"failed":  {&client.Error{Kind: client.Unreachable}, `[Cloudflare image "a" could not be read: no answer: `},
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
