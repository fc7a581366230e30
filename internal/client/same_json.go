package client

import (
	"bytes"
	"encoding/json"
)

// EqualJSON is whether two JSON values are the same, whatever the order of their
// members, the white space, and how their numbers are written: the API need not
// write 1.0 as it was sent. Nothing is as good as an empty object.
func EqualJSON(one, two json.RawMessage) bool {
	return bytes.Equal(canonicalJSON(one), canonicalJSON(two))
}

// canonicalJSON is JSON in the one form that all equal values have.
func canonicalJSON(raw json.RawMessage) []byte {
	if len(raw) == 0 {
		return []byte("{}")
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return raw
	}
	text, _ := compactJSON(canonicalize(value)) // it was JSON
	return text
}

// canonicalize is a value in which equal numbers are written alike, but for those
// whose exponents no int holds.
func canonicalize(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			value[name] = canonicalize(member)
		}
	case []any:
		for i, element := range value {
			value[i] = canonicalize(element)
		}
	case json.Number:
		if d, ok := newDecimal(value.String()); ok {
			return json.Number(d.String())
		}
	}
	return value
}
