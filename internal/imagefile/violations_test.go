package imagefile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// advice ends the last text about a limit.
const advice = " If the limits of your account were raised, set enforce_upload_limits = false in the provider block. " +
	"The usual ones stand at https://developers.cloudflare.com/images/get-started/limits/"

func TestValidate(t *testing.T) {
	t.Parallel()
	const takes = "Cloudflare Images takes PNG, JPEG, GIF, WebP, SVG and HEIC."
	page := "<html></html>"
	tests := map[string]struct{ name, content, want string }{
		"nothing wrong":     {name: "a.png", content: pngFile(1, 1, pngEnd)},
		"another extension": {name: "a.jpg", content: pngFile(1, 1, pngEnd)},
		"empty":             {name: "a.png", want: "error: a.png is empty: it has no bytes. Check what was to write it."},
		"PDF": {
			name:    "manual.pdf",
			content: "%PDF-1.7",
			want:    "error: manual.pdf is a PDF document, not a picture. " + takes,
		},
		"PDF with a false name": {
			name:    "logo.png",
			content: "%PDF-1.7",
			want:    "error: logo.png holds a PDF document, not a picture. " + takes,
		},
		"PDF without a name": {content: "%PDF-1.7", want: "error: The content is a PDF document, not a picture. " + takes},
		"odd name": {
			name:    "a\nb.png",
			content: "%PDF-1.7",
			want:    `error: "a\nb.png" holds a PDF document, not a picture. ` + takes,
		},
		"TIFF": {
			name: "scan.tif", content: "II*\x00", want: "error: scan.tif is a TIFF picture or a raw photo. " + takes + " Convert it to one of these.",
		},
		"unknown": {
			name: "a.png", content: "\x00\x01", want: "error: a.png holds data in no known format, which begin with 00 01. " + takes + " Convert it to one of these.",
		},
		"HTML": {
			name: "a.png", content: page, want: "error: a.png holds an HTML page, not a picture. A download may have been answered with an error or a page to log in at.",
		},
		"UTF-16": {
			name:    "a.svg",
			content: "\xff\xfea\x00",
			want:    "error: a.svg holds text in UTF-16, not a picture. " + takes,
		},
		"ZIP": {
			name: "a.zip", content: "PK\x03\x04",
			want: "error: a.zip is a ZIP archive, or a document that is one inside, not a picture. Unpack it, and give the picture that is in it.",
		},
		"base64 of base64": {
			content: "/9j/4AAQ",
			want: "error: The content is a JPEG picture as base64 text, not a picture. " +
				"Decode it once more: the bytes of the picture are needed, not their text.",
		},
		"Git LFS": {
			name: "a.png", content: "version https://git-lfs.github.com/spec/v1\n",
			want: "error: a.png holds a Git LFS pointer, not a picture. Run git lfs pull to get the picture itself; " +
				"a pipeline may have to be told to fetch Git LFS files when it checks out.",
		},
		"damaged": {
			name:    "a.png",
			content: pngSignature,
			want:    "error: a.png is a damaged PNG file: it ends within its header. Export it or download it again.",
		},
		"cut": {
			name: "a.png", content: pngFile(1, 1, pngEnd[:8]),
			want: "warning: a.png ends too early for a PNG file: its end is missing. Export it or download it again.",
		},
		"cut SVG": {
			name: "a.svg", content: "<svg><g/>",
			want: "warning: a.svg ends too early for an SVG file: its end is missing. Export it or download it again.",
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
				if diff := cmp.Diff(want, texts(p.Validate(limits))); diff != "" {
					t.Errorf("with limits: %t (-want +got):\n%s", limits, diff)
				}
			}
		})
	}
}

// texts is how severe each problem is, and its text.
func texts(problems []Violation) (texts []string) {
	for _, p := range problems {
		kind := "error"
		if p.Warning {
			kind = "warning"
		}
		if p.Limit {
			kind = "limit, " + kind
		}
		texts = append(texts, kind+": "+p.Text)
	}
	return texts
}

