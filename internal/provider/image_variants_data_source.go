package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

type imageVariantsDataSource struct{ baseDataSource }

var _ datasource.DataSourceWithConfigure = (*imageVariantsDataSource)(nil)

func newImageVariantsDataSource() datasource.DataSource { return &imageVariantsDataSource{} }

// imageVariantsEntryModel is a variant whose options aren't nested.
type imageVariantsEntryModel struct {
	imageVariantOptionsModel

	NeverRequireSignedURLs types.Bool `tfsdk:"never_require_signed_urls"`
}

type imageVariantsDataSourceModel struct {
	AccountID types.String `tfsdk:"account_id"`
	Variants  tfwire.Value `tfsdk:"variants"`
}

func (d *imageVariantsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image_variants"
}

func (d *imageVariantsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	entry := toComputed(imageVariantOptions())
	entry["never_require_signed_urls"] = computedAttribute(neverRequireSignedURLs())
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the variants of an account: named sets of resizing options that apply to every image." +
			readPermission,
		Attributes: map[string]schema.Attribute{
			"account_id": toDataSource(accountIDAttribute()),
			"variants": schema.MapNestedAttribute{
				MarkdownDescription: "The variants by name.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: entry},
			},
		},
	}
}

func (d *imageVariantsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model imageVariantsDataSourceModel
	if !d.prepare(ctx, req.Config, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}

	op := operation{action: actionRead, object: objectVariants, accountID: model.AccountID.ValueString()}
	variants, messages, err := d.client.ListVariants(ctx, op.accountID)
	if !d.handleResult(op, messages, err, &resp.Diagnostics) {
		return
	}

	model.fill(variants)
	tfwire.Write(ctx, &resp.State, &model)
}

func (m *imageVariantsDataSourceModel) fill(variants map[string]client.Variant) {
	objects := tfwire.NewMap(len(variants))
	for id, variant := range variants {
		one := imageVariantsEntryModel{NeverRequireSignedURLs: types.BoolValue(variant.NeverRequireSignedURLs)}
		one.fill(&variant)
		objects.Add(id, &one)
	}
	m.Variants = objects.Value()
}
