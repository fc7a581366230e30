package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// Plan-time checks of an image, except for those of its file.

// checkFile rejects a new image, or a new sha256, without content.
func (p *imagePlan) checkFile() {
	c := &p.config
	if c.hasContent() || p.before != nil && !hasNewContent(p.before, &p.planned, p.formerURL) {
		return
	}
	p.diags.AddAttributeError(path.Root("source"), "Missing image content",
		"Set source to the path of an image file, url to a URL that Cloudflare fetches, or file to Base64-encoded content: "+
			"a new image, or a new sha256, requires content. Imported images don't need any.")
}

// previewFile warns about problems in a file that the same apply may regenerate,
// because other arguments of the image are unknown.
func (p *imagePlan) previewFile() {
	var found diag.Diagnostics
	p.config.inspect(p.limits, &found)
	var problems []string
	for _, problem := range found.Errors() {
		problems = append(problems, problem.Detail())
	}
	if len(problems) > 0 {
		p.diags.AddAttributeWarning(p.config.contentPath(), fmt.Sprintf("Invalid image file %s", p.config.contentName()),
			strings.Join(problems, "\n")+"\nFix the file before applying, unless the apply regenerates it.")
	}
}

// checkHash compares the configured hash with the file, if the file exists and
// the hash isn't that in the state. It returns the known properties of the
// file.
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
		p.diags.AddAttributeError(path.Root("sha256"), "sha256 doesn't match the image file",
			"Correct sha256, or omit it to have it computed: the image file has the SHA-256 "+info.SHA256+".")
	}
	return imageInfoOf(info)
}

// checkAccess rejects a private image with a custom ID, as the API does.
func (p *imagePlan) checkAccess() {
	id := p.config.ID.ValueString()
	if id != "" && !delivery.IsGeneratedID(id) && p.planned.RequireSignedURLs.ValueBool() {
		p.diags.Append(privateCustomID())
	}
}

// checkNewID rejects a custom ID in the format of generated ones, and one that
// no URL can contain. Existing images with such IDs can be managed.
func (p *imagePlan) checkNewID() {
	at, id := path.Root("id"), p.planned.ID.ValueString()
	if id == "" {
		return
	}
	if delivery.IsGeneratedID(id) {
		p.diags.AddAttributeError(at, fmt.Sprintf("Image ID %q has a reserved format", id),
			"Omit id to have one generated: IDs of the form 8-4-4-4-12 are reserved for generated ones. If the image already exists, import it:"+
				importBlock("cloudflare_image", p.planned.AccountID.ValueString(), id))
	}
	if err := delivery.CheckPathImageID(id); err != nil {
		p.diags.AddAttributeError(at, fmt.Sprintf("Image ID %.200q can't be part of a URL", id),
			"Choose another ID. An ID "+err.Error()+".")
	}
	if extension := nonImageExt(id); extension != "" {
		p.diags.AddAttributeWarning(at, fmt.Sprintf("Image ID %q has a non-image file extension", id),
			"Choose another ID if the apply fails: Cloudflare rejects some IDs with a file extension such as "+extension+
				". The rejected extensions aren't documented.")
	}
}

// checkGeneratedID rejects a configured generated ID if require_signed_urls
// changes.
func (p *imagePlan) checkGeneratedID() {
	if id := p.config.ID.ValueString(); delivery.IsGeneratedID(id) {
		p.diags.AddAttributeError(path.Root("id"), fmt.Sprintf("Image ID %q may change with require_signed_urls", id),
			"Remove id from the configuration; it stays in state. If require_signed_urls changes, Cloudflare may assign another ID.")
	}
}

func privateCustomID() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("require_signed_urls"), "Images with a custom ID can't be private",
		"Omit id to have one generated, or omit require_signed_urls.")
}

func (r *imageResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var id types.String
	var private types.Bool
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("id"), &id)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("require_signed_urls"), &private)...)
	if id.ValueString() != "" && !delivery.IsGeneratedID(id.ValueString()) && private.ValueBool() {
		resp.Diagnostics.Append(privateCustomID())
	}
}
