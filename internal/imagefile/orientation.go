package imagefile

import (
	"bytes"
	"encoding/binary"
)

// setDisplay derives the dimensions as displayed from the stored ones, unless
// the parser of the format has set them.
func (p *Info) setDisplay() {
	switch {
	case p.Format == "":
		p.DisplayWidth, p.DisplayHeight = 0, 0
	case p.DisplayWidth == 0 && p.Width > 0 && p.Height > 0:
		p.DisplayWidth, p.DisplayHeight = oriented(p.Width, p.Height, p.orientation)
	}
}

// oriented returns dimensions after an Exif orientation was applied: 5 to 8
// include a rotation by 90 or 270 degrees.
func oriented(width, height, orientation int) (displayWidth, displayHeight int64) {
	if orientation >= 5 {
		return int64(height), int64(width)
	}
	return int64(width), int64(height)
}

const (
	exifPrefix      = "Exif\x00\x00" // in JPEG; some programs write it into WebP as well
	exifOrientation = 0x0112
	exifShort       = 3
	exifEntrySize   = 12
)

// readExif reads the orientation from the next bytes, Exif metadata of the given
// size, without consuming them. It reads at most one buffer. The first
// orientation of a file applies. Malformed metadata is ignored, as in browsers.
func (p *Info) readExif(in *source, size int64) {
	if p.orientation != 0 {
		return
	}
	content, _ := in.Peek(int(min(size, bufferSize)))
	p.orientation = orientationOf(bytes.TrimPrefix(content, []byte(exifPrefix)))
}

// orientationOf returns the orientation, from 1 to 8, in the first directory of
// Exif metadata, which is a TIFF file. It returns 0 if there is none.
// https://www.cipa.jp/std/documents/download_e.html?DC-008-Translation-2023-E
func orientationOf(tiff []byte) int {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch string(tiff[:4]) {
	case "II*\x00":
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 0
	}
	directory := int64(order.Uint32(tiff[4:]))
	if directory+2 > int64(len(tiff)) {
		return 0
	}
	entries := tiff[directory+2:]
	for range order.Uint16(tiff[directory:]) {
		if len(entries) < exifEntrySize {
			return 0
		}
		if order.Uint16(entries) == exifOrientation {
			kind, count, value := order.Uint16(entries[2:]), order.Uint32(entries[4:]), order.Uint16(entries[8:])
			if kind == exifShort && count == 1 && value >= 1 && value <= 8 {
				return int(value)
			}
			return 0
		}
		entries = entries[exifEntrySize:]
	}
	return 0
}
