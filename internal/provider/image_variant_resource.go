package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

type imageVariantResource struct{ baseResource }

var (
	_ resource.ResourceWithConfigure      = (*imageVariantResource)(nil)
	_ resource.ResourceWithValidateConfig = (*imageVariantResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*imageVariantResource)(nil)
	_ resource.ResourceWithImportState    = (*imageVariantResource)(nil)
	_ resource.ResourceWithIdentity       = (*imageVariantResource)(nil)
)

func newImageVariantResource() resource.Resource { return &imageVariantResource{} }

type imageVariantResourceModel struct {
	imageVariantModel

	AccountID types.String `tfsdk:"account_id"`
	ID        types.String `tfsdk:"id"`
}

// publicVariant is the variant that every account has, and keeps.
const publicVariant = "public"

func (r *imageVariantResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image_variant"
}

func (r *imageVariantResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := imageVariantAttributes()
	attributes["account_id"] = forcesReplacement(accountIDAttribute())
	attributes["id"] = forcesReplacement(schema.StringAttribute{
		MarkdownDescription: "Name of the variant: 1 to 99 letters and digits, as it stands at the end of delivery URLs.",
		Required:            true,
		Validators:          []validator.String{stringCheck(client.CheckVariantID)},
	})
	resp.Schema = schema.Schema{
		Version: schemaVersion,
		MarkdownDescription: "Manages a variant: a named set of resizing options in which every image of the account is served." +
			writePermission,
		Attributes: attributes,
	}
}

func (r *imageVariantResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identitySchema("variant_id", "Name of the variant.")
}

func (r *imageVariantResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var model imageVariantResourceModel
	if !r.prepare(ctx, req.Plan, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}

	op := model.operation(actionCreate)
	variant, messages, err := r.client.CreateVariant(ctx, op.accountID, model.variant(op.id))
	if !r.handleResult(op, messages, err, &resp.Diagnostics) {
		return
	}

	resp.Diagnostics.Append(model.applyWrite(variant, op)...)
	resp.Diagnostics.Append(writeObject(ctx, &resp.State, resp.Identity, &model)...)
	resp.Diagnostics.Append(saveCreated(ctx, resp.Private)...)
}

func (r *imageVariantResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var model imageVariantResourceModel
	if !r.prepare(ctx, req.State, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(model.identity().save(ctx, resp.Identity)...)
	written, diags := readRecentWrites(ctx, req.Private, time.Now())
	resp.Diagnostics.Append(diags...)

	op := model.operation(actionRead)
	variant, messages, err := r.client.GetVariant(ctx, op.accountID, op.id,
		client.ReadOptions{RetryNotFound: written.justCreated()})
	if errors.Is(err, client.NotFound) {
		if written.justCreated() {
			resp.Diagnostics.Append(notYetFound(op))
			return
		}
		resp.State.RemoveResource(ctx)
		return
	}
	if !r.handleResult(op, messages, err, &resp.Diagnostics) {
		return
	}

	if written.isStale(variant.Canonical()) {
		tflog.Debug(
			ctx, "Cloudflare answered with what was there before a change of our own; the state is kept", map[string]any{"id": op.id},
		)
		return
	}
	model.fill(variant)
	tfwire.Write(ctx, &resp.State, &model)
}

func (r *imageVariantResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var model, before imageVariantResourceModel
	resp.Diagnostics.Append(tfwire.Read(ctx, req.State, &before)...)
	if !r.prepare(ctx, req.Plan, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}

	op := model.operation(actionUpdate)
	variant, messages, err := r.client.UpdateVariant(ctx, op.accountID, model.variant(op.id))
	if !r.handleResult(op, messages, err, &resp.Diagnostics) {
		return
	}

	resp.Diagnostics.Append(model.applyWrite(variant, op)...)
	resp.Diagnostics.Append(writeObject(ctx, &resp.State, resp.Identity, &model)...)
	written, diags := readRecentWrites(ctx, req.Private, time.Now())
	resp.Diagnostics.Append(diags...)
	written = append(written, recentWrite{At: time.Now(), Before: before.variant(op.id).Canonical()})
	resp.Diagnostics.Append(written.save(ctx, resp.Private)...)
}

func (r *imageVariantResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var model imageVariantResourceModel
	if !r.prepare(ctx, req.State, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}
	if model.ID.ValueString() == publicVariant {
		resp.Diagnostics.AddWarning(`Cloudflare image variant "public" of the account `+model.AccountID.ValueString()+" stays",
			"The API keeps this variant in every account. It is no longer in the state, and stays defined as it is.")
		return
	}

	op := model.operation(actionDelete)
	created, diags := readCreated(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	messages, err := r.client.DeleteVariant(ctx, op.accountID, op.id, created)
	r.handleResult(op, messages, err, &resp.Diagnostics)
	resp.Diagnostics.Append(addAmbiguousDelete(ctx, err, resp.Private)...)
}

func (r *imageVariantResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	account, id := r.parseImport(ctx, req, "variant_id", &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	saveImport(ctx, resp, objectIdentity{account, "variant_id", id}, "id")
}

func (m *imageVariantResourceModel) operation(action action) operation {
	return operation{action, objectVariant, m.ID.ValueString(), "id", m.AccountID.ValueString()}
}

func (m *imageVariantResourceModel) identity() objectIdentity {
	return objectIdentity{m.AccountID, "variant_id", m.ID}
}
