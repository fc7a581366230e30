package imagefile

import (
	"encoding/binary"
	"hash/crc32"
	"testing"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

// pngEnd is the chunk that ends a picture. No other check sum is looked at.
const pngEnd = "\x00\x00\x00\x00IEND\xae\x42\x60\x82"

// pngHeader is the chunk of the header, with 8 bits of grey.
func pngHeader(width, height uint32) string {
	chunk := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	chunk = append(binary.BigEndian.AppendUint32(chunk, height), 8, 0, 0, 0, 0)
	return "\x00\x00\x00\x0d" + string(binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk)))
}

func pngFile(width, height uint32, chunks string) string {
	return pngSignature + pngHeader(width, height) + chunks
}

func TestPNG(t *testing.T) {
	t.Parallel()
	const data = "\x00\x00\x00\x05IDATabcde...."
	frames := func(n string) string { return "\x00\x00\x00\x08acTL" + n + "\x00\x00\x00\x00...." }
	checkSummaries(t, map[string]struct{ content, want string }{
		"still":                          {pngFile(12, 345, data+pngEnd), "PNG 12x345, frames: 1"},
		"something behind the end":       {pngFile(12, 345, data+pngEnd+"\xff\xff\xff\xffMORE"), "PNG 12x345, frames: 1"},
		"the largest":                    {pngFile(1<<31-1, 1<<31-1, data+pngEnd), "PNG 2147483647x2147483647, frames: 1"},
		"wider than the largest":         {pngFile(1<<31, 1, data+pngEnd), "PNG 0x0, frames: 0, damaged: its header names no size"},
		"higher than the largest":        {pngFile(1, 1<<31, data+pngEnd), "PNG 0x0, frames: 0, damaged: its header names no size"},
		"without a width":                {pngFile(0, 1, data+pngEnd), "PNG 0x0, frames: 0, damaged: its header names no size"},
		"without a height":               {pngFile(1, 0, data+pngEnd), "PNG 0x0, frames: 0, damaged: its header names no size"},
		"animated":                       {pngFile(2, 3, frames("\x00\x00\x00\x07")+data+pngEnd), "PNG 2x3, frames: 7"},
		"animated, without frames":       {pngFile(2, 3, frames("\x00\x00\x00\x00")+data+pngEnd), "PNG 2x3, frames: 1"},
		"animated, with far too many":    {pngFile(2, 3, frames("\xff\xff\xff\xff")+data+pngEnd), "PNG 2x3, frames: 2147483647"},
		"cut behind the count of frames": {pngFile(2, 3, frames("\x00\x00\x00\x07")[:12]), "PNG 2x3, frames: 7, cut"},
		"cut in the count of frames":     {pngFile(2, 3, frames("\x00\x00\x00\x07")[:11]), "PNG 2x3, frames: 1, cut"},
		"cut in the data":                {pngFile(2, 3, data[:10]), "PNG 2x3, frames: 1, cut"},
		"cut before the last chunk":      {pngFile(2, 3, data), "PNG 2x3, frames: 1, cut"},
		"cut within the last chunk":      {pngFile(2, 3, data+pngEnd[:11]), "PNG 2x3, frames: 1, cut"},
		"a chunk of a forged length":     {pngFile(2, 3, "\xff\xff\xff\xffIDATa"), "PNG 2x3, frames: 1, cut"},
		"only the signature":             {pngSignature, "PNG 0x0, frames: 0, damaged: it ends within its header"},
		"cut in the header":              {pngFile(2, 3, "")[:32], "PNG 0x0, frames: 0, damaged: it ends within its header"},
		"a flipped bit": {
			pngSignature + "\x00\x00\x00\x0dIHDR\x01" + pngHeader(2, 3)[9:] + pngEnd, "PNG 0x0, frames: 0, damaged: its header chunk is broken",
		},
		"another chunk first": {
			pngSignature + "\x00\x00\x00\x04CgBI\x50\x00\x20\x02...." + pngHeader(2, 3) + pngEnd,
			"PNG 0x0, frames: 0, damaged: its header chunk is broken",
		},
	})
}
