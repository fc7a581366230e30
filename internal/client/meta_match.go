package client

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/strictjson"
)

// MetaType is the type of the values that a filter by metadata asks for.
type MetaType string

// The types that the API compares by. It takes several values of a path if they
// are texts or numbers.
const (
	MetaString  MetaType = "string"
	MetaNumber  MetaType = "number"
	MetaBoolean MetaType = "boolean"
)

// MetaMatch is what the metadata of an image must hold at a path: one of the
// values, which all have the type.
// https://developers.cloudflare.com/api/resources/images/subresources/v2/methods/list/
type MetaMatch struct {
	Type MetaType
	// Values are 1 to 10 of them: texts as they are, numbers as in JSON, booleans
	// as true or false. Where there are several, no text holds a vertical bar.
	Values []string
}

// operator is how the API names the comparison.
func (m MetaMatch) operator() string {
	if len(m.Values) > 1 {
		return "in:" + string(m.Type)
	}
	return "eq:" + string(m.Type)
}

// parameter is how the API is told the values.
func (m MetaMatch) parameter() string { return strings.Join(m.Values, "|") }

// noun is what a message calls a value of the type.
func (m MetaMatch) noun() string {
	if m.Type == MetaString {
		return "text"
	}
	return string(m.Type)
}

// check tells where the metadata of an image does not hold at the path what it
// must.
func (m MetaMatch) check(meta json.RawMessage, path string) error {
	raw := metaAt(meta, strings.Split(path, "."))
	if strictjson.Kind(raw) != "a "+string(m.Type) {
		return fmt.Errorf("has no %s at %q in its metadata, but %s was asked for", m.noun(), path, m)
	}
	got := string(raw)
	if m.Type == MetaString && json.Unmarshal(raw, &got) != nil || !slices.ContainsFunc(m.Values, m.equals(got)) {
		return fmt.Errorf("has %s at %q in its metadata, but %s was asked for", m.describe(got), path, m)
	}
	return nil
}

// equals is whether a wanted value is the one that there is.
func (m MetaMatch) equals(got string) func(want string) bool {
	if m.Type == MetaNumber {
		return func(want string) bool { return strictjson.EqualNumbers(got, want) }
	}
	return func(want string) bool { return got == want }
}

// String is the values as a message names them.
func (m MetaMatch) String() string {
	shown := make([]string, len(m.Values))
	for i, value := range m.Values {
		shown[i] = m.describe(value)
	}
	return strings.Join(shown, " or ")
}

func (m MetaMatch) describe(value string) string {
	if m.Type == MetaString {
		return strconv.Quote(value)
	}
	return value
}

// metaAt finds the value at a path in a JSON object: nothing where there is none.
func metaAt(meta json.RawMessage, path []string) json.RawMessage {
	for _, name := range path {
		var object map[string]json.RawMessage
		if json.Unmarshal(meta, &object) != nil {
			return nil
		}
		meta = object[name]
	}
	return meta
}
