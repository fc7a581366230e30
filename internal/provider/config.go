package provider

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// osEnvironment is the environment of the process. Nothing else reads it.
var osEnvironment = os.Getenv //nolint:forbidigo // the one place

type providerModel struct {
	APIToken       types.String         `tfsdk:"api_token"`
	APIKey         types.String         `tfsdk:"api_key"`
	Email          types.String         `tfsdk:"email"`
	AccountID      types.String         `tfsdk:"account_id"`
	BaseURL        types.String         `tfsdk:"base_url"`
	MaxRetries     types.Int64          `tfsdk:"max_retries"`
	RequestTimeout timetypes.GoDuration `tfsdk:"request_timeout"`

	RequestsPerSecond types.Float64 `tfsdk:"requests_per_second"`
	PrefetchImages    types.Bool    `tfsdk:"prefetch_images"`
}

// textSettings are the settings that are text, in the order in which their
// problems are reported.
var textSettings = []struct {
	attribute string
	variable  string // environment variable
	value     func(*providerModel) types.String
	target    func(*settings) *setting
	check     func(string) error
}{
	{"api_token", "CLOUDFLARE_API_TOKEN", func(m *providerModel) types.String { return m.APIToken }, func(s *settings) *setting { return &s.apiToken }, client.CheckCredential},
	{"api_key", "CLOUDFLARE_API_KEY", func(m *providerModel) types.String { return m.APIKey }, func(s *settings) *setting { return &s.apiKey }, client.CheckCredential},
	{"email", "CLOUDFLARE_EMAIL", func(m *providerModel) types.String { return m.Email }, func(s *settings) *setting { return &s.email }, client.CheckCredential},
	{"account_id", "CLOUDFLARE_ACCOUNT_ID", func(m *providerModel) types.String { return m.AccountID }, func(s *settings) *setting { return &s.accountID }, client.CheckAccountID},
	{"base_url", "CLOUDFLARE_BASE_URL", func(m *providerModel) types.String { return m.BaseURL }, func(s *settings) *setting { return &s.baseURL }, checkBaseURL},
}

// settings are the text settings after configuration and environment have been
// brought together.
type settings struct {
	apiToken, apiKey, email, accountID, baseURL setting
}

// setting is a trimmed value, empty where it is not set, and where it is from.
type setting struct {
	value    string
	inConfig bool
}

