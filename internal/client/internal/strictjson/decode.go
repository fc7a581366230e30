// Package strictjson decodes JSON exactly: keys match case-sensitively, a
// duplicate key is an error, and strings that name something must be valid
// Unicode. It also compares JSON values, with numbers to the last digit.
//
// encoding/json/v2 will make most of it unnecessary: it rejects duplicate names
// and invalid UTF-8, and matches case-sensitively by default.
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
	key    string
	want   string
	target any
	rest   *map[string]json.RawMessage
}

// Key returns a Field: its exact key, its documented type in words, and a
// pointer to the target of its value. An absent field leaves the target as it
// is, and so does null.
func Key(key, want string, target any) Field { return Field{key: key, want: want, target: target} }

// Rest returns a Field that keeps all fields except those before it. Without
// any, the target stays as it is.
func Rest(target *map[string]json.RawMessage) Field { return Field{rest: target} }

// Object is the fields of a JSON object inside another one.
type Object []Field

// UnmarshalJSON decodes the fields; null leaves them as they are.
func (o *Object) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	return Decode(data, *o...)
}

// Decode decodes the known fields of a valid JSON object, and ignores others. It
// returns the first error, but decodes the fields after it anyway.
func Decode(data []byte, known ...Field) (first error) {
	if kind := Kind(data); kind != "an object" {
		return fmt.Errorf("want an object, got %s", kind)
	}
	seen := make(map[string]bool, len(known))
	for rawKey, raw := range Fields(data) {
		key, _ := DecodeString(rawKey)
		at := slices.IndexFunc(known, func(f Field) bool { return f.key == key || f.rest != nil })
		var err error
		switch {
		case seen[key]:
			err = fmt.Errorf("the name %q stands twice", key)
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
		err = fmt.Errorf("want %s, got %s", f.want, mismatch(raw, wrongType))
	}
	return fmt.Errorf("%s: %w", key, err)
}

// mismatch describes a value of the wrong type, but never quotes it: it may be
// a secret.
func mismatch(raw json.RawMessage, wrongType *json.UnmarshalTypeError) string {
	kind := Kind(raw)
	inside, _, _ := strings.Cut(wrongType.Value, " ")
	if kind == "an array" && inside != "array" {
		return "an array holding a value of type " + inside
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

// kinds are the types of JSON values by their first byte, except numbers.
var kinds = map[byte]string{
	'{': "an object", '[': "an array", '"': "a string", 'n': "null", 't': "a boolean", 'f': "a boolean",
}

// DecodeString decodes a JSON string or a key, and reports whether it is one.
func DecodeString(raw []byte) (decoded string, ok bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), true
	}
	return decoded, json.Unmarshal(raw, &decoded) == nil
}

// String is a string that names something, so that each of its characters
// counts.
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
		return fmt.Errorf("half a pair of UTF-16 surrogates: %s", raw)
	}
	if string(raw) != "null" {
		*s = String(decoded)
	}
	return nil
}
