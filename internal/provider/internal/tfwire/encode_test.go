package tfwire

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// single is a model with one value of any type.
type single struct {
	Value attr.Value `tfsdk:"value"`
}

// A value is encoded as the library of the plugin protocol encodes it.
func TestEncode(t *testing.T) {
	t.Parallel()
	elements := []attr.Value{types.StringValue("a"), types.StringNull(), types.StringValue("b")}
	for name, value := range map[string]attr.Value{
		"string":                    types.StringValue("日本"),
		"empty string":              types.StringValue(""),
		"null string":               types.StringNull(),
		"unknown string":            types.StringUnknown(),
		"JSON":                      jsontypes.NewNormalizedValue(`{"a": [1, "x"]}`),
		"null JSON":                 jsontypes.NewNormalizedNull(),
		"unknown JSON":              jsontypes.NewNormalizedUnknown(),
		"true":                      types.BoolValue(true),
		"false":                     types.BoolValue(false),
		"null boolean":              types.BoolNull(),
		"unknown boolean":           types.BoolUnknown(),
		"large integer":             types.Int64Value(1 << 40),
		"negative integer":          types.Int64Value(-3),
		"null integer":              types.Int64Null(),
		"unknown integer":           types.Int64Unknown(),
		"fraction":                  types.Float64Value(0.25),
		"number without a fraction": types.Float64Value(1600),
		"null number":               types.Float64Null(),
		"unknown number":            types.Float64Unknown(),
		"list":                      types.ListValueMust(types.StringType, elements),
		"empty list":                types.ListValueMust(types.StringType, nil),
		"null list":                 types.ListNull(types.StringType),
		"unknown list":              types.ListUnknown(types.StringType),
		"set":                       types.SetValueMust(types.StringType, elements),
		"empty set":                 types.SetValueMust(types.StringType, nil),
		"null set":                  types.SetNull(types.StringType),
		"unknown set":               types.SetUnknown(types.StringType),
		"map":                       types.MapValueMust(types.StringType, map[string]attr.Value{"a": elements[0], "b": elements[1]}),
		"empty map":                 types.MapValueMust(types.StringType, nil),
		"null map":                  types.MapNull(types.StringType),
		"unknown map":               types.MapUnknown(types.StringType),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, err := value.ToTerraformValue(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			of := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"value": want.Type()}}
			wantObject := tftypes.NewValue(of, map[string]tftypes.Value{"value": want})
			if got := Encode(&single{value}).Decode(of); !got.Equal(wantObject) {
				t.Errorf("got %s, want %s", got, wantObject)
			}
		})
	}
}

func TestEncodeUnsupportedType(t *testing.T) {
	t.Parallel()
	defer func() {
		if problem := fmt.Sprint(recover()); !strings.Contains(problem, "unsupported type basetypes.NumberValue") {
			t.Errorf("got %s, want the unsupported type", problem)
		}
	}()
	Encode(&single{types.NumberValue(big.NewFloat(1))})
	t.Error("a type that is not supported was encoded")
}
