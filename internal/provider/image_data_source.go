package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

type imageDataSource struct{ baseDataSource }

var _ datasource.DataSourceWithConfigure = (*imageDataSource)(nil)

func newImageDataSource() datasource.DataSource { return &imageDataSource{} }

type imageDataSourceModel struct {
	imageModel

	ImageID        types.String `tfsdk:"image_id"`
	AccountID      types.String `tfsdk:"account_id"`
	IgnoreNotFound types.Bool   `tfsdk:"ignore_not_found"`
	Exists         types.Bool   `tfsdk:"exists"`
}

// imageModel is what every answer about an image is mapped into. Every field
// is an attribute's value; see object.
type imageModel struct {
	ID                types.String         `tfsdk:"id"`
	Filename          types.String         `tfsdk:"filename"`
	Creator           types.String         `tfsdk:"creator"`
	Uploaded          timetypes.RFC3339    `tfsdk:"uploaded"`
	RequireSignedURLs types.Bool           `tfsdk:"require_signed_urls"`
	Draft             types.Bool           `tfsdk:"draft"`
	Variants          types.List           `tfsdk:"variants"`
	VariantURLs       types.Map            `tfsdk:"variant_urls"`
	Meta              types.Map            `tfsdk:"meta"`
	MetaJSON          jsontypes.Normalized `tfsdk:"meta_json"`
	AccountHash       types.String         `tfsdk:"account_hash"`
	DeliveryBaseURL   types.String         `tfsdk:"delivery_base_url"`
}

// imageType is the type of an image in a collection.
var imageType = types.ObjectType{AttrTypes: func() map[string]attr.Type {
	attributeTypes := map[string]attr.Type{}
	for name, attribute := range imageAttributes() {
		attributeTypes[name] = attribute.GetType()
	}
	return attributeTypes
}()}

// imageFields are the names of imageModel's attributes, by field.
var imageFields = func() (names []string) {
	for field := range reflect.TypeFor[imageModel]().Fields() {
		names = append(names, field.Tag.Get("tfsdk"))
	}
	return names
}()

// object is the model as a value of imageType. The framework would come to the
// same by reflection, but takes several times as long for it.
func (m *imageModel) object() attr.Value {
	fields := reflect.ValueOf(m).Elem()
	values := make(map[string]attr.Value, len(imageFields))
	for i, name := range imageFields {
		values[name], _ = reflect.TypeAssert[attr.Value](fields.Field(i))
	}
	return types.ObjectValueMust(imageType.AttrTypes, values)
}

// Metadata names the data source.
func (d *imageDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image"
}

// Schema describes the data source.
func (d *imageDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := imageAttributes()
	attributes["image_id"] = schema.StringAttribute{
		MarkdownDescription: "ID of the image: the UUID that Cloudflare gave it, or its custom ID, of 1 to 1024 characters. It is taken as it is, so write `a/b`, not `a%2Fb`; it must not start or end with a slash. The IDs `keys` and `batch_token` cannot be read, as the API keeps these names for itself.",
		Required:            true,
		Validators:          []validator.String{text(client.CheckImageID)},
	}
	attributes["account_id"] = accountIDAttribute()
	attributes["ignore_not_found"] = schema.BoolAttribute{
		MarkdownDescription: "Whether an image that does not exist is an answer instead of an error: with `true`, `exists` is then false, `variants`, `variant_urls` and `meta` are empty, and every other computed attribute but `account_id` is null. Defaults to `false`.",
		Optional:            true,
	}
	attributes["exists"] = schema.BoolAttribute{
		MarkdownDescription: "Whether the image exists. Only false with `ignore_not_found = true`.",
		Computed:            true,
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one image of Cloudflare Images: its delivery URLs, one for each variant, and its metadata. " +
			"An image that does not exist is an error at plan time, and so is a reference to a variant that does not exist: `data.cloudflare_image.logo.variant_urls[\"hero\"]`. " +
			"A newly uploaded image can take minutes until every part of Cloudflare knows it; until then it may not be found.",
		Attributes: attributes,
	}
}

