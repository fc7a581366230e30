package provider

import (
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// blockConfig returns a provider block; omitted attributes are null.
func blockConfig(t *testing.T, block map[string]any) tfsdk.Config {
	t.Helper()
	var schema provider.SchemaResponse
	newWithEnvironment("1.2.3", environment(nil)).Schema(t.Context(), provider.SchemaRequest{}, &schema)
	object, ok := schema.Schema.Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("the provider's schema is not an object")
	}
	values := map[string]tftypes.Value{}
	for name, kind := range object.AttributeTypes {
		values[name] = tftypes.NewValue(kind, block[name])
	}
	return tfsdk.Config{Schema: schema.Schema, Raw: tftypes.NewValue(object, values)}
}

// configure runs Configure on a provider block.
func configure(t *testing.T, block map[string]any, variables map[string]string) *provider.ConfigureResponse {
	t.Helper()
	var resp provider.ConfigureResponse
	newWithEnvironment("1.2.3", environment(variables)).Configure(t.Context(), provider.ConfigureRequest{
		TerraformVersion: "1.11.4",
		Config:           blockConfig(t, block),
	}, &resp)
	return &resp
}

// The provider block takes precedence over the environment, and only one
// authentication scheme is used.
func TestConfigResolve(t *testing.T) {
	t.Parallel()
	token := map[string]string{"CLOUDFLARE_API_TOKEN": "env-token"}
	pair := map[string]string{"CLOUDFLARE_API_KEY": "env-key", "CLOUDFLARE_EMAIL": "env@example.com"}
	both := map[string]string{
		"CLOUDFLARE_API_TOKEN": "env-token",
		"CLOUDFLARE_API_KEY":   "env-key",
		"CLOUDFLARE_EMAIL":     "env@example.com",
	}
	tests := map[string]struct {
		block     map[string]any
		variables map[string]string
		want      string // token, or e-mail and key
	}{
		"token from the environment":         {variables: token, want: "env-token"},
		"pair from the environment":          {variables: pair, want: "env@example.com env-key"},
		"both in the environment: the token": {variables: both, want: "env-token"},
		"an empty variable is unset": {
			variables: merge(pair, "CLOUDFLARE_API_TOKEN", ""),
			want:      "env@example.com env-key",
		},
		"a blank variable is unset": {
			variables: merge(pair, "CLOUDFLARE_API_TOKEN", " \n"),
			want:      "env@example.com env-key",
		},
		"token from the block": {block: map[string]any{"api_token": "token"}, want: "token"},
		"the block's token over the variable": {
			block:     map[string]any{"api_token": "token"},
			variables: token,
			want:      "token",
		},
		"the block's token disables the pair": {
			block:     map[string]any{"api_token": "token"},
			variables: pair,
			want:      "token",
		},
		"pair from the block": {
			block: map[string]any{"api_key": "key", "email": "a@example.com"},
			want:  "a@example.com key",
		},
		"the block's pair disables the token": {
			block:     map[string]any{"api_key": "key", "email": "a@example.com"},
			variables: both,
			want:      "a@example.com key",
		},
		"the block's key with the variable's e-mail": {
			block:     map[string]any{"api_key": "key"},
			variables: both,
			want:      "env@example.com key",
		},
		"the block's e-mail with the variable's key": {
			block:     map[string]any{"email": "a@example.com"},
			variables: both,
			want:      "a@example.com env-key",
		},
		"white space around the block's is trimmed": {block: map[string]any{"api_token": "\ttoken\r\n"}, want: "token"},
		"white space around the variable's is trimmed": {
			variables: map[string]string{"CLOUDFLARE_API_TOKEN": "env-token\n"},
			want:      "env-token",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			texts := resolveStrings(t.Context(), blockConfig(t, test.block), environment(test.variables), &diags)
			if diags.HasError() {
				t.Fatal(diags)
			}
			pair := strings.TrimSpace(texts["email"].text + " " + texts["api_key"].text)
			got := strings.TrimSpace(texts["api_token"].text + " " + pair)
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			resp := configure(t, test.block, test.variables)
			if resp.Diagnostics.HasError() {
				t.Errorf("Configure: %v", resp.Diagnostics)
			}
			for kind, data := range map[string]any{
				"data sources": resp.DataSourceData, "resources": resp.ResourceData, "ephemeral resources": resp.EphemeralResourceData,
			} {
				if data == nil {
					t.Errorf("Configure passes nothing to %s", kind)
				}
			}
		})
	}
}

