package provider

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
)

// A source address without a host refers to the default registry of Terraform
// or OpenTofu.
func TestProviderAddresses(t *testing.T) {
	t.Parallel()
	for source, want := range map[string][]string{
		"images/cloudflare":             {"registry.terraform.io/images/cloudflare", "registry.opentofu.org/images/cloudflare"},
		"example.com/images/cloudflare": {"example.com/images/cloudflare"},
	} {
		if got := addressesOf(source); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", source, got, want)
		}
	}
}

// The framework gets the name and the version.
func TestProviderMetadata(t *testing.T) {
	t.Parallel()
	var got provider.MetadataResponse
	newWithEnvironment("1.2.3", environment(nil)).Metadata(t.Context(), provider.MetadataRequest{}, &got)
	if want := (provider.MetadataResponse{TypeName: "cloudflare", Version: "1.2.3"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
