package imagefile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode"
)

// JPEG markers.
// https://www.w3.org/Graphics/JPEG/itu-t81.pdf, table B.1
const (
	markerSOF0 = 0xC0 // begins a frame, as do most of the 15 markers after it
	markerSOF3 = 0xC3
	markerDHT  = 0xC4
	markerJPG  = 0xC8
	markerDAC  = 0xCC
	markerRST0 = 0xD0
	markerRST7 = 0xD7
	markerSOI  = 0xD8
	markerEOI  = 0xD9
	markerSOS  = 0xDA
	markerDRI  = 0xDD
	markerAPP1 = 0xE1 // Exif or other metadata
	markerLS   = 0xF7 // begins a frame of JPEG-LS
	markerTEM  = 0x01
)

// parseJPEG reads the segments before the first scan, including the frame
// header, and then searches for the end of the image.
func parseJPEG(in *source, p *Info) error {
	for {
		marker := nextMarker(in)
		switch {
		case marker == markerTEM || marker >= markerRST0 && marker <= markerSOI:
			continue // has no content
		case p.Frames == 0 && (marker == markerEOI || marker == markerSOS):
			return formatError("its frame header is missing")
		case marker == markerEOI:
			return formatError("no image data follows its header")
		case p.Frames == 0 && marker == markerLS:
			p.Format, p.found = "", otherImage("a JPEG-LS file")
			return nil
		}
		segment, err := in.Peek(2)
		if err != nil {
			return err
		}
		switch {
		case marker == markerSOS:
			return findEnd(in)
		case p.Frames == 0 && beginsFrame(marker):
			if err := jpegFrame(in, p, marker); err != nil {
				return err
			}
		default: // decoders skip these, whatever length they have
			length := int64(binary.BigEndian.Uint16(segment))
			if marker == markerAPP1 {
				p.readJPEGExif(in, length)
			}
			in.skipQuietly(length)
		}
	}
}

// jpegFrame reads the frame header: its length, the bits per sample, height,
// width, and three bytes for each component.
func jpegFrame(in *source, p *Info, marker byte) error {
	frame, err := in.Peek(8)
	if err != nil {
		return err
	}
	length, precision := int(binary.BigEndian.Uint16(frame)), frame[2]
	if length != 8+3*int(frame[7]) {
		return formatError("its frame header has an invalid length")
	}
	p.Height, p.Width = int(binary.BigEndian.Uint16(frame[3:])), int(binary.BigEndian.Uint16(frame[5:]))
	if p.Width == 0 {
		return formatError("its header has invalid dimensions")
	}
	p.Frames = 1
	if coding := uncommonCoding(marker, precision); coding != "" {
		p.warn("is a JPEG file "+coding, "Save it as a baseline or progressive JPEG file with 8 bits per sample.")
	}
	if p.Height == 0 {
		p.warn("has its height after the first scan (DNL) instead of in its header, so its dimensions are not checked",
			"Save it again with an image editor.")
	}
	in.skipQuietly(int64(length))
	return nil
}

// readJPEGExif reads the orientation from a segment, whose length comes first.
func (p *Info) readJPEGExif(in *source, length int64) {
	content, _ := in.Peek(int(length))
	if p.orientation == 0 && len(content) > 2 && bytes.HasPrefix(content[2:], []byte(exifPrefix)) {
		p.orientation = orientationOf(content[2+len(exifPrefix):])
	}
}

// uncommonCoding describes a coding that few decoders support, and returns "" for
// others.
func uncommonCoding(marker, precision byte) string {
	switch {
	case marker > markerJPG:
		return "with arithmetic coding"
	case marker == markerSOF3:
		return "with lossless coding"
	case marker > markerDHT:
		return "with hierarchical coding"
	case precision != 8:
		return fmt.Sprintf("with %d bits per sample", precision)
	}
	return ""
}

// tailSize is the number of bytes at the end of a file that are always searched
// for the EOI marker.
const tailSize = 16 << 10

// findEnd searches for the EOI marker, and returns an error if the file ends
// within an image. Searching all of a large file would add a tenth to the time
// of hashing it, so only its last part is searched.
func findEnd(in *source) error {
	for whole := true; ; whole = false {
		window, err := in.Peek(bufferSize)
		if err != nil {
			if isTruncated(window, whole) {
				return err
			}
			return nil
		}
		in.skipQuietly(bufferSize - tailSize)
	}
}

var startMark, endMark = []byte{0xFF, markerSOI, 0xFF}, []byte{0xFF, markerEOI}

// isTruncated reports whether a file ends within image data. If whole is set,
// rest is everything after the frame header, otherwise the last part of it.
// Image data cannot contain the EOI marker. Further images may follow, such as
// previews and gain maps, each with an SOI marker. Some complete files lack the
// EOI marker, and end with padding, text or other data.
func isTruncated(rest []byte, whole bool) bool {
	for isOpen := true; ; isOpen = !isOpen {
		mark := endMark
		if !isOpen {
			mark = startMark
		}
		at := bytes.Index(rest, mark)
		switch {
		case at >= 0:
			rest, whole = rest[at+len(mark):], false
			continue
		case !isOpen:
			return false
		}
		tail := rest[max(0, len(rest)-tailSize):]
		stuffed, ok := scanBytes(tail)
		return ok && (whole || stuffed >= 4) && !isPadding(tail) && !isText(tail)
	}
}

// scanBytes counts the zeros that follow an 0xFF in image data. It returns false
// if the data contains an invalid byte.
func scanBytes(tail []byte) (stuffed int, ok bool) {
	for i := 0; i+1 < len(tail); i++ {
		if tail[i] != 0xFF {
			continue
		}
		switch next := tail[i+1]; {
		case next == 0:
			stuffed++
		case next == 0xFF || next >= markerRST0 && next <= markerRST7:
		case i+3 < len(tail) && (next == markerDHT || next == markerDAC || next >= markerSOS && next <= markerDRI):
			i += 1 + int(binary.BigEndian.Uint16(tail[i+2:])) // between two scans
		case i+3 < len(tail):
			return stuffed, false
		}
	}
	return stuffed, true
}

// isPadding reports whether each of the last 512 bytes has the same value.
func isPadding(tail []byte) bool {
	const length = 512
	if len(tail) < length {
		return false
	}
	last := tail[len(tail)-length:]
	return bytes.Count(last, last[:1]) == length
}

// isText reports whether the last bytes are ASCII text.
func isText(tail []byte) bool {
	return len(tail) > 0 && !bytes.ContainsFunc(tail[max(0, len(tail)-512):], func(r rune) bool {
		return r >= 0x7F || r < ' ' && !unicode.IsSpace(r)
	})
}

// nextMarker skips to a marker, as decoders do. It returns 0 at the end of the
// file, which the next read detects.
func nextMarker(in *source) byte {
	for filled := false; ; {
		marker, err := in.ReadByte()
		if err != nil || filled && marker != 0 && marker != 0xFF {
			return marker
		}
		filled = marker == 0xFF
	}
}

func beginsFrame(marker byte) bool {
	return marker&0xF0 == markerSOF0 && marker != markerDHT && marker != markerJPG && marker != markerDAC
}
