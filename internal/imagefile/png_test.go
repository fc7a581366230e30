package imagefile

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

// pngTrailer is the last chunk, and pngEnd has image data before it. The parser
// ignores their checksums.
const (
	pngTrailer = "\x00\x00\x00\x00IEND\xae\x42\x60\x82"
	pngEnd     = "\x00\x00\x00\x00IDAT...." + pngTrailer
)

// pngHeader returns the header chunk: grayscale with 8 bits.
func pngHeader(width, height uint32) string {
	return pngHeaderOf(width, height, 8, 0, 0, 0, 0)
}

// pngHeaderOf returns a header chunk with a bit depth, a color type, and methods
// of compression, filtering and interlacing.
func pngHeaderOf(width, height uint32, rest ...byte) string {
	chunk := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	chunk = append(binary.BigEndian.AppendUint32(chunk, height), rest...)
	return "\x00\x00\x00\x0d" + string(binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk)))
}

func pngFile(width, height uint32, chunks string) string {
	return pngSignature + pngHeader(width, height) + chunks
}

// pngOfType returns a file of 2 x 3 pixels.
func pngOfType(depth, color byte, chunks ...string) string {
	return pngSignature + pngHeaderOf(2, 3, depth, color, 0, 0, 0) + strings.Join(chunks, "")
}

