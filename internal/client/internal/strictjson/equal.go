package strictjson

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Equal reports whether two JSON values are equal, whatever the order of their
// keys, the white space, and the notation of their numbers. No value equals an
// empty object.
func Equal(one, two json.RawMessage) bool { return bytes.Equal(canonical(one), canonical(two)) }

// canonical returns the one form that all equal values have.
func canonical(raw json.RawMessage) []byte {
	if len(raw) == 0 {
		return []byte("{}")
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return raw
	}
	encoded, _ := Marshal(canonicalize(value)) // it was JSON
	return encoded
}

// canonicalize writes equal numbers alike, except those with exponents that
// overflow an int.
func canonicalize(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, field := range value {
			value[key] = canonicalize(field)
		}
	case []any:
		for i, element := range value {
			value[i] = canonicalize(element)
		}
	case json.Number:
		if d, ok := newDecimal(value.String()); ok {
			return json.Number(d.String())
		}
	}
	return value
}

// Marshal encodes a value as compact JSON, without escapes for HTML.
func Marshal(value any) ([]byte, error) {
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(encoded.Bytes(), []byte("\n")), err
}

// EqualNumbers reports whether two JSON numbers have exactly the same value.
func EqualNumbers(a, b string) bool {
	one, ok := newDecimal(a)
	other, valid := newDecimal(b)
	return ok && valid && one == other
}

// decimal is a number in its one normal form. It loses no digit of a large
// number, and an enormous exponent takes no memory.
type decimal struct {
	negative bool
	digits   string // without leading and trailing zeros; empty for 0
	exponent int    // of 10, to multiply the digits by
}

// newDecimal parses a JSON number. It fails if an int cannot hold the exponent.
func newDecimal(number string) (d decimal, ok bool) {
	number, d.negative = strings.CutPrefix(number, "-")
	number, exponent, isScientific := strings.Cut(strings.ToLower(number), "e")
	whole, fraction, _ := strings.Cut(number, ".")
	significant := strings.TrimLeft(whole+fraction, "0")
	d.digits = strings.TrimRight(significant, "0")
	if d.digits == "" {
		return decimal{}, true
	}
	if isScientific {
		var err error
		if d.exponent, err = strconv.Atoi(exponent); err != nil {
			return decimal{}, false
		}
	}
	d.exponent += len(significant) - len(d.digits) - len(fraction)
	return d, true
}

// String returns the number as in JSON.
func (d decimal) String() string {
	sign := ""
	if d.negative {
		sign = "-"
	}
	return fmt.Sprintf("%s%se%d", sign, cmp.Or(d.digits, "0"), d.exponent)
}
