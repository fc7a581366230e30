package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// imageVariantModel is what a variant is mapped into.
type imageVariantModel struct {
	Fit                    types.String  `tfsdk:"fit"`
	Width                  types.Float64 `tfsdk:"width"`
	Height                 types.Float64 `tfsdk:"height"`
	Metadata               types.String  `tfsdk:"metadata"`
	NeverRequireSignedURLs types.Bool    `tfsdk:"never_require_signed_urls"`
}

// imageVariantAttributes describes the attributes of imageVariantModel.
func imageVariantAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"fit": schema.StringAttribute{
			MarkdownDescription: "How an image is fitted into width and height: `scale-down`, `contain`, `cover`, `crop` or `pad`. " +
				"Null where it is not set.",
			Computed: true,
		},
		"width": schema.Float64Attribute{
			MarkdownDescription: "Width in pixels. Null where it is not set.",
			Computed:            true,
		},
		"height": schema.Float64Attribute{
			MarkdownDescription: "Height in pixels. Null where it is not set.",
			Computed:            true,
		},
		"metadata": schema.StringAttribute{
			MarkdownDescription: "What is kept of a picture's own metadata: `keep`, `copyright` or `none`. Null where it is not set.",
			Computed:            true,
		},
		"never_require_signed_urls": schema.BoolAttribute{
			MarkdownDescription: "Whether the variant is always public, even of private images.",
			Computed:            true,
		},
	}
}

// fill maps a variant into the model; it sets every field.
func (m *imageVariantModel) fill(variant *client.Variant) {
	m.Fit = types.StringPointerValue(variant.Fit)
	m.Width = types.Float64PointerValue(variant.Width)
	m.Height = types.Float64PointerValue(variant.Height)
	m.Metadata = types.StringPointerValue(variant.Metadata)
	m.NeverRequireSignedURLs = types.BoolValue(variant.NeverRequireSignedURLs)
}
