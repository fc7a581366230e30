package fakeapi

import (
	"bytes"
	"encoding/json"
)

// member is one member of an object, with the place of its value in the text.
type member struct {
	name       string
	value      json.RawMessage
	start, end int
}

// membersOf takes an object apart, in its order.
func membersOf(object []byte) []member {
	decoder := json.NewDecoder(bytes.NewReader(object))
	var members []member
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
		members = append(members, member{name, value, end - len(value), end})
	}
	if err != nil {
		panic(err) // the answers are written by hand
	}
	return members
}

// replaceMember gives a member of an object another value, and leaves the rest
// of the text as it is.
func replaceMember(object, name, value string) string {
	for _, m := range membersOf([]byte(object)) {
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
