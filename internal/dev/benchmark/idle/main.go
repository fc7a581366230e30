// Command idle is a provider that does nothing: its data source and its
// resource return immediately. It shows the overhead of Terraform and the
// framework.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	managedschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func main() {
	newProvider := func() provider.Provider { return idle{} }
	// The address is for debuggers only; the real provider isn't linked in.
	address := "example.com/idle/cloudflare"
	options := providerserver.ServeOpts{Address: address}
	if err := providerserver.Serve(context.Background(), newProvider, options); err != nil {
		log.Fatal(err)
	}
}

type idle struct{}

func (idle) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "cloudflare"
}

func (idle) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (idle) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (idle) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return image{} }}
}

func (idle) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return managed{} }}
}

type image struct{}

func (image) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "cloudflare_image"
}

func (image) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"image_id":     schema.StringAttribute{Required: true},
		"variant_urls": schema.MapAttribute{Computed: true, ElementType: types.StringType},
	}}
}

func (image) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model struct {
		ImageID     string            `tfsdk:"image_id"`
		VariantURLs map[string]string `tfsdk:"variant_urls"`
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	model.VariantURLs = map[string]string{"public": "https://imagedelivery.net/hash/" + model.ImageID + "/public"}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// managed is the resource cloudflare_image.
type managed struct{}

func (managed) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "cloudflare_image"
}

func (managed) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = managedschema.Schema{Version: 1000, Attributes: map[string]managedschema.Attribute{
		"id":           managedschema.StringAttribute{Required: true},
		"source":       managedschema.StringAttribute{Required: true},
		"creator":      managedschema.StringAttribute{Optional: true},
		"variant_urls": managedschema.MapAttribute{Computed: true, ElementType: types.StringType},
	}}
}

func (managed) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
	urls := map[string]string{"public": "https://imagedelivery.net/hash/image/public"}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("variant_urls"), urls)...)
}

func (managed) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (managed) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}

func (managed) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
