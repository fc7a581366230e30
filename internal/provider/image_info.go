package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/imagefile"
)

// imageInfoModel contains the dimensions, the format and the size of an image
// file.
type imageInfoModel struct {
	Width  types.Int64  `tfsdk:"width"`  // in pixels, as displayed; null if unknown
	Height types.Int64  `tfsdk:"height"` // likewise
	Format types.String `tfsdk:"format"` // in lower case
	Size   types.Int64  `tfsdk:"size"`   // in bytes
}

// unknownImageInfo is planned for a file that is known only during apply.
var unknownImageInfo = imageInfoModel{
	Width: types.Int64Unknown(), Height: types.Int64Unknown(), Format: types.StringUnknown(), Size: types.Int64Unknown(),
}

// imageInfoOf returns the properties of an inspected image file, which must be
// valid, so that its format is known.
func imageInfoOf(file *imagefile.Info) imageInfoModel {
	info := imageInfoModel{
		Format: types.StringValue(file.Format.Name()),
		Size:   types.Int64Value(file.Bytes),
	}
	if file.DisplayWidth > 0 && file.DisplayHeight > 0 {
		info.Width, info.Height = types.Int64Value(file.DisplayWidth), types.Int64Value(file.DisplayHeight)
	}
	return info
}

// imageInfoAttributes returns the attributes of imageInfoModel.
func imageInfoAttributes() map[string]schema.Attribute {
	const null = " Known at plan time, unless the file is generated during apply. " +
		"Null without local content: with `url`, and for imported images until they are uploaded again."
	const dimension = " of the image in pixels, as browsers display it: after the rotation in its metadata."
	const svg = " Null for an SVG file without a size."
	return map[string]schema.Attribute{
		"width":  schema.Int64Attribute{Computed: true, MarkdownDescription: "Width" + dimension + null + svg},
		"height": schema.Int64Attribute{Computed: true, MarkdownDescription: "Height" + dimension + null + svg},
		"format": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "Format of the file: `png`, `jpeg`, `gif`, `webp`, `svg`, `heic` or `avif`, " +
				"determined by its content, not by its name." + null,
		},
		"size": schema.Int64Attribute{Computed: true, MarkdownDescription: "Size of the file in bytes." + null},
	}
}

// readImageInfo fills in the properties of the image file if they are missing
// because an earlier version of the provider wrote the state. They stay null if
// the file isn't the uploaded one.
func (m *imageResourceModel) readImageInfo() {
	if !m.Format.IsNull() || m.SHA256.ValueString() == "" || m.Source.ValueString() == "" {
		return
	}
	info, err := imagefile.InspectFile(m.Source.ValueString())
	if err == nil && info.SHA256 == m.SHA256.ValueString() && info.Format != "" {
		m.imageInfoModel = imageInfoOf(info)
	}
}

// keepImageInfo keeps the properties of the image file in the state if they are
// still unknown after an update, because that uploaded nothing.
func (m *imageResourceModel) keepImageInfo(before *imageResourceModel) {
	if m.Format.IsUnknown() {
		m.imageInfoModel = before.imageInfoModel
	}
}
