package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// Limits of the API for a filter by metadata.
const (
	maxMetaPaths  = 5
	maxMetaValues = 10
)

// metaPath matches a field path: up to five keys.
var metaPath = regexp.MustCompile(`^[0-9A-Za-z_]{1,100}(\.[0-9A-Za-z_]{1,100}){0,4}$`)

// metaFilterAttribute returns the attribute meta_filter. Its type is dynamic,
// because a map would convert numbers and booleans to strings.
func metaFilterAttribute() schema.DynamicAttribute {
	return schema.DynamicAttribute{
		MarkdownDescription: "Only images whose metadata has these values: an object or map from field paths to values. " +
			"A path is up to five keys of 1 to 100 letters, digits and underscores, separated by dots, such as `region.name`. " +
			"Values are strings, numbers or booleans and match by type: `3` matches 3 and 3.0, but not `\"3\"`. " +
			"A list or set of 1 to 10 strings, or of 1 to 10 numbers, matches any of them; its strings must not contain `|`. " +
			"At most five paths; an image must match all of them.",
		Optional:   true,
		Validators: []validator.Dynamic{metaFilterValidator{}},
	}
}

// metaFilterValidator rejects filters that the API would reject.
type metaFilterValidator struct{}

// Description is unused: the schema descriptions state the rules.
func (metaFilterValidator) Description(context.Context) string { return "" }

// MarkdownDescription is unused: the schema descriptions state the rules.
func (metaFilterValidator) MarkdownDescription(context.Context) string { return "" }

// ValidateDynamic checks the known values.
func (metaFilterValidator) ValidateDynamic(_ context.Context, req validator.DynamicRequest, resp *validator.DynamicResponse) {
	_, diags := metaMatches(req.Path, req.ConfigValue)
	resp.Diagnostics.Append(diags...)
}

// metaMatches returns the conditions of a filter, or nil if it is null or
// unknown.
func metaMatches(at path.Path, filter types.Dynamic) (matches map[string]client.MetaMatch, diags diag.Diagnostics) {
	given := filter.UnderlyingValue()
	if given == nil || given.IsNull() || given.IsUnknown() {
		return nil, nil
	}
	values, ok := objectElements(given)
	if !ok {
		diags.AddAttributeError(at, "Invalid "+at.String(), "The filter must be an object or a map from field paths to values, "+
			"such as { team = \"web\", \"region.name\" = [\"eu\", \"us\"] }.")
		return nil, diags
	}
	if len(values) > maxMetaPaths {
		diags.AddAttributeError(at, "Invalid "+at.String(),
			fmt.Sprintf("The filter must have at most %d paths, the limit of the API; it has %d. "+
				"Use the most selective paths and filter the rest with a for expression.", maxMetaPaths, len(values)))
	}
	matches = map[string]client.MetaMatch{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		match, err := metaMatch(name, values[name])
		if err != nil {
			member := at.AtMapKey(name)
			diags.AddAttributeError(member, "Invalid "+member.String(), "The "+err.Error()+".")
		}
		if len(match.Values) > 0 {
			matches[name] = match
		}
	}
	return matches, diags
}

// metaMatch converts the condition for a path. It has no values if they are
// unknown.
func metaMatch(name string, value attr.Value) (client.MetaMatch, error) {
	if !metaPath.MatchString(name) {
		return client.MetaMatch{}, errors.New("key must be a field path such as region.name: " +
			"up to five keys of letters, digits and underscores, separated by dots")
	}
	if list, ok := collectionElements(value); ok && !value.IsNull() && !value.IsUnknown() {
		return metaList(list)
	}
	kind, text, err := metaValue(value)
	if err != nil || kind == "" {
		return client.MetaMatch{}, err
	}
	return client.MetaMatch{Type: kind, Values: []string{text}}, nil
}

// metaList converts a list. A match of any of its values is enough.
func metaList(list []attr.Value) (match client.MetaMatch, err error) {
	if len(list) == 0 || len(list) > maxMetaValues {
		return match, fmt.Errorf("list must have from 1 to %d values, the limits of the API; it has %d. "+
			"Omit the path to match any value, and use another block for more than %[1]d values", maxMetaValues, len(list))
	}
	for i, element := range list {
		kind, text, err := metaValue(element)
		switch {
		case err != nil:
			return client.MetaMatch{}, fmt.Errorf("list is invalid at [%d]: the %w", i, err)
		case kind == "":
			continue
		case kind == client.MetaBoolean:
			return client.MetaMatch{}, errors.New("list must contain strings or numbers, not booleans. Use true or false without a list")
		case match.Type != "" && kind != match.Type:
			return client.MetaMatch{}, errors.New("list must contain only strings or only numbers, because the API compares one type at a time. " +
				"Quote all values, or none")
		case strings.Contains(text, "|"):
			return client.MetaMatch{}, fmt.Errorf("list is invalid at [%d]: its strings must not contain |, which separates them in the request. "+
				"Use this string without a list", i)
		}
		match.Type, match.Values = kind, append(match.Values, text)
	}
	return match, nil
}

// metaValue converts one value. The type is empty if the value is unknown.
func metaValue(value attr.Value) (kind client.MetaType, text string, err error) {
	if value.IsNull() {
		return "", "", errors.New("value must not be null. Omit it, or use another value")
	}
	if value.IsUnknown() {
		return "", "", nil
	}
	switch value := value.(type) {
	case types.String:
		return client.MetaString, value.ValueString(), nil
	case types.Bool:
		return client.MetaBoolean, strconv.FormatBool(value.ValueBool()), nil
	case types.Number:
		text, err = metaNumber(value.ValueBigFloat())
		return client.MetaNumber, text, err
	default:
		return "", "", errors.New("value must not be an object, a map or a nested list. " +
			"Use a path with dots for nested metadata, such as \"region.name\" = \"eu\"")
	}
}

// metaNumber formats a number as JSON without loss: an integer with all its
// digits, a fraction in its shortest form.
func metaNumber(number *big.Float) (string, error) {
	if float, _ := number.Float64(); math.IsInf(float, 0) {
		return "", errors.New("number must be from -1.7e308 to 1.7e308")
	}
	if number.IsInt() && number.Prec() < 512 {
		number = new(big.Float).SetPrec(512).Set(number)
	}
	if exponent := number.MantExp(nil); exponent < -64 || exponent > 256 {
		return number.Text('e', -1), nil
	}
	return number.Text('f', -1), nil
}

// objectElements returns the elements of an object or a map.
func objectElements(value attr.Value) (members map[string]attr.Value, ok bool) {
	switch value := value.(type) {
	case types.Object:
		return value.Attributes(), true
	case types.Map:
		return value.Elements(), true
	}
	return nil, false
}

// collectionElements returns the elements of a list, set or tuple.
func collectionElements(value attr.Value) (elements []attr.Value, ok bool) {
	switch value := value.(type) {
	case types.List:
		return value.Elements(), true
	case types.Set:
		return value.Elements(), true
	case types.Tuple:
		return value.Elements(), true
	}
	return nil, false
}
