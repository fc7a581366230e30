package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

type transformationURLFunction struct{}

func newTransformationURLFunction() function.Function { return transformationURLFunction{} }

func (transformationURLFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "transformation_url"
}

func (transformationURLFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Build a URL that transforms an image stored outside of Cloudflare Images.",
		MarkdownDescription: "Builds a [transformation URL]" +
			"(https://developers.cloudflare.com/images/optimization/transformations/url/), " +
			"`https://<zone>/cdn-cgi/image/<options>/<source>`, for an image that isn't uploaded to Cloudflare Images. " +
			"The function `parse_delivery_url` parses it.\n\n" +
			"The options are those of the function `flexible_variant`, and `extra`. " +
			"Two of them work in transformation URLs only:\n\n" +
			"* `onerror`: `redirect` sends the browser to the source if the transformation fails. " +
			"It has no effect if the source is in another zone.\n" +
			"* `origin-auth`: `share-publicly` passes credentials of the request on to the origin. " +
			"Cloudflare documents it for Workers only; some public sites have it in their URLs.\n\n" +
			"The source is appended as a browser would request it. " +
			"Its escapes, such as `%20`, and its query are kept. " +
			"Spaces and non-ASCII characters, which Cloudflare rejects (errors 9406 and 9419), are percent-encoded. " +
			"A `%` that doesn't begin an escape is an error, and so is a fragment: write `%25` and `%23` if the name of a file contains `%` or `#`, " +
			"and `%3F` for a `?` that doesn't begin a query. " +
			"Commas and repeated slashes are kept. `.` and `..` between slashes are errors, because browsers resolve them. " +
			"So is a source that is a transformation URL itself: Cloudflare doesn't transform an image twice. " +
			fmt.Sprintf("The URL may have at most %d bytes.", delivery.MaxURLLength),
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "zone",
				MarkdownDescription: "Host name with transformations enabled, such as `www.example.com`: a domain of a zone, or a `workers.dev` subdomain.",
			},
			function.StringParameter{
				Name: "source",
				MarkdownDescription: "Original image: an absolute path in the zone, such as `/images/a.png`, " +
					"or a URL that begins with `https://` or `http://`.",
			},
			function.DynamicParameter{
				Name: "options",
				MarkdownDescription: "Object or map of the options, by name or short name, and `extra`. " +
					"At least one is required; null options are omitted.",
			},
		},
		Return: function.StringReturn{},
	}
}

func (transformationURLFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var zone, source string
	var argument types.Dynamic
	resp.Error = req.Arguments.Get(ctx, &zone, &source, &argument)
	if resp.Error != nil {
		return
	}
	options, ok := givenOptions(argument)
	if !ok {
		resp.Error = function.NewArgumentFuncError(2, "the options must be an object, such as { width = 400 }")
		return
	}
	url, err := delivery.BuildTransformation(zone, source, options)
	if err != nil {
		resp.Error = argumentError(err, delivery.PartZone, delivery.PartSource)
		if resp.Error.FunctionArgument == nil { // every other error is about the options
			resp.Error = function.NewArgumentFuncError(2, err.Error())
		}
		return
	}
	resp.Error = resp.Result.Set(ctx, url)
}
