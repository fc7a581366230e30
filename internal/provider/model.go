package provider

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A model is a struct whose fields are values of attributes, with their names
// in tfsdk tags. It is read and written here, as the framework's own Get and
// Set compile a regular expression for each field, each time, and convert each
// value several times: a quarter of the work for a block. A field that holds
// very much is a tftypes.Value, which goes to the engine as it is.

// attributeField is the field of a model that stands for an attribute.
type attributeField struct {
	name  string
	index []int
}

var knownFields sync.Map // the fields of each type of model

// fieldsOf are those of a model, and of the models embedded in it.
func fieldsOf(model reflect.Type) []attributeField {
	if known, ok := knownFields.Load(model); ok {
		return known.([]attributeField) //nolint:forcetypeassert // nothing else is stored
	}
	var fields []attributeField
	for _, field := range reflect.VisibleFields(model) {
		if name := field.Tag.Get("tfsdk"); name != "" {
			fields = append(fields, attributeField{name, field.Index})
		}
	}
	knownFields.Store(model, fields)
	return fields
}

// getModel takes what is set in a configuration, plan or state into a model,
// whose other fields stay as they are: null, in a new one.
func getModel(ctx context.Context, from source, model any) (diags diag.Diagnostics) {
	var given map[string]tftypes.Value
	if err := rawValue(from).As(&given); err != nil {
		panic(fmt.Sprintf("getModel: %s", err))
	}
	into := reflect.ValueOf(model).Elem()
	for _, field := range fieldsOf(into.Type()) {
		value := given[field.name]
		if value.IsNull() {
			continue
		}
		switch target := into.FieldByIndex(field.index).Addr().Interface().(type) {
		case *tftypes.Value:
			*target = value
		default:
			diags.Append(from.GetAttribute(ctx, path.Root(field.name), target)...)
		}
	}
	return diags
}

// rawValue is the object that a source wraps.
func rawValue(from source) tftypes.Value {
	switch from := from.(type) {
	case tfsdk.Config:
		return from.Raw
	case tfsdk.Plan:
		return from.Raw
	case tfsdk.State:
		return from.Raw
	default:
		panic(fmt.Sprintf("rawValue: say where a %T has its value", from))
	}
}

// setModel makes a model the state.
func setModel(ctx context.Context, state *tfsdk.State, model any) {
	state.Raw = modelValue(ctx, state.Raw.Type(), model)
}

// modelValue is a model as an object of the type. A model that is not of the
// type is a bug that any test of it meets.
func modelValue(ctx context.Context, of tftypes.Type, model any) tftypes.Value {
	object, ok := of.(tftypes.Object)
	if !ok {
		panic(fmt.Sprintf("modelValue: a model is an object, not a %s", of))
	}
	from := reflect.ValueOf(model).Elem()
	values := make(map[string]tftypes.Value, len(object.AttributeTypes))
	for _, field := range fieldsOf(from.Type()) {
		values[field.name] = fieldValue(ctx, object.AttributeTypes[field.name], from.FieldByIndex(field.index).Interface())
	}
	return tftypes.NewValue(object, values)
}

// fieldValue is a field as a value of the type, which a null collection does
// not know by itself.
func fieldValue(ctx context.Context, of tftypes.Type, field any) tftypes.Value {
	switch field := field.(type) {
	case tftypes.Value:
		return field
	case attr.Value:
		if field.IsNull() {
			return tftypes.NewValue(of, nil)
		}
		value, err := field.ToTerraformValue(ctx)
		if err != nil {
			panic(fmt.Sprintf("fieldValue: %s", err))
		}
		return value
	default:
		panic(fmt.Sprintf("fieldValue: a %T is no value of an attribute", field))
	}
}

// objectType is the type of the objects that have the attributes.
func objectType(attributes map[string]schema.Attribute) tftypes.Object {
	attributeTypes := make(map[string]tftypes.Type, len(attributes))
	for name, attribute := range attributes {
		attributeTypes[name] = attribute.GetType().TerraformType(context.Background())
	}
	return tftypes.Object{AttributeTypes: attributeTypes}
}

// objectMap is objects of a type by name.
func objectMap(of tftypes.Object, objects map[string]tftypes.Value) tftypes.Value {
	return tftypes.NewValue(tftypes.Map{ElementType: of}, objects)
}
