package imagefile

import (
	"encoding/binary"
	"strings"
	"testing"
)

func chunk(kind, content string) string {
	head := binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(content)))
	if len(content)%2 == 1 {
		content += "\x00"
	}
	return string(head) + content
}

func riff(chunks ...string) string {
	content := "WEBP"
	for _, c := range chunks {
		content += c
	}
	return chunk("RIFF", content)
}

// low24 returns a little-endian integer of three bytes.
func low24(n uint32) string { return string(binary.LittleEndian.AppendUint32(nil, n)[:3]) }

// canvas returns the content of VP8X: flags (2 means animated), three reserved
// bytes, width and height less one.
func canvas(flags byte, width, height uint32) string {
	return string([]byte{flags, 0, 0, 0}) + low24(width-1) + low24(height-1)
}

// webpFrame returns a chunk ANMF: half the offsets, width and height less one,
// the duration, flags, and chunks of image data.
func webpFrame(width, height uint32) string {
	return chunk(
		"ANMF",
		low24(0)+low24(0)+low24(width-1)+low24(height-1)+low24(100)+"\x00"+chunk("VP8L", "\x2f\x00\x00\x00\x00"),
	)
}

const (
	// The tag of a key frame, the start code, and a width of 60 and a height of
	// 40 pixels, whose upper two bits are a scale, which is ignored.
	webpLossy = "\x30\x01\x00\x9d\x01\x2a\x3c\x40\x28\x80"
	// The signature, and 14 bits each for width and height less one: 59 and 39.
	webpLossless = "\x2f\x3b\xc0\x09\x00"
)

// literals are handwritten files, some of them truncated.
var literals = []string{
	riff(chunk("VP8 ", webpLossy)), riff(chunk("VP8L", webpLossless)),
	riff(chunk("VP8X", canvas(2, 60, 40)), webpFrame(60, 40), webpFrame(3, 5)),
	box("ftyp", "heic\x00\x00\x00\x00mif1heic") + metaOf(propertiesV0, 60, 40),
	box("ftyp", "avif\x00\x00\x00\x00mif1avif") + metaOf(propertiesV1, 60, 40),
	"\x00\x00\x00\x01ftyp\x00\x00\x00\x00\x00\x00\x00\x18heic\x00\x00\x00\x00", "\x00\x00\x00\x00ftypheic\x00\x00\x00\x00",
	jpegFile(
		60,
		40,
	), pngFile(60, 40, pngEnd), `<?xml version="1.0" encoding="latin1"?><!DOCTYPE svg [<!ENTITY a "b">]><svg/>`,
	"version https://git-lfs.github.com/spec/v1\n", "",
}

