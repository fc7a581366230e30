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
		Summary: "Signed URL of a private image.",
		MarkdownDescription: "Signs the delivery URL of a private image, so that it is served until a given time. " +
			"No clock is read, so the result is stable: the time must come from the configuration. " +
			"A URL with a flexible variant cannot be signed, nor one that already has a query.\n\n" +
			"~> **Warning:** Whoever has the result can see the image until it expires. " +
			"The guide [Private images](../guides/private-images.md) tells what ends up in the state.\n\n" +
			"-> **Domains of your own:** for them, the same is signed as on `imagedelivery.net`: the path without `/cdn-cgi/imagedelivery`. " +
			"Cloudflare does not document it; the evidence is one project's note of a live check of 2026-09-29. " +
			"Open one signed URL before you rely on it.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name: "url",
				MarkdownDescription: "Delivery URL with a named variant, such as a value of `variant_urls`, " +
					"on `imagedelivery.net` or on a domain of your own. `http` is accepted for a fake API on this machine only.",
			},
			function.StringParameter{
				Name: "key",
				MarkdownDescription: "Value of a signing key, used as it is. " +
					"The ephemeral resource [`cloudflare_image_signing_key`](../ephemeral-resources/image_signing_key.md) reads one.",
			},
			function.StringParameter{
				Name: "expires_at",
				MarkdownDescription: "When the URL expires, as an RFC 3339 time, such as `2030-01-01T00:00:00Z`. " +
					"Fractions of a second are cut off.",
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
		// The value is not repeated: it is the key, where someone has mixed them up.
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
