package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

type parseDeliveryURLFunction struct{}

func newParseDeliveryURLFunction() function.Function { return parseDeliveryURLFunction{} }

// deliveryURLModel contains the parts of a delivery URL or a transformation URL.
// The fields of the other kind of URL are null.
type deliveryURLModel struct {
	AccountHash types.String      `tfsdk:"account_hash"`
	ImageID     types.String      `tfsdk:"image_id"`
	Variant     types.String      `tfsdk:"variant"`
	Host        string            `tfsdk:"host"`
	Options     map[string]string `tfsdk:"options"`
	Source      types.String      `tfsdk:"source"`
}

func (parseDeliveryURLFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_delivery_url"
}

func (parseDeliveryURLFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Parse a delivery URL.",
		MarkdownDescription: "Parses a delivery URL, on `imagedelivery.net` or on a custom domain, " +
			"into an object with `account_hash`, `image_id` (decoded), `variant` and `host`. " +
			"A query, such as the signature of a signed URL, is omitted. " +
			"The function `delivery_url` is the reverse.\n\n" +
			"A transformation URL, `https://<zone>/cdn-cgi/image/<options>/<source>`, is parsed into an object with `host` (the zone), " +
			"`options` (a map of strings) and `source` (an absolute path or a URL, including the query). " +
			"The function `transformation_url` is the reverse. " +
			"The attributes of the other kind of URL are null.\n\n" +
			"Any other URL is an error.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "url", MarkdownDescription: "Delivery URL or transformation URL."},
		},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"account_hash": types.StringType,
			"image_id":     types.StringType,
			"variant":      types.StringType,
			"host":         types.StringType,
			"options":      types.MapType{ElemType: types.StringType},
			"source":       types.StringType,
		}},
	}
}

func (parseDeliveryURLFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var url string
	resp.Error = req.Arguments.Get(ctx, &url)
	if resp.Error != nil {
		return
	}
	if delivery.IsTransformation(url) {
		parsed, err := delivery.ParseTransformation(url)
		if err != nil {
			resp.Error = function.NewArgumentFuncError(0, "not a transformation URL: "+err.Error())
			return
		}
		resp.Error = resp.Result.Set(ctx, deliveryURLModel{
			Host: parsed.Zone, Options: parsed.Options, Source: types.StringValue(parsed.Source),
		})
		return
	}
	parsed, err := delivery.ParseStrict(url)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, "not a delivery URL: "+err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, deliveryURLModel{
		AccountHash: types.StringValue(parsed.AccountHash), ImageID: types.StringValue(parsed.ImageID),
		Variant: types.StringValue(parsed.Variant), Host: parsed.Host,
	})
}
