package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

type imageVariantDataSource struct{ baseDataSource }

var _ datasource.DataSourceWithConfigure = (*imageVariantDataSource)(nil)

func newImageVariantDataSource() datasource.DataSource { return &imageVariantDataSource{} }

type imageVariantDataSourceModel struct {
	imageVariantModel

	AccountID types.String `tfsdk:"account_id"`
	VariantID types.String `tfsdk:"variant_id"`
	ID        types.String `tfsdk:"id"`
}

func (d *imageVariantDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image_variant"
}

func (d *imageVariantDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := toComputed(imageVariantAttributes(imageVariantOptions()))
	attributes["account_id"] = toDataSource(accountIDAttribute())
	attributes["variant_id"] = schema.StringAttribute{
		MarkdownDescription: "Name of the variant, such as `hero`. Case-sensitive.",
		Required:            true,
		Validators:          []validator.String{stringCheck(checkVariantName)},
	}
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "Name of the variant, same as `variant_id`.",
		Computed:            true,
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one variant of an account: a named set of resizing options that applies to every image. " +
			"If it doesn't exist, the plan fails and lists the existing ones." + readPermission,
		Attributes: attributes,
	}
}

// Read lists all variants, so that an error can list them.
func (d *imageVariantDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model imageVariantDataSourceModel
	if !d.prepare(ctx, req.Config, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}

	op := operation{action: actionRead, object: objectVariants, accountID: model.AccountID.ValueString()}
	variants, messages, err := d.client.ListVariants(ctx, op.accountID)
	if !d.handleResult(op, messages, err, &resp.Diagnostics) {
		return
	}

	if resp.Diagnostics.Append(model.fill(variants, d.client.Sanitize)...); resp.Diagnostics.HasError() {
		return
	}
	tfwire.Write(ctx, &resp.State, &model)
}

// fill selects the variant with the model's name. An error lists the existing
// names, sanitized by show.
func (m *imageVariantDataSourceModel) fill(
	variants map[string]client.Variant, show func(string, int) string,
) (diags diag.Diagnostics) {
	variant, exists := variants[m.VariantID.ValueString()]
	if !exists {
		diags.AddAttributeError(path.Root("variant_id"),
			fmt.Sprintf("Unable to read Cloudflare image variant %q: not found", m.VariantID.ValueString()),
			fmt.Sprintf(
				"Check variant_id: account %s has no variant with this name; names are case-sensitive. It has: %s.", m.AccountID.ValueString(),
				quotedNames(slices.Collect(maps.Keys(variants)), show),
			))
		return diags
	}
	m.ID = m.VariantID
	m.imageVariantModel.fill(&variant)
	return nil
}
