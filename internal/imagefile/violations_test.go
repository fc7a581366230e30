package imagefile

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// advice ends the last violation of a limit.
const advice = " If the limits of your account were raised, set enforce_upload_limits = false in the provider block. " +
	"Default limits: https://developers.cloudflare.com/images/get-started/limits/"

func TestValidate(t *testing.T) {
	t.Parallel()
	const accepts = "Cloudflare Images accepts PNG, JPEG, GIF, WebP, SVG and HEIC."
	page := "<html></html>"
	tests := map[string]struct{ name, content, want string }{
		"no violation":      {name: "a.png", content: pngFile(1, 1, pngEnd)},
		"another extension": {name: "a.jpg", content: pngFile(1, 1, pngEnd)},
		"empty":             {name: "a.png", want: "error: a.png is empty. Check the step that generates it."},
		"PDF": {
			name:    "manual.pdf",
			content: "%PDF-1.7",
			want:    "error: manual.pdf is a PDF document, not an image. " + accepts,
		},
		"PDF with an image extension": {
			name:    "logo.png",
			content: "%PDF-1.7",
			want:    "error: logo.png contains a PDF document, not an image. " + accepts,
		},
		"PDF without a name": {content: "%PDF-1.7", want: "error: The content is a PDF document, not an image. " + accepts},
		"unprintable name": {
			name:    "a\nb.png",
			content: "%PDF-1.7",
			want:    `error: "a\nb.png" contains a PDF document, not an image. ` + accepts,
		},
		"TIFF": {
			name: "scan.tif", content: "II*\x00", want: "error: scan.tif is a TIFF image or a raw photo. " + accepts + " Convert it to one of these.",
		},
		"unknown": {
			name: "a.png", content: "\x00\x01", want: "error: a.png contains data in an unknown format, starting with 00 01. " + accepts + " Convert it to one of these.",
		},
		"HTML": {
			name: "a.png", content: page, want: "error: a.png contains an HTML page, not an image. The download may have returned an error or login page.",
		},
		"UTF-16": {
			name:    "a.svg",
			content: "\xff\xfea\x00",
			want:    "error: a.svg contains text in UTF-16, not an image. " + accepts,
		},
		"ZIP": {
			name: "a.zip", content: "PK\x03\x04",
			want: "error: a.zip is a ZIP archive, or a document in ZIP format, not an image. Extract the image from it.",
		},
		"Base64 of Base64": {
			content: "/9j/4AAQ",
			want: "error: The content is a JPEG image encoded as Base64, not an image. " +
				"Decode it first: the content must be the bytes of the image.",
		},
		"Git LFS": {
			name: "a.png", content: "version https://git-lfs.github.com/spec/v1\n",
			want: "error: a.png contains a Git LFS pointer, not an image. Run git lfs pull to get the image; " +
				"in a CI pipeline, enable Git LFS for the checkout.",
		},
		"damaged": {
			name:    "a.png",
			content: pngSignature,
			want:    "error: a.png is a damaged PNG file: it ends within its header. Export it or download it again.",
		},
		"truncated": {
			name: "a.png", content: pngFile(1, 1, pngEnd[:8]),
			want: "warning: a.png is truncated. Export it or download it again.",
		},
		"truncated SVG": {
			name: "a.svg", content: "<svg><g/>",
			want: "warning: a.svg is truncated. Export it or download it again.",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := read(t, test.content)
			p.Name = test.name
			var want []string
			if test.want != "" {
				want = []string{test.want}
			}
			for _, limits := range []bool{false, true} {
				if diff := cmp.Diff(want, formatViolations(p.Validate(limits))); diff != "" {
					t.Errorf("with limits: %t (-want +got):\n%s", limits, diff)
				}
			}
		})
	}
}

// formatViolations formats violations with their severity.
func formatViolations(violations []Violation) (formatted []string) {
	for _, v := range violations {
		kind := "error"
		if v.Warning {
			kind = "warning"
		}
		if v.Limit {
			kind = "limit, " + kind
		}
		formatted = append(formatted, kind+": "+v.Text)
	}
	return formatted
}
