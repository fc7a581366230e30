package client

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
)

// What is below takes valid JSON apart without copying it: encoding/json
// would scan each part several times, and let a name stand twice.

// objectFields goes through the members of a JSON object. The names are as they
// are written, with quotation marks and escapes.
func objectFields(object []byte) iter.Seq2[[]byte, json.RawMessage] {
	return func(yield func([]byte, json.RawMessage) bool) {
		rest := inside(object)
		for len(rest) > 0 {
			name := rest[:valueEnd(rest)]
			rest = skip(skip(rest[len(name):], ':'), 0)
			value := rest[:valueEnd(rest)]
			if !yield(name, value) {
				return
			}
			rest = skip(rest[len(value):], ',')
		}
	}
}

// elements goes through the elements of a JSON array.
func elements(array []byte) iter.Seq[json.RawMessage] {
	return func(yield func(json.RawMessage) bool) {
		rest := inside(array)
		for len(rest) > 0 {
			value := rest[:valueEnd(rest)]
			if !yield(value) {
				return
			}
			rest = skip(rest[len(value):], ',')
		}
	}
}

// inside is what stands between the brackets of an object or array.
func inside(data []byte) []byte {
	data = bytes.TrimSpace(data)
	return bytes.TrimSpace(data[1 : len(data)-1])
}

// skip drops a separator, and the white space around it.
func skip(data []byte, separator byte) []byte {
	data = bytes.TrimSpace(data)
	if len(data) > 0 && data[0] == separator {
		data = bytes.TrimSpace(data[1:])
	}
	return data
}

// valueEnd is where the value ends that data begins with.
func valueEnd(data []byte) int {
	depth, inText := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if depth == 0 && !inText && (i+1 == len(data) || strings.IndexByte(" \t\r\n,:}]", data[i+1]) >= 0 || data[i] == '"') {
			return i + 1
		}
	}
	return len(data)
}

// isObject is whether data, from anywhere, is a whole JSON object.
func isObject(data []byte) bool { return json.Valid(data) && jsonKind(data) == "an object" }

// decodeString decodes a JSON string, or the name of a member.
func decodeString(raw []byte) (decoded string, ok bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), true
	}
	return decoded, json.Unmarshal(raw, &decoded) == nil
}

// strictString is a string that names something, so that each of its characters
// counts.
type strictString string

// UnmarshalJSON refuses half a pair of surrogates, which encoding/json takes
// for U+FFFD.
func (t *strictString) UnmarshalJSON(raw []byte) error {
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
		*t = strictString(decoded)
	}
	return nil
}
