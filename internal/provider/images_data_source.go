package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

type imagesDataSource struct{ baseDataSource }

var _ datasource.DataSourceWithConfigure = (*imagesDataSource)(nil)

func newImagesDataSource() datasource.DataSource { return &imagesDataSource{} }

type imagesDataSourceModel struct {
	AccountID  types.String  `tfsdk:"account_id"`
	Creator    types.String  `tfsdk:"creator"`
	MetaFilter types.Dynamic `tfsdk:"meta_filter"`
	SortOrder  types.String  `tfsdk:"sort_order"`
	MaxItems   types.Int64   `tfsdk:"max_items"`
	IDs        types.List    `tfsdk:"ids"`
	Images     tfwire.Value  `tfsdk:"images"`

	RequiredVariants types.Set `tfsdk:"required_variants"`
}

const creatorFilterDescription = "Only images of this creator. " +
	"An empty string selects images without a creator; null disables the filter."

func (d *imagesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_images"
}

func (d *imagesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the images of an account: all of them, or those of a creator or with certain metadata. " +
			"One request reads 1,000 images. Partial listings are errors, and so are listings for which the API ignores the filter." +
			readPermission,
		Attributes: map[string]schema.Attribute{
			"account_id": toDataSource(accountIDAttribute()),
			"creator": schema.StringAttribute{
				MarkdownDescription: creatorFilterDescription,
				Optional:            true,
			},
			"meta_filter": metaFilterAttribute(),
			"sort_order": schema.StringAttribute{
				MarkdownDescription: "Order of `ids` by upload time: `asc` or `desc`. Default: `desc`, newest first.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf("asc", "desc")},
			},
			"max_items": schema.Int64Attribute{
				MarkdownDescription: "Maximum number of images to read, from 1 to 1,000,000. Default: all.",
				Optional:            true,
				Validators:          []validator.Int64{int64validator.Between(1, client.MaxListedImages)},
			},
			"required_variants": requiredVariantsAttribute("each image", ""),
			"ids": schema.ListAttribute{
				MarkdownDescription: "IDs of the images, ordered by upload time.",
				Computed:            true,
				ElementType:         types.StringType,
			},
			"images": schema.MapNestedAttribute{
				MarkdownDescription: "The images by ID.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{
					Attributes: toComputed(imageAttributes(`data.cloudflare_images.web.images["brand/logo"]`)),
				},
			},
		},
	}
}

func (d *imagesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model imagesDataSourceModel
	if !d.prepare(ctx, req.Config, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}

	op := operation{action: actionRead, object: objectImages, accountID: model.AccountID.ValueString()}
	filter, diags := model.filter()
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	images, messages, err := d.client.ListImages(ctx, op.accountID, filter)
	if !d.handleResult(op, messages, err, &resp.Diagnostics) {
		return
	}

	resp.Diagnostics.Append(model.fill(images, op)...)
	tfwire.Write(ctx, &resp.State, &model)
}

// filter returns the filter of the API request.
func (m *imagesDataSourceModel) filter() (client.Filter, diag.Diagnostics) {
	matches, diags := metaMatches(path.Root("meta_filter"), m.MetaFilter)
	return client.Filter{
		Creator:   m.Creator.ValueStringPointer(),
		Meta:      matches,
		SortOrder: m.SortOrder.ValueString(),
		MaxItems:  int(m.MaxItems.ValueInt64()),
	}, diags
}

// fill encodes each image immediately, because an account may have a hundred
// thousand of them.
func (m *imagesDataSourceModel) fill(images []client.Image, op operation) (diags diag.Diagnostics) {
	ids := make([]string, len(images))
	objects := tfwire.NewMap(len(images))
	normalization := newNormalizationCheck()
	required := newVariantRequirement(sortedStrings(m.RequiredVariants))
	var unrecognized unrecognizedURLs
	for i := range images {
		var one imageModel
		one.fill(&images[i], &unrecognized)
		required.check(images[i].ID, one.VariantURLs)
		normalization.add(images[i].ID)
		ids[i] = images[i].ID
		objects.Add(images[i].ID, &one)
	}
	m.IDs, m.Images = stringList(ids), objects.Value()
	diags.Append(unrecognized.warning(op)...)
	diags.Append(normalization.collisions(op)...)
	diags.Append(required.missing()...)
	return diags
}
