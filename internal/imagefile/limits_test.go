package imagefile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// The limits are those of
// https://developers.cloudflare.com/images/get-started/limits/
func TestRules(t *testing.T) {
	t.Parallel()
	want := []Rule{
		{Format: "PNG", MaxSide: 12000},
		{Format: "JPEG", MaxSide: 12000},
		{Format: "GIF", MaxSide: 12000, Animations: true},
		{Format: "WebP", Animations: true},
		{Format: "SVG"},
		{Format: "HEIC", MaxSide: 12000},
		{Format: "AVIF", MaxSide: 1200, EnterpriseOnly: true},
	}
	got := Rules()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Rule{})); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	got[0].MaxSide = 1
	if Rules()[0].MaxSide != 12000 {
		t.Error("a caller can modify the rules")
	}
	if MaxBytes != 10_000_000 || MaxBytesAtMost != 10_485_760 || MaxPixels != 100_000_000 {
		t.Errorf("got %d, %d, %d, want the documented limits", MaxBytes, MaxBytesAtMost, MaxPixels)
	}
}

func TestValidateLimits(t *testing.T) {
	t.Parallel()
	const (
		bytesWarning = "limit, warning: a is %d bytes, and may be rejected; the limit is 10 MB, " +
			"and it is not documented whether that is 10000000 or 10485760 bytes. Compress it, or scale it down."
		bytesError = "limit, error: a is %d bytes; the limit is 10 MB (10000000 bytes). Compress it, or scale it down."
		sideError  = "limit, error: a is %d x %d pixels; the limit is %d for the longest side of a %s file. Scale it down."
		areaError  = "limit, error: a is %d x %d pixels, %s megapixels; the limit is 100. Scale it down."
		sumError   = "limit, error: a has %d frames of up to %d x %d pixels, %s megapixels in total; " +
			"the limit is 100 for all frames together. Remove frames, or scale it down."
		sumWarning = "limit, warning: a has %d frames of up to %d x %d pixels, and may be rejected: " +
			"if each counts in full, they have %s megapixels; the limit is 100 for all frames together. " +
			"Remove frames, or scale it down."
		avifWarning = "limit, warning: a is an AVIF file, which only Enterprise accounts may upload. Convert it to PNG, JPEG or WebP."
	)
	tests := map[string]struct {
		info Info
		want []string
	}{
		"small":             {Info{Format: PNG, Bytes: 1, Width: 1, Height: 1, Frames: 1}, nil},
		"at every limit":    {Info{Format: PNG, Bytes: 10_000_000, Width: 12000, Height: 8333, Frames: 1}, nil},
		"at the area limit": {Info{Format: JPEG, Bytes: 1, Width: 10000, Height: 10000, Frames: 1}, nil},
		"too many bytes in one reading": {
			Info{Format: PNG, Bytes: 10_000_001},
			[]string{fmt.Sprintf(bytesWarning, 10_000_001) + advice},
		},
		"at the limit of the other reading": {
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
			}, []string{fmt.Sprintf(sideError, 12001, 1, 12000, "GIF") + advice},
		},
		"too high": {
			Info{
				Format: HEIC,
				Bytes:  1,
				Width:  1,
				Height: 12001,
				Frames: 1,
			}, []string{fmt.Sprintf(sideError, 1, 12001, 12000, "HEIC") + advice},
		},
		"a wide WebP": {Info{Format: WebP, Bytes: 1, Width: 16383, Height: 1, Frames: 1}, nil},
		"too large an area": {
			Info{Format: WebP, Bytes: 1, Width: 10001, Height: 10000, Frames: 1},
			[]string{fmt.Sprintf(areaError, 10001, 10000, "100.01") + advice},
		},
		"every limit": {Info{Format: JPEG, Bytes: 20_000_000, Width: 13000, Height: 9000, Frames: 1}, []string{
			fmt.Sprintf(bytesError, 20_000_000), fmt.Sprintf(sideError, 13000, 9000, 12000, "JPEG"),
			fmt.Sprintf(areaError, 13000, 9000, "117") + advice,
		}},
		"AVIF": {Info{Format: AVIF, Bytes: 1, Width: 1200, Height: 1200, Frames: 1}, []string{avifWarning + advice}},
		"too large AVIF": {Info{Format: AVIF, Bytes: 1, Width: 1201, Height: 1200, Frames: 1}, []string{
			avifWarning + advice, fmt.Sprintf(strings.Replace(sideError, "a %s", "an %s", 1), 1201, 1200, 1200, "AVIF") + advice,
		}},
		"a long animation": {
			Info{Format: GIF, Bytes: 1, Width: 1000, Height: 1000, Frames: 101, framePixels: 101_000_000},
			[]string{fmt.Sprintf(sumError, 101, 1000, 1000, "101") + advice},
		},
		"an animation at the limit": {
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
		"a single frame that is larger than its image": {
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
				fmt.Sprintf(sideError, 1<<30, 1, 12000, "PNG"),
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
			test.info.Name = "a"
			if diff := cmp.Diff(test.want, formatViolations(test.info.Validate(true))); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
			for _, violation := range test.info.Validate(false) {
				if violation.Limit {
					t.Errorf("without limits: got %q", violation.Text)
				}
			}
		})
	}
}
