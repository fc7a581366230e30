package imagefile

import (
	"encoding/binary"
	"hash/crc32"
)

// walkPNG reads the header chunk IHDR, counts the frames that the chunk acTL
// of an animation names, and goes on to the chunk IEND.
// https://www.w3.org/TR/png-3/
func walkPNG(in *source, p *Picture) error {
	header, err := in.next(33) // signature, length, type, 13 bytes, check sum
	if err != nil {
		return err
	}
	if string(header[8:16]) != "\x00\x00\x00\x0dIHDR" || crc32.ChecksumIEEE(header[12:29]) != binary.BigEndian.Uint32(header[29:]) {
		return damage("its header chunk is broken")
	}
	width, height := binary.BigEndian.Uint32(header[16:]), binary.BigEndian.Uint32(header[20:])
	if width == 0 || height == 0 || width > maxPNGSide || height > maxPNGSide {
		return damage("its header names no size")
	}
	p.Width, p.Height, p.Frames = int(width), int(height), 1
	for {
		chunk, err := in.next(8)
		if err != nil {
			return err
		}
		length, kind := binary.BigEndian.Uint32(chunk), string(chunk[4:])
		if kind == "acTL" {
			frames, err := in.Peek(4)
			if err != nil {
				return err
			}
			p.Frames = max(1, int(binary.BigEndian.Uint32(frames)&maxPNGSide))
		}
		if err := in.skip(int64(length) + 4); err != nil || kind == "IEND" {
			return err
		}
	}
}

// maxPNGSide is the largest number of the format.
const maxPNGSide = 1<<31 - 1
