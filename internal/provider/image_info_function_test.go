package provider

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// rotatedJPEG returns a JPEG file of 60 x 40 pixels that is displayed rotated
// by 90 degrees, with dataBytes bytes of image data.
func rotatedJPEG(dataBytes int) []byte {
	const (
		exif  = "\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
		frame = "\xff\xc0\x00\x0b\x08\x00\x28\x00\x3c\x01\x01\x11\x00"
		scan  = "\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
	)
	return []byte("\xff\xd8" + exif + frame + scan + strings.Repeat("a", dataBytes) + "\xff\xd9")
}

func TestImageInfo(t *testing.T) {
	t.Parallel()
	read := func(name string) []byte {
		content, err := os.ReadFile("../imagefile/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	tests := map[string]struct {
		content []byte
		format  string
		width   types.Int64
		height  types.Int64
	}{
		"rotated JPEG":        {content: rotatedJPEG(1), format: "jpeg", width: types.Int64Value(40), height: types.Int64Value(60)},
		"PNG":                 {content: read("anim.png"), format: "png", width: types.Int64Value(20), height: types.Int64Value(10)},
		"GIF":                 {content: read("anim.gif"), format: "gif", width: types.Int64Value(20), height: types.Int64Value(10)},
		"WebP":                {content: read("simple.webp"), format: "webp", width: types.Int64Value(60), height: types.Int64Value(40)},
		"HEIC":                {content: read("photo.heic"), format: "heic", width: types.Int64Value(60), height: types.Int64Value(40)},
		"AVIF":                {content: read("photo.avif"), format: "avif", width: types.Int64Value(60), height: types.Int64Value(40)},
		"SVG":                 {content: []byte(`<svg width="1in" height="40"/>`), format: "svg", width: types.Int64Value(96), height: types.Int64Value(40)},
		"SVG without a size":  {content: []byte(`<svg viewBox="0 0 60 40"/>`), format: "svg", width: types.Int64Null(), height: types.Int64Null()},
		"JPEG without an end": {content: rotatedJPEG(99)[:60], format: "jpeg", width: types.Int64Value(40), height: types.Int64Value(60)},
		"more than the limits allow": {
			content: []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00\x2C\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01a\x00;"),
			format:  "gif", width: types.Int64Value(65535), height: types.Int64Value(65535),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := run(t, newImageInfoFunction(), types.StringValue(base64.StdEncoding.EncodeToString(test.content)))
			if err != nil {
				t.Fatal(err)
			}
			want := types.ObjectValueMust(
				imageInfoTypes(t),
				map[string]attr.Value{
					"width": test.width, "height": test.height, "format": types.StringValue(test.format),
					"size": types.Int64Value(int64(len(test.content))),
				},
			)
			if !got.Equal(want) {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// TestImageInfoErrors checks that the function and the resource report the
// same errors about the same content.
func TestImageInfoErrors(t *testing.T) {
	t.Parallel()
	encoded := base64.StdEncoding.EncodeToString
	tests := map[string]struct{ content, want string }{
		"not Base64":       {content: "picture.png", want: "as returned by filebase64(): illegal base64 data at input byte 7."},
		"truncated Base64": {content: "iVBORw0KG", want: "unexpected EOF"},
		"empty":            {content: "", want: "The content is empty"},
		"JSON":             {content: encoded([]byte("{}")), want: "The content is JSON text, not an image"},
		"BMP":              {content: encoded([]byte("BMabcd\x00\x00\x00\x00")), want: "The content is a BMP image"},
		"corrupt header":   {content: encoded([]byte("\x89PNG\r\n\x1a\n")), want: "The content is a damaged PNG file"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, newImageInfoFunction(), types.StringValue(test.content))
			atContent := err != nil && err.FunctionArgument != nil && *err.FunctionArgument == 0
			if !atContent || !strings.Contains(err.Text, test.want) {
				t.Fatalf("got %+v, want an error at argument 0 with %q", err, test.want)
			}
			var diags diag.Diagnostics
			(&imageResourceModel{File: types.StringValue(test.content)}).inspect(false, &diags)
			if len(diags) != 1 || diags[0].Detail() != err.Text {
				t.Errorf("got %q, but the resource reports %v", err.Text, diags)
			}
		})
	}
}

// TestImageInfoCall checks that content of any length gives the same result
// over the plugin protocol, which handles long content separately.
func TestImageInfoCall(t *testing.T) {
	t.Parallel()
	server := newServer(newWithEnvironment("test", environment(nil)))
	call := func(content string) (*tfprotov6.CallFunctionResponse, error) {
		argument, err := tfprotov6.NewDynamicValue(tftypes.String, tftypes.NewValue(tftypes.String, content))
		if err != nil {
			t.Fatal(err)
		}
		return server.CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{
			Name: "image_info", Arguments: []*tfprotov6.DynamicValue{&argument},
		})
	}
	for _, dataBytes := range []int{1, 40_000, 49_000, 50_000, 1_000_000} {
		content := rotatedJPEG(dataBytes)
		resp, err := call(base64.StdEncoding.EncodeToString(content))
		if err != nil || resp.Error != nil {
			t.Fatal(err, resp)
		}
		object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
			"width": tftypes.Number, "height": tftypes.Number, "format": tftypes.String, "size": tftypes.Number,
		}}
		got, err := resp.Result.Unmarshal(object)
		if err != nil {
			t.Fatal(err)
		}
		want := tftypes.NewValue(object, map[string]tftypes.Value{
			"width": tftypes.NewValue(tftypes.Number, 40), "height": tftypes.NewValue(tftypes.Number, 60),
			"format": tftypes.NewValue(tftypes.String, "jpeg"), "size": tftypes.NewValue(tftypes.Number, len(content)),
		})
		if !got.Equal(want) {
			t.Errorf("%d bytes: got %s, want %s", len(content), got, want)
		}
	}
	for _, length := range []int{4, 70_000} {
		resp, err := call(strings.Repeat("!", length))
		const want = "The value must be the Base64-encoded content of an image file"
		if err != nil || resp.Error == nil || !strings.HasPrefix(resp.Error.Text, want) {
			t.Errorf("%d characters: got %v, %+v", length, err, resp)
		}
	}
}

