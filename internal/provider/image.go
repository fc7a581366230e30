package provider

import (
	"cmp"
	"errors"
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

// imageAttributes returns the attributes of imageModel. The examples in their
// descriptions refer to an object at this address.
func imageAttributes(address string) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"id": schema.StringAttribute{
			MarkdownDescription: "ID of the image.",
			Computed:            true,
		},
		"filename": schema.StringAttribute{
			MarkdownDescription: "Name of the uploaded file. Null for drafts, or if no file name was provided.",
			Computed:            true,
		},
		"creator": schema.StringAttribute{
			MarkdownDescription: "Creator of the image, as set by the uploader. Null if not set.",
			Computed:            true,
		},
		"uploaded": schema.StringAttribute{
			MarkdownDescription: "Upload time (or draft creation time), RFC 3339 in UTC. Null if the API doesn't return it.",
			Computed:            true,
		},
		"require_signed_urls": schema.BoolAttribute{
			MarkdownDescription: "Whether the image is private: its delivery URLs must be signed.",
			Computed:            true,
		},
		"draft": schema.BoolAttribute{
			MarkdownDescription: "Whether the image is a draft: its content hasn't been uploaded, so its URLs don't work yet.",
			Computed:            true,
		},
	}
	maps.Copy(attributes, imageURLAttributes(address))
	maps.Copy(attributes, imageMetaAttributes())
	return attributes
}

// imageURLAttributes returns the attributes derived from the delivery URLs.
func imageURLAttributes(address string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"variants": schema.ListAttribute{
			MarkdownDescription: "Delivery URLs of the image, one per variant of the account, in lexical order. " +
				"Don't rely on positions; use `variant_urls` to select a variant.",
			Computed:    true,
			ElementType: types.StringType,
		},
		"variant_urls": schema.MapAttribute{
			MarkdownDescription: "Delivery URLs by variant name. " +
				"URLs that don't end in `/<image ID>/<variant>` appear in `variants` only and cause a warning. " +
				"If a variant has several URLs, the first of them in `variants` is used.",
			Computed:    true,
			ElementType: types.StringType,
		},
		"account_hash": schema.StringAttribute{
			MarkdownDescription: "Account hash in delivery URLs (not the account ID). " +
				"Null if no delivery URL of the image has a documented form.",
			Computed: true,
		},
		"delivery_base_url": schema.StringAttribute{
			MarkdownDescription: "Base delivery URL, without a variant. Append a variant name or a " +
				"[flexible variant](https://developers.cloudflare.com/images/manage-images/enable-flexible-variants/): " +
				"`\"${" + address + ".delivery_base_url}/w=400\"`. Null if no delivery URL of the image has a documented form.",
			Computed: true,
		},
	}
}

func imageMetaAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"meta": schema.MapAttribute{
			MarkdownDescription: "Top-level metadata as strings; objects and arrays are JSON-encoded, and null stays null. " +
				"Empty if there is no metadata or it isn't an object. Stored in state: don't put secrets here.",
			Computed:    true,
			ElementType: types.StringType,
		},
		"meta_json": schema.StringAttribute{
			MarkdownDescription: "Complete metadata as JSON, for `jsondecode`. `{}` if there is none.",
			Computed:            true,
		},
	}
}

// emptyImage returns the model of an image that doesn't exist: scalars are null,
// collections are empty.
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

// isImageNotFound reports whether the API responded that the image doesn't exist.
// It requires the API's error code: with a wrong base_url, every image would be
// missing. The code alone is not enough either, as a 503 may quote another server.
func isImageNotFound(err error) bool {
	e, ok := errors.AsType[*client.Error](err)
	return ok && e.Kind == client.NotFound && e.HasCode(client.CodeNotFound)
}
