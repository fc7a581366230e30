package tfwire

import (
	"bytes"
	"context"
	"fmt"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/vmihailenco/msgpack/v5"
)

// Value is a value in the wire encoding of the plugin protocol, MessagePack. It
// needs a fifth of the memory of any other form, so it suits a field of a model
// that may hold a hundred thousand objects.
type Value []byte

// Encode encodes a model as an object.
func Encode(model any) Value {
	e := newEncoder()
	e.model(model)
	return e.buffer.Bytes()
}

// Decode decodes a value of the type.
func (v Value) Decode(of tftypes.Type) tftypes.Value {
	value, err := tfprotov6.DynamicValue{MsgPack: v}.Unmarshal(of)
	if err != nil {
		panic(fmt.Sprintf("tfwire.Decode: %s", err)) // a model of another type, which any test finds
	}
	return value
}

// Map encodes a map of objects, one after the other.
type Map struct{ encoder encoder }

// NewMap begins a map of length objects.
func NewMap(length int) Map {
	m := Map{newEncoder()}
	m.encoder.openMap(length)
	return m
}

// Add encodes the next model under its key.
func (m Map) Add(key string, model any) {
	m.encoder.string(key)
	m.encoder.model(model)
}

// Value returns the map once all objects have been added.
func (m Map) Value() Value { return m.encoder.buffer.Bytes() }

// encoder encodes values one after the other. The errors of msgpack are
// ignored: only writes to the buffer could cause them, and these never fail.
type encoder struct {
	buffer  *bytes.Buffer
	msgpack *msgpack.Encoder
}

func newEncoder() encoder {
	buffer := new(bytes.Buffer)
	return encoder{buffer, msgpack.NewEncoder(buffer)}
}

// openMap begins an object or a map, of length keys with a value after each.
func (e encoder) openMap(length int) { _ = e.msgpack.EncodeMapLen(length) }

func (e encoder) string(s string) { _ = e.msgpack.EncodeString(s) }

// model encodes a model as an object.
func (e encoder) model(model any) {
	from := reflect.ValueOf(model).Elem()
	fields := fieldsOf(from.Type())
	e.openMap(len(fields))
	for _, field := range fields {
		e.string(field.name)
		field := from.FieldByIndex(field.index)
		switch value := field.Interface().(type) {
		case Value:
			e.buffer.Write(value)
		case attr.Value:
			e.value(value)
		default: // a nested model
			e.model(field.Addr().Interface())
		}
	}
}

// unknown is the wire encoding of an unknown value.
var unknown = []byte{0xd4, 0, 0}

func (e encoder) value(value attr.Value) {
	if value.IsUnknown() {
		e.buffer.Write(unknown)
		return
	}
	if value.IsNull() {
		_ = e.msgpack.EncodeNil()
		return
	}
	switch value := value.(type) {
	case types.String:
		e.string(value.ValueString())
	case jsontypes.Normalized:
		e.string(value.ValueString())
	case types.Bool:
		_ = e.msgpack.EncodeBool(value.ValueBool())
	case types.Int64:
		_ = e.msgpack.EncodeInt(value.ValueInt64())
	case types.Float64:
		_ = e.msgpack.EncodeFloat64(value.ValueFloat64())
	case types.List:
		e.array(value.Elements())
	case types.Set:
		e.array(value.Elements())
	case types.Map:
		e.openMap(len(value.Elements()))
		for key, element := range value.Elements() {
			e.string(key)
			e.value(element)
		}
	case types.Dynamic:
		e.dynamic(value)
	default:
		panic(fmt.Sprintf("tfwire.Encode: unsupported type %T", value))
	}
}

func (e encoder) array(elements []attr.Value) {
	_ = e.msgpack.EncodeArrayLen(len(elements))
	for _, element := range elements {
		e.value(element)
	}
}

// dynamic encodes a value with its type, using terraform-plugin-go.
//
//nolint:contextcheck,nolintlint // the context is unused, and nolintlint misses contextcheck
func (e encoder) dynamic(value types.Dynamic) {
	converted, err := value.ToTerraformValue(context.Background())
	if err != nil {
		panic(fmt.Sprintf("tfwire.Encode: %s", err)) // the framework created the value
	}
	encoded, err := tfprotov6.NewDynamicValue(tftypes.DynamicPseudoType, converted)
	if err != nil {
		panic(fmt.Sprintf("tfwire.Encode: %s", err))
	}
	e.buffer.Write(encoded.MsgPack)
}
