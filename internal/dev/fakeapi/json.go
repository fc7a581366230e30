package fakeapi

import (
	"bytes"
	"encoding/json"
)

// field is one field of an object, and where its value is in the JSON.
type field struct {
	name       string
	value      json.RawMessage
	start, end int
}

// objectFields returns the fields of an object in their order.
func objectFields(object []byte) []field {
	decoder := json.NewDecoder(bytes.NewReader(object))
	var members []field
	_, err := decoder.Token() // the brace
	for err == nil && decoder.More() {
		var token json.Token
		token, err = decoder.Token()
		name, isName := token.(string)
		if err != nil || !isName {
			break
		}
		var value json.RawMessage
		err = decoder.Decode(&value)
		end := int(decoder.InputOffset())
		members = append(members, field{name, value, end - len(value), end})
	}
	if err != nil {
		panic(err) // fixtures are valid
	}
	return members
}

// replaceField replaces the value of one field and leaves the rest of the JSON
// unchanged.
func replaceField(object, name, value string) string {
	for _, m := range objectFields([]byte(object)) {
		if m.name == name {
			return object[:m.start] + value + object[m.end:]
		}
	}
	return object
}

// quoted encodes a string as JSON.
func quoted(text string) string {
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		panic(err) // a string can always be encoded
	}
	return string(bytes.TrimSpace(encoded.Bytes()))
}
