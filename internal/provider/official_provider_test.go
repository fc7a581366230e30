package provider

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// official replaces the official provider, which takes too long to build for a
// test: it has the one resource that the guide uses, with the schema of
// version 5.22.0, and sends no requests. Terraform itself runs both providers
// side by side and resolves local names; that the official one creates a
// variant is not tested.
type official struct{ provider.Provider }

func (official) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "cloudflare"
}

func (official) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (official) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (official) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (official) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return officialVariant{} }}
}

type officialVariant struct{ resource.Resource }

func (officialVariant) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "cloudflare_image_variant"
}

func (officialVariant) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"account_id":                schema.StringAttribute{Required: true},
		"id":                        schema.StringAttribute{Required: true},
		"never_require_signed_urls": schema.BoolAttribute{Optional: true},
		"options": schema.SingleNestedAttribute{Required: true, Attributes: map[string]schema.Attribute{
			"fit":      schema.StringAttribute{Required: true},
			"width":    schema.Float64Attribute{Required: true},
			"height":   schema.Float64Attribute{Required: true},
			"metadata": schema.StringAttribute{Required: true},
		}},
	}}
}

func (officialVariant) Create(_ context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
}

func (officialVariant) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (officialVariant) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

func (officialVariant) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// isPlugin reports whether Terraform started this test as a provider.
func isPlugin() bool { return os.Getenv("TF_PLUGIN_MAGIC_COOKIE") != "" } //nolint:forbidigo // set by Terraform

func serveOfficial() int {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return official{} },
		providerserver.ServeOpts{Address: "registry.terraform.io/cloudflare/cloudflare"})
	if err != nil {
		return 1
	}
	return 0
}

// mirrorOfficial copies this test binary into a filesystem mirror as the
// official provider, under the address that Terraform resolves
// cloudflare/cloudflare to.
func mirrorOfficial(mirror string, openTofu bool) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	program, err := os.ReadFile(self)
	if err != nil {
		return err
	}
	registry := "registry.terraform.io"
	if openTofu {
		registry = "registry.opentofu.org"
	}
	folder := filepath.Join(mirror, registry, "cloudflare", "cloudflare", "5.22.0", runtime.GOOS+"_"+runtime.GOARCH)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	name := "terraform-provider-cloudflare_v5.22.0"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return os.WriteFile(filepath.Join(folder, name), program, 0o700)
}

// The configuration in the guide works with both providers.
func TestOfficialProviderSideBySide(t *testing.T) {
	t.Parallel()
	c := newTestEnv(t).exampleCLI(t, "migrate-from-cloudflare/both")
	output, code := c.run("apply", "-auto-approve", "-no-color")
	const url = "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/hero"
	if code != 0 {
		t.Errorf("apply ended with %d:\n%s", code, output)
	}
	for _, want := range []string{`hero_url = "` + url + `"`, `image_id = "brand/logo"`} {
		if !strings.Contains(output, want) {
			t.Errorf("got:\n%s\nwant %s", output, want)
		}
	}
	created, read := strings.Index(
		output,
		"cloudflare_image_variant.hero: Creation complete",
	), strings.Index(
		output,
		"logo: Read complete",
	)
	if created < 0 || read < created {
		t.Errorf("the image is not read after the create of the variant:\n%s", output)
	}
	c.want(0, "plan", "-detailed-exitcode", "-no-color")
}

// officialVariantExample and officialVariantData are quoted from the official
// provider's documentation of variants.
const officialVariantExample = `
resource "cloudflare_image_variant" "example_image_variant" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  id = "hero"
  options = {
    fit = "scale-down"
    height = 768
    metadata = "none"
    width = 1366
  }
  never_require_signed_urls = true
}
`

const officialVariantData = `
data "cloudflare_image_variant" "example_image_variant" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  variant_id = "hero"
}
`

// The official examples are valid here, do what they say, and are in the
// guide.
func TestOfficialProviderVariant(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.RemoveVariant("hero")
	c := r.cli(t, requiredProviders+officialVariantExample)
	c.want(0, "apply", "-auto-approve")
	c.want(0, "plan", "-detailed-exitcode")
	const want = `{"id":"hero","options":{"fit":"scale-down","height":768,"metadata":"none","width":1366},"neverRequireSignedURLs":true}`
	if got, _ := r.Variant("hero"); got != want {
		t.Errorf("got the variant %s\nwant %s", got, want)
	}

	c.write("data.tf", officialVariantData+`
output "width" {
  value = data.cloudflare_image_variant.example_image_variant.options.width
}
`)
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, "width = 1366") {
		t.Errorf("apply with the data source ended with %d:\n%s", code, output)
	}
}

// The guide shows the same configuration and how to migrate: an object removed
// from one provider's state is imported by the other, unchanged.
func TestOfficialProviderMigration(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.PutVariant("hero", `{"fit":"scale-down","height":768,"metadata":"none","width":1366}`, true)
	c := r.exampleCLI(t, "migrate-from-cloudflare")
	if got, want := words(c.read("variant.tf")), words(officialVariantExample); got != want {
		t.Errorf("the guide shows %s\nwant %s", got, want)
	}
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, "1 imported, 0 added, 0 changed, 0 destroyed") {
		t.Errorf("apply ended with %d:\n%s", code, output)
	}
	for _, line := range r.requests() {
		if !strings.HasPrefix(line, "GET ") {
			t.Errorf("the import sent %s", line)
		}
	}
	c.want(0, "plan", "-detailed-exitcode")
}
