package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// baseDataSource gives a data source what the provider block configured.
type baseDataSource struct{ *providerData }

// Configure takes over the provider's data.
func (d *baseDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.providerData = takeProviderData(req.ProviderData, &resp.Diagnostics)
}

// takeProviderData is nil while Terraform validates, when there is no
// configuration yet.
func takeProviderData(data any, diags *diag.Diagnostics) *providerData {
	if data == nil {
		return nil
	}
	taken, ok := data.(*providerData)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("Want *providerData, got %T. This is a bug in the provider; please report it.", data))
	}
	return taken
}

const accountIDDescription = "Account to read from: at most 32 letters and digits. Defaults to the provider's `account_id`."

// accountIDAttribute is the account_id of every data source.
func accountIDAttribute() schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: accountIDDescription,
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{text(client.CheckAccountID)},
	}
}

// account picks the account to read from: the object's own, or else the
// provider's.
func (d *providerData) account(own types.String, diags *diag.Diagnostics) types.String {
	switch {
	case !own.IsNull():
		return own
	case d.accountID != "":
		return types.StringValue(d.accountID)
	}
	diags.AddAttributeError(path.Root("account_id"), "Missing Cloudflare account ID",
		"Set account_id here or in the provider block, or CLOUDFLARE_ACCOUNT_ID in the environment. The dashboard shows the account ID on the account's overview page.")
	return types.StringNull()
}
