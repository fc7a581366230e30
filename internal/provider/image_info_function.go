package provider

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"io"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform.local/images/terraform-provider-cloudflare/internal/imagefile"
)

const imageInfoName = "image_info"

type imageInfoFunction struct{}

func newImageInfoFunction() function.Function { return imageInfoFunction{} }

func (imageInfoFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = imageInfoName
}

func (imageInfoFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Return the dimensions, format and size of an image file.",
		MarkdownDescription: "Returns the properties of a local image file, from its Base64-encoded content, as an object with:\n\n" +
			"* `width` and `height`: the dimensions in pixels as browsers display the image, for the attributes of an `img` element. " +
			"The rotation in Exif metadata is applied for JPEG, WebP and PNG, " +
			"and the rotation and the crop (`irot` and `clap`) for HEIC and AVIF. " +
			"An SVG file has dimensions if its root element has an absolute `width` and `height`; otherwise both are null.\n" +
			"* `format`: one of `png`, `jpeg`, `gif`, `webp`, `svg`, `heic` and `avif`, determined by the content, not by the file name.\n" +
			"* `size`: the number of bytes.\n\n" +
			"Content that isn't an image in one of these formats, or is corrupt, is an error, " +
			"as in the resource `cloudflare_image`. " +
			"The upload limits of Cloudflare Images aren't checked. Only headers are read, no pixels.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "content",
				MarkdownDescription: "Base64-encoded content of the image file, as returned by `filebase64()`.",
			},
		},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"width":  types.Int64Type,
			"height": types.Int64Type,
			"format": types.StringType,
			"size":   types.Int64Type,
		}},
	}
}

func (imageInfoFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var content string
	resp.Error = req.Arguments.Get(ctx, &content)
	if resp.Error != nil {
		return
	}
	var encoded io.Reader = strings.NewReader(content)
	if packed, ok := ctx.Value(packedContent{}).([]byte); ok {
		encoded = bytes.NewReader(packed)
	}
	file, err := imagefile.Inspect(base64.NewDecoder(base64.StdEncoding, encoded))
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, invalidBase64(err))
		return
	}
	if violations := errorTexts(file.Validate(false)); len(violations) > 0 {
		resp.Error = function.NewArgumentFuncError(0, strings.Join(violations, "\n"))
		return
	}
	resp.Error = resp.Result.Set(ctx, imageInfoOf(file))
}

// packedContent is the context key of the content that CallFunction passes to
// Run.
type packedContent struct{}

// CallFunction passes a large argument of image_info to Run through the context.
// The framework would need 75 MB of memory to decode an image file of 10 MB.
func (s server) CallFunction(
	ctx context.Context, req *tfprotov6.CallFunctionRequest,
) (*tfprotov6.CallFunctionResponse, error) {
	if req.Name == imageInfoName && len(req.Arguments) == 1 && req.Arguments[0] != nil {
		if content, ok := longString(req.Arguments[0].MsgPack); ok {
			ctx = context.WithValue(ctx, packedContent{}, content)
			emptyString := &tfprotov6.DynamicValue{MsgPack: []byte("\xa0")}
			req = &tfprotov6.CallFunctionRequest{Name: req.Name, Arguments: []*tfprotov6.DynamicValue{emptyString}}
		}
	}
	return s.frameworkServer.CallFunction(ctx, req)
}

// longString returns the content of a MessagePack string of 64 KiB or more
// (str 32), and false for any other value.
// https://github.com/msgpack/msgpack/blob/master/spec.md#str-format-family
func longString(packed []byte) (content []byte, ok bool) {
	const str32, header = 0xdb, 5
	if len(packed) < header || packed[0] != str32 {
		return nil, false
	}
	content = packed[header:]
	return content, int64(binary.BigEndian.Uint32(packed[1:])) == int64(len(content))
}

// invalidBase64 returns the message for content that can't be decoded.
func invalidBase64(err error) string {
	return "The value must be the Base64-encoded content of an image file, as returned by filebase64(): " + err.Error() + "."
}

// errorTexts returns the messages of the violations that aren't warnings.
func errorTexts(violations []imagefile.Violation) (texts []string) {
	for _, violation := range violations {
		if !violation.Warning {
			texts = append(texts, violation.Text)
		}
	}
	return texts
}