// Schema describes the provider block.
func (p *cloudflareProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads images, their metadata and their delivery URLs from [Cloudflare Images](https://developers.cloudflare.com/images/), and turns a wrong image or variant into an error at plan time. " +
			"Configuring the provider makes no request.",
		Attributes: map[string]schema.Attribute{
			"api_token": schema.StringAttribute{
				MarkdownDescription: "API token with the permission *Images Read* (or *Images Write*); the preferred way to authenticate. " +
					"May also be set with the environment variable `CLOUDFLARE_API_TOKEN`. Conflicts with `api_key` and `email`. White space around it is ignored.",
				Optional:  true,
				Sensitive: true,
				Validators: []validator.String{
					trimmedText(client.CheckCredential),
					stringvalidator.ConflictsWith(path.MatchRoot("api_key"), path.MatchRoot("email")),
				},
			},
			"api_key": schema.StringAttribute{
				MarkdownDescription: "Global API key, the legacy way to authenticate; needs `email` as well. " +
					"May also be set with the environment variable `CLOUDFLARE_API_KEY`. White space around it is ignored.",
				Optional:   true,
				Sensitive:  true,
				Validators: []validator.String{trimmedText(client.CheckCredential)},
			},
			"email": schema.StringAttribute{
				MarkdownDescription: "E-mail address of the user that `api_key` belongs to. " +
					"May also be set with the environment variable `CLOUDFLARE_EMAIL`.",
				Optional:   true,
				Validators: []validator.String{trimmedText(client.CheckCredential)},
			},
			"account_id": schema.StringAttribute{
				MarkdownDescription: "Account that data sources read from unless they name another: at most 32 letters and digits. " +
					"May also be set with the environment variable `CLOUDFLARE_ACCOUNT_ID`.",
				Optional:   true,
				Validators: []validator.String{trimmedText(client.CheckAccountID)},
			},
			"base_url": schema.StringAttribute{
				MarkdownDescription: "Root URL of the API, with or without a trailing slash. Must use `https`; `http` is accepted for loopback addresses only. " +
					"May also be set with the environment variable `CLOUDFLARE_BASE_URL`. Defaults to `" + client.DefaultBaseURL + "`.",
				Optional:   true,
				Validators: []validator.String{trimmedText(checkBaseURL)},
			},
			"max_retries": schema.Int64Attribute{
				MarkdownDescription: fmt.Sprintf("How often a request that failed for a passing reason (rate limit, server error, lost connection) is sent again: 0 to %d. Defaults to %d. "+
					"The pauses grow from half a second to eight seconds, or are as long as the API asks for, up to five minutes and ten seconds.", client.MaxRetriesLimit, client.DefaultMaxRetries),
				Optional:   true,
				Validators: []validator.Int64{int64validator.Between(0, client.MaxRetriesLimit)},
			},
			"request_timeout": schema.StringAttribute{
				MarkdownDescription: fmt.Sprintf("How long one attempt may take, from connecting to the last byte of the answer, as a Go duration such as `10s` or `1m30s`. Defaults to `%s`.", client.DefaultRequestTimeout),
				Optional:            true,
				CustomType:          timetypes.GoDurationType{},
				Validators:          []validator.String{text(checkTimeout)},
			},
			"requests_per_second": schema.Float64Attribute{
				MarkdownDescription: "Most requests to send in a second, above 0, for a token that other tools use at the same time. Unset means no limit of our own: the provider still slows down when the API says that few requests are left. Each provider block counts by itself.",
				Optional:            true,
				Validators:          []validator.Float64{aboveZero{}},
			},
			"prefetch_images": schema.BoolAttribute{
				MarkdownDescription: "Whether the first read of a `cloudflare_image` lists the account's images, a thousand in a request, and later reads are answered from that list. " +
					"A thousand image blocks then take one or two requests instead of a thousand. The list is one snapshot for each Terraform run (for each of plan and apply, where they run apart); an image that changes meanwhile is not read again. " +
					"An image that is not in the list, such as a draft, is read by itself, and so are all once the list has taken as many requests as there were reads. Defaults to `false`.",
				Optional: true,
			},
		},
	}
}

// Configure turns the provider block and the environment into a client. It
// makes no request.
func (p *cloudflareProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	resp.Diagnostics.Append(model.checkKnown()...)
	if resp.Diagnostics.HasError() {
		return
	}
	s, diags := model.resolve(p.getenv)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	credentials, diags := s.credentials()
	resp.Diagnostics.Append(diags...)
	userAgent, diags := p.userAgent(req.TerraformVersion)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	config := client.Config{
		Credentials: credentials,
		BaseURL:     s.baseURL.value,
		UserAgent:   userAgent,
		Transport:   loggingTransport{client.NewTransport()},
		OnWait:      logWait,

		RequestsPerSecond: model.RequestsPerSecond.ValueFloat64(),
		PrefetchImages:    model.PrefetchImages.ValueBool(),
		OnPrefetchError:   logPrefetchError,
	}
	if !model.MaxRetries.IsNull() {
		config.MaxRetries = new(int(model.MaxRetries.ValueInt64()))
	}
	if !model.RequestTimeout.IsNull() {
		config.RequestTimeout, diags = model.RequestTimeout.ValueGoDuration()
		resp.Diagnostics.Append(diags...)
	}
	api, err := client.New(config)
	if err != nil {
		resp.Diagnostics.AddError("Invalid provider configuration", err.Error())
		return
	}
	data := &providerData{client: api, accountID: s.accountID.value}
	resp.DataSourceData, resp.EphemeralResourceData = data, data
}

// checkKnown reports every setting whose value Terraform does not know yet. A
// guess would mean a request with the wrong credentials, or with none.
func (m *providerModel) checkKnown() (diags diag.Diagnostics) {
	report := func(attribute string, value attr.Value, remedy string) {
		if value.IsUnknown() {
			diags.AddAttributeError(path.Root(attribute), "Provider setting "+attribute+" is not known yet",
				"The value depends on something that Terraform only learns during apply, but images are read at plan time. "+
					"Set "+attribute+" from what is known at plan time, such as a variable or a file"+remedy+
					"; or first apply what the value depends on, with -target.")
		}
	}
	for _, row := range textSettings {
		report(row.attribute, row.value(m), ", or leave it out and set "+row.variable+" in the environment")
	}
	report("max_retries", m.MaxRetries, "")
	report("request_timeout", m.RequestTimeout, "")
	report("requests_per_second", m.RequestsPerSecond, "")
	report("prefetch_images", m.PrefetchImages, "")
	return diags
}