func TestValidateLimits(t *testing.T) {
	t.Parallel()
	const (
		bytesWarning = "limit, warning: a has %d bytes, and may be refused: at most 10 MB are allowed, " +
			"and it is not documented whether these are 10000000 or 10485760 bytes. Compress it, or scale it down."
		bytesError = "limit, error: a has %d bytes: at most 10 MB, 10000000 bytes, are allowed. Compress it, or scale it down."
		sideError  = "limit, error: a is %d x %d pixels: the longest side of a %s file may be %d. Scale it down."
		areaError  = "limit, error: a is %d x %d pixels, which are %s megapixels: at most 100 are allowed. Scale it down."
		sumError   = "limit, error: a has %d frames of up to %d x %d pixels, which are %s megapixels in all: " +
			"at most 100 are allowed for all frames together. Leave out frames, or scale it down."
		sumWarning = "limit, warning: a has %d frames of up to %d x %d pixels, and may be refused: " +
			"these are %s megapixels if each counts like the whole picture, and at most 100 are allowed for all frames together. " +
			"Leave out frames, or scale it down."
		avifWarning = "limit, warning: a is an AVIF file, which only Enterprise accounts may upload. Convert it to PNG, JPEG or WebP."
	)
	tests := map[string]struct {
		picture Info
		want    []string
	}{
		"small":               {Info{Format: PNG, Bytes: 1, Width: 1, Height: 1, Frames: 1}, nil},
		"all that is allowed": {Info{Format: PNG, Bytes: 10_000_000, Width: 12000, Height: 8333, Frames: 1}, nil},
		"the whole area":      {Info{Format: JPEG, Bytes: 1, Width: 10000, Height: 10000, Frames: 1}, nil},
		"perhaps too many bytes": {
			Info{Format: PNG, Bytes: 10_000_001},
			[]string{fmt.Sprintf(bytesWarning, 10_000_001) + advice},
		},
		"at the edge of the second": {
			Info{Format: SVG, Bytes: 10_485_760},
			[]string{fmt.Sprintf(bytesWarning, 10_485_760) + advice},
		},
		"too many bytes": {
			Info{Format: SVG, Bytes: 10_485_761},
			[]string{fmt.Sprintf(bytesError, 10_485_761) + advice},
		},
		"too wide": {
			Info{
				Format: GIF,
				Bytes:  1,
				Width:  12001,
				Height: 1,
				Frames: 1,
			}, []string{fmt.Sprintf(sideError, 12001, 1, "GIF", 12000) + advice},
		},
		"too high": {
			Info{
				Format: HEIC,
				Bytes:  1,
				Width:  1,
				Height: 12001,
				Frames: 1,
			}, []string{fmt.Sprintf(sideError, 1, 12001, "HEIC", 12000) + advice},
		},
		"a wide WebP": {Info{Format: WebP, Bytes: 1, Width: 16383, Height: 1, Frames: 1}, nil},
		"an area too large": {
			Info{Format: WebP, Bytes: 1, Width: 10001, Height: 10000, Frames: 1},
			[]string{fmt.Sprintf(areaError, 10001, 10000, "100.01") + advice},
		},
		"everything at once": {Info{Format: JPEG, Bytes: 20_000_000, Width: 13000, Height: 9000, Frames: 1}, []string{
			fmt.Sprintf(bytesError, 20_000_000), fmt.Sprintf(sideError, 13000, 9000, "JPEG", 12000),
			fmt.Sprintf(areaError, 13000, 9000, "117") + advice,
		}},
		"AVIF": {Info{Format: AVIF, Bytes: 1, Width: 1200, Height: 1200, Frames: 1}, []string{avifWarning + advice}},
		"too large AVIF": {Info{Format: AVIF, Bytes: 1, Width: 1201, Height: 1200, Frames: 1}, []string{
			avifWarning + advice, fmt.Sprintf(strings.Replace(sideError, "a %s", "an %s", 1), 1201, 1200, "AVIF", 1200) + advice,
		}},
		"a long animation": {
			Info{Format: GIF, Bytes: 1, Width: 1000, Height: 1000, Frames: 101, framePixels: 101_000_000},
			[]string{fmt.Sprintf(sumError, 101, 1000, 1000, "101") + advice},
		},
		"as long as is allowed": {
			Info{Format: GIF, Bytes: 1, Width: 1000, Height: 1000, Frames: 100, framePixels: 100_000_000},
			nil,
		},
		"a long animation of small frames": {
			Info{Format: WebP, Bytes: 1, Width: 1000, Height: 1000, Frames: 101, framePixels: 3_000_000},
			[]string{fmt.Sprintf(sumWarning, 101, 1000, 1000, "101") + advice},
		},
		"a large animation of small frames": {
			Info{Format: WebP, Bytes: 1, Width: 11000, Height: 10000, Frames: 2, framePixels: 3_000_000},
			[]string{fmt.Sprintf(sumError, 2, 11000, 10000, "110") + advice},
		},
		"a single frame that is larger than its picture": {
			Info{Format: GIF, Bytes: 1, Width: 1, Height: 1, Frames: 1, framePixels: 100_000_001},
			[]string{fmt.Sprintf(sumError, 1, 1, 1, "100.000001") + advice},
		},
		"a long animated PNG": {
			Info{Format: PNG, Bytes: 1, Width: 1000, Height: 1000, Frames: 101},
			[]string{fmt.Sprintf(sumWarning, 101, 1000, 1000, "101") + advice},
		},
		"an unknown height": {Info{Format: JPEG, Bytes: 1, Width: 12001, Frames: 1}, nil},
		"an unknown size":   {Info{Format: HEIC, Bytes: 1, Frames: 1}, nil},
		"forged frames": {
			Info{Format: PNG, Bytes: 1, Width: 1 << 30, Height: 1, Frames: 1<<31 - 1},
			[]string{
				fmt.Sprintf(sideError, 1<<30, 1, "PNG", 12000),
				fmt.Sprintf(sumError, 1<<31-1, 1<<30, 1, "1073.741824") + advice,
			},
		},
		"damaged and too large": {Info{Format: PNG, Bytes: 20_000_000, found: sniffed{formatError: "it is"}}, []string{
			"error: a is a damaged PNG file: it is. Export it or download it again.", fmt.Sprintf(bytesError, 20_000_000) + advice,
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.picture.Name = "a"
			if diff := cmp.Diff(test.want, texts(test.picture.Validate(true))); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			for _, problem := range test.picture.Validate(false) {
				if problem.Limit {
					t.Errorf("where limits are not asked for: got %q", problem.Text)
				}
			}
		})
	}
}
