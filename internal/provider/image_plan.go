package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

// imagePlan computes the planned state of an image, without API requests. It
// reads only the image file.
type imagePlan struct {
	config  imageResourceModel
	before  *imageResourceModel // nil for a new image
	planned imageResourceModel
	limits  bool // whether Cloudflare's limits are checked
	// formerURL is the URL that the content came from, even if the state no longer
	// contains it.
	formerURL string

	replace []path.Path // attributes that force replacement
	diags   diag.Diagnostics
}

// runWith computes the plan with the private state of the image.
func (p *imagePlan) runWith(ctx context.Context, private privateState) {
	image, diags := readImagePrivate(ctx, private)
	p.diags.Append(diags...)
	p.formerURL = image.URL
	p.run()
	if p.before != nil && image.Deletion == client.Deleted && !tfwire.Equal(&p.planned, p.before) {
		// The update uploads it again.
		p.planned.Uploaded, p.planned.Filename = types.StringUnknown(), types.StringUnknown()
	}
	if p.before != nil && !hasNewContent(p.before, &p.planned, p.formerURL) { // a re-upload needs no existing image
		checkDeleted(ctx, private, p.before.operation(actionUpdate), &p.diags)
	}
}

// run computes the plan. Attributes of an existing image stay as they are unless
// the configuration changes them or they depend on a change.
func (p *imagePlan) run() {
	if p.before != nil {
		p.seedFromState(p.before)
	}
	p.planned.SHA256, p.planned.imageInfoModel = p.plannedContent()
	p.checkFile()
	p.checkAccess()
	if p.before == nil {
		p.planNew()
		return
	}
	p.planMetadata()
	switch {
	case !hasNewContent(p.before, &p.planned, p.formerURL):
		if p.planned.update(p.before) != nil {
			p.planned.Uploaded = types.StringUnknown() // the API may set it again
		}
	case delivery.IsGeneratedID(p.before.ID.ValueString()):
		at := path.Root("sha256")
		if !p.planned.URL.IsNull() {
			at = path.Root("url")
		}
		p.replace = append(p.replace, at)
	default:
		p.planned.Uploaded, p.planned.Filename = types.StringUnknown(), p.filename()
		if p.planned.SHA256.IsUnknown() { // it may be the hash in the state
			p.planned.Filename = types.StringUnknown()
		} else {
			p.checkReupload()
		}
	}
	if !p.planned.RequireSignedURLs.Equal(p.before.RequireSignedURLs) && !p.planPrivate() {
		p.planAccess()
	}
	p.keepPath()
}

// keepPath plans no changes if only the path of the file changed, not its
// content. It does nothing if sha256 is configured, because that may not match
// the file.
func (p *imagePlan) keepPath() {
	if !p.config.SHA256.IsNull() || p.config.Source.IsNull() || p.before.Source.IsNull() {
		return
	}
	kept := p.planned
	kept.Source = p.before.Source
	if tfwire.Equal(&kept, p.before) {
		p.planned = kept
	}
}

// planAccess marks attributes as unknown that may change with
// require_signed_urls, because Cloudflare may assign another ID. A configured ID
// can't change.
func (p *imagePlan) planAccess() {
	if !p.config.ID.IsNull() {
		p.checkGeneratedID()
		return
	}
	p.planned.ID, p.planned.DeliveryBaseURL = types.StringUnknown(), types.StringUnknown()
	p.planned.Uploaded, p.planned.Filename = types.StringUnknown(), types.StringUnknown()
	p.markURLsUnknown()
}

// seedFromState starts from the state, and applies the configuration.
func (p *imagePlan) seedFromState(before *imageResourceModel) {
	account, private, id := p.planned.AccountID, p.planned.RequireSignedURLs, p.planned.ID
	p.planned = *before
	p.planned.AccountID, p.planned.RequireSignedURLs = account, private
	p.planned.Source, p.planned.URL = p.config.Source, p.config.URL
	p.planned.Creator = p.config.Creator
	if !p.config.ID.IsNull() {
		p.planned.ID = id
	}
}

