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

const imageResourceDescription = "Manages an image: its content, metadata, creator and access. Invalid files fail at plan time. " +
	"With a generated ID, changing the content replaces the image and its URLs; " +
	"with a custom `id`, the image is deleted and re-uploaded in place." + writePermission

func customIDAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "ID of the image: a custom ID of 1 to 1024 characters, such as `brand/logo`, or by default a generated one. " +
			"A custom ID must not start or end with a slash, contain `.` or `..` between slashes, " +
			"or look like a generated ID (8-4-4-4-12 hexadecimal digits). " +
			"Names that the API reserves, such as `variants`, can't be the ID or its first segment. " +
			"Images with a custom ID are always public. Changing this forces a new resource to be created, " +
			"but removing it later has no effect, " +
			"unless the image becomes private: then it is replaced by one with a generated ID.",
		Optional:      true,
		Computed:      true,
		PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplaceIfConfigured()},
		Validators:    []validator.String{stringCheck(checkCustomID)},
	}
}

// contentAttributes returns the attributes for the content of an image.
func contentAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"source": contentAttribute("Path to a local image file, relative to the working directory. "+
			"The file is hashed and validated at plan time; moving it without changing its content is a no-op.", checkSource, "url", "file"),
		"url": contentAttribute("URL that Cloudflare fetches the image from: `http` or `https`, not on `imagedelivery.net`. "+
			"Changing the URL, or switching to `source`, uploads the new content; changes behind the same URL aren't detected. "+
			"Stored in state: must not contain a user name or password.", checkURL, "source", "file"),
		"file": fileAttribute(),
		"sha256": schema.StringAttribute{
			MarkdownDescription: "SHA-256 of the image file, in lower-case hexadecimal digits. " +
				"Default: computed from `source` or `file`. Set it explicitly if the file is generated during apply, " +
				"or doesn't exist at plan time. " +
				"Conflicts with `url`; null if that is set. Null after an import, until `source` or `file` is set; " +
				"their content is then assumed to be that of the existing image. Empty if the content under a custom ID was replaced outside of Terraform.",
			Optional:   true,
			Computed:   true,
			Validators: []validator.String{stringvalidator.ConflictsWith(path.MatchRoot("url")), stringCheck(checkSHA256)},
		},
	}
}

// contentAttribute returns one of the three attributes for the content.
func contentAttribute(description string, check func(string) error, others ...string) schema.StringAttribute {
	description += " Exactly one of `source`, `url` or `file` is required when creating an image."
	attribute := schema.StringAttribute{MarkdownDescription: description, Optional: true}
	for _, other := range others {
		attribute.Validators = append(attribute.Validators, stringvalidator.ConflictsWith(path.MatchRoot(other)))
	}
	attribute.Validators = append(attribute.Validators, stringCheck(check))
	return attribute
}

func fileAttribute() schema.StringAttribute {
	attribute := contentAttribute("Base64-encoded content of an image file, as returned by `filebase64()`. "+
		"Write-only: never stored in plan or state (requires Terraform or OpenTofu 1.11). Prefer `source`, which is streamed.",
		checkSource, "source", "url")
	attribute.WriteOnly = true
	return attribute
}

// imageSettingAttributes returns the attributes that can be updated in place.
func imageSettingAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"creator": schema.StringAttribute{
			MarkdownDescription: "Creator of the image, such as a user ID: 1 to 1024 characters. If omitted, any existing creator is removed.",
			Optional:            true,
			Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, 1024)},
		},
		"metadata": schema.StringAttribute{
			MarkdownDescription: "Custom metadata: a JSON object of up to 1024 bytes without whitespace, as returned by `jsonencode`. " +
				"`meta_filter` only matches keys of 1 to 100 letters, digits and underscores, up to five levels deep. " +
				"If omitted, any existing metadata is removed. Stored in state: don't put secrets here.",
			Optional:   true,
			CustomType: jsontypes.NormalizedType{},
			Validators: []validator.String{stringCheck(checkMetadata)},
		},
		"require_signed_urls": schema.BoolAttribute{
			MarkdownDescription: "Whether the image is private: its delivery URLs must be signed. " +
				"Default: `false`, also for imported images: set it to `true` to keep them private. " +
				"Changing it may change the image's ID. Conflicts with a custom `id`.",
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(false),
		},
	}
}