// imageAttributes describes the attributes of imageModel.
func imageAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			MarkdownDescription: "ID of the image, as the API gives it.",
			Computed:            true,
		},
		"filename": schema.StringAttribute{
			MarkdownDescription: "Name of the file that was uploaded. Null for a draft, and where none was given.",
			Computed:            true,
		},
		"creator": schema.StringAttribute{
			MarkdownDescription: "The uploader's own reference to a user. Null where none was set.",
			Computed:            true,
		},
		"uploaded": schema.StringAttribute{
			MarkdownDescription: "When the image was uploaded, or the draft made, as an RFC 3339 time in UTC, exactly as the API writes it.",
			Computed:            true,
			CustomType:          timetypes.RFC3339Type{},
		},
		"require_signed_urls": schema.BoolAttribute{
			MarkdownDescription: "Whether the image is private, so that its URLs must be signed to be served.",
			Computed:            true,
		},
		"draft": schema.BoolAttribute{
			MarkdownDescription: "Whether the image still waits for its upload. The URLs of a draft exist but serve nothing yet.",
			Computed:            true,
		},
		"variants": schema.ListAttribute{
			MarkdownDescription: "Delivery URLs of the image, one for each variant of the account, sorted as text. The position says nothing about the variant; use `variant_urls` to pick one.",
			Computed:            true,
			ElementType:         types.StringType,
		},
		"variant_urls": schema.MapAttribute{
			MarkdownDescription: "Delivery URLs by the name of the variant. A name that does not exist is an error at plan time. A URL of an unknown form is in `variants` only; of two for one variant, the first in text order counts.",
			Computed:            true,
			ElementType:         types.StringType,
		},
		"meta": schema.MapAttribute{
			MarkdownDescription: "Top level of the image's metadata. Strings are as they are, numbers and booleans as written, null stays null, objects and arrays become JSON text. Empty where there is no metadata, or it is not an object. It is written to the state, so keep secrets out of it.",
			Computed:            true,
			ElementType:         types.StringType,
		},
		"meta_json": schema.StringAttribute{
			MarkdownDescription: "The whole metadata as JSON, without loss, for `jsondecode`. `{}` where there is none.",
			Computed:            true,
			CustomType:          jsontypes.NormalizedType{},
		},
		"account_hash": schema.StringAttribute{
			MarkdownDescription: "The account's name in delivery URLs, which is not its ID. Null where the API gives no URL to take it from.",
			Computed:            true,
		},
		"delivery_base_url": schema.StringAttribute{
			MarkdownDescription: "Delivery URL without its last segment and slash, to put a [flexible variant](https://developers.cloudflare.com/images/manage-images/enable-flexible-variants/) after: `\"${data.cloudflare_image.logo.delivery_base_url}/w=400\"`. Null where the API gives no URL to take it from.",
			Computed:            true,
		},
	}
}

// Read reads the image.
func (d *imageDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model imageDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if model.AccountID = d.account(model.AccountID, &resp.Diagnostics); resp.Diagnostics.HasError() {
		return
	}

	subject := subject{fmt.Sprintf("image %q", model.ImageID.ValueString()), "image_id", model.AccountID.ValueString()}
	image, messages, err := d.client.GetImage(ctx, model.AccountID.ValueString(), model.ImageID.ValueString())
	absent := errors.Is(err, client.NotFound) && model.IgnoreNotFound.ValueBool()
	if err != nil && !absent {
		resp.Diagnostics.Append(subject.diagnose(err))
		return
	}
	model.Exists = types.BoolValue(!absent)
	if absent {
		resp.Diagnostics.Append(subject.doubts(err)...)
		model.clear()
	} else {
		resp.Diagnostics.Append(subject.notices(messages)...)
		resp.Diagnostics.Append(model.fill(image)...)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// textList and textMap are collections of texts.
func textList(texts []string) types.List {
	values := make([]attr.Value, len(texts))
	for i, text := range texts {
		values[i] = types.StringValue(text)
	}
	return types.ListValueMust(types.StringType, values)
}

func textMap(values map[string]attr.Value) types.Map {
	return types.MapValueMust(types.StringType, values)
}

// clear makes the model that of no image: scalars are null, collections empty.
func (m *imageModel) clear() {
	*m = imageModel{Variants: textList(nil), VariantURLs: textMap(map[string]attr.Value{}), Meta: textMap(map[string]attr.Value{})}
}

// fill maps an image into the model.
func (m *imageModel) fill(image *client.Image) diag.Diagnostics {
	var diags, problems diag.Diagnostics
	m.clear()
	m.ID = types.StringValue(image.ID)
	m.Filename = types.StringPointerValue(image.Filename)
	m.Creator = types.StringPointerValue(image.Creator)
	m.Uploaded, diags = timetypes.NewRFC3339PointerValue(image.Uploaded)
	problems.Append(diags...)
	m.RequireSignedURLs = types.BoolValue(image.RequireSignedURLs)
	m.Draft = types.BoolValue(image.Draft)
	m.fillURLs(image.Variants)
	m.fillMeta(image.Meta)
	return problems
}

// fillURLs sorts the URLs and takes them apart. One that cannot be taken apart
// stays in variants only. Of two for the same variant, the first counts.
func (m *imageModel) fillURLs(variants []string) {
	sorted := slices.Sorted(slices.Values(variants))
	byName := map[string]attr.Value{}
	for _, variant := range sorted {
		url, err := delivery.Parse(variant)
		if err != nil {
			continue
		}
		if _, known := byName[url.Variant]; !known {
			byName[url.Variant] = types.StringValue(variant)
		}
		if m.AccountHash.IsNull() {
			m.AccountHash = types.StringValue(url.AccountHash)
			m.DeliveryBaseURL = types.StringValue(url.Base)
		}
	}
	m.Variants, m.VariantURLs = textList(sorted), textMap(byName)
}

// fillMeta keeps the metadata whole as JSON, and spreads its top level over a
// map of text.
func (m *imageModel) fillMeta(meta json.RawMessage) {
	if meta == nil {
		meta = json.RawMessage("{}")
	}
	m.MetaJSON = jsontypes.NewNormalizedValue(string(meta))
	var members map[string]json.RawMessage
	if json.Unmarshal(meta, &members) != nil {
		return // not an object
	}
	values := make(map[string]attr.Value, len(members))
	for name, raw := range members {
		var text string
		switch {
		case bytes.Equal(raw, []byte("null")):
			values[name] = types.StringNull()
		case json.Unmarshal(raw, &text) == nil:
			values[name] = types.StringValue(text)
		default:
			values[name] = types.StringValue(string(raw))
		}
	}
	m.Meta = textMap(values)
}
