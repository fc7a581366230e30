package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

type imageSigningKeyResource struct{ baseResource }

var (
	_ resource.ResourceWithConfigure   = (*imageSigningKeyResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*imageSigningKeyResource)(nil)
	_ resource.ResourceWithImportState = (*imageSigningKeyResource)(nil)
	_ resource.ResourceWithIdentity    = (*imageSigningKeyResource)(nil)
	_ resource.ResourceWithMoveState   = (*imageSigningKeyResource)(nil)
)

func newImageSigningKeyResource() resource.Resource { return &imageSigningKeyResource{} }

// imageSigningKeyResourceModel doesn't contain the value: secrets must not be in
// a state.
type imageSigningKeyResourceModel struct {
	ID        types.String `tfsdk:"id"`
	AccountID types.String `tfsdk:"account_id"`
	Name      types.String `tfsdk:"name"`
}

func (r *imageSigningKeyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image_signing_key"
}

func (r *imageSigningKeyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages a key that signs the delivery URLs of private images. Its value is never stored in plan or state; " +
			"the ephemeral resource with the same name reads it." + writePermission,
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Same as `name`, for tools that expect an ID.",
				Computed:            true,
			},
			"account_id": forcesReplacement(accountIDAttribute()),
			"name": forcesReplacement(schema.StringAttribute{
				MarkdownDescription: "Name of the key: 1 to 20 letters and digits.",
				Required:            true,
				Validators:          []validator.String{stringCheck(client.CheckKeyName)},
			}),
		},
	}
}

func (r *imageSigningKeyResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identitySchema("name", "Name of the key.")
}

func (r *imageSigningKeyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if !r.planAccount(ctx, req, resp) {
		return
	}
	var planned imageSigningKeyResourceModel
	resp.Diagnostics.Append(tfwire.Read(ctx, resp.Plan, &planned)...)
	if planned.ID.IsUnknown() { // if the state lacks it, it stays null until the next Read
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), planned.Name)...)
	}
	if !req.State.Raw.IsNull() {
		checkDeleted(ctx, req.Private, planned.operation(actionUpdate), &resp.Diagnostics)
	}
}

func (r *imageSigningKeyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var model imageSigningKeyResourceModel
	if !r.prepare(ctx, req.Plan, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}

	op := model.operation(actionCreate)
	messages, err := r.client.CreateSigningKey(ctx, op.accountID, op.id)
	if !r.handleResult(op, messages, err, &resp.Diagnostics) {
		return
	}

	model.ID = model.Name
	resp.Diagnostics.Append(writeObject(ctx, &resp.State, resp.Identity, &model)...)
	resp.Diagnostics.Append(saveCreated(ctx, resp.Private, nil)...)
}

// Read lists all keys, because the API can't read a single one.
func (r *imageSigningKeyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var model imageSigningKeyResourceModel
	if !r.prepare(ctx, req.State, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(model.identity().save(ctx, resp.Identity)...)

	op := operation{action: actionRead, object: objectSigningKeys, accountID: model.AccountID.ValueString()}
	version, messages, err := r.client.GetSigningKeyVersion(ctx, op.accountID, model.Name.ValueString())
	if !r.handleResult(op, messages, err, &resp.Diagnostics) {
		return
	}

	written, diags := readRecentWrites(ctx, req.Private, time.Now())
	resp.Diagnostics.Append(diags...)
	switch {
	case version == "" && written.justCreated(): // another create would give the key a new value
		resp.Diagnostics.Append(notYetFound(model.operation(actionRead)))
	case version == "":
		resp.State.RemoveResource(ctx)
		return
	case written.mayHaveDeleted() && !written.deletes(version):
		resp.Diagnostics.Append(foreignObject(model.operation(actionRead), "value"))
		resp.State.RemoveResource(ctx)
		return
	case written.mayHaveDeleted() && !written.mayHideDelete(time.Now()): // it was not deleted after all
		resp.Diagnostics.Append(written.withoutDeletes().save(ctx, resp.Private)...)
	}
	model.ID = model.Name
	tfwire.Write(ctx, &resp.State, &model)
}

// Update does nothing: all configurable attributes force replacement.
func (r *imageSigningKeyResource) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {
}

func (r *imageSigningKeyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var model imageSigningKeyResourceModel
	if !r.prepare(ctx, req.State, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}

	op := model.operation(actionDelete)
	created, diags := readCreated(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	written, diags := readRecentWrites(ctx, req.Private, time.Now())
	resp.Diagnostics.Append(diags...)
	version, messages, err := r.client.DeleteSigningKey(ctx, op.accountID, op.id, created, written.deletedVersion())
	r.handleResult(op, messages, err, &resp.Diagnostics)
	resp.Diagnostics.Append(addAmbiguousDelete(ctx, err, version, resp.Private)...)
}

func (r *imageSigningKeyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	account, name := r.parseImport(ctx, req, "name", &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	saveImport(ctx, resp, objectIdentity{account, "name", name}, "name", "id")
}

func (m *imageSigningKeyResourceModel) operation(action action) operation {
	return operation{action, objectSigningKey, m.Name.ValueString(), "name", m.AccountID.ValueString()}
}

func (m *imageSigningKeyResourceModel) identity() objectIdentity {
	return objectIdentity{m.AccountID, "name", m.Name}
}

// MoveState accepts states of this provider from another provider address, as
// required for a moved block between provider addresses and, in some Terraform
// versions, for any change of that address.
func (r *imageSigningKeyResource) MoveState(context.Context) []resource.StateMover {
	return stateMigration{"cloudflare_image_signing_key", "name", "name", 0, nil}.movers()
}
