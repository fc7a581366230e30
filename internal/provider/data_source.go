package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// baseDataSource gives a data source what the provider block configured.
type baseDataSource struct{ *providerData }

// Configure takes over the provider's data. Terraform also calls it while
// validating, when there is none yet.
func (d *baseDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	if req.ProviderData == nil {
		return
	}
	data, ok := req.ProviderData.(*providerData)
	if !ok {
		resp.Diagnostics.AddError("Unexpected provider data", fmt.Sprintf("Want *providerData, got %T. This is a bug in the provider; please report it.", req.ProviderData))
		return
	}
	d.providerData = data
}

// account picks the account to read from: the data source's own, or else the
// provider's.
func (d *providerData) account(own types.String) (types.String, diag.Diagnostics) {
	var diags diag.Diagnostics
	switch {
	case !own.IsNull():
		return own, nil
	case d.accountID != "":
		return types.StringValue(d.accountID), nil
	}
	diags.AddAttributeError(path.Root("account_id"), "Missing Cloudflare account ID",
		"Set account_id here or in the provider block, or CLOUDFLARE_ACCOUNT_ID in the environment. The dashboard shows the account ID on the account's overview page.")
	return types.StringNull(), diags
}