func TestParsePNG(t *testing.T) {
	t.Parallel()
	const (
		data          = "\x00\x00\x00\x05IDATabcde...."
		without       = "damaged: its image data (chunk IDAT) is missing"
		unknownMethod = "its header has an unknown compression, filter or interlace method"
	)
	frames := func(n string) string { return "\x00\x00\x00\x08acTL" + n + "\x00\x00\x00\x00...." }
	checkSummaries(t, map[string]struct{ content, want string }{
		"still":                   {pngFile(12, 345, data+pngEnd), "PNG 12x345, frames: 1"},
		"something after the end": {pngFile(12, 345, data+pngEnd+"\xff\xff\xff\xffMORE"), "PNG 12x345, frames: 1"},
		"the largest":             {pngFile(1<<31-1, 1<<31-1, data+pngEnd), "PNG 2147483647x2147483647, frames: 1"},
		"wider than the largest": {
			pngFile(1<<31, 1, data+pngEnd),
			"PNG 0x0, frames: 0, damaged: its header has invalid dimensions",
		},
		"higher than the largest": {
			pngFile(1, 1<<31, data+pngEnd),
			"PNG 0x0, frames: 0, damaged: its header has invalid dimensions",
		},
		"without a width": {
			pngFile(0, 1, data+pngEnd),
			"PNG 0x0, frames: 0, damaged: its header has invalid dimensions",
		},
		"without a height": {
			pngFile(1, 0, data+pngEnd),
			"PNG 0x0, frames: 0, damaged: its header has invalid dimensions",
		},
		"animated":                 {pngFile(2, 3, frames("\x00\x00\x00\x07")+data+pngEnd), "PNG 2x3, frames: 7"},
		"animated, without frames": {pngFile(2, 3, frames("\x00\x00\x00\x00")+data+pngEnd), "PNG 2x3, frames: 1"},
		"animated, with far too many": {
			pngFile(2, 3, frames("\xff\xff\xff\xff")+data+pngEnd),
			"PNG 2x3, frames: 2147483647",
		},
		"truncated after the count of frames": {pngFile(2, 3, frames("\x00\x00\x00\x07")[:12]), "PNG 2x3, frames: 7, " + without},
		"truncated in the count of frames":    {pngFile(2, 3, frames("\x00\x00\x00\x07")[:11]), "PNG 2x3, frames: 1, " + without},
		"truncated before the data":           {pngFile(2, 3, ""), "PNG 2x3, frames: 1, " + without},
		"without data": {
			pngFile(2, 3, "\x00\x00\x00\x04gAMAabcd...."+pngTrailer),
			"PNG 2x3, frames: 1, " + without,
		},
		"a palette": {
			pngOfType(1, 3, "\x00\x00\x00\x03PLTEabc....", data, pngTrailer),
			"PNG 2x3, frames: 1",
		},
		"much before the data": {
			pngFile(
				2,
				3,
				strings.Repeat("\x00\x00\x10\x00tEXt"+strings.Repeat("\x03", 4096)+"....", 40)+data+pngTrailer,
			), "PNG 2x3, frames: 1",
		},
		"a palette after the data": {
			pngOfType(
				1,
				3,
				data,
				"\x00\x00\x00\x03PLTEabc....",
				pngTrailer,
			), "PNG 2x3, frames: 1, damaged: its palette is missing",
		},
		"truncated in the data":           {pngFile(2, 3, data[:10]), "PNG 2x3, frames: 1, truncated"},
		"truncated before the last chunk": {pngFile(2, 3, data), "PNG 2x3, frames: 1, truncated"},
		"truncated within the last chunk": {pngFile(2, 3, data+pngTrailer[:11]), "PNG 2x3, frames: 1, truncated"},
		"a chunk of a forged length":      {pngFile(2, 3, "\xff\xff\xff\xffIDATa"), "PNG 2x3, frames: 1, truncated"},
		"only the signature":              {pngSignature, "PNG 0x0, frames: 0, damaged: it ends within its header"},
		"truncated in the header":         {pngFile(2, 3, "")[:32], "PNG 0x0, frames: 0, damaged: it ends within its header"},
		"a flipped bit": {
			pngSignature + "\x00\x00\x00\x0dIHDR\x01" + pngHeader(2, 3)[9:] + pngEnd, "PNG 0x0, frames: 0, damaged: its header chunk is corrupt",
		},
		"another chunk first": {
			pngSignature + "\x00\x00\x00\x04tEXt\x50\x00\x20\x02...." + pngHeader(2, 3) + pngEnd,
			"PNG 0x0, frames: 0, damaged: its header chunk is corrupt",
		},
		"optimized for iOS": {
			pngSignature + "\x00\x00\x00\x04CgBI\x50\x00\x20\x02...." + pngHeader(2, 3) + pngEnd, applePNG.description,
		},
		"an unknown compression": {
			pngSignature + pngHeaderOf(2, 3, 8, 0, 1, 0, 0) + pngEnd, "PNG 0x0, frames: 0, damaged: " + unknownMethod,
		},
		"an unknown filter": {
			pngSignature + pngHeaderOf(2, 3, 8, 0, 0, 1, 0) + pngEnd, "PNG 0x0, frames: 0, damaged: " + unknownMethod,
		},
		"an unknown interlacing": {
			pngSignature + pngHeaderOf(2, 3, 8, 0, 0, 0, 2) + pngEnd, "PNG 0x0, frames: 0, damaged: " + unknownMethod,
		},
		"interlaced": {pngSignature + pngHeaderOf(2, 3, 8, 0, 0, 0, 1) + pngEnd, "PNG 2x3, frames: 1"},
	})
}

// All combinations of depth and color type that the specification allows, in
// table 11.1, and no other.
func TestParsePNGDepths(t *testing.T) {
	t.Parallel()
	allowed := map[string]bool{
		"1/0": true, "2/0": true, "4/0": true, "8/0": true, "16/0": true, "8/2": true, "16/2": true,
		"1/3": true, "2/3": true, "4/3": true, "8/3": true, "8/4": true, "16/4": true, "8/6": true, "16/6": true,
	}
	for depth := range byte(33) {
		for color := range byte(9) {
			p := read(t, pngOfType(depth, color, "\x00\x00\x00\x03PLTEabc....", pngEnd))
			want := fmt.Sprintf(
				"its header has bit depth %d, which color type %d doesn't allow",
				depth,
				color,
			)
			if allowed[fmt.Sprintf("%d/%d", depth, color)] {
				want = ""
			}
			if p.found.formatError != want {
				t.Errorf("depth %d, color type %d: got %q, want %q", depth, color, p.found.formatError, want)
			}
		}
	}
}
