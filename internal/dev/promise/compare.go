// Package promise tells what a change of the provider's schema means for those
// who use it. The file schema.json is what they rely on, and a test compares
// it with what an engine exports now. The provider does not use any of it.
package promise

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Schema is a provider's schema, as an engine exports it in JSON.
type Schema = map[string]any

// The weights of a change, from the heaviest. From version 1.0.0 on, they move
// the first, the second and the third number of the version; before it, a
// breaking change moves the second.
const (
	breaking = "BREAKING"
	feature  = "feature"
	wording  = "wording"
)

// kinds are the members that hold things with names, and what such a thing is.
var kinds = map[string]string{
	"resource_schemas":           "resource",
	"resource_identity_schemas":  "identity of resource",
	"data_source_schemas":        "data source",
	"ephemeral_resource_schemas": "ephemeral resource",
	"list_resource_schemas":      "list resource",
	"action_schemas":             "action",
	"functions":                  "function",
	"attributes":                 "attribute",
}

// anything stands for every value in a rule, and nil for one that is absent.
const anything = "anything"

// rules say what it means when a member changes; the first that fits counts.
// What none fits is breaking, until a rule says otherwise. The member set is
// made from required and optional.
var rules = []struct {
	member   string
	from, to any
	weight   string
	what     string
}{
	{"description", anything, anything, wording, "the description changed"},
	{"description_kind", anything, anything, wording, "the description changed"},
	{"summary", anything, anything, wording, "the description changed"},
	{"name", anything, anything, wording, "the name changed"},
	{"deprecated", nil, true, feature, "deprecated; those who use it see a warning"},
	{"deprecated", true, nil, feature, "no longer deprecated"},
	{"deprecation_message", nil, anything, feature, "deprecated; those who use it see a warning"},
	{"deprecation_message", anything, anything, wording, "the warning changed"},
	{"set", anything, "required", breaking, "required now; a configuration without it no longer validates"},
	{"set", anything, nil, breaking, "can no longer be set; a configuration that sets it no longer validates"},
	{"set", nil, "optional", feature, "can be set now"},
	{"set", "required", "optional", feature, "no longer required"},
	{"computed", true, nil, breaking, "no longer computed; it is null where it is not set"},
	{"computed", nil, true, feature, "computed where it is not set, instead of null"},
	{"sensitive", nil, true, breaking, "sensitive now; an output that uses it must be marked as sensitive"},
	{"sensitive", true, nil, breaking, "no longer sensitive; plans and logs show its value"},
	{"write_only", anything, anything, breaking, "write-only or not has changed; what refers to it may no longer validate"},
	{"nested_type", anything, anything, breaking, "the way it nests changed; expressions that use it may fail"},
	{"nesting_mode", anything, anything, breaking, "the way it nests changed; expressions that use it may fail"},
	{"is_nullable", true, nil, breaking, "no longer takes null"},
	{"is_nullable", nil, true, feature, "takes null now"},
	{"parameters", anything, anything, breaking, "it takes another number of arguments; look whether calls still validate"},
	{"variadic_parameter", anything, nil, breaking, "it takes no further arguments; calls that give some no longer validate"},
	{"variadic_parameter", nil, anything, feature, "it takes further arguments"},
}

// comparison collects changes.
type comparison struct{ changes []string }

// add says what has changed, of which object, and what that does to a
// configuration.
func (c *comparison) add(weight, object, what string, args ...any) {
	c.changes = append(c.changes, weight+": "+object+": "+fmt.Sprintf(what, args...))
}

// Compare lists what has changed, a line for each, in the order of the
// schema's names.
func Compare(before, after Schema) []string {
	var c comparison
	c.members("", before, after)
	return c.changes
}

// names are those of either, sorted.
func names(before, after Schema) []string {
	all := append(slices.Collect(maps.Keys(before)), slices.Collect(maps.Keys(after))...)
	slices.Sort(all)
	return slices.Compact(all)
}

