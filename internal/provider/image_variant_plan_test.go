package provider

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// Values that a response omits are kept as sent; different values are an
// error, and in the state as returned.
func TestVariantModelApplyWrite(t *testing.T) {
	t.Parallel()
	planned := func(change func(*imageVariantResourceModel)) *imageVariantResourceModel {
		m := &imageVariantResourceModel{AccountID: types.StringValue("account"), ID: types.StringValue("card")}
		m.fill(&client.Variant{
			ID: "card", Fit: new("cover"), Metadata: new("none"), Width: new(300.0), Height: new(200.0), BrowserTTL: new(3600.0),
		})
		if change != nil {
			change(m)
		}
		return m
	}
	tests := map[string]struct {
		response client.Variant
		want     func(*imageVariantResourceModel) // nil if everything matches
	}{
		"as planned": {
			client.Variant{
				Fit: new("cover"), Metadata: new("none"), Width: new(300.0), Height: new(200.0), BrowserTTL: new(3600.0),
			}, nil,
		},
		"without options": {client.Variant{}, nil},
		"another fit": {
			client.Variant{Fit: new("pad")}, func(m *imageVariantResourceModel) { m.Options.Fit = types.StringValue("pad") },
		},
		"other metadata": {
			client.Variant{
				Metadata: new("keep"),
			}, func(m *imageVariantResourceModel) { m.Options.Metadata = types.StringValue("keep") },
		},
		"another width": {
			client.Variant{Width: new(301.0)}, func(m *imageVariantResourceModel) { m.Options.Width = types.Float64Value(301) },
		},
		"another height": {
			client.Variant{
				Height: new(201.0),
			}, func(m *imageVariantResourceModel) { m.Options.Height = types.Float64Value(201) },
		},
		"another time": {
			client.Variant{
				BrowserTTL: new(7200.0),
			}, func(m *imageVariantResourceModel) { m.Options.BrowserTTL = types.Float64Value(7200) },
		},
		"another access": {
			client.Variant{NeverRequireSignedURLs: true},
			func(m *imageVariantResourceModel) { m.NeverRequireSignedURLs = types.BoolValue(true) },
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := planned(nil)
			diags := got.applyWrite(&test.response, got.operation(actionCreate))
			if diff := cmp.Diff(planned(test.want), got, cmp.AllowUnexported(imageVariantResourceModel{})); diff != "" {
				t.Errorf("state (-want +got):\n%s", diff)
			}
			if diags.HasError() != (test.want != nil) ||
				test.want != nil && !strings.Contains(detailsOfDiags(diags), "terraform untaint") {
				t.Errorf("got %v", diags)
			}
			if diags := planned(nil).applyWrite(&test.response, got.operation(actionUpdate)); strings.Contains(
				detailsOfDiags(diags),
				"untaint",
			) {
				t.Errorf("the error of an update mentions a taint: %v", diags)
			}
		})
	}
}
