package fakeapi

import (
	"encoding/json"
	"math"
	"net/http"
	"regexp"
	"slices"
)

var variantID = regexp.MustCompile(`^[a-zA-Z0-9]{1,99}$`)

// optionRules validate the known options. Others are accepted as they are: the
// dashboard has a blur option whose API name is undocumented.
var optionRules = map[string]func(value any) bool{
	"fit":         isOneOf("scale-down", "contain", "cover", "crop", "pad"),
	"metadata":    isOneOf("keep", "copyright", "none"),
	"width":       integerBetween(1, math.MaxInt32),
	"height":      integerBetween(1, math.MaxInt32),
	"browser_ttl": integerBetween(3600, 31_536_000),
}

func isOneOf(words ...string) func(any) bool {
	return func(value any) bool {
		text, isText := value.(string)
		return isText && slices.Contains(words, text)
	}
}

func integerBetween(from, to float64) func(any) bool {
	return func(value any) bool {
		number, isNumber := value.(float64)
		return isNumber && number == math.Trunc(number) && number >= from && number <= to
	}
}

// readVariant reads the body of a create or update. The options replace the
// previous ones; other fields are kept if omitted.
func readVariant(r *http.Request, v variant) (_ variant, ok bool) {
	members, ok := sentObject(r)
	if !ok || !isOptions(members["options"]) {
		return v, false
	}
	v.options = compact(members["options"])
	if id, present := members["id"]; present && json.Unmarshal(id, &v.id) != nil {
		return v, false
	}
	if never, present := members["neverRequireSignedURLs"]; present {
		v.never = string(never) == "true"
		return v, v.never || string(never) == "false"
	}
	return v, true
}

// isOptions reports whether options are valid. They need a width or a height,
// but not fit and metadata, which a request in the documentation omits.
func isOptions(raw json.RawMessage) bool {
	var options map[string]any
	if len(raw) == 0 || json.Unmarshal(raw, &options) != nil {
		return false
	}
	for name, value := range options {
		if rule, known := optionRules[name]; known && !rule(value) {
			return false
		}
	}
	return options["width"] != nil || options["height"] != nil
}
