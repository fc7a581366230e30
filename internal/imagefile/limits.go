package imagefile

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// LimitsPage is Cloudflare's documentation of the limits.
const LimitsPage = "https://developers.cloudflare.com/images/get-started/limits/"

// The limits of every upload. An Enterprise account may have them raised.
const (
	// MaxBytes is the documented 10 MB, in the stricter of its two readings.
	MaxBytes = 10_000_000
	// MaxBytesAtMost is the other reading. Cloudflare doesn't document which one
	// applies.
	MaxBytesAtMost = 10 << 20
	// MaxPixels is the largest area, of all frames together for an animation.
	MaxPixels = 100_000_000
)

// Rule describes a format, and what Cloudflare Images allows for it.
type Rule struct {
	Format Format
	// MaxSide is the longest side in pixels; 0 if no limit is documented.
	MaxSide int
	// Animations is set if the pixels of all frames count against MaxPixels.
	Animations bool
	// EnterpriseOnly is set if other accounts may not upload it.
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

// Rules returns the formats that Cloudflare Images accepts, in the order of its
// documentation.
func Rules() []Rule { return slices.Clone(rules) }

func rule(format Format) Rule {
	return rules[slices.IndexFunc(rules, func(r Rule) bool { return r.Format == format })]
}

// limitViolations returns the limits that the file exceeds.
func (p *Info) limitViolations(name string) (violations []Violation) {
	r := rule(p.Format)
	if r.EnterpriseOnly {
		violations = append(violations, Violation{Warning: true, Text: fmt.Sprintf(
			"%s is %s file, which only Enterprise accounts may upload. Convert it to PNG, JPEG or WebP.", name, p.Format.withArticle(),
		)})
	}
	violations = append(violations, p.sizeViolations(name)...)
	if longest := max(p.Width, p.Height); r.MaxSide > 0 && longest > r.MaxSide && p.Height > 0 {
		violations = append(violations, Violation{Text: fmt.Sprintf(
			"%s is %d x %d pixels; the limit is %d for the longest side of %s file. Scale it down.",
			name, p.Width, p.Height, r.MaxSide, p.Format.withArticle(),
		)})
	}
	return append(violations, p.areaViolations(name)...)
}

func (p *Info) sizeViolations(name string) []Violation {
	switch {
	case p.Bytes > MaxBytesAtMost:
		return []Violation{{Text: fmt.Sprintf(
			"%s is %d bytes; the limit is 10 MB (%d bytes). Compress it, or scale it down.", name, p.Bytes, MaxBytes,
		)}}
	case p.Bytes > MaxBytes:
		return []Violation{{Warning: true, Text: fmt.Sprintf("%s is %d bytes, and may be rejected; the limit is 10 MB, "+
			"and it is not documented whether that is %d or %d bytes. Compress it, or scale it down.",
			name, p.Bytes, MaxBytes, MaxBytesAtMost)}}
	}
	return nil
}

// areaViolations returns an error if the image is too large. For an animation,
// it returns an error if the areas of its frames as stored exceed the limit in
// total, and a warning if they do only with each frame counted as large as the
// image. The documentation says "the sum of areas of all frames", with an
// example whose frames are as large as the image, and nothing about animated
// PNG.
func (p *Info) areaViolations(name string) []Violation {
	canvas := area(p.Width, p.Height)
	stored, counted := cmp.Or(p.framePixels, canvas), canvas*float64(p.Frames)
	switch {
	case p.Frames <= 1 && canvas > MaxPixels:
		return []Violation{{Text: fmt.Sprintf("%s is %d x %d pixels, %s megapixels; the limit is %d. Scale it down.",
			name, p.Width, p.Height, mega(canvas), MaxPixels/1_000_000)}}
	case max(stored, canvas) > MaxPixels:
		return []Violation{{Text: fmt.Sprintf("%s has %d frames of up to %d x %d pixels, %s megapixels in total; "+
			"the limit is %d for all frames together. Remove frames, or scale it down.",
			name, p.Frames, p.Width, p.Height, mega(max(stored, canvas)), MaxPixels/1_000_000)}}
	case counted > MaxPixels:
		return []Violation{{Warning: true, Text: fmt.Sprintf("%s has %d frames of up to %d x %d pixels, and may be rejected: "+
			"if each counts in full, they have %s megapixels; the limit is %d for all frames together. "+
			"Remove frames, or scale it down.",
			name, p.Frames, p.Width, p.Height, mega(counted), MaxPixels/1_000_000)}}
	}
	return nil
}

// withAdvice marks violations as limits, and appends the remedy for all limits
// to the last violation of each severity.
func withAdvice(violations []Violation) []Violation {
	last := map[bool]int{}
	for i := range violations {
		violations[i].Limit = true
		last[violations[i].Warning] = i
	}
	for _, i := range last {
		violations[i].Text += " If the limits of your account were raised, set enforce_upload_limits = false in the provider block. " +
			"Default limits: " + LimitsPage
	}
	return violations
}

// area returns a float64, which no forged size can overflow.
func area(width, height int) float64 { return float64(width) * float64(height) }

func mega(pixels float64) string { return strconv.FormatFloat(pixels/1e6, 'f', -1, 64) }