// resolve brings configuration and environment together: configuration comes
// first, an empty variable counts as unset, and a scheme of authentication
// named in the configuration switches the other one's variables off.
func (m *providerModel) resolve(getenv func(string) string) (s settings, diags diag.Diagnostics) {
	for _, row := range textSettings {
		value := row.value(m)
		source := setting{value: strings.TrimSpace(value.ValueString()), inConfig: !value.IsNull()}
		if !source.inConfig {
			source.value = strings.TrimSpace(getenv(row.variable))
		}
		*row.target(&s) = source
	}
	switch keyInConfig := s.apiKey.inConfig || s.email.inConfig; {
	case s.apiToken.inConfig:
		s.apiKey, s.email = setting{}, setting{}
	case keyInConfig:
		s.apiToken = setting{}
	case s.apiToken.value != "":
		s.apiKey, s.email = setting{}, setting{}
	}
	for _, row := range textSettings {
		source := row.target(&s)
		if source.value == "" && !source.inConfig {
			continue
		}
		if err := row.check(source.value); err != nil {
			name := row.attribute
			if !source.inConfig {
				name = "environment variable " + row.variable
			}
			diags.AddAttributeError(path.Root(row.attribute), "Invalid "+name, "The value "+err.Error()+".")
		}
	}
	return s, diags
}

// credentials picks the one scheme to send, or says what is missing.
func (s *settings) credentials() (client.Credentials, diag.Diagnostics) {
	var diags diag.Diagnostics
	switch {
	case s.apiToken.value != "":
		return client.APIToken(s.apiToken.value), nil
	case s.apiKey.value != "" && s.email.value != "":
		return client.APIKey(s.email.value, s.apiKey.value), nil
	case s.apiKey.value != "":
		diags.AddAttributeError(path.Root("email"), "Missing e-mail address for the API key",
			"An API key authenticates only together with the e-mail address of its user. Set email in the provider block, or CLOUDFLARE_EMAIL in the environment. "+
				"Better still, use an API token instead: api_token or CLOUDFLARE_API_TOKEN.")
	case s.email.value != "":
		diags.AddAttributeError(path.Root("api_key"), "Missing API key for the e-mail address",
			"An e-mail address authenticates only together with the API key of its user. Set api_key in the provider block, or CLOUDFLARE_API_KEY in the environment. "+
				"Better still, use an API token instead: api_token or CLOUDFLARE_API_TOKEN, and no email.")
	default:
		diags.AddAttributeError(path.Root("api_token"), "Missing Cloudflare credentials",
			"Set api_token in the provider block, or CLOUDFLARE_API_TOKEN in the environment, to an API token with the permission Images Read. "+
				"The legacy pair works too: api_key and email, or CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL.")
	}
	return client.Credentials{}, diags
}

// userAgent names the provider and Terraform, and then whatever the user wants
// to be known by.
func (p *cloudflareProvider) userAgent(terraformVersion string) (string, diag.Diagnostics) {
	const variable = "TF_APPEND_USER_AGENT"
	var diags diag.Diagnostics
	agent := fmt.Sprintf("terraform-provider-cloudflare/%s Terraform/%s", p.version, terraformVersion)
	if more := strings.TrimSpace(p.getenv(variable)); more != "" {
		if strings.ContainsFunc(more, func(r rune) bool { return r < ' ' || r > '~' }) {
			diags.AddError("Invalid environment variable "+variable, "It is sent in an HTTP header, so it must not contain line breaks, other control characters or non-ASCII characters.")
		}
		agent += " " + more
	}
	return agent, diags
}

func checkBaseURL(s string) error {
	_, err := client.ParseBaseURL(s)
	return err
}

func checkTimeout(s string) error {
	// What is not a duration at all is reported by the attribute's type.
	if timeout, err := time.ParseDuration(s); err == nil && timeout <= 0 {
		return fmt.Errorf("must be longer than zero, such as 30s; the value is %s", timeout)
	}
	return nil
}
