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
		rest := inside(object)
		for len(rest) > 0 {
			key := rest[:valueEnd(rest)]
			rest = skip(skip(rest[len(key):], ':'), 0)
			value := rest[:valueEnd(rest)]
			if !yield(key, value) {
				return
			}
			rest = skip(rest[len(value):], ',')
		}
	}
}

// Elements returns the elements of a valid JSON array.
func Elements(array []byte) iter.Seq[json.RawMessage] {
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

// inside returns the content of an object or array, without the brackets.
func inside(data []byte) []byte {
	data = bytes.TrimSpace(data)
	return bytes.TrimSpace(data[1 : len(data)-1])
}

// skip skips a separator, with white space before and after it.
func skip(data []byte, separator byte) []byte {
	data = bytes.TrimSpace(data)
	if len(data) > 0 && data[0] == separator {
		data = bytes.TrimSpace(data[1:])
	}
	return data
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
