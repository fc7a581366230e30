package fakeapi

import (
	"bytes"
	"encoding/json"
)

// field is one member of an object, with the place of its value in the text.
type field struct {
	name       string
	value      json.RawMessage
	start, end int
}

// objectFields takes an object apart, in its order.
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
		panic(err) // the answers are written by hand
	}
	return members
}

// replaceField gives a member of an object another value, and leaves the rest
// of the text as it is.
func replaceField(object, name, value string) string {
	for _, m := range objectFields([]byte(object)) {
		if m.name == name {
			return object[:m.start] + value + object[m.end:]
		}
	}
	return object
}

// quoted is a text in JSON.
func quoted(text string) string {
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		panic(err) // a text can always be encoded
	}
	return string(bytes.TrimSpace(encoded.Bytes()))
}
