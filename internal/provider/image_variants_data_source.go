package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

type imageVariantsDataSource struct{ baseDataSource }

var _ datasource.DataSourceWithConfigure = (*imageVariantsDataSource)(nil)

func newImageVariantsDataSource() datasource.DataSource { return &imageVariantsDataSource{} }

type imageVariantsDataSourceModel struct {
	AccountID types.String            `tfsdk:"account_id"`
	Variants  map[string]variantModel `tfsdk:"variants"`
}

type variantModel struct {
	Fit                    types.String  `tfsdk:"fit"`
	Width                  types.Float64 `tfsdk:"width"`
	Height                 types.Float64 `tfsdk:"height"`
	Metadata               types.String  `tfsdk:"metadata"`
	NeverRequireSignedURLs types.Bool    `tfsdk:"never_require_signed_urls"`
}

// Metadata names the data source.
func (d *imageVariantsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image_variants"
}

// Schema describes the data source.
func (d *imageVariantsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the variants that are defined for an account: the named ways of resizing and cropping that every image is served in. " +
			"Useful for `srcset`, and to check that a variant exists before any image is read.",
		Attributes: map[string]schema.Attribute{
			"account_id": accountIDAttribute(),
			"variants": schema.MapNestedAttribute{
				MarkdownDescription: "The variants by name.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"fit": schema.StringAttribute{
						MarkdownDescription: "How an image is fitted into width and height: `scale-down`, `contain`, `cover`, `crop` or `pad`. Null where it is not set.",
						Computed:            true,
					},
					"width": schema.Float64Attribute{
						MarkdownDescription: "Width in pixels. Null where it is not set.",
						Computed:            true,
					},
					"height": schema.Float64Attribute{
						MarkdownDescription: "Height in pixels. Null where it is not set.",
						Computed:            true,
					},
					"metadata": schema.StringAttribute{
						MarkdownDescription: "What is kept of a picture's own metadata: `keep`, `copyright` or `none`. Null where it is not set.",
						Computed:            true,
					},
					"never_require_signed_urls": schema.BoolAttribute{
						MarkdownDescription: "Whether the variant is always public, even of private images.",
						Computed:            true,
					},
				}},
			},
		},
	}
}

// Read lists the variants.
func (d *imageVariantsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model imageVariantsDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if model.AccountID = d.account(model.AccountID, &resp.Diagnostics); resp.Diagnostics.HasError() {
		return
	}

	subject := subject{object: "image variants", accountID: model.AccountID.ValueString()}
	variants, messages, err := d.client.ListVariants(ctx, model.AccountID.ValueString())
	if err != nil {
		resp.Diagnostics.Append(subject.diagnose(err))
		return
	}
	resp.Diagnostics.Append(subject.notices(messages)...)

	model.Variants = make(map[string]variantModel, len(variants))
	for id, variant := range variants {
		model.Variants[id] = newVariantModel(variant)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func newVariantModel(variant client.Variant) variantModel {
	return variantModel{
		Fit:                    types.StringPointerValue(variant.Fit),
		Width:                  types.Float64PointerValue(variant.Width),
		Height:                 types.Float64PointerValue(variant.Height),
		Metadata:               types.StringPointerValue(variant.Metadata),
		NeverRequireSignedURLs: types.BoolValue(variant.NeverRequireSignedURLs),
	}
}
