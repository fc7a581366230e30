package fakeapi

import (
	"bytes"
	"image"
	_ "image/gif" // a format that can be uploaded
	_ "image/jpeg"
	"image/png"
	"slices"
	"strings"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // a format of uploads
)

// maxPixels is the maximum number of pixels of an image that is decoded.
const maxPixels = 50_000_000

// formats are the magic numbers of image files.
var formats = []struct {
	mediaType string
	matches   func(content []byte) bool
}{
	{"image/png", startsWith("\x89PNG\r\n\x1a\n")},
	{"image/jpeg", startsWith("\xff\xd8\xff")},
	{"image/gif", startsWith("GIF87a")},
	{"image/gif", startsWith("GIF89a")},
	{"image/webp", func(content []byte) bool {
		return len(content) >= 12 && string(content[:4]) == "RIFF" && string(content[8:12]) == "WEBP"
	}},
	{"image/heic", func(content []byte) bool {
		brands := []string{"heic", "heix", "hevc", "heim", "mif1", "msf1"}
		return len(content) >= 12 && string(content[4:8]) == "ftyp" && slices.Contains(brands, string(content[8:12]))
	}},
	{"image/svg+xml", func(content []byte) bool {
		text := strings.TrimLeft(strings.TrimPrefix(string(content[:min(len(content), 4096)]), "\ufeff"), " \t\r\n")
		return strings.HasPrefix(text, "<svg") ||
			(strings.HasPrefix(text, "<?xml") || strings.HasPrefix(text, "<!")) && strings.Contains(text, "<svg")
	}},
}

func startsWith(signature string) func([]byte) bool {
	return func(content []byte) bool { return bytes.HasPrefix(content, []byte(signature)) }
}

// mediaTypeOf returns the media type of an image by its first bytes, or an
// empty string.
func mediaTypeOf(content []byte) string {
	for _, format := range formats {
		if format.matches(content) {
			return format.mediaType
		}
	}
	return ""
}

// scaled returns an image as it is delivered: a PNG scaled down to the bounds
// with its aspect ratio kept; a bound of 0 means none. This is the fit
// scale-down; other fits are treated the same. An animation is reduced to its
// first frame. Images that cannot be decoded, such as SVG and HEIC, are
// returned unchanged.
func scaled(content []byte, width, height int) (delivered []byte, mediaType string) {
	asItIs := mediaTypeOf(content)
	config, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil || config.Width*config.Height > maxPixels {
		return content, asItIs
	}
	source, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return content, asItIs
	}
	size := fitted(source.Bounds().Size(), width, height)
	canvas := image.NewNRGBA(image.Rectangle{Max: size})
	draw.ApproxBiLinear.Scale(canvas, canvas.Bounds(), source, source.Bounds(), draw.Src, nil)
	var encoded bytes.Buffer
	if err := png.Encode(&encoded, canvas); err != nil {
		return content, asItIs
	}
	return encoded.Bytes(), "image/png"
}

// fitted returns the size of an image after scaling it down to the bounds.
func fitted(size image.Point, width, height int) image.Point {
	factor := 1.0
	if width > 0 {
		factor = min(factor, float64(width)/float64(size.X))
	}
	if height > 0 {
		factor = min(factor, float64(height)/float64(size.Y))
	}
	return image.Point{X: max(int(float64(size.X)*factor+0.5), 1), Y: max(int(float64(size.Y)*factor+0.5), 1)}
}
