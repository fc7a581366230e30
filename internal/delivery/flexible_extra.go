package delivery

import (
	"fmt"
	"regexp"
)

// ExtraOption is the key of other options and values, which FlexibleVariant
// doesn't validate: a list of "name=value" strings.
const ExtraOption = "extra"

// maxExtras bounds the list.
const maxExtras = 50

var extraPattern = regexp.MustCompile(`^([A-Za-z][0-9A-Za-z._-]*)=([!$&'()*+\-.0-9:;=@A-Z\[\]_a-z|~%]+)$`)

// extras checks the syntax of the entries of ExtraOption, which must not repeat
// an option that is set already.
func extras(values map[string]any) ([]string, error) {
	value, given := values[ExtraOption]
	entries, ok := value.([]string)
	if given && !ok {
		return nil, fmt.Errorf(`%s: expected a list of strings such as "name=value", got %s`, ExtraOption, quote(value))
	}
	if len(entries) > maxExtras {
		return nil, fmt.Errorf("%s: expected at most %d entries, got %d", ExtraOption, maxExtras, len(entries))
	}
	set := map[string]bool{}
	for key := range values {
		set[longName(key)] = true
	}
	for _, entry := range entries {
		match := extraPattern.FindStringSubmatch(entry)
		if match == nil || checkVariant(entry) != nil {
			return nil, fmt.Errorf(`%s: expected "name=value" without commas, slashes or spaces, `+
				`with all other characters percent-encoded, got %.100q`, ExtraOption, entry)
		}
		name := longName(match[1])
		if set[name] {
			return nil, fmt.Errorf("%s: %s is set twice", ExtraOption, name)
		}
		set[name] = true
	}
	return entries, nil
}

// longName returns the name of an option for its alias, and any other name
// unchanged.
func longName(name string) string {
	for _, o := range hostedOptions {
		if o.alias != "" && name == o.alias {
			return o.name
		}
	}
	return name
}
