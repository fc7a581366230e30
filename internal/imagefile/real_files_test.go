package imagefile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// These kinds of files exist in practice, and earlier checks rejected or accepted
// them by mistake.
func TestInspectRealFiles(t *testing.T) {
	t.Parallel()
	const (
		jpeg     = "\xff\xd8"
		jpegEnd  = "abc\xff\x00def\xff\xd9"
		uncommon = ": not every decoder accepts that, so Cloudflare may reject it. " +
			"Save it as a baseline or progressive JPEG file with 8 bits per sample."
		again      = " Export it or download it again."
		enterprise = "limit, warning: a is an AVIF file, which only Enterprise accounts may upload. Convert it to PNG, JPEG or WebP."
	)
	long := strings.Repeat("&lt;mxGraphModel&gt;", 5000)
	frame := jpegFrameOf("\xc0", 36, 28)
	for name, test := range map[string]struct {
		content       string
		format        Format
		width, height int
		violations    []string
	}{
		"draw.io: a root start tag of 100 KB":   {content: `<svg width="10" height="10" content="` + long + `"><rect/></svg>`, format: SVG},
		"SVG as XML 1.1":                        {content: `<?xml version="1.1" encoding="UTF-8"?><svg><rect/></svg>`, format: SVG},
		"SVG with a comment of 100 KB":          {content: "<?xml version='1.0'?><!--" + long + "--><svg/>", format: SVG},
		"SVG with an apostrophe in its DOCTYPE": {content: "<!DOCTYPE svg [<?it's fine?>]><svg/>", format: SVG},
		"SVG in UTF-16": {
			content: utf16LE("\ufeff<?xml version=\"1.0\" encoding=\"UTF-16\"?><svg></svg>"), format: SVG,
			violations: []string{
				"warning: a is an SVG file in UTF-16: not every decoder accepts that, so Cloudflare may reject it. Save it in UTF-8.",
			},
		},
		"JPEG with a comment of the length 0": {
			content: jpeg + "\xff\xfe\x00\x00" + frame + jpegScan + jpegEnd, format: JPEG, width: 36, height: 28,
		},
		"JPEG of 12 bits": {
			content: jpeg + strings.Replace(frame, "\x0b\x08", "\x0b\x0c", 1) + jpegScan + jpegEnd, format: JPEG, width: 36, height: 28,
			violations: []string{"warning: a is a JPEG file with 12 bits per sample" + uncommon},
		},
		"lossless JPEG": {
			content: jpeg + jpegFrameOf("\xc3", 36, 28) + jpegScan + jpegEnd, format: JPEG, width: 36, height: 28,
			violations: []string{"warning: a is a JPEG file with lossless coding" + uncommon},
		},
		"arithmetic JPEG": {
			content: jpeg + jpegFrameOf("\xc9", 36, 28) + jpegScan + jpegEnd, format: JPEG, width: 36, height: 28,
			violations: []string{"warning: a is a JPEG file with arithmetic coding" + uncommon},
		},
		"JPEG of the height 0": {
			content: jpeg + jpegFrameOf("\xc1", 20000, 0) + jpegScan + jpegEnd, format: JPEG, width: 20000,
			violations: []string{"warning: a has its height after the first scan (DNL) instead of in its header, so its dimensions are not checked: " +
				"not every decoder accepts that, so Cloudflare may reject it. Save it again with an image editor."},
		},
		"GIF with a frame beyond its screen": {
			content: "GIF89a\x02\x00\x02\x00\x00\x00\x00\x2C\x01\x00\x00\x00\x03\x00\x01\x00\x00\x02\x01a\x00;", format: GIF, width: 4, height: 2,
		},
		"GIF without a trailer": {content: "GIF89a\x0c\x00\x59\x01\x00\x00\x00" + gifFrameOf(3, 5, 0, ""), format: GIF, width: 12, height: 345},
		"HEIC with the brand mif1": {
			content: box("ftyp", "mif1\x00\x00\x00\x00mif1miaf") + codedMeta("hvc1", 29, 100), format: HEIC, width: 29, height: 100,
		},
		"AVIF with the brand mif3": {
			content: box("ftyp", "mif3avif") + box("mini", "\x0c\x98\x80\xff\x01\xfe\x0a\x7e"), format: AVIF, width: 256, height: 256,
			violations: []string{enterprise + advice},
		},
		"PNG of the color type 9": {
			content: pngOfType(8, 9, pngEnd), format: PNG, violations: []string{
				"error: a is a damaged PNG file: its header has bit depth 8, which color type 9 doesn't allow." + again,
			},
		},
		"PNG of the bit depth 3": {
			content: pngOfType(3, 2, pngEnd), format: PNG, violations: []string{
				"error: a is a damaged PNG file: its header has bit depth 3, which color type 2 doesn't allow." + again,
			},
		},
		"PNG without image data": {
			content: pngFile(32, 32, pngTrailer), format: PNG, width: 32, height: 32, violations: []string{
				"error: a is a damaged PNG file: its image data (chunk IDAT) is missing." + again,
			},
		},
		"PNG optimized for iOS": {
			content: pngSignature + "\x00\x00\x00\x04CgBI\x30\x00\x20\x02\x10\xf3\x44\x7c" + pngHeader(128, 68) + pngEnd, violations: []string{
				"error: a is a PNG file that Xcode has optimized for iOS, which only Apple's software reads. Use the original file, " +
					"or restore it on a Mac: xcrun -sdk iphoneos pngcrush -revert-iphone-optimizations in.png out.png",
			},
		},
		"PNG after a conversion of newlines": {
			content: "\x89PNG\r\r\x1a\r" + pngHeader(32, 32) + pngEnd, violations: []string{
				"error: a is a PNG file whose line endings were converted, such as by a checkout or transfer in text mode. " +
					`Write "*.png binary" into .gitattributes, and restore the file from its original.`,
			},
		},
		"HEIF with an uncompressed image": {
			content: box("ftyp", "mif1\x00\x00\x00\x00mif1miaf") + codedMeta("unci", 256, 256), width: 256, height: 256, violations: []string{
				"error: a is a HEIF file whose image is not compressed (unci). " +
					"Convert it to PNG, for example with heif-dec of libheif 1.17 or newer.",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := read(t, test.content)
			p.Name = "a"
			if p.Format != test.format || p.Width != test.width || p.Height != test.height {
				t.Errorf("got %s %d x %d, want %s %d x %d", p.Format, p.Width, p.Height, test.format, test.width, test.height)
			}
			if diff := cmp.Diff(test.violations, formatViolations(p.Validate(true))); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}
