// Package provider serves Cloudflare Images to Terraform.
package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// Source is the provider's source address, as it stands under
// required_providers. Where it names no host, each engine looks in its own
// registry.
const Source = "terraform.local/images/cloudflare"

// Addresses are what Source means in full: to Terraform first, to OpenTofu
// last. They are one where Source names a host.
func Addresses() []string {
	if strings.Count(Source, "/") == 2 {
		return []string{Source}
	}
	return []string{"registry.terraform.io/" + Source, "registry.opentofu.org/" + Source}
}

// images is the provider.
type images struct {
	version string
	getenv  func(string) string
}

var (
	_ provider.Provider                       = (*images)(nil)
	_ provider.ProviderWithFunctions          = (*images)(nil)
	_ provider.ProviderWithEphemeralResources = (*images)(nil)
)

// New returns a factory for the provider of the given version, which is sent
// in the User-Agent header.
func New(version string) func() provider.Provider {
	return newWithEnvironment(version, osEnvironment)
}

func newWithEnvironment(version string, getenv func(string) string) func() provider.Provider {
	return func() provider.Provider { return &images{version: version, getenv: getenv} }
}

// providerData is what every data source works with.
type providerData struct {
	client    *client.Client
	accountID string // empty where none is configured
}

// Metadata names the provider.
func (p *images) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "cloudflare"
	resp.Version = p.version
}

// DataSources lists the data sources.
func (p *images) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newImageDataSource,
		newImagesDataSource,
		newImageVariantsDataSource,
	}
}

// Functions lists the functions.
func (p *images) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		newDeliveryURLFunction,
		newFlexibleVariantFunction,
		newParseDeliveryURLFunction,
		newSignedURLFunction,
	}
}

// EphemeralResources lists the ephemeral resources.
func (p *images) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		newImageSigningKey,
	}
}

// Resources lists the resources: none, as the provider only reads.
func (p *images) Resources(context.Context) []func() resource.Resource { return nil }
