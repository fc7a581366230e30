package provider

import (
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// A check sees what is known and set only; its error is told without the value.
func TestTextValidators(t *testing.T) {
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
		"good":             {text(isA), types.StringValue("a"), true},
		"wrong":            {text(isA), types.StringValue("secret"), false},
		"null":             {text(isA), types.StringNull(), true},
		"unknown":          {text(isA), types.StringUnknown(), true},
		"a line break":     {text(isA), types.StringValue("a\n"), false},
		"trimmed":          {trimmedText(isA), types.StringValue(" a\n"), true},
		"wrong, trimmed":   {trimmedText(isA), types.StringValue(" b"), false},
		"only white space": {trimmedText(isA), types.StringValue(" "), false},
	} {
		var resp validator.StringResponse
		test.validator.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("x"), ConfigValue: test.value}, &resp)
		if got := resp.Diagnostics; got.HasError() == test.ok || !test.ok && (attributeOf(got[0]) != "x" ||
			got[0].Summary() != "Invalid x" || got[0].Detail() != "The value must be the letter.") {
			t.Errorf("%s: got %v, want it taken: %t", name, got, test.ok)
		}
	}
}

// A pace is above zero, or not set.
func TestAboveZero(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value types.Float64
		ok    bool
	}{
		"null": {types.Float64Null(), true}, "unknown": {types.Float64Unknown(), true}, "zero": {types.Float64Value(0), false},
		"negative": {types.Float64Value(-1), false}, "half": {types.Float64Value(0.5), true},
	} {
		var resp validator.Float64Response
		aboveZero{}.ValidateFloat64(t.Context(), validator.Float64Request{Path: path.Root("x"), ConfigValue: test.value}, &resp)
		if resp.Diagnostics.HasError() == test.ok {
			t.Errorf("%s: got %v, want it taken: %t", name, resp.Diagnostics, test.ok)
		}
	}
}
