package promise

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// Weight is what a change of the schema means for those who use the provider.
type Weight string

// The weights, from the heaviest. From version 1.0.0 on, they move the first,
// the second and the third number of the version; before it, a breaking change
// moves the second.
const (
	Breaking Weight = "BREAKING"
	Feature  Weight = "feature"
	Wording  Weight = "wording"
)

// Change is a difference between two schemas.
type Change struct {
	Weight Weight
	// Object names what has changed, such as: data source cloudflare_image,
	// attribute variants.
	Object string
	// What has changed, and what it does to a configuration.
	What string
}

// String is a line for people.
func (c Change) String() string { return fmt.Sprintf("%s: %s: %s", c.Weight, c.Object, c.What) }

// comparison collects changes.
type comparison struct{ changes []Change }

func (c *comparison) add(weight Weight, object, what string, args ...any) {
	c.changes = append(c.changes, Change{weight, object, fmt.Sprintf(what, args...)})
}

// Compare lists what has changed, in the order of the schema's names.
func Compare(before, after *tfjson.ProviderSchema) []Change {
	var c comparison
	c.block("provider block", before.ConfigSchema, after.ConfigSchema)
	objects(&c, "resource", before.ResourceSchemas, after.ResourceSchemas, c.block)
	objects(&c, "data source", before.DataSourceSchemas, after.DataSourceSchemas, c.block)
	objects(&c, "ephemeral resource", before.EphemeralResourceSchemas, after.EphemeralResourceSchemas, c.block)
	objects(&c, "function", before.Functions, after.Functions, c.function)
	onlyWording := !slices.ContainsFunc(c.changes, func(change Change) bool { return change.Weight != Wording })
	if onlyWording && !reflect.DeepEqual(withoutWords(before), withoutWords(after)) {
		c.add(Breaking, "schema", "changed in a way that is not compared here; look at the difference, and teach this comparison about it")
	}
	return c.changes
}

// withoutWords is a schema as JSON, without what has no effect but on people.
func withoutWords(schema *tfjson.ProviderSchema) any {
	encoded, err := json.Marshal(schema)
	if err != nil {
		return err
	}
	var decoded any
	if err := json.Unmarshal(encoded, &decoded); err != nil {
		return err
	}
	removeWords(decoded)
	return decoded
}

func removeWords(part any) {
	switch part := part.(type) {
	case map[string]any:
		// An attribute may be called like this, but is no text.
		maps.DeleteFunc(part, func(name string, value any) bool {
			_, isText := value.(string)
			return isText && slices.Contains([]string{"description", "description_kind", "summary", "name"}, name)
		})
		for _, inner := range part {
			removeWords(inner)
		}
	case []any:
		for _, inner := range part {
			removeWords(inner)
		}
	}
}

// objects compares what has a name: what is gone, what is new, and what is in
// both.
func objects[T any](c *comparison, kind string, before, after map[string]T, compare func(object string, before, after T)) {
	for _, name := range sortedNames(before, after) {
		object := kind + " " + name
		was, existed := before[name]
		is, exists := after[name]
		switch {
		case !exists:
			c.add(Breaking, object, "removed; a configuration that uses it no longer validates")
		case !existed:
			c.add(Feature, object, "added")
		default:
			compare(object, was, is)
		}
	}
}

func sortedNames[T any](before, after map[string]T) []string {
	all := maps.Clone(before)
	if all == nil {
		all = map[string]T{}
	}
	maps.Copy(all, after)
	return slices.Sorted(maps.Keys(all))
}

func (c *comparison) block(object string, before, after *tfjson.Schema) {
	if before.Block.Description != after.Block.Description {
		c.add(Wording, object, "the description changed")
	}
	if !before.Block.Deprecated && after.Block.Deprecated {
		c.add(Feature, object, "deprecated; those who use it see a warning")
	}
	if len(before.Block.NestedBlocks)+len(after.Block.NestedBlocks) > 0 {
		c.add(Breaking, object, "nested blocks are not compared; the provider has used attributes only")
	}
	c.attributes(object, before.Block.Attributes, after.Block.Attributes)
}

func (c *comparison) attributes(parent string, before, after map[string]*tfjson.SchemaAttribute) {
	for _, name := range sortedNames(before, after) {
		object := parent + ", attribute " + name
		was, is := before[name], after[name]
		switch {
		case is == nil:
			c.add(Breaking, object, "removed; a configuration that names it no longer validates")
		case was == nil && is.Required:
			c.add(Breaking, object, "added as required; a configuration without it no longer validates")
		case was == nil:
			c.add(Feature, object, "added")
		default:
			c.attribute(object, was, is)
		}
	}
}

