package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

type imagesStatsDataSource struct{ baseDataSource }

var _ datasource.DataSourceWithConfigure = (*imagesStatsDataSource)(nil)

func newImagesStatsDataSource() datasource.DataSource { return &imagesStatsDataSource{} }

type imagesStatsDataSourceModel struct {
	AccountID types.String `tfsdk:"account_id"`
	Current   types.Int64  `tfsdk:"current"`
	Allowed   types.Int64  `tfsdk:"allowed"`
}

func (d *imagesStatsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_images_stats"
}

func (d *imagesStatsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the number of images stored in an account, and the maximum." + readPermission,
		Attributes: map[string]schema.Attribute{
			"account_id": toDataSource(accountIDAttribute()),
			"current":    schema.Int64Attribute{MarkdownDescription: "Number of stored images.", Computed: true},
			"allowed":    schema.Int64Attribute{MarkdownDescription: "Maximum number of stored images.", Computed: true},
		},
	}
}

func (d *imagesStatsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model imagesStatsDataSourceModel
	if !d.prepare(ctx, req.Config, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}

	op := operation{action: actionRead, object: objectUsage, accountID: model.AccountID.ValueString()}
	stats, messages, err := d.client.GetStats(ctx, op.accountID)
	if !d.handleResult(op, messages, err, &resp.Diagnostics) {
		return
	}

	model.Current, model.Allowed = types.Int64Value(stats.Current), types.Int64Value(stats.Allowed)
	tfwire.Write(ctx, &resp.State, &model)
}
