package imagefile

import (
	"encoding/binary"
	"strings"
	"testing"
)

// gifFrameOf returns a frame at 1, 2 with one sub-block of data.
func gifFrameOf(width, height uint16, flags byte, colors string) string {
	frame := binary.LittleEndian.AppendUint16([]byte("\x2C\x01\x00\x02\x00"), width)
	frame = append(binary.LittleEndian.AppendUint16(frame, height), flags)
	return string(frame) + colors + "\x02\x03abc\x00"
}

func TestParseGIF(t *testing.T) {
	t.Parallel()
	const (
		start   = "GIF89a\x0c\x00\x59\x01\x00\x00\x00" // 12 x 345
		control = "\x21\xf9\x04\x00\x0a\x00\x00\x00"
		comment = "\x21\xfe\x02;,\x01;\x00"
		colors  = "abcdefabcdef" // of two bits
	)
	frame := gifFrameOf(3, 5, 0, "")
	checkSummaries(t, map[string]struct{ content, want string }{
		"still": {start + frame + ";", "GIF 12x345, frames: 1 of 15 pixels"},
		"old":   {"GIF87a" + start[6:] + frame + ";", "GIF 12x345, frames: 1 of 15 pixels"},
		"frames and extensions": {
			start + control + frame + comment + control + frame + frame + ";",
			"GIF 12x345, frames: 3 of 45 pixels",
		},
		"color tables": {
			"GIF89a\x0c\x00\x59\x01\x81\x00\x00" + colors + gifFrameOf(3, 5, 0x80, colors[:6]) + frame + ";",
			"GIF 12x345, frames: 2 of 30 pixels",
		},
		"a sub-block that ends with the buffer": {
			start + frame[:11] + strings.Repeat("\xff"+strings.Repeat("a", 255), 255) + "\xe7" + strings.Repeat("a", 231) +
				"\x03abc\x00" + frame + ";",
			"GIF 12x345, frames: 2 of 30 pixels",
		},
		"something after the end": {start + frame + ";" + frame, "GIF 12x345, frames: 1 of 15 pixels"},
		"an unknown block":        {start + frame + "?" + frame, "GIF 12x345, frames: 1 of 15 pixels"},
		"an unknown block first": {
			start + "?" + frame,
			"GIF 12x345, frames: 0, damaged: no image data follows its header",
		},
		"no frames": {
			start + control + ";",
			"GIF 12x345, frames: 0, damaged: no image data follows its header",
		},
		"the first frame sets the dimensions": {
			"GIF89a\x00\x00\x00\x00\x00\x00\x00" + frame + ";",
			"GIF 4x7, frames: 1 of 15 pixels",
		},
		"the first frame sets the width": {
			"GIF89a\x00\x00\x09\x00\x00\x00\x00" + frame + ";",
			"GIF 4x7, frames: 1 of 15 pixels",
		},
		"the first frame sets the height": {
			"GIF89a\x09\x00\x00\x00\x00\x00\x00" + frame + ";",
			"GIF 4x7, frames: 1 of 15 pixels",
		},
		"a depth without a table": {
			"GIF89a\x0c\x00\x59\x01\x77\x00\x00" + frame + ";",
			"GIF 12x345, frames: 1 of 15 pixels",
		},
		"no size": {
			"GIF89a\x09\x00\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x09\x00\x00\x00\x00\x02\x00;",
			"GIF 9x0, frames: 0, damaged: its header has invalid dimensions",
		},
		"no width": {
			"GIF89a\x00\x00\x09\x00\x00\x00\x00,\x00\x00\x00\x00\x00\x00\x09\x00\x00\x02\x00;",
			"GIF 0x9, frames: 0, damaged: its header has invalid dimensions",
		},
		"the largest": {
			"GIF89a\xff\xff\xff\xff\x00\x00\x00" + gifFrameOf(
				65535,
				65535,
				0,
				"",
			) + ";", "GIF 65536x65537, frames: 1 of 4.294836225e+09 pixels",
		},
		"truncated in the header":    {start[:12], "GIF 0x0, frames: 0, damaged: it ends within its header"},
		"truncated after the header": {start, "GIF 12x345, frames: 0, damaged: it ends within its header"},
		"truncated in the colors": {
			"GIF89a\x0c\x00\x59\x01\x81\x00\x00" + colors[:11], "GIF 12x345, frames: 0, damaged: it ends within its header",
		},
		"truncated in an extension":           {start + control[:5], "GIF 12x345, frames: 0, damaged: it ends within its header"},
		"truncated after the introducer":      {start + "\x21", "GIF 12x345, frames: 0, damaged: it ends within its header"},
		"truncated in a frame's header":       {start + frame[:9], "GIF 12x345, frames: 0, damaged: it ends within its header"},
		"truncated in a frame's colors":       {start + gifFrameOf(3, 5, 0x80, "")[:12], "GIF 12x345, frames: 1 of 15 pixels, truncated"},
		"truncated in a frame":                {start + frame[:len(frame)-2], "GIF 12x345, frames: 1 of 15 pixels, truncated"},
		"truncated before the end of a frame": {start + frame[:len(frame)-1], "GIF 12x345, frames: 1 of 15 pixels, truncated"},
		"only the trailer is missing":         {start + frame, "GIF 12x345, frames: 1 of 15 pixels"},
		"and after an extension":              {start + frame + comment, "GIF 12x345, frames: 1 of 15 pixels"},
		"truncated in a later extension":      {start + frame + comment[:4], "GIF 12x345, frames: 1 of 15 pixels, truncated"},
		"a first frame wider than the screen": {
			"GIF89a\x02\x00\x59\x01\x00\x00\x00" + frame + ";", "GIF 4x345, frames: 1 of 15 pixels",
		},
		"a first frame higher than the screen": {
			"GIF89a\x0c\x00\x02\x00\x00\x00\x00" + frame + ";", "GIF 12x7, frames: 1 of 15 pixels",
		},
		"a later frame beyond the screen": {
			start + frame + gifFrameOf(300, 500, 0, "") + ";", "GIF 12x345, frames: 2 of 150015 pixels",
		},
		"truncated in a later frame": {start + frame + frame[:5], "GIF 12x345, frames: 1 of 15 pixels, truncated"},
	})
}