// Each argument and each variable sets its own setting and no other.
func TestConfigStringSettings(t *testing.T) {
	t.Parallel()
	samples := map[string]string{ // by variable
		"CLOUDFLARE_API_TOKEN": "api_token", "CLOUDFLARE_API_KEY": "api_key", "CLOUDFLARE_EMAIL": "email",
		"CLOUDFLARE_ACCOUNT_ID": "account_id", "CLOUDFLARE_BASE_URL": "base_url",
	}
	if len(samples) != len(stringSettings) {
		t.Errorf("got tests of %d settings, want %d", len(samples), len(stringSettings))
	}
	for variable, attribute := range samples {
		sample := map[string]string{"account_id": "023e105f4ecef8ad9ca31a8372d0c353", "base_url": "https://api.example.com"}[attribute]
		if sample == "" {
			sample = "sample"
		}
		for where, setting := range map[string]struct {
			block     map[string]any
			variables map[string]string
		}{
			"block":       {block: map[string]any{attribute: sample}},
			"environment": {variables: map[string]string{variable: sample}},
		} {
			t.Run(attribute+" in the "+where, func(t *testing.T) {
				t.Parallel()
				var diags diag.Diagnostics
				texts := resolveStrings(t.Context(), blockConfig(t, setting.block), environment(setting.variables), &diags)
				if diags.HasError() {
					t.Fatal(diags)
				}
				for _, row := range stringSettings {
					want := ""
					if row.attribute == attribute {
						want = sample
					}
					if got := texts[row.attribute].text; got != want {
						t.Errorf("%s: got %q, want %q", row.attribute, got, want)
					}
				}
			})
		}
	}
}

