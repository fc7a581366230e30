package provider

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// imageListResource lists the images that can be imported.
type imageListResource struct{ imageResource }

var _ list.ListResourceWithConfigure = (*imageListResource)(nil)

func newImageListResource() list.ListResource { return &imageListResource{} }

type imageListModel struct {
	AccountID  types.String  `tfsdk:"account_id"`
	Creator    types.String  `tfsdk:"creator"`
	MetaFilter types.Dynamic `tfsdk:"meta_filter"`
	SortOrder  types.String  `tfsdk:"sort_order"`
}

func (r *imageListResource) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the images of an account for `terraform query` (Terraform 1.14 or later): " +
			"all of them, or those of a creator or with certain metadata. " +
			"One request reads 1,000 images. Drafts aren't listed." + readPermission,
		Attributes: map[string]schema.Attribute{
			"account_id": toList(accountIDAttribute()),
			"creator": schema.StringAttribute{
				MarkdownDescription: creatorFilterDescription,
				Optional:            true,
			},
			"meta_filter": toListDynamic(metaFilterAttribute()),
			"sort_order": schema.StringAttribute{
				MarkdownDescription: "Order by upload time: `asc` or `desc`. Default: `desc`, newest first.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf("asc", "desc")},
			},
		},
	}
}

// List reads a page only after Terraform has received all results of the page
// before, except for the last one.
func (r *imageListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var model imageListModel
	var diags diag.Diagnostics
	if r.providerData == nil || !r.prepare(ctx, req.Config, &model, &model.AccountID, &diags) {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	op := operation{action: actionRead, object: objectImages, accountID: model.AccountID.ValueString()}
	filter, diags := model.filter(req.Limit)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		// Each result is held back until the next one arrives, because the last one
		// carries the warnings about all of them: Terraform reads no more results than
		// it has requested.
		var last *list.ListResult
		var unrecognized unrecognizedURLs
		normalization := newNormalizationCheck()
		for image, err := range r.client.EachImage(ctx, op.accountID, filter) {
			if last != nil && !push(*last) {
				return
			}
			var diags diag.Diagnostics
			if !r.handleResult(op, nil, err, &diags) {
				push(list.ListResult{Diagnostics: diags})
				return
			}
			normalization.add(image.ID)
			last = new(imageResult(ctx, req, model.AccountID, image, &unrecognized))
		}
		if last != nil {
			last.Diagnostics.Append(append(unrecognized.warning(op), normalization.collisions(op)...)...)
			push(*last)
		}
	}
}

// filter returns the filter of the API request.
func (m *imageListModel) filter(limit int64) (client.Filter, diag.Diagnostics) {
	matches, diags := metaMatches(path.Root("meta_filter"), m.MetaFilter)
	return client.Filter{
		Creator:   m.Creator.ValueStringPointer(),
		Meta:      matches,
		SortOrder: m.SortOrder.ValueString(),
		MaxItems:  int(limit),
	}, diags
}

// imageResult returns an image as it would be after an import.
func imageResult(
	ctx context.Context, req list.ListRequest, accountID types.String, image *client.Image, unrecognized *unrecognizedURLs,
) list.ListResult {
	model := imageResourceModel{AccountID: accountID}
	model.applyImport(image, unrecognized)
	return listResult(ctx, req, displayName(image), &model)
}

// displayName returns a single line without control characters, because
// Terraform prints it unescaped.
func displayName(image *client.Image) string {
	name := image.ID
	if image.Filename != nil && *image.Filename != image.ID {
		name = fmt.Sprintf("%.255s (%s)", *image.Filename, image.ID)
	}
	return strings.Map(func(character rune) rune {
		if unicode.IsPrint(character) {
			return character
		}
		return unicode.ReplacementChar
	}, name)
}
