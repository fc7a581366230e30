package imagefile

import (
	"path/filepath"
	"slices"
	"strings"
)

// Format is what a picture is, by its bytes.
type Format string

// The formats that Cloudflare Images takes.
const (
	PNG  Format = "PNG"
	JPEG Format = "JPEG"
	GIF  Format = "GIF"
	WebP Format = "WebP"
	SVG  Format = "SVG"
	HEIC Format = "HEIC"
	AVIF Format = "AVIF"
)

// Name is the format as a lower-case word, such as "webp".
func (f Format) Name() string { return strings.ToLower(string(f)) }

// withArticle is the format with its indefinite article.
func (f Format) withArticle() string {
	if f == AVIF || f == SVG {
		return "an " + string(f)
	}
	return "a " + string(f)
}

// LimitsPage is where Cloudflare documents the limits.
const LimitsPage = "https://developers.cloudflare.com/images/get-started/limits/"

// The limits of every upload. An Enterprise account may have them raised.
// https://developers.cloudflare.com/images/get-started/limits/
const (
	// MaxBytes is the documented 10 MB, in the stricter of its two readings.
	MaxBytes = 10_000_000
	// MaxBytesAtMost is the other reading. Which one Cloudflare means is not
	// documented.
	MaxBytesAtMost = 10 << 20
	// MaxPixels is the area; of an animation, that of all frames together.
	MaxPixels = 100_000_000
)

// Rule is what Cloudflare Images allows of a format.
type Rule struct {
	Format Format
	// MaxSide is the longest side in pixels; 0 where none is documented.
	MaxSide int
	// Animations says that the pixels of all frames count against MaxPixels.
	Animations bool
	// EnterpriseOnly says that other accounts may not upload it.
	EnterpriseOnly bool

	extensions []string
	parse      func(*source, *Info) error
}

// rules are in the order of Cloudflare's documentation.
var rules = []Rule{
	{PNG, 12000, false, false, []string{".png", ".apng"}, parsePNG},
	{JPEG, 12000, false, false, []string{".jpg", ".jpeg", ".jpe", ".jfif"}, parseJPEG},
	{GIF, 12000, true, false, []string{".gif"}, parseGIF},
	{WebP, 0, true, false, []string{".webp"}, parseWebP},
	{SVG, 0, false, false, []string{".svg"}, parseSVG},
	{HEIC, 12000, false, false, []string{".heic", ".heif", ".hif"}, parseHEIF},
	{AVIF, 1200, false, true, []string{".avif"}, parseHEIF},
}

// Rules are the formats that Cloudflare Images takes, and what it allows of
// each, in the order of its documentation.
func Rules() []Rule { return slices.Clone(rules) }

func rule(format Format) Rule {
	return rules[slices.IndexFunc(rules, func(r Rule) bool { return r.Format == format })]
}

// hasImageExt is whether the name of a file is that of a format that is
// taken.
func hasImageExt(name string) bool {
	extension := strings.ToLower(filepath.Ext(name))
	return slices.ContainsFunc(rules, func(r Rule) bool { return slices.Contains(r.extensions, extension) })
}
