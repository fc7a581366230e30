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

// stringSetting is a row for a string argument, which may also be set in the
// environment.
type stringSetting struct {
	attribute   string
	variable    string             // environment variable
	check       func(string) error // of the text, wherever it is from
	description string             // with %s where the variable is told
	secret      bool
	excludes    []path.Expression
}

// stringSettings stand in the order in which their problems are reported.
var stringSettings = []stringSetting{
	{
		attribute: "api_token", variable: "CLOUDFLARE_API_TOKEN", check: client.CheckCredential, secret: true,
		description: "API token with the permission *Images Read* (or *Images Write*); the preferred way to authenticate. " +
			"%s Conflicts with `api_key` and `email`. White space around it is ignored.",
		excludes: []path.Expression{path.MatchRoot("api_key"), path.MatchRoot("email")},
	},
	{
		attribute: "api_key", variable: "CLOUDFLARE_API_KEY", check: client.CheckCredential, secret: true,
		description: "Global API key, the legacy way to authenticate; needs `email` as well. %s White space around it is ignored.",
	},
	{
		attribute: "email", variable: "CLOUDFLARE_EMAIL", check: client.CheckCredential,
		description: "E-mail address of the user that `api_key` belongs to. %s",
	},
	{
		attribute: "account_id", variable: "CLOUDFLARE_ACCOUNT_ID", check: client.CheckAccountID,
		description: "Account of every data source, resource, list and ephemeral resource that names no other: " +
			"at most 32 letters and digits. %s",
	},
	{
		attribute: "base_url", variable: "CLOUDFLARE_BASE_URL", check: checkBaseURL,
		description: "Root URL of the API, with or without a trailing slash. " +
			"Must use `https`; `http` is accepted for loopback addresses only. %s Defaults to `" + client.DefaultBaseURL + "`.",
	},
}

// typedSettings are the arguments that can be set in the provider block only.
var typedSettings = []struct {
	attribute string
	schema    schema.Attribute
}{
	{"max_retries", schema.Int64Attribute{
		MarkdownDescription: fmt.Sprintf("How often a request that failed for a passing reason (rate limit, server error, lost connection) "+
			"is sent again: 0 to %d. Defaults to %d. The pauses grow from half a second to eight seconds, "+
			"or are as long as the API asks for, up to five minutes and ten seconds. "+
			"What a lost request may have made already is looked for before anything is made again.",
			client.MaxRetriesLimit, client.DefaultMaxRetries),
		Optional:   true,
		Validators: []validator.Int64{int64validator.Between(0, client.MaxRetriesLimit)},
	}},
	{"request_timeout", schema.StringAttribute{
		MarkdownDescription: fmt.Sprintf("How long one attempt may take, from connecting to the last byte of the answer, "+
			"as a Go duration such as `10s` or `1m30s`. An upload has a second more for each 64 KiB. "+
			"Defaults to `%s`.", client.DefaultRequestTimeout),
		Optional:   true,
		Validators: []validator.String{stringCheck(checkTimeout)},
	}},
	{"requests_per_second", schema.Float64Attribute{
		MarkdownDescription: "Most requests to send in a second, above 0, for a token that other tools use at the same time. " +
			"Unset means no limit of our own: the provider still slows down when the API says that few requests are left. " +
			"Each provider block counts by itself.",
		Optional:   true,
		Validators: []validator.Float64{positive{}},
	}},
	{"prefetch_images", schema.BoolAttribute{
		MarkdownDescription: "Whether the first read of a `cloudflare_image` lists the account's images, a thousand in a request, " +
			"and later reads are answered from that list. A thousand image blocks then take one or two requests instead of a thousand. " +
			"The list is one snapshot for each Terraform run (for each of plan and apply, where they run apart); " +
			"an image that changes meanwhile is not read again. " +
			"An image that is not in the list, such as a draft, is read by itself, " +
			"and so is each once the provider has written something in the account. " +
			"No more of the list is read once it has taken as many requests as different images were asked for. Defaults to `false`.",
		Optional: true,
	}},
	{"enforce_upload_limits", schema.BoolAttribute{
		MarkdownDescription: "Whether a plan refuses pictures that are beyond the limits of Cloudflare Images: " +
			"10 MB, 12,000 pixels a side (1,200 for AVIF, any for WebP and SVG), 100 megapixels. " +
			"Set it to `false` if your account's limits were raised. Defaults to `true`.",
		Optional: true,
	}},
}

// schema tells the variable where the words leave room for it.
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

// checkKnown reports every argument whose value Terraform does not know yet. A
// guess would mean a request with the wrong credentials, or with none.
func checkKnown(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	var block types.Object
	diags.Append(config.Get(ctx, &block)...)
	report := func(attribute, remedy string) {
		if value := block.Attributes()[attribute]; value != nil && value.IsUnknown() {
			diags.AddError("Provider setting "+attribute+" is not known yet",
				"The value depends on something that Terraform only learns during apply, but images are read at plan time. "+
					"Set "+attribute+" from what is known at plan time, such as a variable or a file"+remedy+
					"; or first apply what the value depends on, with -target.")
		}
	}
	for _, row := range stringSettings {
		report(row.attribute, ", or leave it out and set "+row.variable+" in the environment")
	}
	for _, row := range typedSettings {
		report(row.attribute, "")
	}
}

// stringValue is a trimmed text, empty where it is not set, and where it is from.
type stringValue struct {
	text     string
	inConfig bool
	unknown  bool // Terraform does not know it yet
}

// resolveStrings brings configuration and environment together: configuration
// comes first, an empty variable counts as unset, and a scheme of
// authentication named in the configuration switches the other one's variables
// off.
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

// validateStrings checks what is left, as only the configuration has been checked
// before.
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
