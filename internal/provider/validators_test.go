package provider

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	rschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// A check sees what is known and set only; its error is told without the value.
func TestStringCheck(t *testing.T) {
	t.Parallel()
	isA := func(s string) error {
		if s != "a" {
			return errors.New("must be the letter")
		}
		return nil
	}
	for name, test := range map[string]struct {
		validator validator.String
		value     types.String
		ok        bool
	}{
		"good":             {validator: stringCheck(isA), value: types.StringValue("a"), ok: true},
		"wrong":            {validator: stringCheck(isA), value: types.StringValue("secret")},
		"null":             {validator: stringCheck(isA), value: types.StringNull(), ok: true},
		"unknown":          {validator: stringCheck(isA), value: types.StringUnknown(), ok: true},
		"a line break":     {validator: stringCheck(isA), value: types.StringValue("a\n")},
		"trimmed":          {validator: trimmedStringCheck(isA), value: types.StringValue(" a\n"), ok: true},
		"wrong, trimmed":   {validator: trimmedStringCheck(isA), value: types.StringValue(" b")},
		"only white space": {validator: trimmedStringCheck(isA), value: types.StringValue(" ")},
	} {
		var resp validator.StringResponse
		test.validator.ValidateString(
			t.Context(),
			validator.StringRequest{Path: path.Root("x"), ConfigValue: test.value},
			&resp,
		)
		if got := resp.Diagnostics; got.HasError() == test.ok || !test.ok && (attributeOf(got[0]) != "x" ||
			got[0].Summary() != "Invalid x" || got[0].Detail() != "The value must be the letter.") {
			t.Errorf("%s: got %v, want it taken: %t", name, got, test.ok)
		}
	}
}

// A pace is above zero, or not set.
func TestPositive(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value types.Float64
		ok    bool
	}{
		"null": {types.Float64Null(), true}, "unknown": {types.Float64Unknown(), true}, "zero": {types.Float64Value(0), false},
		"negative": {types.Float64Value(-1), false}, "half": {types.Float64Value(0.5), true},
	} {
		var resp validator.Float64Response
		positive{}.ValidateFloat64(
			t.Context(),
			validator.Float64Request{Path: path.Root("x"), ConfigValue: test.value},
			&resp,
		)
		if resp.Diagnostics.HasError() == test.ok {
			t.Errorf("%s: got %v, want it taken: %t", name, resp.Diagnostics, test.ok)
		}
	}
}

// Whole numbers, from the least to the most that is allowed.
func TestIntegerBetween(t *testing.T) {
	t.Parallel()
	bounded, open := integerBetween{unit: "seconds", min: 10, max: 20}, integerBetween{unit: "pixels", min: 1}
	for name, test := range map[string]struct {
		check integerBetween
		value types.Float64
		want  string // empty where it is taken
	}{
		"null":        {check: bounded, value: types.Float64Null()},
		"unknown":     {check: bounded, value: types.Float64Unknown()},
		"the least":   {check: bounded, value: types.Float64Value(10)},
		"the most":    {check: bounded, value: types.Float64Value(20)},
		"too few":     {check: bounded, value: types.Float64Value(9), want: "an integer number of seconds, from 10 to 20; the value is 9."},
		"too many":    {check: bounded, value: types.Float64Value(21), want: "an integer number of seconds, from 10 to 20; the value is 21."},
		"a half":      {check: bounded, value: types.Float64Value(12.5), want: "an integer number of seconds, from 10 to 20; the value is 12.5."},
		"no most":     {check: open, value: types.Float64Value(1e15)},
		"nothing":     {check: open, value: types.Float64Value(0), want: "an integer number of pixels, at least 1; the value is 0."},
		"half of one": {check: open, value: types.Float64Value(0.5), want: "an integer number of pixels, at least 1; the value is 0.5."},
		"one of one":  {check: integerBetween{unit: "frames", min: 1, max: 1}, value: types.Float64Value(2), want: "an integer number of frames, from 1 to 1; the value is 2."},
	} {
		var resp validator.Float64Response
		test.check.ValidateFloat64(
			t.Context(),
			validator.Float64Request{Path: path.Root("x"), ConfigValue: test.value},
			&resp,
		)
		if got := detailsOfDiags(resp.Diagnostics); resp.Diagnostics.HasError() != (test.want != "") ||
			!strings.HasSuffix(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// The options of a variant are checked by their bounds.
func TestVariantBounds(t *testing.T) {
	t.Parallel()
	options := imageVariantOptions()
	for name, want := range map[string]integerBetween{
		"width": {unit: "pixels", min: 1}, "height": {unit: "pixels", min: 1}, "browser_ttl": {unit: "seconds", min: 3600, max: 31536000},
	} {
		attribute, ok := options[name].(rschema.Float64Attribute)
		if !ok || !slices.Equal(attribute.Validators, []validator.Float64{want}) || !attribute.Optional {
			t.Errorf("%s: got %+v, want %+v", name, options[name], want)
		}
	}
	for _, name := range []string{"fit", "metadata"} {
		if attribute := options[name]; !attribute.IsOptional() || !attribute.IsComputed() {
			t.Errorf("%s cannot be set, or left out", name)
		}
	}
}
