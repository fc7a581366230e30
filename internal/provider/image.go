package provider

import (
	"cmp"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// imageModel is the model that every response about an image is mapped into.
type imageModel struct {
	ID                types.String `tfsdk:"id"`
	Filename          types.String `tfsdk:"filename"`
	Creator           types.String `tfsdk:"creator"`
	Uploaded          types.String `tfsdk:"uploaded"`
	RequireSignedURLs types.Bool   `tfsdk:"require_signed_urls"`
	Draft             types.Bool   `tfsdk:"draft"`
	Variants          types.List   `tfsdk:"variants"`
	VariantURLs       types.Map    `tfsdk:"variant_urls"`
	Meta              types.Map    `tfsdk:"meta"`
	MetaJSON          types.String `tfsdk:"meta_json"`
	AccountHash       types.String `tfsdk:"account_hash"`
	DeliveryBaseURL   types.String `tfsdk:"delivery_base_url"`
}

// imageAttributes describes the attributes of imageModel, with an address that
// examples of their use begin with.
func imageAttributes(address string) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
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
			MarkdownDescription: "When the image was uploaded, or the draft made, as an RFC 3339 time in UTC, as the API writes it. " +
				"Null where it does not tell.",
			Computed: true,
		},
		"require_signed_urls": schema.BoolAttribute{
			MarkdownDescription: "Whether the image is private, so that its URLs must be signed to be served.",
			Computed:            true,
		},
		"draft": schema.BoolAttribute{
			MarkdownDescription: "Whether the image still waits for its upload. The URLs of a draft exist but serve nothing yet.",
			Computed:            true,
		},
	}
	maps.Copy(attributes, imageURLAttributes(address))
	maps.Copy(attributes, imageMetaAttributes())
	return attributes
}

// imageURLAttributes describes what follows from an image's delivery URLs.
func imageURLAttributes(address string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"variants": schema.ListAttribute{
			MarkdownDescription: "Delivery URLs of the image, one for each variant of the account, sorted as text. " +
				"The position says nothing about the variant; use `variant_urls` to pick one.",
			Computed:    true,
			ElementType: types.StringType,
		},
		"variant_urls": schema.MapAttribute{
			MarkdownDescription: "Delivery URLs by the name of the variant. " +
				"Terraform answers a name that is not there with *Invalid index*; `required_variants` of a data source says what is wrong. " +
				"A URL that does not end in `/<image ID>/<variant>` is in `variants` only, and a warning names it. " +
				"If a variant has two URLs, this is the first of them in `variants`.",
			Computed:    true,
			ElementType: types.StringType,
		},
		"account_hash": schema.StringAttribute{
			MarkdownDescription: "The account's name in delivery URLs, which is not its ID. " +
				"Null if no delivery URL of the image is of a documented form, as with an emulator of the API.",
			Computed: true,
		},
		"delivery_base_url": schema.StringAttribute{
			MarkdownDescription: "Delivery URL without its last segment and slash, to put a " +
				"[flexible variant](https://developers.cloudflare.com/images/manage-images/enable-flexible-variants/) after: " +
				"`\"${" + address + ".delivery_base_url}/w=400\"`. Null if no delivery URL of the image is of a documented form.",
			Computed: true,
		},
	}
}

func imageMetaAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"meta": schema.MapAttribute{
			MarkdownDescription: "Top level of the image's metadata. " +
				"Strings are as they are, numbers and booleans as written, null stays null, objects and arrays become JSON text. " +
				"Empty where there is no metadata, or it is not an object. It is written to the state, so keep secrets out of it.",
			Computed:    true,
			ElementType: types.StringType,
		},
		"meta_json": schema.StringAttribute{
			MarkdownDescription: "The whole metadata as JSON, without loss, for `jsondecode`. `{}` where there is none.",
			Computed:            true,
		},
	}
}

// emptyImage returns the model of an image that does not exist: scalars are null,
// collections empty.
func emptyImage() imageModel {
	return imageModel{Variants: stringList(nil), VariantURLs: stringMap(nil), Meta: stringMap(nil)}
}

// fill maps an image into the model; it sets every field. URLs without a variant
// are added to unrecognized.
func (m *imageModel) fill(image *client.Image, unrecognized *unrecognizedURLs) {
	m.ID = types.StringValue(image.ID)
	m.Filename = types.StringPointerValue(image.Filename)
	m.Creator = types.StringPointerValue(image.Creator)
	m.Uploaded = types.StringPointerValue(image.Uploaded)
	m.RequireSignedURLs = types.BoolValue(image.RequireSignedURLs)
	m.Draft = types.BoolValue(image.Draft)
	m.fillURLs(image.ID, image.Variants, unrecognized)
	m.fillMeta(image.Meta)
}

// fillURLs sorts the URLs and parses them. One that doesn't end in the image's
// ID and a variant appears in variants only. If two URLs name the same variant,
// the first one wins. Only URLs of a documented form contain an account hash.
func (m *imageModel) fillURLs(imageID string, variants []string, unrecognized *unrecognizedURLs) {
	sorted := slices.Sorted(slices.Values(variants))
	byName := map[string]attr.Value{}
	m.AccountHash, m.DeliveryBaseURL = types.StringNull(), types.StringNull()
	unhashed := ""
	for _, variant := range sorted {
		url, err := delivery.Parse(variant)
		name, isDocumented := url.Variant, err == nil && url.ImageID == imageID
		if !isDocumented {
			var ok bool
			if name, ok = delivery.VariantOf(variant, imageID); !ok {
				unrecognized.add(variant)
				continue
			}
			unhashed = cmp.Or(unhashed, variant)
		}
		if _, known := byName[name]; !known {
			byName[name] = types.StringValue(variant)
		}
		if isDocumented && m.AccountHash.IsNull() {
			m.AccountHash = types.StringValue(url.AccountHash)
			m.DeliveryBaseURL = types.StringValue(url.Base)
		}
	}
	if m.AccountHash.IsNull() && unhashed != "" {
		unrecognized.unhashed.add(unhashed)
	}
	m.Variants, m.VariantURLs = stringList(sorted), stringMap(byName)
}
