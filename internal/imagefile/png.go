package imagefile

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
)

// parsePNG reads the header chunk IHDR and the number of frames in the chunk
// acTL of an animation, and skips to the chunk IEND.
// https://www.w3.org/TR/png-3/
func parsePNG(in *source, p *Info) error {
	header, err := in.next(33) // signature, length, type, 13 bytes, checksum
	if err != nil {
		return err
	}
	if string(header[12:16]) == "CgBI" {
		p.Format, p.found = "", applePNG
		return nil
	}
	if err := p.pngHeader(header); err != nil {
		return err
	}
	seen := pngSeen{palette: header[25] != pngIndexed}
	for { // header is no longer valid
		chunk, err := in.next(8)
		if err != nil {
			return seen.atEnd(err)
		}
		length, kind := binary.BigEndian.Uint32(chunk), string(chunk[4:])
		switch kind {
		case "acTL":
			if err := p.pngFrames(in); err != nil {
				return seen.atEnd(err)
			}
		case "PLTE":
			seen.palette = true
		case "eXIf": // browsers apply it if it precedes the image data
			if !seen.data {
				p.readExif(in, int64(length))
			}
		case "IDAT":
			if !seen.palette {
				return formatError("its palette is missing")
			}
			seen.data = true
		}
		if err := in.skip(int64(length) + 4); err != nil || kind == "IEND" {
			return seen.atEnd(err)
		}
	}
}

// pngFrames reads the number of frames from the chunk acTL, without consuming it.
func (p *Info) pngFrames(in *source) error {
	frames, err := in.Peek(4)
	if err != nil {
		return err
	}
	p.Frames = max(1, int(binary.BigEndian.Uint32(frames)&maxPNGSide))
	return nil
}

// pngHeader reads the chunk IHDR.
func (p *Info) pngHeader(header []byte) error {
	if string(header[8:16]) != "\x00\x00\x00\x0dIHDR" || crc32.ChecksumIEEE(header[12:29]) != binary.BigEndian.Uint32(header[29:]) {
		return formatError("its header chunk is corrupt")
	}
	width, height := binary.BigEndian.Uint32(header[16:]), binary.BigEndian.Uint32(header[20:])
	if width == 0 || height == 0 || width > maxPNGSide || height > maxPNGSide {
		return formatError("its header has invalid dimensions")
	}
	depth, color, compression, filter, interlace := header[24], header[25], header[26], header[27], header[28]
	switch {
	case !slices.Contains(pngDepths[color], depth):
		return formatError(fmt.Sprintf("its header has bit depth %d, which color type %d doesn't allow", depth, color))
	case compression != 0 || filter != 0 || interlace > 1:
		return formatError("its header has an unknown compression, filter or interlace method")
	}
	p.Width, p.Height, p.Frames = int(width), int(height), 1
	return nil
}

// pngIndexed is the color type of images with a palette.
const pngIndexed = 3

// pngDepths are the bit depths that each color type allows.
var pngDepths = map[byte][]byte{0: {1, 2, 4, 8, 16}, 2: {8, 16}, pngIndexed: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}

// pngSeen records which of the chunks that decoders require have been read. Only
// images with indexed color require a palette.
type pngSeen struct{ palette, data bool }

// atEnd returns err if image data was read, and otherwise a formatError.
func (s pngSeen) atEnd(err error) error {
	if !s.data {
		return formatError("its image data (chunk IDAT) is missing")
	}
	return err
}

// maxPNGSide is the largest integer of the format.
const maxPNGSide = 1<<31 - 1
