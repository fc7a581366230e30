package strictjson

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Equal reports whether two JSON values are equal, regardless of the order of
// keys, white space, and the notation of numbers. A missing value equals an
// empty object.
func Equal(one, two json.RawMessage) bool { return bytes.Equal(canonical(one), canonical(two)) }

// canonical returns the same JSON for all equal values.
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
	encoded, _ := Marshal(canonicalize(value)) // never fails for decoded JSON
	return encoded
}

// canonicalize replaces numbers with their canonical notation, unless an exponent
// overflows an int.
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

// decimal is a normalized number of any precision. A large exponent takes no
// memory.
type decimal struct {
	negative bool
	digits   string // without leading or trailing zeros; empty for 0
	exponent int    // of 10
}

// newDecimal parses a JSON number. It returns false if the exponent overflows an
// int.
func newDecimal(number string) (d decimal, ok bool) {
	number, d.negative = strings.CutPrefix(number, "-")
	number, exponent, isScientific := strings.Cut(strings.ToLower(number), "e")
	integer, fraction, _ := strings.Cut(number, ".")
	significant := strings.TrimLeft(integer+fraction, "0")
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

// String returns the number as JSON.
func (d decimal) String() string {
	sign := ""
	if d.negative {
		sign = "-"
	}
	return fmt.Sprintf("%s%se%d", sign, cmp.Or(d.digits, "0"), d.exponent)
}
