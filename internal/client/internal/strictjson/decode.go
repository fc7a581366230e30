// Package strictjson decodes JSON strictly: keys are case-sensitive, a
// duplicate key is an error, and IDs must be valid Unicode. It also compares
// JSON values, including numbers of any precision.
//
// encoding/json/v2 will replace most of it: by default, it is case-sensitive, and
// rejects duplicate keys and invalid UTF-8.
package strictjson

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Field is one known field of a JSON object.
type Field struct {
	key      string
	expected string
	target   any
	rest     *map[string]json.RawMessage
}

// Key returns a Field: its exact key, its documented type for errors, such as "a
// string", and a pointer to the target of its value. A missing field and null
// don't modify the target.
func Key(key, expected string, target any) Field {
	return Field{key: key, expected: expected, target: target}
}

// Rest returns a Field for all fields except those before it. If there are none,
// the target isn't modified.
func Rest(target *map[string]json.RawMessage) Field { return Field{rest: target} }

// Object contains the known fields of a nested JSON object.
type Object []Field

// UnmarshalJSON decodes the fields; null doesn't modify them.
func (o *Object) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	return Decode(data, *o...)
}

// Decode decodes the known fields of a valid JSON object, and ignores others. A
// duplicate key is an error. It returns the first error, but decodes all fields.
func Decode(data []byte, known ...Field) (first error) {
	if kind := Kind(data); kind != "an object" {
		return fmt.Errorf("expected an object, got %s", kind)
	}
	seen := make(map[string]bool, len(known))
	for rawKey, raw := range Fields(data) {
		key, _ := DecodeString(rawKey)
		at := slices.IndexFunc(known, func(f Field) bool { return f.key == key || f.rest != nil })
		var err error
		switch {
		case seen[key]:
			err = fmt.Errorf("duplicate key %q", key)
		case at >= 0:
			err = known[at].decode(key, raw)
		}
		first = cmp.Or(first, err)
		seen[key] = true
	}
	return first
}

// decode decodes the value of a field.
func (f Field) decode(key string, raw json.RawMessage) error {
	if f.rest != nil {
		if *f.rest == nil {
			*f.rest = map[string]json.RawMessage{}
		}
		(*f.rest)[key] = raw
		return nil
	}
	err := json.Unmarshal(raw, f.target)
	if err == nil {
		return nil
	}
	if wrongType, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		err = fmt.Errorf("expected %s, got %s", f.expected, mismatch(raw, wrongType))
	}
	return fmt.Errorf("%s: %w", key, err)
}

// mismatch describes a value of the wrong type, without quoting it, as it may be a
// secret.
func mismatch(raw json.RawMessage, wrongType *json.UnmarshalTypeError) string {
	kind := Kind(raw)
	inside, _, _ := strings.Cut(wrongType.Value, " ")
	if kind == "an array" && inside != "array" {
		return "an array with a value of type " + inside
	}
	return kind
}

// Kind returns the type of a JSON value, such as "an object" or "a number".
func Kind(raw []byte) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return "nothing"
	}
	return cmp.Or(kinds[raw[0]], "a number")
}

// kinds are the types of JSON values, except numbers, by their first byte.
var kinds = map[byte]string{
	'{': "an object", '[': "an array", '"': "a string", 'n': "null", 't': "a boolean", 'f': "a boolean",
}

// DecodeString decodes a JSON string, and reports whether raw is one.
func DecodeString(raw []byte) (decoded string, ok bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), true
	}
	return decoded, json.Unmarshal(raw, &decoded) == nil
}

// String is an ID or a name, which must be decoded without loss.
type String string

// UnmarshalJSON rejects unpaired surrogates, which encoding/json decodes to
// U+FFFD.
func (s *String) UnmarshalJSON(raw []byte) error {
	var decoded string
	if err := json.Unmarshal(raw, &decoded); err != nil {
		return err
	}
	const replacement = "\uFFFD"
	written := bytes.Count(raw, []byte(replacement)) + bytes.Count(bytes.ToLower(raw), []byte(`\ufffd`))
	if strings.Count(decoded, replacement) > written {
		return fmt.Errorf("unpaired UTF-16 surrogate: %s", raw)
	}
	if string(raw) != "null" {
		*s = String(decoded)
	}
	return nil
}
