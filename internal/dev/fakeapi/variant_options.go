package fakeapi

import (
	"encoding/json"
	"math"
	"net/http"
	"regexp"
	"slices"
)

var variantID = regexp.MustCompile(`^[a-zA-Z0-9]{1,99}$`)

// optionRules hold the options that are known. Others are taken as they come:
// the dashboard has a blur, of which no public page tells the name.
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

// readVariant reads what a request asks for. The options replace those that
// were there; what else is left out stays.
func readVariant(r *http.Request, v variant) (_ variant, ok bool) {
	members, ok := sentObject(r)
	if !ok || !isOptions(members["options"]) {
		return v, false
	}
	v.options = compact(members["options"])
	if id, given := members["id"]; given && json.Unmarshal(id, &v.id) != nil {
		return v, false
	}
	if never, given := members["neverRequireSignedURLs"]; given {
		v.never = string(never) == "true"
		return v, v.never || string(never) == "false"
	}
	return v, true
}

// isOptions wants one of the two sides; the documentation has a request
// without fit and metadata.
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
