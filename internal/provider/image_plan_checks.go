package provider

import (
	"context"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// Checks of the plan of an image, except for those of its file.

// checkFile rejects a new image, and new content, without an image file: a
// hash alone is not enough.
func (p *imagePlan) checkFile() {
	c := &p.config
	if c.hasContent() || p.before != nil && !hasNewContent(p.before, &p.planned, p.formerURL) {
		return
	}
	p.diags.AddAttributeError(path.Root("source"), "Missing picture",
		"A new image needs a picture, and so does a new sha256: set source to the path of a file, or url to where Cloudflare fetches it, "+
			"or file to its bytes in Base64. An image that is imported needs none.")
}

// previewFile warns about problems in a file that the apply may still
// regenerate, as other arguments of the block are unknown.
func (p *imagePlan) previewFile() {
	var found diag.Diagnostics
	p.config.inspect(p.limits, &found)
	var problems []string
	for _, problem := range found.Errors() {
		problems = append(problems, problem.Detail())
	}
	if len(problems) > 0 {
		p.diags.AddAttributeWarning(p.config.contentPath(), "The apply would fail at "+p.config.contentName(),
			strings.Join(problems, "\n")+"\nFix it first, unless the same apply writes it.")
	}
}

// checkHash compares the configured hash with the file, if the file exists
// and is not the one in the account. It returns what is known of the file.
func (p *imagePlan) checkHash() imageInfoModel {
	configured := p.config.SHA256
	switch {
	case p.before != nil && configured.Equal(p.before.SHA256):
		return p.before.imageInfoModel
	case configured.IsUnknown() || p.config.Source.IsUnknown() || p.config.fileMissing():
		return unknownImageInfo
	}
	info := p.config.inspect(p.limits, &p.diags)
	if info == nil {
		return unknownImageInfo
	}
	if info.SHA256 != configured.ValueString() {
		p.diags.AddAttributeError(path.Root("sha256"), "sha256 is not that of the picture",
			"The picture has the SHA-256 "+info.SHA256+". Correct sha256, or leave it out: the plan takes it from the picture.")
	}
	return imageInfoOf(info)
}

// checkAccess rejects a private image with a custom ID, as the API does.
func (p *imagePlan) checkAccess() {
	id := p.config.ID.ValueString()
	if id != "" && !isGeneratedID(id) && p.planned.RequireSignedURLs.ValueBool() {
		p.diags.Append(privateCustomID())
	}
}

// checkNewID rejects a custom ID that only Cloudflare can generate, and one
// that no URL can contain. Existing images with such IDs can be managed.
func (p *imagePlan) checkNewID() {
	at, id := path.Root("id"), p.planned.ID.ValueString()
	if id == "" {
		return
	}
	if isGeneratedID(id) {
		p.diags.AddAttributeError(at, "An ID of this form cannot be chosen",
			"Only Cloudflare gives IDs of the form 8-4-4-4-12. Leave id out to get one. If the image is in the account already, import it:"+
				importBlock("cloudflare_image", p.planned.AccountID.ValueString(), id))
	}
	if err := delivery.CheckPathImageID(id); err != nil {
		p.diags.AddAttributeError(at, "An ID of this form cannot be chosen",
			"No browser could show the image: its ID "+err.Error()+".")
	}
	if extension := hasNonImageExt(id); extension != "" {
		p.diags.AddAttributeWarning(at, "The ID "+strconv.Quote(id)+" ends like another kind of file",
			"Cloudflare rejects some IDs whose ending is that of another kind of file, such as "+extension+". Which ones is not documented.")
	}
}

// checkGeneratedID rejects a configured generated ID while the access
// changes.
func (p *imagePlan) checkGeneratedID() {
	if isGeneratedID(p.config.ID.ValueString()) {
		p.diags.AddAttributeError(path.Root("id"), "The ID may change with the access",
			"Where require_signed_urls changes, Cloudflare may give the image another ID. Leave id out: the state knows the ID that it has.")
	}
}

func privateCustomID() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("require_signed_urls"), "A custom ID cannot be private",
		"Cloudflare keeps images with a custom ID public. Leave id out, and Cloudflare gives one that can be private; "+
			"or leave require_signed_urls out.")
}

func (r *imageResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var id types.String
	var private types.Bool
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("id"), &id)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("require_signed_urls"), &private)...)
	if id.ValueString() != "" && !isGeneratedID(id.ValueString()) && private.ValueBool() {
		resp.Diagnostics.Append(privateCustomID())
	}
}
