package provider

import (
	"math/big"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// emptyState is a state of a data source in which everything is null.
func emptyState(t *testing.T, of datasource.DataSource) tfsdk.State {
	t.Helper()
	var resp datasource.SchemaResponse
	of.Schema(t.Context(), datasource.SchemaRequest{}, &resp)
	return tfsdk.State{Raw: allNull(t, resp.Schema.Type()), Schema: resp.Schema}
}

// emptyResourceState is the same of a resource.
func emptyResourceState(t *testing.T, of resource.Resource) tfsdk.State {
	t.Helper()
	var resp resource.SchemaResponse
	of.Schema(t.Context(), resource.SchemaRequest{}, &resp)
	return tfsdk.State{Raw: allNull(t, resp.Schema.Type()), Schema: resp.Schema}
}

// allNull is an object in which every attribute is null.
func allNull(t *testing.T, of attr.Type) tftypes.Value {
	t.Helper()
	object, ok := of.TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("the schema is no object")
	}
	values := map[string]tftypes.Value{}
	for name, of := range object.AttributeTypes {
		values[name] = tftypes.NewValue(of, nil)
	}
	return tftypes.NewValue(object, values)
}

// What the framework would make of a model by reflection, writeModel makes as
// well, value for value.
func TestWriteModel(t *testing.T) {
	t.Parallel()
	whole, none := imageDataSourceModel{
		ImageID: types.StringValue("brand/logo"),
	}, imageDataSourceModel{
		IgnoreNotFound: types.BoolValue(true),
	}
	whole.RequiredVariants = types.SetValueMust(types.StringType, []attr.Value{types.StringValue("hero")})
	none.RequiredVariants = types.SetNull(types.StringType)
	whole.fill(wholeImage(), operation{})
	none.fill(nil, operation{})
	for name, model := range map[string]*imageDataSourceModel{"an image": &whole, "none": &none} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, want := emptyState(t, newImageDataSource()), emptyState(t, newImageDataSource())
			writeModel(t.Context(), &got, model)
			if diags := want.Set(t.Context(), model); diags.HasError() {
				t.Fatal(diags)
			}
			if diff, err := want.Raw.Diff(got.Raw); err != nil || len(diff) > 0 {
				t.Errorf("state (framework, setModel): %v, %v", diff, err)
			}
		})
	}
}

// A value of any type is packed with its type, as the framework would have it.
func TestWriteModelDynamic(t *testing.T) {
	t.Parallel()
	type filtered struct {
		MetaFilter types.Dynamic `tfsdk:"meta_filter"`
	}
	of := schema.Schema{Attributes: map[string]schema.Attribute{"meta_filter": metaFilterAttribute()}}
	mixed := map[string]attr.Value{
		"text": types.StringValue("日本"), "number": types.NumberValue(big.NewFloat(0.25)), "yes": types.BoolValue(true),
		"list": types.TupleValueMust(
			[]attr.Type{types.StringType, types.NumberType},
			[]attr.Value{types.StringValue(""), types.NumberNull()},
		),
		"set":   types.SetValueMust(types.StringType, []attr.Value{types.StringValue("a")}),
		"large": types.NumberValue(new(big.Float).SetPrec(512).SetInt(new(big.Int).Lsh(big.NewInt(3), 80))),
	}
	mixedTypes := map[string]attr.Type{}
	for name, value := range mixed {
		mixedTypes[name] = value.Type(t.Context())
	}
	for name, filter := range map[string]types.Dynamic{
		"null":           types.DynamicNull(),
		"unset":          {},
		"null of a type": types.DynamicValue(types.MapNull(types.StringType)),
		"map":            types.DynamicValue(stringMap(map[string]attr.Value{"a": types.StringValue("A"), "b": types.StringNull()})),
		"empty map":      types.DynamicValue(stringMap(nil)),
		"object":         types.DynamicValue(types.ObjectValueMust(mixedTypes, mixed)),
		"text":           types.DynamicValue(types.StringValue("a")),
		"not known":      types.DynamicUnknown(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			none := tftypes.NewValue(of.Type().TerraformType(t.Context()), nil)
			got, want := tfsdk.State{Raw: none, Schema: of}, tfsdk.State{Raw: none, Schema: of}
			writeModel(t.Context(), &got, &filtered{filter})
			if diags := want.Set(t.Context(), &filtered{filter}); diags.HasError() {
				t.Fatal(diags)
			}
			if diff, err := want.Raw.Diff(got.Raw); err != nil || len(diff) > 0 {
				t.Errorf("state (framework, setModel): %v, %v", diff, err)
			}
			var again filtered
			if diags := readModel(t.Context(), got, &again); diags.HasError() ||
				!again.MetaFilter.Equal(filter) && !filter.IsUnderlyingValueNull() {
				t.Errorf("got %v back, and %v, want %v", again.MetaFilter, diags, filter)
			}
		})
	}
}

// A model takes what is set, and keeps null where nothing is, so that what is
// read can be written again.
func TestReadModel(t *testing.T) {
	t.Parallel()
	state := emptyState(t, newImageDataSource())
	var model imageDataSourceModel
	if diags := readModel(t.Context(), state, &model); diags.HasError() || !reflect.ValueOf(model).IsZero() {
		t.Errorf("got %+v, %v of nothing", model, diags)
	}
	model.ImageID, model.IgnoreNotFound = types.StringValue("brand/logo"), types.BoolValue(true)
	model.fill(wholeImage(), operation{})
	model.RequiredVariants = types.SetValueMust(types.StringType, []attr.Value{types.StringValue("hero")})
	writeModel(t.Context(), &state, &model)
	for name, from := range map[string]valueSource{
		"configuration": tfsdk.Config(state), "plan": tfsdk.Plan(state), "state": state,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var again imageDataSourceModel
			if diags := readModel(t.Context(), from, &again); diags.HasError() {
				t.Fatal(diags)
			}
			if diff := cmp.Diff(model, again, cmp.AllowUnexported(imageDataSourceModel{})); diff != "" {
				t.Errorf("model (-set +read):\n%s", diff)
			}
		})
	}
}
