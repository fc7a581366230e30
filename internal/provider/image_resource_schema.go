package provider

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

func (r *imageResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := imageAttributes("cloudflare_image.logo")
	attributes["account_id"] = forcesReplacement(accountIDAttribute())
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "Custom ID of the image, of 1 to 1024 characters, such as `brand/logo`; " +
			"or the ID that Cloudflare gave it, where none is set. " +
			"A custom ID must neither start nor end with a slash, have `.` or `..` between slashes, " +
			"be one of the API's own names, such as `variants`, or begin with one and a slash, " +
			"nor have the form of Cloudflare's own IDs (8-4-4-4-12 hexadecimal digits). " +
			"An image with a custom ID is always public. A change replaces the image. Leaving it out later changes nothing, " +
			"unless the image is to become private: then it is replaced by one with a generated ID.",
		Optional:      true,
		Computed:      true,
		PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplaceIfConfigured()},
		Validators:    []validator.String{stringCheck(checkCustomID)},
	}
	attributes["source"] = contentAttribute("Path of the picture; one that is relative starts in the folder where the engine runs. "+
		"The plan reads it, takes its hash and refuses what Cloudflare would refuse. "+
		"The same picture under another path is no change.", "url", "file")
	attributes["url"] = contentAttribute("Where Cloudflare fetches the picture from, by `http` or `https`. "+
		"Another URL counts as another picture, and so does a `source` in its place; "+
		"what the same URL gives later does not. It is in the state, so it must not contain a user name or password; "+
		"nor may its host be `imagedelivery.net`, from which Cloudflare does not fetch.", "source", "file")
	attributes["file"] = fileAttribute()
	attributes["sha256"] = schema.StringAttribute{
		MarkdownDescription: "SHA-256 of the picture, in lower-case hexadecimal digits. " +
			"The plan takes it from `source` or `file`; set it where the plan cannot: " +
			"where the file is made during the apply, or is not there when the plan is made. " +
			"It cannot be set with `url`, and is null then. After an import it is null until a picture is set, " +
			"which is taken to be the one in the account.",
		Optional:   true,
		Computed:   true,
		Validators: []validator.String{stringvalidator.ConflictsWith(path.MatchRoot("url")), stringCheck(checkSHA256)},
	}
	attributes["creator"] = schema.StringAttribute{
		MarkdownDescription: "Your own reference to a user, of 1 to 1024 characters. Null for none; what is in the account is then removed.",
		Optional:            true,
		Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, 1024)},
	}
	attributes["metadata"] = schema.StringAttribute{
		MarkdownDescription: "Metadata of your own: a JSON object of up to 1024 bytes without white space, as `jsonencode` gives it. " +
			"`meta_filter` finds names of 1 to 100 letters, digits and underscores only, up to five levels deep. " +
			"It is in the state, so keep secrets out of it. Null for none; what is in the account is then removed.",
		Optional:   true,
		CustomType: jsontypes.NormalizedType{},
		Validators: []validator.String{stringCheck(checkMetadata)},
	}
	attributes["require_signed_urls"] = schema.BoolAttribute{
		MarkdownDescription: "Whether the image is private, so that its URLs must be signed to be served. " +
			"Defaults to `false`, also for an image that is imported: set it where that one is to stay private. " +
			"A change may give the image another ID. Not together with a custom `id`.",
		Optional: true,
		Computed: true,
		Default:  booldefault.StaticBool(false),
	}
	resp.Schema = schema.Schema{Version: schemaVersion, MarkdownDescription: imageResourceDescription, Attributes: attributes}
}

// contentAttribute is one of the three that say where the picture is.
func contentAttribute(description string, others ...string) schema.StringAttribute {
	description += " A new image needs one of `source`, `url` and `file`."
	attribute := schema.StringAttribute{MarkdownDescription: description, Optional: true}
	for _, other := range others {
		attribute.Validators = append(attribute.Validators, stringvalidator.ConflictsWith(path.MatchRoot(other)))
	}
	check := checkSource
	if others[0] == "source" && others[1] == "file" {
		check = checkURL
	}
	attribute.Validators = append(attribute.Validators, stringCheck(check))
	return attribute
}