// TestImageInfoLongString checks which values are extracted from a request.
func TestImageInfoLongString(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		packed string
		want   string
		ok     bool
	}{
		"long":          {packed: "\xdb\x00\x00\x00\x03abc", want: "abc", ok: true},
		"empty":         {packed: ""},
		"short":         {packed: "\xa3abc"},
		"null":          {packed: "\xc0"},
		"unknown":       {packed: "\xd4\x00\x00"},
		"cut length":    {packed: "\xdb\x00\x00\x00"},
		"cut":           {packed: "\xdb\x00\x00\x00\x03ab"},
		"trailing data": {packed: "\xdb\x00\x00\x00\x03abcd"},
	} {
		if got, ok := longString([]byte(test.packed)); ok && string(got) != test.want || ok != test.ok {
			t.Errorf("%s: got %q, %t, want %q, %t", name, got, ok, test.want, test.ok)
		}
	}
}

// BenchmarkImageInfo measures the function with a file of 10 MB: directly,
// over the plugin protocol, and for comparison the hash of the decoded
// content.
func BenchmarkImageInfo(b *testing.B) {
	content := rotatedJPEG(10_000_000)
	encoded := base64.StdEncoding.EncodeToString(content)
	b.Run("function", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			resp := function.RunResponse{Result: function.NewResultData(types.ObjectUnknown(imageInfoTypes(b)))}
			arguments := function.NewArgumentsData([]attr.Value{types.StringValue(encoded)})
			if newImageInfoFunction().Run(b.Context(), function.RunRequest{Arguments: arguments}, &resp); resp.Error != nil {
				b.Fatal(resp.Error)
			}
		}
	})
	b.Run("protocol", func(b *testing.B) {
		server := newServer(newWithEnvironment("test", environment(nil)))
		argument, err := tfprotov6.NewDynamicValue(tftypes.String, tftypes.NewValue(tftypes.String, encoded))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			req := &tfprotov6.CallFunctionRequest{Name: "image_info", Arguments: []*tfprotov6.DynamicValue{&argument}}
			if resp, err := server.CallFunction(b.Context(), req); err != nil || resp.Error != nil {
				b.Fatal(err, resp.Error)
			}
		}
	})
	b.Run("hash", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			digest := sha256.New()
			if _, err := io.Copy(digest, bytes.NewReader(content)); err != nil {
				b.Fatal(err)
			}
			digest.Sum(nil)
		}
	})
}

// imageInfoTypes returns the types of the function's result.
func imageInfoTypes(tb testing.TB) map[string]attr.Type {
	tb.Helper()
	var definition function.DefinitionResponse
	newImageInfoFunction().Definition(tb.Context(), function.DefinitionRequest{}, &definition)
	result, ok := definition.Definition.Return.(function.ObjectReturn)
	if !ok {
		tb.Fatalf("image_info returns %T", definition.Definition.Return)
	}
	return result.AttributeTypes
}
