package provider

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

// wireValue is a value as it goes to the engine: MessagePack, as the plugin
// protocol has it. It takes a fifth of the memory of any other form, so a field
// of a model that may hold a hundred thousand objects is packed.
type wireValue []byte

// encodeModel packs a model as an object.
func encodeModel(model any) wireValue {
	p := newEncoder()
	p.model(model)
	return p.packed()
}

// decode gives the value, which is of the type.
func (p wireValue) decode(of tftypes.Type) tftypes.Value {
	value, err := tfprotov6.DynamicValue{MsgPack: p}.Unmarshal(of)
	if err != nil {
		panic(fmt.Sprintf("unpack: %s", err)) // a model that is not of the type: any test of it meets that
	}
	return value
}

// encoder packs one value after the other. The encoder's errors are those of
// the buffer, which has none.
type encoder struct {
	out     *bytes.Buffer
	encoder *msgpack.Encoder
}

func newEncoder() encoder {
	out := new(bytes.Buffer)
	return encoder{out, msgpack.NewEncoder(out)}
}

func (p encoder) packed() wireValue { return p.out.Bytes() }

// open begins an object or a map, of so many names with a value after each.
func (p encoder) open(length int) { _ = p.encoder.EncodeMapLen(length) }

func (p encoder) text(text string) { _ = p.encoder.EncodeString(text) }

// model packs a model as an object.
func (p encoder) model(model any) {
	from := reflect.ValueOf(model).Elem()
	fields := fieldsOf(from.Type())
	p.open(len(fields))
	for _, field := range fields {
		p.text(field.name)
		field := from.FieldByIndex(field.index)
		switch value := field.Interface().(type) {
		case wireValue:
			p.out.Write(value)
		case attr.Value:
			p.value(value)
		default: // a model in the model
			p.model(field.Addr().Interface())
		}
	}
}

// unknown is what the plugin protocol has where only an apply tells the value.
var unknown = []byte{0xd4, 0, 0}

func (p encoder) value(value attr.Value) {
	if value.IsUnknown() {
		p.out.Write(unknown)
		return
	}
	if value.IsNull() {
		_ = p.encoder.EncodeNil()
		return
	}
	switch value := value.(type) {
	case types.String:
		p.text(value.ValueString())
	case jsontypes.Normalized:
		p.text(value.ValueString())
	case types.Bool:
		_ = p.encoder.EncodeBool(value.ValueBool())
	case types.Int64:
		_ = p.encoder.EncodeInt(value.ValueInt64())
	case types.Float64:
		_ = p.encoder.EncodeFloat64(value.ValueFloat64())
	case types.List:
		_ = p.encoder.EncodeArrayLen(len(value.Elements()))
		for _, element := range value.Elements() {
			p.value(element)
		}
	case types.Set:
		_ = p.encoder.EncodeArrayLen(len(value.Elements()))
		for _, element := range value.Elements() {
			p.value(element)
		}
	case types.Map:
		p.open(len(value.Elements()))
		for name, element := range value.Elements() {
			p.text(name)
			p.value(element)
		}
	case types.Dynamic:
		p.dynamic(value)
	default:
		panic(fmt.Sprintf("packer: give a %T its packed form", value))
	}
}

// dynamic packs a value with its type, which the library of the plugin protocol
// knows how to write down.
//
//nolint:contextcheck,nolintlint // it is used for nothing here, and the linter of such comments misses the other one
func (p encoder) dynamic(value types.Dynamic) {
	terraformValue, err := value.ToTerraformValue(context.Background())
	if err != nil {
		panic(fmt.Sprintf("packer: %s", err)) // the framework made the value
	}
	whole, err := tfprotov6.NewDynamicValue(tftypes.DynamicPseudoType, terraformValue)
	if err != nil {
		panic(fmt.Sprintf("packer: %s", err))
	}
	p.out.Write(whole.MsgPack)
}
