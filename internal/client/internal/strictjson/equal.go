package strictjson

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/big"
	"slices"
)

// Equal reports whether two JSON values are equal, regardless of the order of
// keys, white space, and the notation of numbers, as in EqualNumbers. A missing
// value equals an empty object.
func Equal(one, two json.RawMessage) bool {
	first, errOne := decodeAny(one)
	second, errTwo := decodeAny(two)
	if errOne != nil || errTwo != nil {
		return bytes.Equal(one, two)
	}
	return equal(first, second)
}

// decodeAny decodes a value, with numbers as written.
func decodeAny(raw json.RawMessage) (value any, err error) {
	if len(raw) == 0 {
		return map[string]any{}, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	err = decoder.Decode(&value)
	return value, err
}

func equal(one, two any) bool {
	switch one := one.(type) {
	case map[string]any:
		other, ok := two.(map[string]any)
		return ok && maps.EqualFunc(one, other, equal)
	case []any:
		other, ok := two.([]any)
		return ok && slices.EqualFunc(one, other, equal)
	case json.Number:
		other, ok := two.(json.Number)
		return ok && EqualNumbers(one.String(), other.String())
	}
	return one == two
}

// Marshal encodes a value as compact JSON, without escapes for HTML.
func Marshal(value any) ([]byte, error) {
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(encoded.Bytes(), []byte("\n")), err
}

// EqualNumbers reports whether two JSON numbers have exactly the same value. Those
// that math/big doesn't parse, as their exponents are about a million or more,
// are equal only if they are written alike.
func EqualNumbers(a, b string) bool {
	if a == b {
		return true
	}
	one, ok := new(big.Rat).SetString(a)
	other, valid := new(big.Rat).SetString(b)
	return ok && valid && one.Cmp(other) == 0
}