// plannedContent returns the hash of the planned content, which is null if it
// can't be computed, as for a URL, and the properties of the file. Both are
// unknown if they are known only during apply.
func (p *imagePlan) plannedContent() (types.String, imageInfoModel) {
	isNew := p.before == nil
	switch {
	case !p.config.SHA256.IsNull():
		return p.config.SHA256, p.checkHash()
	case p.config.URL.IsUnknown(): // it may turn out to be null, and source may be set
		return types.StringUnknown(), unknownImageInfo
	case !p.config.URL.IsNull():
		return types.StringNull(), imageInfoModel{}
	case p.config.Source.IsNull() && p.config.File.IsNull():
		if isNew {
			return types.StringNull(), imageInfoModel{}
		}
		return p.before.SHA256, p.before.imageInfoModel
	case p.config.Source.IsUnknown() || p.config.File.IsUnknown() || p.hasUnknownArgs() && p.config.fileMissing():
		return types.StringUnknown(), unknownImageInfo
	case isNew && p.hasUnknownArgs():
		p.previewFile()
		return types.StringUnknown(), unknownImageInfo
	}
	info := p.config.inspect(p.limits, &p.diags)
	if info == nil {
		return types.StringUnknown(), unknownImageInfo
	}
	return types.StringValue(info.SHA256), imageInfoOf(info)
}

// hasUnknownArgs reports whether arguments other than the content are known
// only during apply.
func (p *imagePlan) hasUnknownArgs() bool {
	c := &p.config
	return c.ID.IsUnknown() || c.AccountID.IsUnknown() || c.Metadata.IsUnknown() || c.Creator.IsUnknown() ||
		c.RequireSignedURLs.IsUnknown()
}

// planNew plans the attributes of a new image.
func (p *imagePlan) planNew() {
	p.planned.Draft = types.BoolValue(false)
	p.planned.Filename = p.filename()
	p.fillPlannedMeta()
	p.checkNewID()
}

func (p *imagePlan) markURLsUnknown() {
	p.planned.Variants = types.ListUnknown(types.StringType)
	p.planned.VariantURLs = types.MapUnknown(types.StringType)
}

// filename returns the file name that the image will have.
func (p *imagePlan) filename() types.String {
	source := p.config.Source
	if source.IsNull() || source.IsUnknown() {
		return types.StringUnknown()
	}
	return types.StringValue(filenameOf(source.ValueString()))
}

// hasNewContent reports whether the planned content differs from that in the
// state. If the state doesn't contain its hash or URL, as after an import, it is
// assumed to be the same (trust on first use), unless it came from formerURL.
// Content that was replaced outside of Terraform is kept if sha256 is in
// ignore_changes.
func hasNewContent(before, planned *imageResourceModel, formerURL string) bool {
	url := before.URL
	if url.IsNull() && before.SHA256.IsNull() && formerURL != "" {
		url = types.StringValue(formerURL)
	}
	switch {
	case before.SHA256.IsNull() && url.IsNull():
		return false
	case before.SHA256.Equal(unknownContent) && planned.SHA256.Equal(unknownContent):
		return false
	case !planned.URL.IsNull():
		return !planned.URL.Equal(url)
	}
	return !planned.SHA256.Equal(before.SHA256) // null for a URL
}

func (r *imageResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if !r.planAccount(ctx, req, resp) {
		return
	}
	p := imagePlan{limits: r.enforceLimits}
	resp.Diagnostics.Append(tfwire.Read(ctx, req.Config, &p.config)...)
	resp.Diagnostics.Append(tfwire.Read(ctx, resp.Plan, &p.planned)...)
	if !req.State.Raw.IsNull() {
		p.before = new(imageResourceModel)
		resp.Diagnostics.Append(tfwire.Read(ctx, req.State, p.before)...)
	}
	p.runWith(ctx, req.Private)
	if resp.Diagnostics.Append(p.diags...); resp.Diagnostics.HasError() {
		return
	}
	resp.Plan.Raw = tfwire.Object(ctx, resp.Plan.Raw.Type(), &p.planned)
	resp.RequiresReplace = append(resp.RequiresReplace, p.replace...)
}
