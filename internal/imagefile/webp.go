package imagefile

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// parseWebP reads the dimensions, and all chunks to count the frames.
// https://developers.google.com/speed/webp/docs/riff_container
func parseWebP(in *source, p *Info) error {
	header, _ := in.next(12)                                  // buffered, as sniff has matched the signature
	left := int64(binary.LittleEndian.Uint32(header[4:])) - 4 // "WEBP" counts
	beyond := false
	for left >= 8 {
		chunk, err := in.next(8)
		if err != nil {
			return err
		}
		kind, size := [4]byte(chunk), int64(binary.LittleEndian.Uint32(chunk[4:]))
		beyond = beyond || size > left-8
		if err := webpChunk(in, p, kind, size); err != nil {
			return err
		}
		if err := in.skip(size); err != nil {
			return err
		}
		if size%2 == 1 { // a padding byte, which may be missing at the end
			in.skipQuietly(1)
			size++
		}
		left -= 8 + size
	}
	switch {
	case p.Frames == 0:
		return formatError("no image data follows its header")
	case beyond:
		p.warn("has a RIFF header whose size is smaller than its content", "Export it or download it again.")
	}
	return nil
}

// webpChunk reads the beginning of a chunk without consuming it.
func webpChunk(in *source, p *Info, kind [4]byte, size int64) error {
	at := slices.IndexFunc(webpChunks, func(c webpKind) bool { return c.kind == string(kind[:]) })
	switch {
	case p.Width == 0 && (at < 0 || webpChunks[at].kind == "ANMF"):
		return formatError("its first chunk has no dimensions")
	case string(kind[:]) == "EXIF":
		p.readExif(in, size)
		return nil
	case at < 0:
		return nil
	case size < int64(webpChunks[at].length):
		return formatError(fmt.Sprintf("its chunk %q is too short", webpChunks[at].kind))
	}
	content, err := in.Peek(webpChunks[at].length)
	if err != nil {
		return err
	}
	return webpChunks[at].read(p, content)
}

// webpKind is a kind of chunk, the number of bytes to read, and their parser.
type webpKind struct {
	kind   string
	length int
	read   func(*Info, []byte) error
}

var webpChunks = []webpKind{
	{"VP8X", 10, func(p *Info, content []byte) error {
		p.Width, p.Height = int(uint24(content[4:]))+1, int(uint24(content[7:]))+1
		return nil
	}},
	{"VP8 ", 10, func(p *Info, content []byte) error {
		if string(content[3:6]) != "\x9d\x01\x2a" {
			return formatError("its image data has no start code")
		}
		side := func(at int) int { return int(binary.LittleEndian.Uint16(content[at:]) & 0x3FFF) }
		return p.still(side(6), side(8))
	}},
	{"VP8L", 5, func(p *Info, content []byte) error {
		if content[0] != 0x2F {
			return formatError("its image data has no signature")
		}
		bits := binary.LittleEndian.Uint32(content[1:])
		return p.still(int(bits&0x3FFF)+1, int(bits>>14&0x3FFF)+1)
	}},
	{"ANMF", 16, func(p *Info, content []byte) error {
		p.Frames++
		p.framePixels += area(int(uint24(content[6:]))+1, int(uint24(content[9:]))+1)
		return nil
	}},
}

// still sets the dimensions of a still image. They must be those of the chunk
// VP8X, if it precedes the image data.
func (p *Info) still(width, height int) error {
	if width == 0 || height == 0 {
		return formatError("its header has invalid dimensions")
	}
	switch {
	case p.Width == 0:
		p.Width, p.Height = width, height
	case p.Frames == 0 && (p.Width != width || p.Height != height):
		return formatError(fmt.Sprintf("its header has the dimensions %d x %d, its image data %d x %d", p.Width, p.Height, width, height))
	}
	p.Frames = max(1, p.Frames)
	return nil
}

func uint24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }
