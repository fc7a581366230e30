package tfwire

import (
	"math/big"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// testModel has fields of every kind, one of them in an embedded model.
type testModel struct {
	testEmbedded

	Flag   types.Bool           `tfsdk:"flag"`
	Count  types.Int64          `tfsdk:"count"`
	Size   types.Float64        `tfsdk:"size"`
	JSON   jsontypes.Normalized `tfsdk:"json"`
	List   types.List           `tfsdk:"list"`
	Set    types.Set            `tfsdk:"set"`
	Map    types.Map            `tfsdk:"map"`
	Any    types.Dynamic        `tfsdk:"any"`
	Nested testNested           `tfsdk:"nested"`
}

type testEmbedded struct {
	ID types.String `tfsdk:"id"`
}

type testNested struct {
	Fit types.String `tfsdk:"fit"`
}

var testSchema = schema.Schema{Attributes: map[string]schema.Attribute{
	"id":    schema.StringAttribute{Optional: true},
	"flag":  schema.BoolAttribute{Optional: true},
	"count": schema.Int64Attribute{Optional: true},
	"size":  schema.Float64Attribute{Optional: true},
	"json":  schema.StringAttribute{Optional: true, CustomType: jsontypes.NormalizedType{}},
	"list":  schema.ListAttribute{Optional: true, ElementType: types.StringType},
	"set":   schema.SetAttribute{Optional: true, ElementType: types.StringType},
	"map":   schema.MapAttribute{Optional: true, ElementType: types.StringType},
	"any":   schema.DynamicAttribute{Optional: true},
	"nested": schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
		"fit": schema.StringAttribute{Optional: true},
	}},
}}

// emptyModel returns a model in which every value is null.
func emptyModel() testModel {
	return testModel{
		List: types.ListNull(types.StringType), Set: types.SetNull(types.StringType), Map: types.MapNull(types.StringType),
	}
}

var testElements = []attr.Value{types.StringValue("a"), types.StringNull(), types.StringValue("日本")}

func fullModel() testModel {
	return testModel{
		testEmbedded: testEmbedded{ID: types.StringValue("brand/logo")},
		Flag:         types.BoolValue(false),
		Count:        types.Int64Value(1 << 40),
		Size:         types.Float64Value(0.25),
		JSON:         jsontypes.NewNormalizedValue(`{"a": 1}`),
		List:         types.ListValueMust(types.StringType, testElements),
		Set:          types.SetValueMust(types.StringType, testElements),
		Map:          types.MapValueMust(types.StringType, map[string]attr.Value{"a": testElements[0], "b": testElements[1]}),
		Any:          types.DynamicValue(types.StringValue("a")),
		Nested:       testNested{Fit: types.StringValue("cover")},
	}
}

func unknownModel() testModel {
	return testModel{
		testEmbedded: testEmbedded{ID: types.StringUnknown()},
		Flag:         types.BoolUnknown(),
		Count:        types.Int64Unknown(),
		Size:         types.Float64Unknown(),
		JSON:         jsontypes.NewNormalizedUnknown(),
		List:         types.ListUnknown(types.StringType),
		Set:          types.SetUnknown(types.StringType),
		Map:          types.MapUnknown(types.StringType),
		Any:          types.DynamicUnknown(),
		Nested:       testNested{Fit: types.StringUnknown()},
	}
}

// emptyState returns a state that is null.
func emptyState(t *testing.T, of schema.Schema) tfsdk.State {
	t.Helper()
	return tfsdk.State{Raw: tftypes.NewValue(of.Type().TerraformType(t.Context()), nil), Schema: of}
}

// frameworkState returns the state that the framework creates from a model.
func frameworkState(t *testing.T, of schema.Schema, model any) tfsdk.State {
	t.Helper()
	state := emptyState(t, of)
	if diags := state.Set(t.Context(), model); diags.HasError() {
		t.Fatal(diags)
	}
	return state
}

func TestWrite(t *testing.T) {
	t.Parallel()
	for name, model := range map[string]testModel{
		"all set": fullModel(), "all null": emptyModel(), "all unknown": unknownModel(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := frameworkState(t, testSchema, &model)
			got := emptyState(t, testSchema)
			Write(t.Context(), &got, &model)
			if diff, err := want.Raw.Diff(got.Raw); err != nil || len(diff) > 0 {
				t.Errorf("state (framework, Write): %v, %v", diff, err)
			}

			var sink Value
			bypassed := emptyState(t, testSchema)
			Write(WithSink(t.Context(), &sink), &bypassed, &model)
			if !bypassed.Raw.IsNull() {
				t.Errorf("the state is %s, want null", bypassed.Raw)
			}
			if diff, err := want.Raw.Diff(sink.Decode(want.Raw.Type())); err != nil || len(diff) > 0 {
				t.Errorf("state (framework, sink): %v, %v", diff, err)
			}
		})
	}
}