func TestParseWebP(t *testing.T) {
	t.Parallel()
	still := "WebP 60x40, frames: 1"
	lossy, lossless := chunk("VP8 ", webpLossy), chunk("VP8L", webpLossless)
	whole := riff(chunk("VP8X", canvas(2, 1<<24, 1)), webpFrame(3, 5), webpFrame(7, 11))
	checkSummaries(t, map[string]struct{ content, want string }{
		"lossy":                 {riff(lossy), still},
		"lossless":              {riff(lossless), still},
		"lossless, the largest": {riff(chunk("VP8L", "\x2f\xff\xff\xff\xff")), "WebP 16384x16384, frames: 1"},
		"lossy, the largest":    {riff(chunk("VP8 ", webpLossy[:6]+"\xff\xff\xfe\xff")), "WebP 16383x16382, frames: 1"},
		"with a header": {
			riff(chunk("VP8X", canvas(0, 60, 40)), chunk("ALPH", "abc"), chunk("VP8 ", webpLossy)), still,
		},
		"another width in the header": {
			riff(chunk("VP8X", canvas(0, 61, 40)), lossy),
			"WebP 61x40, frames: 0, damaged: its header has the dimensions 61 x 40, its image data 60 x 40",
		},
		"another height in the header": {
			riff(chunk("VP8X", canvas(0, 60, 41)), lossless),
			"WebP 60x41, frames: 0, damaged: its header has the dimensions 60 x 41, its image data 60 x 40",
		},
		"a RIFF size smaller than the data": {
			"RIFF\x0c\x00\x00\x00WEBP" + lossy, still + ", has a RIFF header whose size is smaller than its content",
		},
		"animated":                {whole, "WebP 16777216x1, frames: 2 of 92 pixels"},
		"something after the end": {whole + webpFrame(3, 5), "WebP 16777216x1, frames: 2 of 92 pixels"},
		"animated, and a still image": {
			riff(chunk("VP8X", canvas(2, 9, 8)), webpFrame(3, 5), webpFrame(3, 5), lossy), "WebP 9x8, frames: 2 of 30 pixels",
		},
		"without the last padding byte": {
			"RIFF\x16\x00\x00\x00WEBP" + chunk("VP8L", webpLossless)[:13], still,
		},
		"a padding byte in the middle": {riff(lossless, chunk("EXIF", "a"), chunk("XMP ", "")), still},
		"many padding bytes, and something after": {
			riff(chunk("VP8X", canvas(2, 9, 8)), webpFrame(3, 5), strings.Repeat(chunk("EXIF", "a"), 8)) + webpFrame(3, 5),
			"WebP 9x8, frames: 1 of 15 pixels",
		},
		"large numbers": {
			riff(chunk("VP8X", canvas(2, 0x010203, 0x040506)), chunk("ANMF", webpFrame(0x010203, 1)[8:24])),
			"WebP 66051x263430, frames: 1 of 66051 pixels",
		},
		"a tail too short for more": {riff(lossy) + "abc", still},
		"no chunks":                 {riff(), "WebP 0x0, frames: 0, damaged: no image data follows its header"},
		"a size of 0": {
			"RIFF\x00\x00\x00\x00WEBP" + lossy,
			"WebP 0x0, frames: 0, damaged: no image data follows its header",
		},
		"a size as of a stream": {"RIFF\xff\xff\xff\xffWEBP" + lossy, still + ", truncated"},
		"only a header": {
			riff(chunk("VP8X", canvas(0, 60, 40))),
			"WebP 60x40, frames: 0, damaged: no image data follows its header",
		},
		"another chunk first": {
			riff(chunk("EXIF", "abcd"), lossy), "WebP 0x0, frames: 0, damaged: its first chunk has no dimensions",
		},
		"a frame first": {riff(webpFrame(3, 5)), "WebP 0x0, frames: 0, damaged: its first chunk has no dimensions"},
		"lossy, broken": {
			riff(
				chunk("VP8 ", "\x30\x01\x00\x9d\x01\x2b\x3c\x00\x28\x00"),
			), "WebP 0x0, frames: 0, damaged: its image data has no start code",
		},
		"lossless, broken": {
			riff(chunk("VP8L", "\x2e\x3b\xc0\x09\x00")), "WebP 0x0, frames: 0, damaged: its image data has no signature",
		},
		"no width": {
			riff(chunk("VP8 ", webpLossy[:6]+"\x00\x40\x28\x00")), "WebP 0x0, frames: 0, damaged: its header has invalid dimensions",
		},
		"no height": {
			riff(chunk("VP8 ", webpLossy[:6]+"\x3c\x00\x00\x40")), "WebP 0x0, frames: 0, damaged: its header has invalid dimensions",
		},
		"too short a chunk": {
			riff(chunk("VP8 ", webpLossy[:9])),
			"WebP 0x0, frames: 0, damaged: its chunk \"VP8 \" is too short",
		},
		"truncated in the header":  {riff(lossy)[:17], "WebP 0x0, frames: 0, damaged: it ends within its header"},
		"truncated in the chunk":   {riff(lossy)[:29], "WebP 0x0, frames: 0, damaged: it ends within its header"},
		"truncated in the data":    {riff(chunk("VP8 ", webpLossy+"abcdef"))[:32], still + ", truncated"},
		"truncated before a chunk": {riff(lossy, chunk("EXIF", "abcd"))[:30], still + ", truncated"},
		"a chunk of a forged size": {riff(chunk("VP8X", canvas(0, 60, 40)), lossy, "EXIF\xff\xff\xff\xff"), still + ", truncated"},
	})
}
