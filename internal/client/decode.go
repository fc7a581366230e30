package client

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// field is one known member of a JSON object: its exact name, its documented
// type in words, and where its value goes. Absent and null leave the target as
// it is.
type field struct {
	name string
	want string
	into any
}

// object is the members of a JSON object inside another one.
type object []field

// UnmarshalJSON reads the members; null leaves them as they are.
func (o *object) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	return decodeObject(data, *o...)
}

// decodeObject reads the members of a JSON object by their exact names; by
// itself, encoding/json would take "ID" for "id". A name that stands twice is
// an error. It returns the first error, but reads the members after it all the
// same.
func decodeObject(data []byte, known ...field) (first error) {
	if kind := jsonKind(data); kind != "an object" {
		return fmt.Errorf("want an object, got %s", kind)
	}
	seen := make(map[string]bool, len(known))
	for rawName, raw := range objectFields(data) {
		name, _ := decodeString(rawName)
		at := slices.IndexFunc(known, func(m field) bool { return m.name == name })
		var err error
		switch {
		case seen[name]:
			err = fmt.Errorf("the name %q stands twice", name)
		case at >= 0:
			err = known[at].decode(raw)
		}
		if err != nil && first == nil {
			first = err
		}
		seen[name] = true
	}
	return first
}

// decode reads the value of a member.
func (m field) decode(raw json.RawMessage) error {
	err := json.Unmarshal(raw, m.into)
	if err == nil {
		return nil
	}
	if wrongType, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		err = fmt.Errorf("want %s, got %s", m.want, mismatch(raw, wrongType))
	}
	return fmt.Errorf("%s: %w", m.name, err)
}

// mismatch names the kind of a value that did not fit, never the value, which
// may be a secret.
func mismatch(raw json.RawMessage, wrongType *json.UnmarshalTypeError) string {
	kind := jsonKind(raw)
	inside, _, _ := strings.Cut(wrongType.Value, " ")
	if kind == "an array" && inside != "array" {
		return "an array holding a value of type " + inside
	}
	return kind
}

func jsonKind(raw []byte) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return "nothing"
	}
	return cmp.Or(jsonKinds[raw[0]], "a number")
}

// jsonKinds are the kinds of JSON values by their first byte, except numbers.
var jsonKinds = map[byte]string{
	'{': "an object", '[': "an array", '"': "a string", 'n': "null", 't': "a boolean", 'f': "a boolean",
}

// envelope is the frame of every v4 answer.
// https://developers.cloudflare.com/fundamentals/api/how-to/make-api-calls/
type envelope struct {
	success  *bool
	result   json.RawMessage
	errors   messageList
	messages messageList
}

func (e *envelope) decode(data []byte) error {
	return decodeObject(data,
		field{"success", "true or false", &e.success},
		field{"result", "an object", &e.result},
		field{"errors", "an array of objects", &e.errors},
		field{"messages", "an array of objects", &e.messages},
	)
}

// errUnsuccessful means that a 200 answer says success: false.
var errUnsuccessful = errors.New("it says success: false")

// decodeEnvelope reads the body of a 200 answer into result, and returns what
// the API had to say beside it. Where result is nil, success is all that is
// asked. The error names what is wrong with the body.
func decodeEnvelope(body []byte, result json.Unmarshaler) ([]Message, error) {
	switch {
	case len(body) == 0:
		return nil, errors.New("the body is empty")
	case !utf8.Valid(body):
		return nil, errors.New("the body is not UTF-8")
	case !json.Valid(body):
		return nil, fmt.Errorf("the body is not valid JSON: %w", json.Unmarshal(body, new(any)))
	}
	var e envelope
	if err := e.decode(body); err != nil {
		return nil, err
	}
	switch {
	case e.success == nil:
		return nil, errors.New("it does not say success")
	case !*e.success:
		return nil, errUnsuccessful
	case result == nil:
		return append(e.errors, e.messages...), nil
	}
	if kind := jsonKind(e.result); kind != "an object" {
		return nil, fmt.Errorf("result: want an object, got %s", kind)
	}
	if err := result.UnmarshalJSON(e.result); err != nil {
		return nil, fmt.Errorf("result: %w", err)
	}
	return append(e.errors, e.messages...), nil
}
