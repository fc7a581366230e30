// Package tfwire reads and writes models: structs of attribute values that name
// their attributes in tfsdk tags. A field may also be a struct of the same kind,
// for a nested attribute, or a Value, which is encoded already.
//
// The framework's own Get and Set do the same, but compile a regular expression
// for each field, each time, and convert each value several times: more than
// half of the work for a block. Read, Write and Object use reflection once for
// each type of model.
//
// A state that was read also bypasses the framework's response, which would copy
// it, compare it with the configuration or the prior state and convert it, four
// times in all, for blocks and for semantic equality, which the models here
// handle. A hundred thousand images took 2.2 GB, and take 0.4 GB now. The server
// adds a sink to the context (WithSink), Write stores the encoded state there,
// and the server responds with it.
//
// The results must equal those of the framework. TestWrite and TestRead compare
// them for models of all kinds of fields, TestEncode for all kinds of values. In
// the provider, TestServerReadsAsTheFramework and
// TestServerReadsResourcesAsTheFramework compare the responses of every data
// source and resource, and TestSchemaTypesAreSupported walks all schemas for types
// that can't be encoded.
package tfwire

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Source is a configuration, plan or state.
type Source interface {
	GetAttribute(ctx context.Context, at path.Path, target any) diag.Diagnostics
}

// Read copies the attributes that are set in a source into a model. The other
// fields stay as they are: null, in a new model.
func Read(ctx context.Context, from Source, model any) (diags diag.Diagnostics) {
	var attributes map[string]tftypes.Value
	if err := raw(from).As(&attributes); err != nil {
		panic(fmt.Sprintf("tfwire.Read: %s", err)) // every source is an object
	}
	into := reflect.ValueOf(model).Elem()
	for _, field := range fieldsOf(into.Type()) {
		value := attributes[field.name]
		if value.IsNull() {
			continue
		}
		at, target := path.Root(field.name), into.FieldByIndex(field.index)
		current, ok := reflect.TypeAssert[attr.Value](target)
		if !ok { // a nested model
			diags.Append(from.GetAttribute(ctx, at, target.Addr().Interface())...)
			continue
		}
		converted, err := attributeType(ctx, current).ValueFromTerraform(ctx, value)
		if err != nil {
			panic(fmt.Sprintf("tfwire.Read: %s: %s", field.name, err)) // a model for another schema, which any test finds
		}
		if converted, ok := converted.(xattr.ValidateableAttribute); ok {
			var resp xattr.ValidateAttributeResponse
			converted.ValidateAttribute(ctx, xattr.ValidateAttributeRequest{Path: at}, &resp)
			diags.Append(resp.Diagnostics...)
		}
		target.Set(reflect.ValueOf(converted))
	}
	return diags
}

// attributeType returns the type of an attribute by a value of it. A collection
// that was never set doesn't know the type of its elements: strings, in every
// schema.
func attributeType(ctx context.Context, value attr.Value) attr.Type {
	switch value := value.(type) {
	case types.List:
		return types.ListType{ElemType: types.StringType}
	case types.Set:
		return types.SetType{ElemType: types.StringType}
	case types.Map:
		return types.MapType{ElemType: types.StringType}
	default:
		return value.Type(ctx)
	}
}

// raw returns the object that a source wraps.
func raw(from Source) tftypes.Value {
	switch from := from.(type) {
	case tfsdk.Config:
		return from.Raw
	case tfsdk.Plan:
		return from.Raw
	case tfsdk.State:
		return from.Raw
	default:
		panic(fmt.Sprintf("tfwire.Read: unsupported source %T", from))
	}
}

// sinkKey is the context key of the sink for a state that was read.
type sinkKey struct{}

// WithSink returns a context in which Write stores the encoded state in sink,
// bypassing the framework.
func WithSink(ctx context.Context, sink *Value) context.Context {
	return context.WithValue(ctx, sinkKey{}, sink)
}

// Write stores a model as the state: encoded in the sink if ctx has one, else in
// state. If it bypasses the framework, the state is left null, so that the
// framework has nothing to copy.
func Write(ctx context.Context, state *tfsdk.State, model any) {
	if sink, ok := ctx.Value(sinkKey{}).(*Value); ok {
		*sink = Encode(model)
		state.RemoveResource(ctx)
		return
	}
	state.Raw = Object(ctx, state.Schema.Type().TerraformType(ctx), model)
}

// Object returns a model as an object of the type, which has an attribute for
// each of the model's fields.
func Object(ctx context.Context, of tftypes.Type, model any) tftypes.Value {
	object, ok := of.(tftypes.Object)
	if !ok {
		panic(fmt.Sprintf("tfwire.Object: %s is not an object", of))
	}
	from := reflect.ValueOf(model).Elem()
	attributes := make(map[string]tftypes.Value, len(object.AttributeTypes))
	for _, field := range fieldsOf(from.Type()) {
		attributes[field.name] = terraformValue(ctx, object.AttributeTypes[field.name], from.FieldByIndex(field.index))
	}
	return tftypes.NewValue(of, attributes)
}

// terraformValue returns a field of a model as a value of the type. A field that
// was never set may not know the type of its elements.
func terraformValue(ctx context.Context, of tftypes.Type, field reflect.Value) tftypes.Value {
	switch value := field.Interface().(type) {
	case Value:
		return value.Decode(of)
	case attr.Value:
		switch {
		case value.IsNull():
			return tftypes.NewValue(of, nil)
		case value.IsUnknown():
			return tftypes.NewValue(of, tftypes.UnknownValue)
		}
		converted, err := value.ToTerraformValue(ctx)
		if err != nil {
			panic(fmt.Sprintf("tfwire.Object: %s", err)) // the framework created the value
		}
		return converted
	default:
		return Object(ctx, of, field.Addr().Interface())
	}
}

// Equal reports whether two models of the same type have equal values.
func Equal(one, two any) bool {
	first, second := reflect.ValueOf(one).Elem(), reflect.ValueOf(two).Elem()
	for _, field := range fieldsOf(first.Type()) {
		value, _ := reflect.TypeAssert[attr.Value](first.FieldByIndex(field.index))
		other, _ := reflect.TypeAssert[attr.Value](second.FieldByIndex(field.index))
		if !value.Equal(other) {
			return false
		}
	}
	return true
}

// attributeField is the field of a model that holds an attribute.
type attributeField struct {
	name  string
	index []int
}

var knownFields sync.Map // the fields of each type of model

// fieldsOf returns the fields of a model, and of the models embedded in it.
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