// A collection that was never set does not know the type of its elements.
func TestWriteZeroModel(t *testing.T) {
	t.Parallel()
	empty := emptyModel()
	want := frameworkState(t, testSchema, &empty)
	got := emptyState(t, testSchema)
	Write(t.Context(), &got, new(testModel))
	if diff, err := want.Raw.Diff(got.Raw); err != nil || len(diff) > 0 {
		t.Errorf("state (framework, Write): %v, %v", diff, err)
	}
}

// A Value that encodes a map of objects is written as the framework writes the
// map itself.
func TestWriteMap(t *testing.T) {
	t.Parallel()
	of := schema.Schema{Attributes: map[string]schema.Attribute{"objects": schema.MapNestedAttribute{
		Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"fit": schema.StringAttribute{Computed: true},
		}},
	}}}
	objects := map[string]testNested{"a": {types.StringValue("cover")}, "b": {types.StringNull()}}
	want := frameworkState(t, of, &struct {
		Objects map[string]testNested `tfsdk:"objects"`
	}{objects})

	encoded := NewMap(len(objects))
	for key, object := range objects {
		encoded.Add(key, &object)
	}
	got := emptyState(t, of)
	Write(t.Context(), &got, &struct {
		Objects Value `tfsdk:"objects"`
	}{encoded.Value()})
	if diff, err := want.Raw.Diff(got.Raw); err != nil || len(diff) > 0 {
		t.Errorf("state (framework, Write): %v, %v", diff, err)
	}
}

// A value of any type is stored with its type, in both encodings.
func TestWriteDynamic(t *testing.T) {
	t.Parallel()
	type filtered struct {
		MetaFilter types.Dynamic `tfsdk:"meta_filter"`
	}
	of := schema.Schema{Attributes: map[string]schema.Attribute{"meta_filter": schema.DynamicAttribute{Optional: true}}}
	mixed := map[string]attr.Value{
		"string": types.StringValue("日本"), "number": types.NumberValue(big.NewFloat(0.25)), "boolean": types.BoolValue(true),
		"tuple": types.TupleValueMust(
			[]attr.Type{types.StringType, types.NumberType}, []attr.Value{types.StringValue(""), types.NumberNull()},
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
		"map":            types.DynamicValue(types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringNull()})),
		"empty map":      types.DynamicValue(types.MapValueMust(types.StringType, nil)),
		"object":         types.DynamicValue(types.ObjectValueMust(mixedTypes, mixed)),
		"string":         types.DynamicValue(types.StringValue("a")),
		"unknown":        types.DynamicUnknown(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := frameworkState(t, of, &filtered{filter})
			got := emptyState(t, of)
			Write(t.Context(), &got, &filtered{filter})
			if diff, err := want.Raw.Diff(got.Raw); err != nil || len(diff) > 0 {
				t.Errorf("state (framework, Write): %v, %v", diff, err)
			}
			if diff, err := want.Raw.Diff(Encode(&filtered{filter}).Decode(want.Raw.Type())); err != nil || len(diff) > 0 {
				t.Errorf("state (framework, Encode): %v, %v", diff, err)
			}
			var again filtered
			if diags := Read(t.Context(), got, &again); diags.HasError() {
				t.Fatal(diags)
			}
			if !again.MetaFilter.Equal(filter) && !filter.IsUnderlyingValueNull() {
				t.Errorf("got %v back, want %v", again.MetaFilter, filter)
			}
		})
	}
}

// A model receives the set attributes and keeps null for all others, so that it
// can be written again.
func TestRead(t *testing.T) {
	t.Parallel()
	for name, model := range map[string]testModel{"all set": fullModel(), "all null": {}} {
		state := emptyState(t, testSchema)
		Write(t.Context(), &state, &model)
		for kind, from := range map[string]Source{
			"configuration": tfsdk.Config(state), "plan": tfsdk.Plan(state), "state": state,
		} {
			t.Run(name+" in a "+kind, func(t *testing.T) {
				t.Parallel()
				var again testModel
				if diags := Read(t.Context(), from, &again); diags.HasError() {
					t.Fatal(diags)
				}
				if !reflect.DeepEqual(again, model) {
					t.Errorf("got %+v, want %+v", again, model)
				}
			})
		}
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()
	type model struct {
		ID   types.String `tfsdk:"id"`
		List types.List   `tfsdk:"list"`
	}
	full := func() *model {
		return &model{ID: types.StringValue("a"), List: types.ListValueMust(types.StringType, testElements)}
	}
	other := full()
	other.List = types.ListNull(types.StringType)
	if !Equal(full(), full()) {
		t.Error("two models with the same values are not equal")
	}
	if Equal(full(), other) {
		t.Error("two models with other lists are equal")
	}
}
