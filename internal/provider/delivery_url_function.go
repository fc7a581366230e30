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
		Summary: "Build the delivery URL of an image.",
		MarkdownDescription: "Builds the delivery URL of an image on `imagedelivery.net`, or on a custom domain, " +
			"percent-encoding the image ID as a browser does. Slashes in the ID are kept.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "account_hash",
				MarkdownDescription: "Account hash in delivery URLs (not the account ID), such as the attribute `account_hash` of an image.",
			},
			function.StringParameter{Name: "image_id", MarkdownDescription: "ID of the image, not percent-encoded."},
			function.StringParameter{
				Name:                "variant",
				MarkdownDescription: "Variant name, or the result of the function `flexible_variant`.",
			},
		},
		VariadicParameter: function.StringParameter{
			Name:                "host",
			MarkdownDescription: "Custom domain that serves the image instead of `imagedelivery.net`. At most one.",
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
			resp.Error = function.NewArgumentFuncError(3, "the host must not be empty; omit it for "+delivery.DefaultHost)
			return
		}
	default:
		resp.Error = function.NewArgumentFuncError(4, "at most one host is allowed")
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
