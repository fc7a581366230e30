package provider

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A model is a struct whose fields are values of attributes, with their names
// in tfsdk tags. It is read and written here, as the framework's own Get and
// Set compile a regular expression for each field, each time, and convert each
// value several times: together more than half of the work for a block.

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

// readModel takes what is set in a configuration, plan or state into a model,
// whose other fields stay as they are: null, in a new one.
func readModel(ctx context.Context, from valueSource, model any) (diags diag.Diagnostics) {
	var attributes map[string]tftypes.Value
	if err := rawValue(from).As(&attributes); err != nil {
		panic(fmt.Sprintf("getModel: %s", err))
	}
	into := reflect.ValueOf(model).Elem()
	for _, field := range fieldsOf(into.Type()) {
		if value := attributes[field.name]; !value.IsNull() {
			diags.Append(from.GetAttribute(ctx, path.Root(field.name), into.FieldByIndex(field.index).Addr().Interface())...)
		}
	}
	return diags
}

// rawValue is the object that a source wraps.
func rawValue(from valueSource) tftypes.Value {
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

// writeModel makes a model the state: packed, where the server takes it so.
func writeModel(ctx context.Context, state *tfsdk.State, model any) {
	if straight, ok := ctx.Value(straightState{}).(*wireValue); ok {
		*straight = encodeModel(model)
		state.RemoveResource(ctx)
		return
	}
	state.Raw = encodeModel(model).decode(state.Schema.Type().TerraformType(ctx))
}
