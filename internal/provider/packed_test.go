package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// A value is packed as the library of the plugin protocol packs it.
func TestEncodeValue(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]attr.Value{
		"text":                    types.StringValue("日本"),
		"empty text":              types.StringValue(""),
		"no text":                 types.StringNull(),
		"yes":                     types.BoolValue(true),
		"no":                      types.BoolValue(false),
		"whole number":            types.Int64Value(1 << 40),
		"negative number":         types.Int64Value(-3),
		"number":                  types.Float64Value(0.25),
		"number without fraction": types.Float64Value(1600),
		"no number":               types.Float64Null(),
		"list":                    stringList([]string{"a", "b"}),
		"empty list":              stringList(nil),
		"no list":                 types.ListNull(types.StringType),
		"map":                     stringMap(map[string]attr.Value{"a": types.StringNull(), "b": types.StringValue("B")}),
		"empty map":               stringMap(nil),
		"no map":                  types.MapNull(types.StringType),
		"unknown text":            types.StringUnknown(),
		"unknown flag":            types.BoolUnknown(),
		"unknown list":            types.ListUnknown(types.StringType),
		"unknown map":             types.MapUnknown(types.StringType),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newEncoder()
			p.value(value)
			want, err := value.ToTerraformValue(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := p.packed().decode(want.Type()); !got.Equal(want) {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}
