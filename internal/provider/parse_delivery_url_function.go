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

// deliveryURLModel is a delivery URL taken apart.
type deliveryURLModel struct {
	AccountHash string `tfsdk:"account_hash"`
	ImageID     string `tfsdk:"image_id"`
	Variant     string `tfsdk:"variant"`
	Host        string `tfsdk:"host"`
}

func (parseDeliveryURLFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_delivery_url"
}

func (parseDeliveryURLFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Parts of a delivery URL.",
		MarkdownDescription: "Takes a delivery URL apart, on `imagedelivery.net` or on a domain of your own, " +
			"into an object with `account_hash`, `image_id` (decoded), `variant` and `host`. " +
			"A query, such as the signature of a signed URL, is left out. A URL that is not a delivery URL is an error. " +
			"[`delivery_url`](delivery_url.md) puts the parts together again.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "url", MarkdownDescription: "The delivery URL."},
		},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"account_hash": types.StringType,
			"image_id":     types.StringType,
			"variant":      types.StringType,
			"host":         types.StringType,
		}},
	}
}

func (parseDeliveryURLFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var url string
	resp.Error = req.Arguments.Get(ctx, &url)
	if resp.Error != nil {
		return
	}
	parsed, err := delivery.ParseStrict(url)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, "this is not a delivery URL: "+err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, deliveryURLModel{parsed.AccountHash, parsed.ImageID, parsed.Variant, parsed.Host})
}
