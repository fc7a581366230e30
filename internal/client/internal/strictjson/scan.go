package strictjson

import (
	"bytes"
	"encoding/json"
	"iter"
	"strings"
)

// The functions below split valid JSON without copying it: encoding/json would
// scan each part several times, and accept duplicate keys.

// Fields returns the fields of a valid JSON object. The keys are not decoded.
func Fields(object []byte) iter.Seq2[[]byte, json.RawMessage] {
	return func(yield func([]byte, json.RawMessage) bool) {
		var key []byte
		for part := range Elements(object) {
			if key == nil {
				key = part
				continue
			}
			if !yield(key, part) {
				return
			}
			key = nil
		}
	}
}

// Elements returns the elements of a valid JSON array, or the keys and values of
// an object in turn.
func Elements(container []byte) iter.Seq[json.RawMessage] {
	return func(yield func(json.RawMessage) bool) {
		container = bytes.TrimSpace(container)
		rest := container[1 : len(container)-1]
		for {
			rest = bytes.TrimLeft(rest, " \t\r\n,:")
			value := rest[:valueEnd(rest)]
			if len(rest) == 0 || !yield(value) {
				return
			}
			rest = rest[len(value):]
		}
	}
}

// valueEnd returns the end of the first value in data.
func valueEnd(data []byte) int {
	depth, inString := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if depth == 0 && !inString &&
			(i+1 == len(data) || strings.IndexByte(" \t\r\n,:}]", data[i+1]) >= 0 || data[i] == '"') {
			return i + 1
		}
	}
	return len(data)
}

// IsObject reports whether untrusted data is a valid JSON object.
func IsObject(data []byte) bool { return json.Valid(data) && Kind(data) == "an object" }