// Settings that are not strings reach the client, and unset ones keep the
// client's defaults.
func TestConfigTypedSettings(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		block map[string]any
		want  client.Config
	}{
		"unset":       {nil, client.Config{}},
		"retries":     {map[string]any{"max_retries": big.NewFloat(7)}, client.Config{MaxRetries: new(7)}},
		"no retries":  {map[string]any{"max_retries": big.NewFloat(0)}, client.Config{MaxRetries: new(0)}},
		"timeout":     {map[string]any{"request_timeout": "1m30s"}, client.Config{RequestTimeout: 90 * time.Second}},
		"pace":        {map[string]any{"requests_per_second": big.NewFloat(2.5)}, client.Config{RequestsPerSecond: 2.5}},
		"prefetching": {map[string]any{"prefetch_images": true}, client.Config{PrefetchImages: true}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got client.Config
			var diags diag.Diagnostics
			readTyped(t.Context(), blockConfig(t, test.block), &got, &diags)
			if diags.HasError() {
				t.Fatal(diags)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func merge(variables map[string]string, name, value string) map[string]string {
	merged := maps.Clone(variables)
	merged[name] = value
	return merged
}

// Invalid settings are reported at the attribute at fault, or at the first use.
func TestConfigErrors(t *testing.T) {
	t.Parallel()
	good := map[string]string{"CLOUDFLARE_API_TOKEN": "env-token"}
	const later = "at the first use"
	tests := map[string]struct {
		block     map[string]any
		variables map[string]string
		attribute string   // or later
		want      []string // substrings of the summary or detail
	}{
		"no credentials": {
			attribute: later,
			want: []string{
				"Missing Cloudflare credentials", "api_token in the provider block", "CLOUDFLARE_API_TOKEN", "api_key and email",
				"CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL",
			},
		},
		"key without e-mail": {
			block:     map[string]any{"api_key": "key"},
			attribute: later,
			want:      []string{"Missing e-mail address", "Set email in the provider block, or CLOUDFLARE_EMAIL"},
		},
		"e-mail without key": {
			block:     map[string]any{"email": "a@example.com"},
			attribute: later,
			want:      []string{"Missing API key", "Set api_key in the provider block, or CLOUDFLARE_API_KEY"},
		},
		"variable without e-mail": {
			variables: map[string]string{"CLOUDFLARE_API_KEY": "key"},
			attribute: later,
			want:      []string{"CLOUDFLARE_EMAIL"},
		},
		"variable without key": {
			variables: map[string]string{"CLOUDFLARE_EMAIL": "a@example.com"},
			attribute: later,
			want:      []string{"CLOUDFLARE_API_KEY"},
		},
		"e-mail without key disables the token": {
			block:     map[string]any{"email": "a@example.com"},
			variables: good,
			attribute: later,
			want:      []string{"Missing API key"},
		},
		"space in the token": {
			block:     map[string]any{"api_token": "stand in"},
			attribute: "api_token",
			want:      []string{"Invalid api_token", "must not contain white space"},
		},
		"empty token": {
			block:     map[string]any{"api_token": ""},
			variables: good,
			attribute: "api_token",
			want:      []string{"Invalid api_token", "must not be empty"},
		},
		"line break in a variable": {
			variables: map[string]string{"CLOUDFLARE_API_TOKEN": "stand\nin"},
			attribute: "api_token",
			want:      []string{"Invalid environment variable CLOUDFLARE_API_TOKEN", "must not contain white space"},
		},
		"byte order mark": {
			variables: map[string]string{"CLOUDFLARE_API_TOKEN": "\ufefffakeapi"},
			attribute: "api_token",
			want:      []string{"CLOUDFLARE_API_TOKEN", "non-ASCII"},
		},
		"control character in the e-mail": {
			variables: map[string]string{"CLOUDFLARE_API_KEY": "k", "CLOUDFLARE_EMAIL": "a\x00b"},
			attribute: "email",
			want:      []string{"Invalid environment variable CLOUDFLARE_EMAIL"},
		},
		"account ID": {
			block:     map[string]any{"account_id": "acc/../x"},
			variables: good, attribute: "account_id",
			want: []string{"Invalid account_id", "1 to 32 letters and digits"},
		},
		"account ID in a variable": {
			variables: merge(good, "CLOUDFLARE_ACCOUNT_ID", "not an ID"), attribute: "account_id",
			want: []string{"Invalid environment variable CLOUDFLARE_ACCOUNT_ID"},
		},
		"base URL": {
			block:     map[string]any{"base_url": "http://api.example.com"},
			variables: good, attribute: "base_url",
			want: []string{"Invalid base_url", "must use https"},
		},
		"base URL in a variable": {
			variables: merge(good, "CLOUDFLARE_BASE_URL", "https://u:p@example.com"), attribute: "base_url",
			want: []string{"Invalid environment variable CLOUDFLARE_BASE_URL", "user name or password"},
		},
		"user agent": {
			variables: merge(
				good,
				"TF_APPEND_USER_AGENT",
				"a\nb",
			), want: []string{"Invalid environment variable TF_APPEND_USER_AGENT"},
		},
		"unknown token": {
			block:     map[string]any{"api_token": tftypes.UnknownValue},
			variables: good, attribute: later,
			want: []string{
				"Provider setting api_token is unknown until apply",
				"known at plan time",
				"CLOUDFLARE_API_TOKEN",
				"-target",
			},
		},
		"unknown token, which disables the other scheme": {
			block:     map[string]any{"api_token": tftypes.UnknownValue},
			variables: merge(good, "CLOUDFLARE_EMAIL", "a\x00b"), attribute: later,
			want: []string{"Provider setting api_token is unknown until apply"},
		},
		"unknown key": {
			block:     map[string]any{"api_key": tftypes.UnknownValue},
			variables: good, attribute: later,
			want: []string{"api_key is unknown until apply", "CLOUDFLARE_API_KEY"},
		},
		"unknown e-mail": {
			block: map[string]any{
				"email": tftypes.UnknownValue,
			}, variables: good, attribute: later, want: []string{"email is unknown until apply", "CLOUDFLARE_EMAIL"},
		},
		"unknown account ID": {
			block:     map[string]any{"account_id": tftypes.UnknownValue},
			variables: good, attribute: later,
			want: []string{"account_id is unknown until apply", "CLOUDFLARE_ACCOUNT_ID"},
		},
		"unknown base URL": {
			block:     map[string]any{"base_url": tftypes.UnknownValue},
			variables: good, attribute: later,
			want: []string{"base_url is unknown until apply", "CLOUDFLARE_BASE_URL"},
		},
		"unknown number of retries": {
			block: map[string]any{
				"max_retries": tftypes.UnknownValue,
			}, variables: good, attribute: later, want: []string{"max_retries is unknown until apply"},
		},
		"unknown request rate": {
			block:     map[string]any{"requests_per_second": tftypes.UnknownValue},
			variables: good, attribute: later,
			want: []string{"requests_per_second is unknown until apply"},
		},
		"unknown prefetching": {
			block:     map[string]any{"prefetch_images": tftypes.UnknownValue},
			variables: good, attribute: later,
			want: []string{"prefetch_images is unknown until apply"},
		},
		"unknown timeout": {
			block:     map[string]any{"request_timeout": tftypes.UnknownValue},
			variables: good, attribute: later,
			want: []string{"request_timeout is unknown until apply"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := configure(t, test.block, test.variables)
			diags := resp.Diagnostics
			if test.attribute == later {
				test.attribute, diags = "", onFirstUse(t, resp)
			} else if resp.DataSourceData != nil {
				t.Error("got data and an error")
			}
			if diags.ErrorsCount() != 1 {
				t.Fatalf("got %v, want one error", diags)
			}
			got := diags.Errors()[0]
			if at := attributeOf(got); at != test.attribute {
				t.Errorf("attribute: got %q, want %q", at, test.attribute)
			}
			text := got.Summary() + "\n" + got.Detail()
			for _, want := range test.want {
				if !strings.Contains(text, want) {
					t.Errorf("got %s, want %q in it", text, want)
				}
			}
			for _, secret := range []string{"stand in", "stand\nin", "fakeapi", "u:p"} {
				if strings.Contains(text, secret) {
					t.Errorf("the message repeats the value: %s", text)
				}
			}
		})
	}
}

// onFirstUse returns the diagnostics of the first use of a configuration that
// Configure accepted. It checks that a second use refers to them.
func onFirstUse(t *testing.T, resp *provider.ConfigureResponse) (first diag.Diagnostics) {
	t.Helper()
	data, ok := resp.DataSourceData.(*providerData)
	if !ok || resp.Diagnostics.HasError() {
		t.Fatalf("got %v, want no errors", resp.Diagnostics)
	}
	if data.checkConfigured(&first) {
		t.Error("got a configured provider, want errors")
	}
	var second diag.Diagnostics
	data.checkConfigured(&second)
	if len(second) != 1 || second[0].Summary() != first[0].Summary() ||
		second[0].Detail() != "See the first occurrence of this error in this output for how to fix it." {
		t.Errorf("the second use: got %v", second)
	}
	return first
}

// An invalid proxy that net/http would ignore silently is an error, unless no
// request would use it.
func TestConfigProxy(t *testing.T) {
	t.Parallel()
	good := map[string]string{"CLOUDFLARE_API_TOKEN": "env-token"}
	const bad = "fake-api-password@[::1"
	tests := map[string]struct {
		variable, value, baseURL string
		want                     string // empty if it is valid
	}{
		"a proxy":         {variable: "HTTPS_PROXY", value: "http://user:x@proxy.example.com:3128"},
		"a host":          {variable: "https_proxy", value: "proxy.example.com:3128"},
		"for SOCKS":       {variable: "HTTPS_PROXY", value: "socks5h://proxy.example.com"},
		"invalid address": {variable: "HTTPS_PROXY", value: bad, want: "Invalid environment variable HTTPS_PROXY"},
		"in lower case":   {variable: "https_proxy", value: "://" + bad, want: "Invalid environment variable https_proxy"},
		"for another scheme": {
			variable: "HTTPS_PROXY", value: "ftp://fake-api-password@proxy.example.com:x/", want: "Invalid environment variable HTTPS_PROXY",
		},
		"unused": {variable: "HTTPS_PROXY", value: bad, baseURL: "http://LOCALHOST:8080/client/v4"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			variables := merge(merge(good, test.variable, test.value), "CLOUDFLARE_BASE_URL", test.baseURL)
			got := fmt.Sprint(configure(t, nil, variables).Diagnostics)
			if (got == "[]") != (test.want == "") || !strings.Contains(got, test.want) ||
				strings.Contains(got, "fake-api-password") {
				t.Errorf("got %s, want %q", got, test.want)
			}
		})
	}
}

func TestConfigUserAgent(t *testing.T) {
	t.Parallel()
	p := &cloudflareProvider{
		version: "1.2.3",
		getenv:  environment(map[string]string{"TF_APPEND_USER_AGENT": " team/7 \n"}),
	}
	var diags diag.Diagnostics
	got := p.userAgent("1.11.4", &diags)
	if want := "terraform-provider-cloudflare/1.2.3 Terraform/1.11.4 team/7"; got != want || diags.HasError() {
		t.Errorf("got %q, %v, want %q", got, diags, want)
	}
}

// Only characters that are invalid in a header are rejected.
func TestConfigUserAgentCharacters(t *testing.T) {
	t.Parallel()
	for more, ok := range map[string]bool{"": true, "a !~": true, "a\x1fb": false, "a\x7fb": false, "ä": false} {
		p := &cloudflareProvider{version: "1.2.3", getenv: environment(map[string]string{"TF_APPEND_USER_AGENT": more})}
		var diags diag.Diagnostics
		if p.userAgent("1.11.4", &diags); diags.HasError() == ok {
			t.Errorf("%q: got %v, want it accepted: %t", more, diags, ok)
		}
	}
}

// Durations must be positive and well-formed.
func TestConfigCheckTimeout(t *testing.T) {
	t.Parallel()
	for value, ok := range map[string]bool{"1ns": true, "30s": true, "soon": false, "0s": false, "-1s": false} {
		if err := checkTimeout(value); (err == nil) != ok {
			t.Errorf("%s: got %v, want it accepted: %t", value, err, ok)
		}
	}
}

// Proxy variables are checked in the order in which net/http reads them.
func TestConfigProxyVariables(t *testing.T) {
	t.Parallel()
	const bad = "ftp://proxy.example.com"
	for name, test := range map[string]struct{ upper, lower, want string }{
		"none":           {want: "[]"},
		"the first wins": {upper: "proxy.example.com", lower: bad, want: "[]"},
		"the second":     {lower: bad, want: "https_proxy"},
		"both":           {upper: bad, lower: bad, want: "HTTPS_PROXY"},
	} {
		p := &cloudflareProvider{getenv: environment(map[string]string{"HTTPS_PROXY": test.upper, "https_proxy": test.lower})}
		var diags diag.Diagnostics
		p.checkProxy("https://api.example.com", &diags)
		if got := fmt.Sprint(diags); len(diags) > 1 || !strings.Contains(got, test.want) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

// Errors of the client are reported as well, here about a number that Terraform
// would have rejected in its validation.
func TestConfigClientErrors(t *testing.T) {
	t.Parallel()
	resp := configure(
		t,
		map[string]any{"max_retries": big.NewFloat(21)},
		map[string]string{"CLOUDFLARE_API_TOKEN": "env-token"},
	)
	if got := resp.Diagnostics; len(got) != 1 || got[0].Summary() != "Invalid provider configuration" ||
		got[0].Detail() != "MaxRetries: 21 is not between 0 and 20" || resp.DataSourceData != nil {
		t.Errorf("got %v", got)
	}
}

// Without a custom suffix, the user agent ends with the version of Terraform.
func TestConfigUserAgentWithoutTerraform(t *testing.T) {
	t.Parallel()
	p := &cloudflareProvider{version: "1.2.3", getenv: environment(nil)}
	var diags diag.Diagnostics
	if got := p.userAgent("1.11.4", &diags); got != "terraform-provider-cloudflare/1.2.3 Terraform/1.11.4" ||
		diags.HasError() {
		t.Errorf("got %q, %v", got, diags)
	}
}

func TestCheckProxyURL(t *testing.T) {
	t.Parallel()
	for value, ok := range map[string]bool{
		"http://proxy.example.com:3128":    true,
		"https://user:x@proxy.example.com": true,
		"socks5://proxy.example.com":       true,
		"socks5h://proxy.example.com":      true,
		"proxy.example.com:3128":           true,
		"proxy":                            true,
		"":                                 false,
		"ftp://proxy.example.com":          false,
		"http://":                          false,
		"://proxy.example.com":             false,
		"http://[::1":                      false,
		"fake-api-password@[::1":           false,
	} {
		err := checkProxyURL(value)
		message := fmt.Sprint(err)
		if (err == nil) != ok ||
			!ok && (strings.Contains(message, "fake-api") || !strings.Contains(message, "valid proxy URL")) {
			t.Errorf("%q: got %v, want no error: %t", value, err, ok)
		}
	}
}
