package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

type signedURLFunction struct{}

func newSignedURLFunction() function.Function { return signedURLFunction{} }

func (signedURLFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "signed_url"
}

func (signedURLFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Sign the delivery URL of a private image.",
		MarkdownDescription: "Signs the delivery URL of a private image, so that it is served until a given time. " +
			"The function is deterministic: the time must come from the configuration. " +
			"URLs with a flexible variant or a query can't be signed.\n\n" +
			"On a custom domain, the signature is that of the same path on `imagedelivery.net`, without `/cdn-cgi/imagedelivery`. " +
			"This is undocumented by Cloudflare: verify one signed URL before relying on it.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name: "url",
				MarkdownDescription: "Delivery URL with a named variant, such as a value of `variant_urls`, " +
					"on `imagedelivery.net` or on a custom domain. `http` is accepted for loopback addresses only.",
			},
			function.StringParameter{
				Name:                "key",
				MarkdownDescription: "Value of a signing key, such as the attribute `value` of the ephemeral resource `cloudflare_image_signing_key`.",
			},
			function.StringParameter{
				Name: "expires_at",
				MarkdownDescription: "Expiry of the URL, an RFC 3339 time, such as `2030-01-01T00:00:00Z`. " +
					"Fractions of a second are ignored.",
			},
		},
		Return: function.StringReturn{},
	}
}

func (signedURLFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var url, key, expiresAt string
	resp.Error = req.Arguments.Get(ctx, &url, &key, &expiresAt)
	if resp.Error != nil {
		return
	}
	expires, err := delivery.ParseTime(expiresAt)
	if err != nil {
		// The value isn't repeated, because it is the key if the arguments were
		// swapped.
		resp.Error = function.NewArgumentFuncError(2, "the expiry must be an RFC 3339 time, such as 2030-01-01T00:00:00Z")
		return
	}
	signed, err := delivery.Sign(url, key, expires)
	if err != nil {
		resp.Error = argumentError(err, delivery.PartURL, delivery.PartKey, delivery.PartExpiry)
		return
	}
	resp.Error = resp.Result.Set(ctx, signed)
}
