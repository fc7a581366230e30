package provider

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// osEnvironment reads the environment of the process. No other code of the
// provider does.
var osEnvironment = os.Getenv //nolint:forbidigo // the one place

// Schema returns an attribute for each setting.
func (p *cloudflareProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	attributes := map[string]schema.Attribute{}
	for _, row := range stringSettings {
		attributes[row.attribute] = row.schema()
	}
	for _, row := range typedSettings {
		attributes[row.attribute] = row.schema
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages [Cloudflare Images](https://developers.cloudflare.com/images/): " +
			"reads images, their metadata and their delivery URLs, uploads image files, manages images, variants and signing keys, " +
			"and detects missing images and variants at plan time. Configuring the provider sends no request.",
		Attributes: attributes,
	}
}

// Configure creates the client from the provider block and the environment,
// without a request. Malformed values are reported immediately; missing and
// unknown ones when they are first needed, because a plan may need no request.
func (p *cloudflareProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	diags := &resp.Diagnostics
	settings := resolveStrings(ctx, req.Config, p.getenv, diags)
	config := client.Config{
		BaseURL:   settings["base_url"].text,
		UserAgent: p.userAgent(req.TerraformVersion, diags),
		Transport: p.transport,
		Observer:  client.Observer{OnAttempt: logAttempt, OnProgress: logProgress, OnFallback: logFallback},
	}
	limits := readTyped(ctx, req.Config, &config, diags)
	p.checkProxy(settings["base_url"].text, diags)
	if diags.HasError() {
		return
	}
	data := &providerData{accountID: settings["account_id"].text, enforceLimits: limits}
	config.Observer.OnWait = data.rateLimitWarning.record
	if config.Credentials = data.deferredCredentials(ctx, req.Config, settings); len(data.configErrors) == 0 {
		api, err := client.New(config)
		if err != nil {
			diags.AddError("Invalid provider configuration", err.Error())
			return
		}
		data.client = api
	}
	p.data = data
	resp.DataSourceData, resp.ResourceData, resp.EphemeralResourceData, resp.ListResourceData = data, data, data, data
}

// deferredCredentials returns the credentials. It stores the errors about
// missing and unknown settings, which are reported on first use.
func (d *providerData) deferredCredentials(
	ctx context.Context, config tfsdk.Config, settings map[string]stringValue,
) (creds client.Credentials) {
	checkKnown(ctx, config, &d.configErrors)
	d.hasUnknown = len(d.configErrors) > 0
	if !d.hasUnknown {
		creds = credentials(settings, &d.configErrors)
	}
	return creds
}

// checkProxy rejects a proxy URL that net/http would silently ignore, sending
// requests directly.
func (p *cloudflareProvider) checkProxy(baseURL string, diags *diag.Diagnostics) {
	if base, err := client.ParseBaseURL(baseURL); err == nil && base.Scheme == "http" {
		return // requests to a loopback address use no proxy
	}
	for _, variable := range []string{"HTTPS_PROXY", "https_proxy"} {
		if value := p.getenv(variable); value != "" {
			if err := checkProxyURL(value); err != nil {
				diags.AddError("Invalid environment variable "+variable, "The value "+err.Error()+".")
			}
			return // net/http uses the first one that is set
		}
	}
}

// checkProxyURL returns an error if the value of a proxy variable is invalid: net/http
// would ignore it, and bypass the proxy. The error doesn't quote the value, which
// may contain a password.
func checkProxyURL(value string) error {
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	proxy, err := url.Parse(value)
	if err != nil || proxy.Hostname() == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, proxy.Scheme) {
		return errors.New("is not a valid proxy URL, such as http://proxy.example.com:3128")
	}
	return nil
}

// readTyped adds typedSettings to the configuration of the client. It returns
// whether image files are checked against Cloudflare's upload limits.
func readTyped(ctx context.Context, from tfsdk.Config, config *client.Config, diags *diag.Diagnostics) (limits bool) {
	var (
		retries   types.Int64
		timeout   types.String
		perSecond types.Float64
		prefetch  types.Bool
		enforce   types.Bool
	)
	targets := map[string]any{
		"max_retries":         &retries,
		"request_timeout":     &timeout,
		"requests_per_second": &perSecond,
		"prefetch_images":     &prefetch,

		"enforce_upload_limits": &enforce,
	}
	for _, row := range typedSettings {
		diags.Append(from.GetAttribute(ctx, path.Root(row.attribute), targets[row.attribute])...)
	}
	if !retries.IsNull() {
		config.MaxRetries = new(int(retries.ValueInt64()))
	}
	if !timeout.IsNull() && !timeout.IsUnknown() {
		config.RequestTimeout, _ = time.ParseDuration(timeout.ValueString()) // validated by checkTimeout
	}
	config.RequestsPerSecond = perSecond.ValueFloat64()
	config.PrefetchImages = prefetch.ValueBool()
	return enforce.IsNull() || enforce.ValueBool()
}

// credentials selects the authentication scheme, or reports a missing one.
func credentials(settings map[string]stringValue, diags *diag.Diagnostics) client.Credentials {
	token, key, email := settings["api_token"].text, settings["api_key"].text, settings["email"].text
	switch {
	case token != "":
		return client.APIToken(token)
	case key != "" && email != "":
		return client.APIKey(email, key)
	case key != "":
		diags.AddError("Missing e-mail address for the API key",
			"Set email in the provider block, or CLOUDFLARE_EMAIL in the environment: "+
				"an API key requires the e-mail address of its user. "+
				"Preferably, use an API token instead: api_token or CLOUDFLARE_API_TOKEN.")
	case email != "":
		diags.AddError("Missing API key for the e-mail address",
			"Set api_key in the provider block, or CLOUDFLARE_API_KEY in the environment: "+
				"an e-mail address requires the API key of its user. "+
				"Preferably, use an API token instead: api_token or CLOUDFLARE_API_TOKEN, and no email.")
	default:
		diags.AddError("Missing Cloudflare credentials",
			"Set api_token in the provider block, or CLOUDFLARE_API_TOKEN in the environment, "+
				"to an API token with the permission Images Read, or Images Write to manage resources. "+
				"The legacy scheme also works: api_key and email, or CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL.")
	}
	return client.Credentials{}
}

// userAgent returns the User-Agent header: the provider, Terraform, and then
// TF_APPEND_USER_AGENT.
func (p *cloudflareProvider) userAgent(terraformVersion string, diags *diag.Diagnostics) string {
	const variable = "TF_APPEND_USER_AGENT"
	agent := fmt.Sprintf("terraform-provider-cloudflare/%s Terraform/%s", p.version, terraformVersion)
	more := strings.TrimSpace(p.getenv(variable))
	if more == "" {
		return agent
	}
	if strings.ContainsFunc(more, func(r rune) bool { return r < ' ' || r > '~' }) {
		diags.AddError("Invalid environment variable "+variable,
			"The value is sent in an HTTP header, so it must not contain line breaks, other control characters or non-ASCII characters.")
	}
	return agent + " " + more
}
