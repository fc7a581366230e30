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
			"A URL with a flexible variant cannot be signed, nor one that already has a query, nor one of a domain of your own, " +
			"for which Cloudflare documents no signature. " +
			"Whoever has the result can see the image until it expires; " +
			"see the guide *Private images* for what ends up in the state.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "url", MarkdownDescription: "Delivery URL on `imagedelivery.net` with a named variant, such as a value " +
				"of `variant_urls`."},
			function.StringParameter{Name: "key", MarkdownDescription: "Value of a signing key, used as it is. " +
				"The ephemeral resource `cloudflare_image_signing_key` reads one."},
			function.StringParameter{Name: "expires_at", MarkdownDescription: "When the URL expires, as an RFC 3339 time, such as " +
				"`2030-01-01T00:00:00Z`. " +
				"Fractions of a second are cut off."},
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