func (c *comparison) members(object string, before, after Schema) {
	before, after = withSet(before), withSet(after)
	for _, member := range names(before, after) {
		if !reflect.DeepEqual(before[member], after[member]) {
			c.member(object, member, before, after)
		}
	}
}

// withSet says in one member whether and how a configuration sets something.
func withSet(m Schema) Schema {
	m = maps.Clone(m)
	for _, how := range []string{"optional", "required"} {
		if m[how] == true {
			m["set"] = how
		}
		delete(m, how)
	}
	return m
}

func (c *comparison) member(object, member string, before, after Schema) {
	was, is := before[member], after[member]
	wasMap, isMap := both[Schema](was, is)
	wasList, isList := both[[]any](was, is)
	switch {
	case kinds[member] != "":
		c.named(object, kinds[member], wasMap, isMap)
	case wasMap != nil && isMap != nil:
		inside := map[string]string{"provider": "provider block", "variadic_parameter": object + ", further arguments"}
		c.members(cmp.Or(inside[member], object), wasMap, isMap)
	case member == "parameters" && len(wasList) == len(isList):
		for i := range isList {
			wasMap, isMap = both[Schema](wasList[i], isList[i])
			c.members(fmt.Sprintf("%s, argument %d", object, i+1), wasMap, isMap)
		}
	case member == "return_type" || member == "type":
		takes := after["set"] != nil || after["name"] != nil // set in a configuration, or an argument
		c.valueType(object, takes && member == "type", was, is)
	default:
		c.byRule(object, member, was, is)
	}
}

// both are two values of a type, or its zero value where one is of another.
func both[T any](a, b any) (asA, asB T) {
	asA, _ = a.(T)
	asB, _ = b.(T)
	return asA, asB
}

// named compares things with names: what is gone, what is new, and what is in
// both.
func (c *comparison) named(parent, kind string, before, after Schema) {
	for _, name := range names(before, after) {
		object := kind + " " + name
		if parent != "" {
			object = parent + ", " + object
		}
		was, is := both[Schema](before[name], after[name])
		switch {
		case is == nil:
			c.add(breaking, object, "removed; a configuration that uses it no longer validates")
		case was == nil && is["required"] == true:
			c.add(breaking, object, "added as required; a configuration without it no longer validates")
		case was == nil:
			c.add(feature, object, "added")
		default:
			c.members(object, was, is)
		}
	}
}

// valueType compares the types of what a configuration gives or gets.
func (c *comparison) valueType(object string, takes bool, was, is any) {
	switch {
	case was == nil || is == nil: // the member nested_type tells
	case takes && is == "dynamic":
		c.add(feature, object, "takes any type now")
	case !takes && extends(was, is):
		c.add(feature, object, "the object has more attributes now: %s", literal(is))
	default:
		c.add(breaking, object, "the type changed from %s to %s; configurations that use it may fail", literal(was), literal(is))
	}
}

// extends is whether an object type, ["object", {…}], has all that it had, and
// more.
func extends(was, is any) bool {
	wasList, isList := both[[]any](was, is)
	if len(wasList) != 2 || len(isList) != 2 {
		return false
	}
	wasMap, isMap := both[Schema](wasList[1], isList[1])
	for name, of := range wasMap {
		if !reflect.DeepEqual(of, isMap[name]) {
			return false
		}
	}
	return wasMap != nil && isMap != nil
}

func (c *comparison) byRule(object, member string, was, is any) {
	for _, rule := range rules {
		if rule.member == member && (rule.from == anything || rule.from == was) && (rule.to == anything || rule.to == is) {
			c.add(rule.weight, object, "%s", rule.what)
			return
		}
	}
	c.add(breaking, object, "%s changed from %s to %s; no rule says what that means, so look, and add one", member, literal(was), literal(is))
}

// literal is a value as the exported schema spells it.
func literal(value any) string {
	text, _ := json.Marshal(value) //nolint:errchkjson // it was JSON
	return string(text)
}