func fileAttribute() schema.StringAttribute {
	attribute := contentAttribute("The picture itself in Base64, as `filebase64()` gives it. It is sent, but stands in "+
		"neither plan nor state, "+
		"which takes Terraform or OpenTofu from 1.11 on. Prefer `source`, of which less is held in memory.", "source", "url")
	attribute.WriteOnly = true
	return attribute
}

func checkSource(source string) error {
	if source == "" {
		return errors.New("must not be empty")
	}
	return nil
}

// checkURL is for what Cloudflare can fetch. What is in the state must not be a
// secret.
func checkURL(text string) error {
	parsed, err := url.Parse(text)
	switch {
	case err != nil || parsed.Scheme != "https" && parsed.Scheme != "http" || parsed.Hostname() == "":
		return errors.New("must be a URL that begins with https:// or http://")
	case parsed.User != nil:
		return errors.New("must not hold a user name or password, as it stands in the state; " +
			"fetch the picture before the plan, and set source to its path")
	case strings.EqualFold(parsed.Hostname(), delivery.DefaultHost):
		return errors.New("must not lead to " + delivery.DefaultHost + ": Cloudflare does not fetch from itself")
	}
	return nil
}

var (
	generatedID = regexp.MustCompile(`^(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	sha256Form  = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

func checkCustomID(id string) error {
	if err := checkNoDeliveryURL(id); err != nil {
		return err
	}
	return client.CheckImageID(id)
}

func checkSHA256(text string) error {
	if !sha256Form.MatchString(text) {
		return errors.New("must be 64 lower-case hexadecimal digits, as filesha256() gives them")
	}
	return nil
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

func (r *imageResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if !r.planAccount(ctx, req, resp) {
		return
	}
	p := imagePlan{limits: r.enforceLimits}
	resp.Diagnostics.Append(readModel(ctx, req.Config, &p.config)...)
	resp.Diagnostics.Append(readModel(ctx, resp.Plan, &p.planned)...)
	if !req.State.Raw.IsNull() {
		p.before = new(imageResourceModel)
		resp.Diagnostics.Append(readModel(ctx, req.State, p.before)...)
	}
	private, diags := readImagePrivate(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	p.formerURL = private.URL
	p.run()
	if p.before != nil && !hasNewContent(p.before, &p.planned, p.formerURL) { // a re-upload works either way
		checkDeleted(ctx, req.Private, p.before.operation(actionUpdate), &p.diags)
	}
	if resp.Diagnostics.Append(p.diags...); resp.Diagnostics.HasError() {
		return
	}
	resp.Plan.Raw = encodeModel(&p.planned).decode(resp.Plan.Raw.Type())
	resp.RequiresReplace = append(resp.RequiresReplace, p.replace...)
}

// imageResourceDescription describe the resource.
const imageResourceDescription = "Manages an image: uploads a picture, and keeps its metadata, creator and access as they are configured. " +
	"A wrong file fails in the plan. The guide [Images as code](../guides/images.md) shows whole folders, private images, " +
	"and files that are made during an apply.\n\n" +
	"~> **Note:** Another picture replaces an image whose ID Cloudflare gave, and with it all its URLs: set `create_before_destroy`, " +
	"as the example does. Behind a custom `id`, the image is deleted and uploaded again in place, " +
	"which `prevent_destroy` does not stop; nor does it act once the whole `resource` block is removed, as it is part of the block; " +
	"visitors may see the old picture for as long as browsers keep it, two days unless it was changed.\n\n" +
	"-> **Note:** Each image is billed storage. An image that exists is never overwritten, nor taken over but by an import." + writePermission
