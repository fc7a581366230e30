package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

type imageDataSource struct{ baseDataSource }

var _ datasource.DataSourceWithConfigure = (*imageDataSource)(nil)

func newImageDataSource() datasource.DataSource { return &imageDataSource{} }

type imageDataSourceModel struct {
	imageModel

	ImageID        types.String `tfsdk:"image_id"`
	AccountID      types.String `tfsdk:"account_id"`
	IgnoreNotFound types.Bool   `tfsdk:"ignore_not_found"`
	Exists         types.Bool   `tfsdk:"exists"`

	RequiredVariants types.Set `tfsdk:"required_variants"`
}

func (d *imageDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image"
}

func (d *imageDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := toComputed(imageAttributes("data.cloudflare_image.logo"))
	attributes["image_id"] = schema.StringAttribute{
		MarkdownDescription: "ID of the image: a generated ID or a custom ID, 1 to 1024 characters. " +
			"Don't percent-encode it: write `a/b`, not `a%2Fb`. It must not start or end with a slash. " +
			"The IDs `batch_token`, `config`, `direct_upload`, `keys`, `stats` and `variants`, " +
			"and those that begin with one of them and a slash, are reserved by the API and can't be used.",
		Required:   true,
		Validators: []validator.String{stringCheck(client.CheckImageID), stringCheck(checkNoDeliveryURL)},
	}
	attributes["account_id"] = toDataSource(accountIDAttribute())
	attributes["ignore_not_found"] = schema.BoolAttribute{
		MarkdownDescription: "Whether to ignore a missing image. Default: `false`. If `true`, a missing image isn't an error: " +
			"`exists` is `false`, `variants`, `variant_urls` and `meta` are empty, " +
			"and the other computed attributes except `account_id` are null.",
		Optional: true,
	}
	attributes["exists"] = schema.BoolAttribute{
		MarkdownDescription: "Whether the image exists. Always `true` unless `ignore_not_found` is set.",
		Computed:            true,
	}
	attributes["required_variants"] = requiredVariantsAttribute("the image", " Ignored if `ignore_not_found` is set and the image doesn't exist.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one image: its delivery URLs, one for each variant, and its metadata. " +
			"The plan fails if the image, or a variant in `required_variants`, doesn't exist." + readPermission,
		Attributes: attributes,
	}
}

func (d *imageDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model imageDataSourceModel
	if !d.prepare(ctx, req.Config, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}

	op := operation{actionRead, objectImage, model.ImageID.ValueString(), "image_id", model.AccountID.ValueString()}
	image, messages, err := d.client.GetImage(ctx, op.accountID, op.id, client.ReadOptions{})
	err = model.ignoreNotFound(err)
	if !d.handleResult(op, messages, err, &resp.Diagnostics) {
		return
	}

	resp.Diagnostics.Append(model.fill(image, op)...)
	tfwire.Write(ctx, &resp.State, &model)
}

// ignoreNotFound suppresses the not-found error if ignore_not_found is set.
func (m *imageDataSourceModel) ignoreNotFound(err error) error {
	if isImageNotFound(err) && m.IgnoreNotFound.ValueBool() {
		return nil
	}
	return err
}

// fill maps an image into the model. If the image is nil, because it doesn't
// exist, required variants aren't checked.
func (m *imageDataSourceModel) fill(image *client.Image, op operation) (diags diag.Diagnostics) {
	m.Exists = types.BoolValue(image != nil)
	if image == nil {
		m.imageModel = emptyImage()
		return nil
	}
	var unrecognized unrecognizedURLs
	m.imageModel.fill(image, &unrecognized)
	diags.Append(unrecognized.warning(op)...)
	diags.Append(missingVariants(op, sortedStrings(m.RequiredVariants), m.VariantURLs)...)
	return diags
}
