package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// textValidator reports what check finds wrong with a string. The check owns
// the rule and its words, so that configuration, environment and client cannot
// disagree. The value itself is not repeated, as it may be a secret.
type textValidator struct {
	prepare func(string) string
	check   func(string) error
}

// text checks a string as it is.
func text(check func(string) error) validator.String {
	return textValidator{prepare: func(s string) string { return s }, check: check}
}

// trimmedText checks a string without the white space around it, such as the
// line break at the end of a secret file.
func trimmedText(check func(string) error) validator.String {
	return textValidator{prepare: strings.TrimSpace, check: check}
}

// Description is unused: the schema descriptions tell the rules.
func (textValidator) Description(context.Context) string { return "" }

// MarkdownDescription is unused: the schema descriptions tell the rules.
func (textValidator) MarkdownDescription(context.Context) string { return "" }

// ValidateString runs the check on a known value.
func (v textValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v.check(v.prepare(req.ConfigValue.ValueString())); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+req.Path.String(), "The value "+err.Error()+".")
	}
}
