package imagefile

import (
	"encoding/binary"
	"errors"
	"io"
)

// The blocks of GIF. https://www.w3.org/Graphics/GIF/spec-gif89a.txt
const (
	gifExtension = 0x21
	gifImage     = 0x2C
)

// parseGIF reads the dimensions, and all blocks to count the frames.
func parseGIF(in *source, p *Info) error {
	header, err := in.next(13)
	if err != nil {
		return err
	}
	p.Width, p.Height = int(binary.LittleEndian.Uint16(header[6:])), int(binary.LittleEndian.Uint16(header[8:]))
	in.skipQuietly(colorTableSize(header[10]))
	for {
		block, err := in.ReadByte()
		if errors.Is(err, io.EOF) && p.Frames > 0 {
			return nil // only the trailer is missing, which no decoder needs
		}
		if err != nil {
			return err
		}
		switch block {
		case gifExtension:
		case gifImage:
			if err := gifFrame(in, p); err != nil {
				return err
			}
		default:
			// The trailer, or an unknown block: decoders show the frames before it.
			if p.Frames == 0 {
				return formatError("no image data follows its header")
			}
			return nil
		}
		in.skipQuietly(1) // the label of an extension, or the minimum code size of a frame
		if err := skipSubBlocks(in); err != nil {
			return err
		}
	}
}

// gifFrame reads an image descriptor and its color table.
func gifFrame(in *source, p *Info) error {
	frame, err := in.next(9)
	if err != nil {
		return err
	}
	side := func(at int) int { return int(binary.LittleEndian.Uint16(frame[at:])) }
	left, top, width, height, flags := side(0), side(2), side(4), side(6), frame[8]
	switch {
	case p.Frames > 0: // decoders clip it
	case p.Width == 0 || p.Height == 0:
		p.Width, p.Height = left+width, top+height
	default: // decoders widen the canvas for the first frame
		p.Width, p.Height = max(p.Width, left+width), max(p.Height, top+height)
	}
	if p.Width == 0 || p.Height == 0 {
		return formatError("its header has invalid dimensions")
	}
	p.Frames++
	p.framePixels += area(width, height)
	return in.skip(colorTableSize(flags))
}

// colorTableSize returns the length of the color table that flags announce, in
// bytes.
func colorTableSize(flags byte) int64 {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

// skipSubBlocks skips blocks of up to 255 bytes, including the empty one at the
// end. As there are many, it skips as many as are buffered at a time.
func skipSubBlocks(in *source) error {
	for {
		_, err := in.Peek(1)
		window, _ := in.Peek(in.Buffered())
		at := 0
		for at < len(window) && window[at] != 0 {
			at += 1 + int(window[at])
		}
		if err == nil {
			err = in.skip(int64(at))
		}
		if err != nil {
			return err
		}
		if at < len(window) {
			return in.skip(1) // the empty block
		}
	}
}
