// Package provider implements the Terraform provider for Cloudflare Images.
package provider

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Source is the provider's source address, as in required_providers. Without
// a host, Terraform and OpenTofu look in their own registries.
const Source = "terraform.local/images/cloudflare"

// Addresses returns the full source addresses: Terraform's first, OpenTofu's
// last. If Source has a host, there is only one.
func Addresses() []string { return addressesOf(Source) }

func addressesOf(source string) []string {
	if strings.Count(source, "/") == 2 {
		return []string{source}
	}
	return []string{"registry.terraform.io/" + source, "registry.opentofu.org/" + source}
}

type cloudflareProvider struct {
	version   string
	getenv    func(string) string
	data      *providerData     // set by Configure
	transport http.RoundTripper // set by tests; nil for client.NewTransport()
	writes    *sync.RWMutex
}

var (
	_ provider.Provider                       = (*cloudflareProvider)(nil)
	_ provider.ProviderWithFunctions          = (*cloudflareProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*cloudflareProvider)(nil)
	_ provider.ProviderWithListResources      = (*cloudflareProvider)(nil)
)

// New returns a factory for the server of the provider of the given version,
// which is sent in the User-Agent header. Each write to the API holds the lock
// for reading; holding it for writing waits until no write is in progress.
func New(version string, writes *sync.RWMutex) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		p := newWithEnvironment(version, osEnvironment)
		p.writes = writes
		return newServer(p)
	}
}

func newWithEnvironment(version string, getenv func(string) string) *cloudflareProvider {
	return &cloudflareProvider{version: version, getenv: getenv, writes: new(sync.RWMutex)}
}

func (p *cloudflareProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "cloudflare"
	resp.Version = p.version
}

func (p *cloudflareProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newImageDataSource,
		newImagesDataSource,
		newImagesStatsDataSource,
		newImageVariantDataSource,
		newImageVariantsDataSource,
	}
}

func (p *cloudflareProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		newDeliveryURLFunction,
		newFlexibleVariantFunction,
		newImageInfoFunction,
		newParseDeliveryURLFunction,
		newSignedURLFunction,
		newTransformationURLFunction,
	}
}

func (p *cloudflareProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		newImageSigningKeyEphemeralResource,
	}
}

func (p *cloudflareProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		newImageResource,
		newImageSigningKeyResource,
		newImageVariantResource,
	}
}

func (p *cloudflareProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{
		newImageListResource,
		newImageVariantListResource,
		newImageSigningKeyListResource,
	}
}