func (c *comparison) attribute(object string, before, after *tfjson.SchemaAttribute) {
	settable := func(a *tfjson.SchemaAttribute) bool { return a.Required || a.Optional }
	for _, row := range []struct {
		changed bool
		weight  Weight
		what    string
	}{
		{!before.Required && after.Required, Breaking, "required now; a configuration without it no longer validates"},
		{before.Required && after.Optional, Feature, "no longer required"},
		{settable(before) && !settable(after), Breaking, "can no longer be set; a configuration that sets it no longer validates"},
		{!settable(before) && after.Optional, Feature, "can be set now"},
		{before.Computed && !after.Computed, Breaking, "no longer computed; it is null where it is not set"},
		{!before.Computed && after.Computed, Feature, "computed where it is not set, instead of null"},
		{!before.Sensitive && after.Sensitive, Breaking, "sensitive now; an output that uses it must be marked as sensitive"},
		{before.Sensitive && !after.Sensitive, Breaking, "no longer sensitive; plans and logs show its value"},
		{before.WriteOnly != after.WriteOnly, Breaking, "write-only or not has changed; what refers to it may no longer validate"},
		{!before.Deprecated && after.Deprecated, Feature, "deprecated; those who use it see a warning"},
		{before.Description != after.Description, Wording, "the description changed"},
	} {
		if row.changed {
			c.add(row.weight, object, "%s", row.what)
		}
	}
	wasNested, isNested := before.AttributeNestedType, after.AttributeNestedType
	switch {
	case wasNested != nil && isNested != nil && wasNested.NestingMode == isNested.NestingMode:
		c.attributes(object, wasNested.Attributes, isNested.Attributes)
	case wasNested != nil || isNested != nil:
		c.add(Breaking, object, "the way it nests changed from %s to %s; expressions that use it may fail", nesting(wasNested), nesting(isNested))
	case settable(after):
		c.input(object, before.AttributeType, after.AttributeType)
	default:
		c.output(object, before.AttributeType, after.AttributeType)
	}
}

func nesting(nested *tfjson.SchemaNestedAttributeType) string {
	if nested == nil {
		return "none"
	}
	return string(nested.NestingMode)
}

func (c *comparison) function(object string, before, after *tfjson.FunctionSignature) {
	if before.Description != after.Description || before.Summary != after.Summary {
		c.add(Wording, object, "the description changed")
	}
	if before.DeprecationMessage == "" && after.DeprecationMessage != "" {
		c.add(Feature, object, "deprecated; those who use it see a warning")
	}
	c.output(object+", result", before.ReturnType, after.ReturnType)
	if len(before.Parameters) != len(after.Parameters) {
		c.add(Breaking, object, "it takes %d fixed arguments instead of %d; look whether calls still validate", len(after.Parameters), len(before.Parameters))
		return
	}
	for i, was := range before.Parameters {
		c.parameter(fmt.Sprintf("%s, argument %d", object, i+1), was, after.Parameters[i])
	}
	was, is := before.VariadicParameter, after.VariadicParameter
	switch {
	case was != nil && is == nil:
		c.add(Breaking, object, "it takes no further arguments; calls that give some no longer validate")
	case was == nil && is != nil:
		c.add(Feature, object, "it takes further arguments")
	case was != nil:
		c.parameter(object+", further arguments", was, is)
	}
}

func (c *comparison) parameter(object string, before, after *tfjson.FunctionParameter) {
	if before.Description != after.Description || before.Name != after.Name {
		c.add(Wording, object, "the name or description changed")
	}
	if before.IsNullable && !after.IsNullable {
		c.add(Breaking, object, "no longer takes null")
	}
	if !before.IsNullable && after.IsNullable {
		c.add(Feature, object, "takes null now")
	}
	c.input(object, before.Type, after.Type)
}

// input compares the types of what a configuration gives.
func (c *comparison) input(object string, before, after cty.Type) {
	switch {
	case before.Equals(after):
	case after.Equals(cty.DynamicPseudoType):
		c.add(Feature, object, "takes any type now")
	default:
		c.add(Breaking, object, "the type changed from %s to %s; configurations that set it may fail", typeName(before), typeName(after))
	}
}

// output compares the types of what a configuration gets.
func (c *comparison) output(object string, before, after cty.Type) {
	switch {
	case before.Equals(after):
	case extends(before, after):
		c.add(Feature, object, "the object has more attributes now: %s", typeName(after))
	default:
		c.add(Breaking, object, "the type changed from %s to %s; expressions that use it may fail", typeName(before), typeName(after))
	}
}

// extends is whether an object type has all that it had, and more.
func extends(before, after cty.Type) bool {
	if !before.IsObjectType() || !after.IsObjectType() {
		return false
	}
	is := after.AttributeTypes()
	for name, was := range before.AttributeTypes() {
		if now, exists := is[name]; !exists || !now.Equals(was) {
			return false
		}
	}
	return true
}

// typeName is a type as an exported schema spells it.
func typeName(t cty.Type) string {
	name, err := ctyjson.MarshalType(t)
	if err != nil {
		return t.FriendlyName()
	}
	return string(name)
}
