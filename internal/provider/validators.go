package provider

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// stringValidator runs a check, which is shared by configuration, environment
// and client. The message doesn't repeat the value, because it may be a secret.
type stringValidator struct {
	prepare func(string) string
	check   func(string) error
}

// stringCheck returns a validator that checks a string unchanged.
func stringCheck(check func(string) error) validator.String {
	return stringValidator{prepare: func(s string) string { return s }, check: check}
}

// trimmedStringCheck returns a validator that checks a string without leading
// and trailing whitespace, such as the line break at the end of a secret file.
func trimmedStringCheck(check func(string) error) validator.String {
	return stringValidator{prepare: strings.TrimSpace, check: check}
}

// Description is unused: the schema descriptions state the rules.
func (stringValidator) Description(context.Context) string { return "" }

// MarkdownDescription is unused: the schema descriptions state the rules.
func (stringValidator) MarkdownDescription(context.Context) string { return "" }

// ValidateString runs the check on a known value.
func (v stringValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v.check(v.prepare(req.ConfigValue.ValueString())); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+req.Path.String(), "The value "+err.Error()+".")
	}
}

// positive rejects numbers that aren't greater than zero.
type positive struct{}

// Description is unused: the schema descriptions state the rules.
func (positive) Description(context.Context) string { return "" }

// MarkdownDescription is unused: the schema descriptions state the rules.
func (positive) MarkdownDescription(context.Context) string { return "" }

// ValidateFloat64 checks a known value.
func (positive) ValidateFloat64(_ context.Context, req validator.Float64Request, resp *validator.Float64Response) {
	if value := req.ConfigValue; !value.IsNull() && !value.IsUnknown() && value.ValueFloat64() <= 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+req.Path.String(),
			fmt.Sprintf("The value must be greater than 0, such as 4 or 0.5; the value is %v.", value.ValueFloat64()))
	}
}

// integerBetween accepts integers from min, up to max unless that is 0.
type integerBetween struct {
	unit     string // in the plural
	min, max float64
}

// Description is unused: the schema descriptions state the rules.
func (integerBetween) Description(context.Context) string { return "" }

// MarkdownDescription is unused: the schema descriptions state the rules.
func (integerBetween) MarkdownDescription(context.Context) string { return "" }

// ValidateFloat64 checks a known value.
func (v integerBetween) ValidateFloat64(_ context.Context, req validator.Float64Request, resp *validator.Float64Response) {
	value := req.ConfigValue.ValueFloat64()
	isFit := value == math.Trunc(value) && value >= v.min && (v.max == 0 || value <= v.max)
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || isFit {
		return
	}
	allowed := fmt.Sprintf("at least %.0f", v.min)
	if v.max > 0 {
		allowed = fmt.Sprintf("from %.0f to %.0f", v.min, v.max)
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+req.Path.String(),
		fmt.Sprintf("The value must be an integer number of %s, %s; the value is %s.", v.unit, allowed, strconv.FormatFloat(value, 'f', -1, 64)))
}
