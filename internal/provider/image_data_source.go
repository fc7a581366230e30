package provider

import (
	"context"
	"errors"

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
		MarkdownDescription: "ID of the image: the UUID that Cloudflare gave it, or its custom ID, of 1 to 1024 characters. " +
			"It is taken as it is, so write `a/b`, not `a%2Fb`; it must not start or end with a slash. " +
			"The IDs `batch_token`, `config`, `direct_upload`, `keys`, `stats` and `variants`, " +
			"and those that begin with one of them and a slash, cannot be read, as the API keeps these names for itself.",
		Required:   true,
		Validators: []validator.String{stringCheck(client.CheckImageID), stringCheck(checkNoDeliveryURL)},
	}
	attributes["account_id"] = toDataSource(accountIDAttribute())
	attributes["ignore_not_found"] = schema.BoolAttribute{
		MarkdownDescription: "Whether an image that does not exist is an answer instead of an error: " +
			"with `true`, `exists` is then false, `variants`, `variant_urls` and `meta` are empty, " +
			"and every other computed attribute but `account_id` is null. Defaults to `false`.",
		Optional: true,
	}
	attributes["exists"] = schema.BoolAttribute{
		MarkdownDescription: "Whether the image exists. Only false with `ignore_not_found = true`.",
		Computed:            true,
	}
	attributes["required_variants"] = requiredVariantsAttribute("the image")
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

// ignoreNotFound suppresses the not-found error if it is configured so. Only
// the API's own code counts: with a wrong base_url, every image would seem
// to be absent.
func (m *imageDataSourceModel) ignoreNotFound(err error) error {
	if e, ok := errors.AsType[*client.Error](err); ok && e.HasCode(client.CodeNotFound) && m.IgnoreNotFound.ValueBool() {
		return nil
	}
	return err
}

// fill maps an image into the model; nil means that it does not exist, and
// then no variants are required.
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
