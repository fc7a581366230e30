package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// imageResourceDescription describes the resource.
const imageResourceDescription = "Uploads an image, and manages its metadata, creator and access. Invalid files fail at plan time. " +
	"With a generated ID, changing the content replaces the image and its URLs; " +
	"with a custom `id`, the image is deleted and re-uploaded in place." + writePermission

func customIDAttribute() schema.StringAttribute {
	return schema.StringAttribute{
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
}

// contentAttributes describes where the content of an image comes from.
func contentAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"source": contentAttribute("Path of the picture; one that is relative starts in the folder where the engine runs. "+
			"The plan reads it, takes its hash and refuses what Cloudflare would refuse. "+
			"The same picture under another path is no change.", checkSource, "url", "file"),
		"url": contentAttribute("Where Cloudflare fetches the picture from, by `http` or `https`. "+
			"Another URL counts as another picture, and so does a `source` in its place; "+
			"what the same URL gives later does not. It is in the state, so it must not contain a user name or password; "+
			"nor may its host be `imagedelivery.net`, from which Cloudflare does not fetch.", checkURL, "source", "file"),
		"file": fileAttribute(),
		"sha256": schema.StringAttribute{
			MarkdownDescription: "SHA-256 of the picture, in lower-case hexadecimal digits. " +
				"The plan takes it from `source` or `file`; set it where the plan cannot: " +
				"where the file is made during the apply, or is not there when the plan is made. " +
				"It cannot be set with `url`, and is null then. After an import it is null until a picture is set, " +
				"which is taken to be the one in the account. Empty if the image behind a custom ID was replaced outside of Terraform.",
			Optional:   true,
			Computed:   true,
			Validators: []validator.String{stringvalidator.ConflictsWith(path.MatchRoot("url")), stringCheck(checkSHA256)},
		},
	}
}

// contentAttribute is one of the three attributes that say where the content is.
func contentAttribute(description string, check func(string) error, others ...string) schema.StringAttribute {
	description += " A new image needs one of `source`, `url` and `file`."
	attribute := schema.StringAttribute{MarkdownDescription: description, Optional: true}
	for _, other := range others {
		attribute.Validators = append(attribute.Validators, stringvalidator.ConflictsWith(path.MatchRoot(other)))
	}
	attribute.Validators = append(attribute.Validators, stringCheck(check))
	return attribute
}

func fileAttribute() schema.StringAttribute {
	attribute := contentAttribute("The picture itself in Base64, as `filebase64()` gives it. It is sent, but stands in "+
		"neither plan nor state, "+
		"which takes Terraform or OpenTofu from 1.11 on. Prefer `source`, of which less is held in memory.", checkSource, "source", "url")
	attribute.WriteOnly = true
	return attribute
}

// imageSettingAttributes describes what can be changed in place.
func imageSettingAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"creator": schema.StringAttribute{
			MarkdownDescription: "Your own reference to a user, of 1 to 1024 characters. Null for none; what is in the account is then removed.",
			Optional:            true,
			Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, 1024)},
		},
		"metadata": schema.StringAttribute{
			MarkdownDescription: "Metadata of your own: a JSON object of up to 1024 bytes without white space, as `jsonencode` gives it. " +
				"`meta_filter` finds names of 1 to 100 letters, digits and underscores only, up to five levels deep. " +
				"It is in the state, so keep secrets out of it. Null for none; what is in the account is then removed.",
			Optional:   true,
			CustomType: jsontypes.NormalizedType{},
			Validators: []validator.String{stringCheck(checkMetadata)},
		},
		"require_signed_urls": schema.BoolAttribute{
			MarkdownDescription: "Whether the image is private, so that its URLs must be signed to be served. " +
				"Defaults to `false`, also for an image that is imported: set it where that one is to stay private. " +
				"A change may give the image another ID. Not together with a custom `id`.",
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(false),
		},
	}
}
