package provider

import (
	"bytes"
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

// publicVariant exists in every account and can't be deleted.
const publicVariant = "public"

func (r *imageVariantResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image_variant"
}

func (r *imageVariantResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	options := imageVariantOptions()
	describeFurther(options, "fit", "Default: `scale-down`, also for imported variants.")
	describeFurther(options, "metadata", "Default: `none`, also for imported variants.")
	attributes := imageVariantAttributes(options)
	describeFurther(attributes, "options", "At least one of `width` and `height` is required.")
	describeFurther(attributes, "never_require_signed_urls", "Default: `false`, also for imported variants.")
	attributes["account_id"] = forcesReplacement(accountIDAttribute())
	attributes["id"] = forcesReplacement(schema.StringAttribute{
		MarkdownDescription: "Name of the variant, the last segment of delivery URLs: 1 to 99 letters and digits.",
		Required:            true,
		Validators:          []validator.String{stringCheck(client.CheckVariantID)},
	})
	resp.Schema = schema.Schema{
		Version: schemaVersion,
		MarkdownDescription: "Manages a variant: a named set of resizing options that applies to every image of the account." +
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
	resp.Diagnostics.Append(saveCreated(ctx, resp.Private, r.deletedVariants.take(op))...)
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
	switch {
	case errors.Is(err, client.NotFound) && written.justCreated():
		resp.Diagnostics.Append(notYetFound(op))
		return
	case errors.Is(err, client.NotFound):
		resp.State.RemoveResource(ctx)
		return
	case !r.handleResult(op, messages, err, &resp.Diagnostics):
		return
	case written.isStale(variant.Canonical()):
		tflog.Debug(
			ctx, "Ignoring stale read of Cloudflare image variant after a recent write", map[string]any{"variant_id": op.id},
		)
		return
	}
	isSame := bytes.Equal(variant.Canonical(), model.variant(op.id).Canonical())
	switch {
	case written.mayHaveDeleted() && !isSame:
		resp.Diagnostics.Append(foreignObject(op, "definition"))
		resp.State.RemoveResource(ctx)
		return
	case written.mayHaveDeleted() && !written.mayHideDelete(time.Now()): // it was not deleted after all
		resp.Diagnostics.Append(written.withoutDeletes().save(ctx, resp.Private)...)
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
	written, diags := readRecentWrites(ctx, req.Private, time.Now())
	resp.Diagnostics.Append(diags...)
	var known *client.Variant
	if written.mayHaveDeleted() {
		known = before.variant(op.id)
	}
	variant, messages, err := r.client.UpdateVariant(ctx, op.accountID, model.variant(op.id), known)
	if !r.handleResult(op, messages, err, &resp.Diagnostics) {
		return
	}

	resp.Diagnostics.Append(model.applyWrite(variant, op)...)
	resp.Diagnostics.Append(writeObject(ctx, &resp.State, resp.Identity, &model)...)
	written = append(written, recentWrite{At: time.Now(), Before: before.variant(op.id).Canonical()})
	resp.Diagnostics.Append(written.save(ctx, resp.Private)...)
}

func (r *imageVariantResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var model imageVariantResourceModel
	if !r.prepare(ctx, req.State, &model, &model.AccountID, &resp.Diagnostics) {
		return
	}
	if model.ID.ValueString() == publicVariant {
		resp.Diagnostics.AddWarning(`Cloudflare image variant "public" of account `+model.AccountID.ValueString()+" can't be deleted",
			"It was removed from state only; the variant is unchanged.")
		return
	}

	op := model.operation(actionDelete)
	created, diags := readCreated(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	written, diags := readRecentWrites(ctx, req.Private, time.Now())
	resp.Diagnostics.Append(diags...)
	deleted := model.variant(op.id)
	r.deletedVariants.add(op, append(written.withoutDeletes(), recentWrite{At: time.Now(), Before: deleted.Canonical()}))
	messages, err := r.client.DeleteVariant(ctx, op.accountID, deleted, created, written.mayHaveDeleted())
	r.handleResult(op, messages, err, &resp.Diagnostics)
	resp.Diagnostics.Append(addAmbiguousDelete(ctx, err, "", resp.Private)...)
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
