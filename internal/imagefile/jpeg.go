package imagefile

import (
	"bytes"
	"encoding/binary"
)

// The markers of JPEG that matter here.
// https://www.w3.org/Graphics/JPEG/itu-t81.pdf, table B.1
const (
	markerSOF0 = 0xC0 // as do most of the 15 that follow, begins a frame
	markerDHT  = 0xC4
	markerJPG  = 0xC8
	markerDAC  = 0xCC
	markerRST0 = 0xD0
	markerRST7 = 0xD7
	markerSOI  = 0xD8
	markerEOI  = 0xD9
	markerSOS  = 0xDA
	markerTEM  = 0x01
)

// walkJPEG goes from marker to marker to the one that tells the size, and then
// looks for the one that ends the picture.
func walkJPEG(in *source, p *Picture) error {
	for {
		marker := nextMarker(in)
		switch {
		case marker == markerTEM || marker >= markerRST0 && marker <= markerSOI:
			continue // has no content
		case marker == markerEOI || marker == markerSOS:
			return damage("its size is missing")
		}
		segment, err := in.Peek(2)
		if err != nil {
			return err
		}
		length := int(binary.BigEndian.Uint16(segment))
		if length < 2 {
			return damage("a part of its header has an impossible length")
		}
		if beginsFrame(marker) {
			return jpegFrame(in, p)
		}
		in.pass(int64(length))
	}
}

// jpegFrame reads the size.
func jpegFrame(in *source, p *Picture) error {
	frame, err := in.next(7) // length, precision, height, width
	if err != nil {
		return err
	}
	// The height may be 0, and then comes after the picture.
	p.Height, p.Width = int(binary.BigEndian.Uint16(frame[3:])), int(binary.BigEndian.Uint16(frame[5:]))
	if p.Width == 0 {
		return damage("its header names no size")
	}
	p.Frames = 1
	return findEnd(in)
}

// findEnd looks for the mark of the end, and gives the end of the file as an
// error where it is missing. To search all of a large picture would cost more
// than its share of the time, so only the last part is. Without the mark, that
// counts as cut off if it looks like nothing but the data of a picture, which
// what cameras put behind one does not.
func findEnd(in *source) error {
	whole := true
	window, err := in.Peek(bufferSize)
	for ; err == nil; window, err = in.Peek(bufferSize) {
		in.pass(bufferSize)
		whole = false
	}
	if bytes.Contains(window, []byte{0xFF, markerEOI}) || !whole && !isScan(window[max(0, len(window)-4096):]) {
		return nil
	}
	return err
}

// isScan tells the data of a picture by what follows an 0xFF there, mostly a 0.
func isScan(tail []byte) bool {
	stuffed := 0
	for i := range max(1, len(tail)) - 1 {
		switch next := tail[i+1]; {
		case tail[i] != 0xFF:
		case next == 0:
			stuffed++
		case next < markerRST0 || next > markerRST7:
			return false
		}
	}
	return stuffed >= 4
}

// nextMarker passes over what stands before a marker, as decoders do. At the
// end of the file it gives 0; the next read meets the same end.
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
