package provider

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	rschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// A check runs on known, non-null values only, and its error doesn't contain
// the value.
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
		var want []string
		if !test.ok {
			want = []string{"Error x: Invalid x: The value must be the letter."}
		}
		var got []string
		for _, d := range resp.Diagnostics {
			got = append(got, fmt.Sprintf("%s %s: %s: %s", d.Severity(), attributeOf(d), d.Summary(), d.Detail()))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// A request rate is positive or unset.
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
			t.Errorf("%s: got %v, want it accepted: %t", name, resp.Diagnostics, test.ok)
		}
	}
}

// Values must be integers within the bounds; the maximum is optional.
func TestIntegerBetween(t *testing.T) {
	t.Parallel()
	bounded, open := integerBetween{unit: "seconds", min: 10, max: 20}, integerBetween{unit: "pixels", min: 1}
	for name, test := range map[string]struct {
		check integerBetween
		value types.Float64
		want  string // empty if it is valid
	}{
		"null":       {check: bounded, value: types.Float64Null()},
		"unknown":    {check: bounded, value: types.Float64Unknown()},
		"minimum":    {check: bounded, value: types.Float64Value(10)},
		"maximum":    {check: bounded, value: types.Float64Value(20)},
		"too few":    {check: bounded, value: types.Float64Value(9), want: "an integer number of seconds, from 10 to 20; the value is 9."},
		"too many":   {check: bounded, value: types.Float64Value(21), want: "an integer number of seconds, from 10 to 20; the value is 21."},
		"fraction":   {check: bounded, value: types.Float64Value(12.5), want: "an integer number of seconds, from 10 to 20; the value is 12.5."},
		"no maximum": {check: open, value: types.Float64Value(1e15)},
		"nothing":    {check: open, value: types.Float64Value(0), want: "an integer number of pixels, at least 1; the value is 0."},
		"below one":  {check: open, value: types.Float64Value(0.5), want: "an integer number of pixels, at least 1; the value is 0.5."},
		"two of one": {check: integerBetween{unit: "frames", min: 1, max: 1}, value: types.Float64Value(2), want: "an integer number of frames, from 1 to 1; the value is 2."},
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
			t.Errorf("%s is not an optional argument", name)
		}
	}
}
