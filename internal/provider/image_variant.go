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

// imageVariantOptionsModel is what the options of a variant are mapped into.
type imageVariantOptionsModel struct {
	Fit        types.String  `tfsdk:"fit"`
	Width      types.Float64 `tfsdk:"width"`
	Height     types.Float64 `tfsdk:"height"`
	Metadata   types.String  `tfsdk:"metadata"`
	BrowserTTL types.Float64 `tfsdk:"browser_ttl"`
}

// The bounds of browser_ttl, in seconds: an hour and a year.
const minBrowserTTL, maxBrowserTTL = 3600, 31536000

// imageVariantOptions describes the attributes of imageVariantOptionsModel.
func imageVariantOptions() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"fit": schema.StringAttribute{
			MarkdownDescription: "How a picture is fitted into width and height: `scale-down`, `contain`, `cover`, `crop` or `pad`. " +
				"A resource that leaves it out sets `scale-down`, also where a variant is imported. Null where the account does not tell.",
			Optional:   true,
			Computed:   true,
			Default:    stringdefault.StaticString("scale-down"),
			Validators: []validator.String{stringvalidator.OneOf("scale-down", "contain", "cover", "crop", "pad")},
		},
		"width": schema.Float64Attribute{
			MarkdownDescription: "Width in whole pixels, from 1. Null where only the height counts.",
			Optional:            true,
			Validators:          []validator.Float64{integerBetween{unit: "pixels", min: 1}},
		},
		"height": schema.Float64Attribute{
			MarkdownDescription: "Height in whole pixels, from 1. Null where only the width counts.",
			Optional:            true,
			Validators:          []validator.Float64{integerBetween{unit: "pixels", min: 1}},
		},
		"metadata": schema.StringAttribute{
			MarkdownDescription: "What is kept of a picture's own metadata: `keep`, `copyright` or `none`. " +
				"A resource that leaves it out sets `none`, also where a variant is imported. Null where the account does not tell.",
			Optional:   true,
			Computed:   true,
			Default:    stringdefault.StaticString("none"),
			Validators: []validator.String{stringvalidator.OneOf("keep", "copyright", "none")},
		},
		"browser_ttl": schema.Float64Attribute{
			MarkdownDescription: "How long browsers keep a picture, in whole seconds: 3600 (an hour) to 31536000 (a year). " +
				"Null where the account's own setting counts, which is two days unless it was changed. Private images ignore it.",
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

// imageVariantModel is what a variant is mapped into, all of it but its name.
type imageVariantModel struct {
	Options                imageVariantOptionsModel `tfsdk:"options"`
	NeverRequireSignedURLs types.Bool               `tfsdk:"never_require_signed_urls"`
}

// imageVariantAttributes describes the attributes of imageVariantModel.
func imageVariantAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"options": schema.SingleNestedAttribute{
			MarkdownDescription: "What the variant makes of a picture. A resource sets at least one of `width` and `height`.",
			Required:            true,
			Attributes:          imageVariantOptions(),
		},
		"never_require_signed_urls": neverRequireSignedURLs(),
	}
}

func neverRequireSignedURLs() schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: "Whether the variant is always public, even of private images. " +
			"A resource that leaves it out sets `false`, also where a variant is imported.",
		Optional: true,
		Computed: true,
		Default:  booldefault.StaticBool(false),
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

// checkVariantName accepts names that a variant of an account can have.
func checkVariantName(name string) error {
	switch {
	case name == "":
		return errors.New("must not be empty")
	case strings.ContainsAny(name, "=/"):
		return errors.New("must be the name of a variant of the account; flexible options are not defined anywhere, so they cannot be missing")
	}
	return nil
}
