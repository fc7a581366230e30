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

// What the API takes of a filter by metadata.
const (
	maxMetaPaths  = 5
	maxMetaValues = 10
)

// metaPath is a field path of a filter: up to five names.
var metaPath = regexp.MustCompile(`^[0-9A-Za-z_]{1,100}(\.[0-9A-Za-z_]{1,100}){0,4}$`)

// metaFilterAttribute is the meta_filter of whatever lists images. Its type is
// dynamic, as a map would make texts of numbers and booleans.
func metaFilterAttribute() schema.DynamicAttribute {
	return schema.DynamicAttribute{
		MarkdownDescription: "Only images whose metadata holds these values: an object or map, from field paths to values. " +
			"A path is up to five names of 1 to 100 letters, digits and underscores with points between them, such as `region.name`. " +
			"A value is a text, a number or a boolean, which matches metadata of its own type only: " +
			"`3` matches 3 and 3.0, and `\"3\"` the text. " +
			"A list or set of 1 to 10 texts, or of numbers, matches any of them; its texts must not hold `|`. " +
			"At most five paths; an image must satisfy all of them.",
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

// ValidateDynamic checks what is known.
func (metaFilterValidator) ValidateDynamic(_ context.Context, req validator.DynamicRequest, resp *validator.DynamicResponse) {
	_, diags := metaMatches(req.Path, req.ConfigValue)
	resp.Diagnostics.Append(diags...)
}

// metaMatches returns the conditions of the client; nil if the filter is
// null.
func metaMatches(at path.Path, filter types.Dynamic) (matches map[string]client.MetaMatch, diags diag.Diagnostics) {
	given := filter.UnderlyingValue()
	if given == nil || given.IsNull() || given.IsUnknown() {
		return nil, nil
	}
	values, ok := objectElements(given)
	if !ok {
		diags.AddAttributeError(at, "Invalid "+at.String(), "The filter must be an object or a map, from field paths to values, "+
			"such as { team = \"web\", \"region.name\" = [\"eu\", \"us\"] }.")
		return nil, diags
	}
	if len(values) > maxMetaPaths {
		diags.AddAttributeError(at, "Invalid "+at.String(),
			fmt.Sprintf("The filter must have at most %d paths, as the API takes no more; it has %d. "+
				"Keep those that leave the fewest images, and pick among these with a for expression.", maxMetaPaths, len(values)))
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

// metaMatch reads what is to be at a path. It has no values where they are not
// known yet.
func metaMatch(name string, value attr.Value) (client.MetaMatch, error) {
	if !metaPath.MatchString(name) {
		return client.MetaMatch{}, errors.New("key must be a field path such as region.name: " +
			"up to five names of letters, digits and underscores, with points between them")
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

// metaList reads the values of which one is to be at a path.
func metaList(list []attr.Value) (match client.MetaMatch, err error) {
	if len(list) == 0 || len(list) > maxMetaValues {
		return match, fmt.Errorf("list must have from 1 to %d values, as the API takes no others; it has %d. "+
			"Leave the path out where any value will do, and read what is beyond %[1]d with another block", maxMetaValues, len(list))
	}
	for i, element := range list {
		kind, text, err := metaValue(element)
		switch {
		case err != nil:
			return client.MetaMatch{}, fmt.Errorf("list is wrong at [%d]: the %w", i, err)
		case kind == "":
			continue
		case kind == client.MetaBoolean:
			return client.MetaMatch{}, errors.New("list must hold texts or numbers, no booleans. Give true or false without a list")
		case match.Type != "" && kind != match.Type:
			return client.MetaMatch{}, errors.New("list must hold only texts or only numbers, as the API compares with one type at a time. " +
				"Put all of them in quotation marks, or none")
		case strings.Contains(text, "|"):
			return client.MetaMatch{}, fmt.Errorf("list is wrong at [%d]: its texts must not hold |, which separates them in the request. "+
				"Give this text alone, without a list", i)
		}
		match.Type, match.Values = kind, append(match.Values, text)
	}
	return match, nil
}

// metaValue reads one value, of which nothing is told where it is not known yet.
func metaValue(value attr.Value) (kind client.MetaType, text string, err error) {
	if value.IsNull() {
		return "", "", errors.New("value must not be null. Leave it out, or give a text, a number or a boolean")
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
		return "", "", errors.New("value must be a text, a number, a boolean, or one list of texts or of numbers. " +
			"What lies deeper in the metadata has a path of its own, such as \"region.name\" = \"eu\"")
	}
}

// metaNumber writes a number as JSON does, without a digit lost: an integer that
// came as a float has all of them. A fraction is the shortest that means it.
func metaNumber(number *big.Float) (string, error) {
	if float, _ := number.Float64(); math.IsInf(float, 0) {
		return "", errors.New("number must be one that JSON can hold anywhere, from -1.7e308 to 1.7e308")
	}
	if number.IsInt() && number.Prec() < 512 {
		number = new(big.Float).SetPrec(512).Set(number)
	}
	if exponent := number.MantExp(nil); exponent < -64 || exponent > 256 {
		return number.Text('e', -1), nil
	}
	return number.Text('f', -1), nil
}

// objectElements and collectionElements are what a value from a dynamic attribute holds,
// where it is a collection by name, or one in order.
func objectElements(value attr.Value) (members map[string]attr.Value, ok bool) {
	switch value := value.(type) {
	case types.Object:
		return value.Attributes(), true
	case types.Map:
		return value.Elements(), true
	}
	return nil, false
}

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
