package provider

import (
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// imageVariantOptionsModel contains the options of a variant.
type imageVariantOptionsModel struct {
	Fit        types.String  `tfsdk:"fit"`
	Width      types.Float64 `tfsdk:"width"`
	Height     types.Float64 `tfsdk:"height"`
	Metadata   types.String  `tfsdk:"metadata"`
	BrowserTTL types.Float64 `tfsdk:"browser_ttl"`
}

// The bounds of browser_ttl, in seconds: an hour and a year.
const minBrowserTTL, maxBrowserTTL = 3600, 31536000

// imageVariantOptions returns the attributes of imageVariantOptionsModel.
func imageVariantOptions() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"fit": schema.StringAttribute{
			MarkdownDescription: "How images are fitted into `width` and `height`: `scale-down`, `contain`, `cover`, `crop` or `pad`. " +
				"Null if the API doesn't return it.",
			Optional:   true,
			Computed:   true,
			Default:    stringdefault.StaticString("scale-down"),
			Validators: []validator.String{stringvalidator.OneOf("scale-down", "contain", "cover", "crop", "pad")},
		},
		"width": schema.Float64Attribute{
			MarkdownDescription: "Maximum width in pixels, an integer of at least 1. Null if only the height is constrained.",
			Optional:            true,
			Validators:          []validator.Float64{integerBetween{unit: "pixels", min: 1}},
		},
		"height": schema.Float64Attribute{
			MarkdownDescription: "Maximum height in pixels, an integer of at least 1. Null if only the width is constrained.",
			Optional:            true,
			Validators:          []validator.Float64{integerBetween{unit: "pixels", min: 1}},
		},
		"metadata": schema.StringAttribute{
			MarkdownDescription: "Which metadata of the image file is kept: `keep`, `copyright` or `none`. " +
				"Null if the API doesn't return it.",
			Optional:   true,
			Computed:   true,
			Default:    stringdefault.StaticString("none"),
			Validators: []validator.String{stringvalidator.OneOf("keep", "copyright", "none")},
		},
		"browser_ttl": schema.Float64Attribute{
			MarkdownDescription: "How long browsers cache images, in seconds: an integer from 3600 (an hour) to 31536000 (a year). " +
				"Null to use the account default (two days unless changed). Ignored for private images.",
			Optional:   true,
			Validators: []validator.Float64{integerBetween{unit: "seconds", min: minBrowserTTL, max: maxBrowserTTL}},
		},
	}
}

// fill maps the options of a variant into the model; it sets every field.
func (m *imageVariantOptionsModel) fill(variant *client.Variant) {
	m.Fit = types.StringPointerValue(variant.Fit)
	m.Width = types.Float64PointerValue(variant.Width)
	m.Height = types.Float64PointerValue(variant.Height)
	m.Metadata = types.StringPointerValue(variant.Metadata)
	m.BrowserTTL = types.Float64PointerValue(variant.BrowserTTL)
}

// imageVariantModel is a variant without its name.
type imageVariantModel struct {
	Options                imageVariantOptionsModel `tfsdk:"options"`
	NeverRequireSignedURLs types.Bool               `tfsdk:"never_require_signed_urls"`
}

// imageVariantAttributes returns the attributes of imageVariantModel, with those
// of its options.
func imageVariantAttributes(options map[string]schema.Attribute) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"options": schema.SingleNestedAttribute{
			MarkdownDescription: "Resizing options.",
			Required:            true,
			Attributes:          options,
		},
		"never_require_signed_urls": neverRequireSignedURLs(),
	}
}

func neverRequireSignedURLs() schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: "Whether the variant is always public, even for private images.",
		Optional:            true,
		Computed:            true,
		Default:             booldefault.StaticBool(false),
	}
}

// fill maps a variant into the model; it sets every field.
func (m *imageVariantModel) fill(variant *client.Variant) {
	m.Options.fill(variant)
	m.NeverRequireSignedURLs = types.BoolValue(variant.NeverRequireSignedURLs)
}

// variant maps the model to a variant of the client.
func (m *imageVariantModel) variant(id string) *client.Variant {
	return &client.Variant{
		ID:                     id,
		Fit:                    m.Options.Fit.ValueStringPointer(),
		Width:                  m.Options.Width.ValueFloat64Pointer(),
		Height:                 m.Options.Height.ValueFloat64Pointer(),
		Metadata:               m.Options.Metadata.ValueStringPointer(),
		BrowserTTL:             m.Options.BrowserTTL.ValueFloat64Pointer(),
		NeverRequireSignedURLs: m.NeverRequireSignedURLs.ValueBool(),
	}
}

// checkVariantName accepts names of variants, but not flexible variants.
func checkVariantName(name string) error {
	switch {
	case name == "":
		return errors.New("must not be empty")
	case strings.ContainsAny(name, "=/"):
		return errors.New("must be a variant name; flexible variants don't need to exist, so they can't be required or read")
	}
	return nil
}
