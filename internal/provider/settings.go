package provider

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// stringSetting is a string attribute that may also be set in the environment.
type stringSetting struct {
	attribute   string
	variable    string             // environment variable
	check       func(string) error // of the value, from the configuration or the environment
	description string             // with %s for the environment variable
	secret      bool
	excludes    []path.Expression
}

// stringSettings are in the order in which their errors are reported.
var stringSettings = []stringSetting{
	{
		attribute: "api_token", variable: "CLOUDFLARE_API_TOKEN", check: client.CheckCredential, secret: true,
		description: "API token with the permission *Images Read* or *Images Write*; the preferred way to authenticate. " +
			"%s Conflicts with `api_key` and `email`. Leading and trailing whitespace is ignored.",
		excludes: []path.Expression{path.MatchRoot("api_key"), path.MatchRoot("email")},
	},
	{
		attribute: "api_key", variable: "CLOUDFLARE_API_KEY", check: client.CheckCredential, secret: true,
		description: "Global API key, the legacy way to authenticate; requires `email`. %s Leading and trailing whitespace is ignored.",
	},
	{
		attribute: "email", variable: "CLOUDFLARE_EMAIL", check: client.CheckCredential,
		description: "E-mail address of the user who owns `api_key`. %s",
	},
	{
		attribute: "account_id", variable: "CLOUDFLARE_ACCOUNT_ID", check: client.CheckAccountID,
		description: "Default account ID for all resources and data sources: at most 32 letters and digits. %s",
	},
	{
		attribute: "base_url", variable: "CLOUDFLARE_BASE_URL", check: checkBaseURL,
		description: "Root URL of the API, with or without a trailing slash. Default: `" + client.DefaultBaseURL + "`. " +
			"Must use `https`; `http` is accepted for loopback addresses only. %s",
	},
}

// typedSettings can be set in the provider block only.
var typedSettings = []struct {
	attribute string
	schema    schema.Attribute
}{
	{"max_retries", schema.Int64Attribute{
		MarkdownDescription: fmt.Sprintf("Maximum number of retries after a transient failure (rate limit, server error, lost connection): "+
			"0 to %d. Default: %d. The backoff grows from half a second to eight seconds, "+
			"or is the delay that the API specifies, up to five minutes and ten seconds. "+
			"If the outcome of a create is unknown, the provider looks for the object before retrying.",
			client.MaxRetriesLimit, client.DefaultMaxRetries),
		Optional:   true,
		Validators: []validator.Int64{int64validator.Between(0, client.MaxRetriesLimit)},
	}},
	{"request_timeout", schema.StringAttribute{
		MarkdownDescription: fmt.Sprintf("Timeout of a single attempt, including reading the response, "+
			"as a Go duration such as `10s` or `1m30s`. Default: `%s`. "+
			"Uploads get an extra second per 64 KiB.", client.DefaultRequestTimeout),
		Optional:   true,
		Validators: []validator.String{stringCheck(checkTimeout)},
	}},
	{"requests_per_second", schema.Float64Attribute{
		MarkdownDescription: "Maximum number of requests per second, greater than 0. " +
			"By default there is no fixed limit; the provider still slows down when the API reports that few requests are left. " +
			"Applies per provider block. Set it if other tools use the same token at the same time.",
		Optional:   true,
		Validators: []validator.Float64{positive{}},
	}},
	{"prefetch_images", schema.BoolAttribute{
		MarkdownDescription: "Whether to serve `cloudflare_image` reads from a single listing of the account (1,000 images per request) " +
			"instead of one request per image. Default: `false`. The listing is taken once per run of plan or apply, and isn't updated during the run. " +
			"Images missing from it, such as drafts, and all images after the first write are read individually. " +
			"The listing stops once it has taken as many requests as reading the images individually would.",
		Optional: true,
	}},
	{"enforce_upload_limits", schema.BoolAttribute{
		MarkdownDescription: "Whether to check image files against the upload limits of Cloudflare Images at plan time: " +
			"10 MB, 12,000 pixels per side (1,200 for AVIF, unlimited for WebP and SVG), 100 megapixels. Default: `true`. " +
			"Set it to `false` if your account's limits were raised.",
		Optional: true,
	}},
}

