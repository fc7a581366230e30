package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

type deliveryURLFunction struct{}

func newDeliveryURLFunction() function.Function { return deliveryURLFunction{} }

func (deliveryURLFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "delivery_url"
}

func (deliveryURLFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Delivery URL of an image.",
		MarkdownDescription: "Writes the delivery URL of an image on `imagedelivery.net`, or on a domain of your own. " +
			"Slashes of the image ID stay, its percent signs are escaped, " +
			"and what a URL cannot hold as it is gets percent-encoded, as a browser would.\n\n" +
			"~> **Note:** Whether the image and the variant exist is not checked. " +
			"The data source [`cloudflare_image`](../data-sources/image.md) does that.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name: "account_hash",
				MarkdownDescription: "The account's name in delivery URLs, such as the attribute `account_hash` of an image. " +
					"It is not the account ID.",
			},
			function.StringParameter{Name: "image_id", MarkdownDescription: "ID of the image, as it is, without any escaping."},
			function.StringParameter{
				Name:                "variant",
				MarkdownDescription: "Name of a variant, or what [`flexible_variant`](flexible_variant.md) returns.",
			},
		},
		VariadicParameter: function.StringParameter{
			Name:                "host",
			MarkdownDescription: "Domain of your own that serves the image instead of `imagedelivery.net`. At most one.",
		},
		Return: function.StringReturn{},
	}
}

func (deliveryURLFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var accountHash, imageID, variant string
	var hosts []string
	resp.Error = req.Arguments.Get(ctx, &accountHash, &imageID, &variant, &hosts)
	if resp.Error != nil {
		return
	}
	host := ""
	switch len(hosts) {
	case 0:
	case 1:
		host = hosts[0]
		if host == "" {
			resp.Error = function.NewArgumentFuncError(3, "the host must not be empty; leave it out for "+delivery.DefaultHost)
			return
		}
	default:
		resp.Error = function.NewArgumentFuncError(4, "at most one host can be given")
		return
	}
	url, err := delivery.Build(host, accountHash, imageID, variant)
	if err != nil {
		resp.Error = argumentError(
			err, delivery.PartAccountHash, delivery.PartImageID, delivery.PartVariant, delivery.PartHost,
		)
		return
	}
	resp.Error = resp.Result.Set(ctx, url)
}
