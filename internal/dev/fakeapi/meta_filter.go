package fakeapi

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strings"
)

// metaFilter is a filter by metadata. The fake API supports the operators that
// the provider sends: eq and in, with a type.
type metaFilter struct {
	path   []string
	kind   string   // string, number or boolean
	values []string // one of them must match
}

var metaParameter = regexp.MustCompile(`^meta\.(\w{1,100}(?:\.\w{1,100}){0,4})\[(?:eq:(string|number|boolean)|in:(string|number))\]$`)

// metaFilters parses the filters of a query and enforces the documented limits.
func metaFilters(query map[string][]string) (filters []metaFilter, problem string) {
	for name, values := range query {
		if !strings.HasPrefix(name, "meta.") {
			continue
		}
		parts := metaParameter.FindStringSubmatch(name)
		if parts == nil {
			return nil, "invalid meta filter"
		}
		filter := metaFilter{strings.Split(parts[1], "."), parts[2] + parts[3], values[:1]}
		if parts[3] != "" {
			filter.values = strings.Split(values[0], "|")
		}
		if len(filter.values) > 10 {
			return nil, "too many values in a meta filter"
		}
		if !filter.isTyped() {
			return nil, "invalid value in a meta filter"
		}
		filters = append(filters, filter)
	}
	if len(filters) > 5 {
		return nil, "too many meta filters"
	}
	return filters, ""
}

// isTyped reports whether all values are of the filter's type.
func (f metaFilter) isTyped() bool {
	return !slices.ContainsFunc(f.values, func(value string) bool {
		switch f.kind {
		case "number":
			return number(json.Number(value)) == nil
		case "boolean":
			return value != "true" && value != "false"
		}
		return false
	})
}

// matches reports whether the metadata has one of the values.
func (f metaFilter) matches(meta map[string]any) bool {
	var at any = meta
	for _, step := range f.path {
		object, _ := at.(map[string]any)
		at = object[step]
	}
	return slices.ContainsFunc(f.values, func(want string) bool {
		switch got := at.(type) {
		case string:
			return f.kind == "string" && got == want
		case bool:
			return f.kind == "boolean" && got == (want == "true")
		case json.Number:
			return f.kind == "number" && number(got) != nil && number(got).Cmp(number(json.Number(want))) == 0
		}
		return false
	})
}

// number returns the exact value of a JSON number, or nil if it is invalid or
// its exponent is unreasonable.
func number(text json.Number) *big.Rat {
	if raw, err := json.Marshal(text); err != nil || string(raw) != text.String() {
		return nil
	}
	value, ok := new(big.Rat).SetString(text.String())
	if !ok {
		return nil
	}
	return value
}