// schema returns the attribute. Its description contains the environment
// variable.
func (s stringSetting) schema() schema.Attribute {
	attribute := schema.StringAttribute{
		MarkdownDescription: fmt.Sprintf(s.description, "May also be set with the environment variable `"+s.variable+"`."),
		Optional:            true,
		Sensitive:           s.secret,
		Validators:          []validator.String{trimmedStringCheck(s.check)},
	}
	if s.excludes != nil {
		attribute.Validators = append(attribute.Validators, stringvalidator.ConflictsWith(s.excludes...))
	}
	return attribute
}

// checkKnown reports each attribute whose value is unknown until apply.
// Ignoring it would send a request with the wrong credentials, or with none.
func checkKnown(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	var block types.Object
	diags.Append(config.Get(ctx, &block)...)
	report := func(attribute, remedy string) {
		if value := block.Attributes()[attribute]; value != nil && value.IsUnknown() {
			diags.AddError("Provider setting "+attribute+" is unknown until apply",
				"Set "+attribute+" to a value that is known at plan time, such as a variable or the content of a file"+remedy+
					"; or first apply its dependencies with -target. "+
					"The value depends on a resource that hasn't been applied yet, but reads at plan time need it.")
		}
	}
	for _, row := range stringSettings {
		report(row.attribute, ", or omit it and set "+row.variable+" in the environment")
	}
	for _, row := range typedSettings {
		report(row.attribute, "")
	}
}

// stringValue is a trimmed value, empty if it isn't set.
type stringValue struct {
	text     string
	inConfig bool
	unknown  bool // until apply
}

// resolveStrings returns the values from the configuration or the environment.
// The configuration takes precedence, an empty variable counts as unset, and an
// authentication scheme set in the configuration disables the environment
// variables of the other.
func resolveStrings(
	ctx context.Context, config tfsdk.Config, getenv func(string) string, diags *diag.Diagnostics,
) map[string]stringValue {
	values := map[string]stringValue{}
	for _, row := range stringSettings {
		var given types.String
		diags.Append(config.GetAttribute(ctx, path.Root(row.attribute), &given)...)
		value := stringValue{text: given.ValueString(), inConfig: !given.IsNull(), unknown: given.IsUnknown()}
		if !value.inConfig {
			value.text = getenv(row.variable)
		}
		value.text = strings.TrimSpace(value.text)
		values[row.attribute] = value
	}
	switch token, pairInConfig := values["api_token"], values["api_key"].inConfig || values["email"].inConfig; {
	case token.inConfig, token.text != "" && !pairInConfig:
		delete(values, "api_key")
		delete(values, "email")
	case pairInConfig:
		delete(values, "api_token")
	}
	validateStrings(values, diags)
	return values
}

// validateStrings checks the resolved values: Terraform has validated only the
// configuration.
func validateStrings(values map[string]stringValue, diags *diag.Diagnostics) {
	for _, row := range stringSettings {
		value := values[row.attribute]
		if value == (stringValue{}) || value.unknown {
			continue
		}
		if err := row.check(value.text); err != nil {
			name := row.attribute
			if !value.inConfig {
				name = "environment variable " + row.variable
			}
			diags.AddAttributeError(path.Root(row.attribute), "Invalid "+name, "The value "+err.Error()+".")
		}
	}
}

func checkBaseURL(s string) error {
	_, err := client.ParseBaseURL(s)
	return err
}

func checkTimeout(s string) error {
	switch timeout, err := time.ParseDuration(s); {
	case err != nil:
		return fmt.Errorf("must be a duration with a unit (h, m, s or ms), such as 30s or 1m30s; the value is %.100q", s)
	case timeout <= 0:
		return fmt.Errorf("must be longer than zero, such as 30s; the value is %s", timeout)
	}
	return nil
}
