package imagefile

import (
	"path/filepath"
	"slices"
	"strings"
)

// Format is the format of an image file.
type Format string

// The formats that Cloudflare Images accepts.
const (
	PNG  Format = "PNG"
	JPEG Format = "JPEG"
	GIF  Format = "GIF"
	WebP Format = "WebP"
	SVG  Format = "SVG"
	HEIC Format = "HEIC"
	AVIF Format = "AVIF"
)

// Name returns the format in lower case, such as "webp".
func (f Format) Name() string { return strings.ToLower(string(f)) }

// withArticle returns the format with its indefinite article.
func (f Format) withArticle() string {
	if f == AVIF || f == SVG {
		return "an " + string(f)
	}
	return "a " + string(f)
}

// hasImageExt reports whether a file name has the extension of a supported
// format.
func hasImageExt(name string) bool {
	extension := strings.ToLower(filepath.Ext(name))
	return slices.ContainsFunc(rules, func(r Rule) bool { return slices.Contains(r.extensions, extension) })
}
