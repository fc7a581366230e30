package imagefile

import (
	"encoding/binary"
	"strings"
	"testing"
)

// jpegFrameOf is the segment that tells the size: 8 bits of grey.
func jpegFrameOf(marker string, width, height uint16) string {
	segment := binary.BigEndian.AppendUint16([]byte("\xff"+marker+"\x00\x0b\x08"), height)
	return string(binary.BigEndian.AppendUint16(segment, width)) + "\x01\x01\x11\x00"
}

// jpegScan begins the data of a picture.
const jpegScan = "\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"

// jpegFile is one without tables, and without an end.
func jpegFile(width, height uint16) string {
	return "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + jpegFrameOf("\xc0", width, height) + jpegScan
}

func TestJPEG(t *testing.T) {
	t.Parallel()
	const start, end = "\xff\xd8", "abc\xff\x00def\xff\xd9"
	frame := jpegFrameOf("\xc0", 12, 345)
	thumbnail := "\xff\xe1\x00\x11" + jpegFrameOf("\xc0", 1, 1) + "\xff\xd9"
	tests := map[string]struct{ content, want string }{
		"baseline":                     {jpegFile(12, 345) + end, "JPEG 12x345, frames: 1"},
		"the largest":                  {jpegFile(65535, 65534) + end, "JPEG 65535x65534, frames: 1"},
		"a small picture in a segment": {start + thumbnail + frame + jpegScan + end, "JPEG 12x345, frames: 1"},
		"something behind the end":     {jpegFile(12, 345) + end + "more", "JPEG 12x345, frames: 1"},
		"filled up before a marker":    {start + "\xff\xff\xff" + frame[1:] + jpegScan + end, "JPEG 12x345, frames: 1"},
		"something before a marker":    {start + "\xff\xfe\x00\x04abcd\xff\x00" + frame + jpegScan + end, "JPEG 12x345, frames: 1"},
		"markers without content":      {start + "\xff\x01\xff\xd0\xff\xd7\xff\xd8" + frame + jpegScan + end, "JPEG 12x345, frames: 1"},
		"the height comes later":       {start + jpegFrameOf("\xc0", 12, 0) + jpegScan + end, "JPEG 12x0, frames: 1"},
		"without a width": {
			start + jpegFrameOf("\xc0", 0, 12) + jpegScan + end, "JPEG 0x12, frames: 0, damaged: its header names no size",
		},
		"cut in the data":          {jpegFile(12, 345) + "abc\xff\x00def\xff", "JPEG 12x345, frames: 1, cut"},
		"cut behind the size":      {start + frame[:9], "JPEG 12x345, frames: 1, cut"},
		"cut in the frame":         {start + frame[:8], "JPEG 0x0, frames: 0, damaged: it ends within its header"},
		"cut in a length":          {start + "\xff\xfe\x00", "JPEG 0x0, frames: 0, damaged: it ends within its header"},
		"cut in a segment":         {start + "\xff\xfe\x00\x09abc", "JPEG 0x0, frames: 0, damaged: it ends within its header"},
		"cut before a marker":      {start + "\xff\xff", "JPEG 0x0, frames: 0, damaged: it ends within its header"},
		"a picture without a size": {start + "\xff\xfe\x00\x02" + jpegScan + end, "JPEG 0x0, frames: 0, damaged: its size is missing"},
		"an end without a picture": {start + "\xff\xfe\x00\x02\xff\xd9", "JPEG 0x0, frames: 0, damaged: its size is missing"},
		"a length of nothing": {
			start + "\xff\xfe\x00\x01" + frame + end, "JPEG 0x0, frames: 0, damaged: a part of its header has an impossible length",
		},
		"the shortest segment": {start + "\xff\xfe\x00\x02" + frame + jpegScan + end, "JPEG 12x345, frames: 1"},
		"a forged length":      {start + "\xff\xfe\xff\xff" + frame + end, "JPEG 0x0, frames: 0, damaged: it ends within its header"},
		"only tables": {
			start + "\xff\xc4\x00\x0b" + frame[4:] + "\xff\xc8\x00\x0b" + frame[4:] + "\xff\xcc\x00\x0b" + frame[4:],
			"JPEG 0x0, frames: 0, damaged: it ends within its header",
		},
		"tables, and then the frame": {start + "\xff\xc4\x00\x0b" + frame[4:] + frame + jpegScan + end, "JPEG 12x345, frames: 1"},
	}
	long := jpegFile(12, 345) + strings.Repeat("\xff\x00abcdef", 20_000) // 160,000 bytes
	for name, test := range map[string]struct {
		tail string
		cut  bool
	}{
		"long":                               {"\xff\xd9", false},
		"long, with something behind":        {"\xff\xd9" + strings.Repeat("\xff\x00abcdef", 2_000), false},
		"long, cut":                          {"", true},
		"long, cut behind restarts":          {"\xff\xd0\xff\xd7", true},
		"long, cut in a mark":                {"\xff", true},
		"long, with much behind":             {strings.Repeat("\xff\x00\xff\xd8", 40_000), false},
		"long, with a table behind":          {strings.Repeat("\xff\x00\xff\xcf", 40_000), false},
		"long, with text behind":             {strings.Repeat("a", 4096), false},
		"long, with nearly only text behind": {"\xff" + "\x00\xff\x00\xff\x00\xff\x00" + strings.Repeat("a", 4096-7), false},
		"long, with little data at the end":  {strings.Repeat("a", 5000) + "\xff\x00\xff\x00\xff\x00\xff\x00", true},
		"long, as long as whole buffers":     {strings.Repeat("a", bufferSize-(len(long)-29)%bufferSize), false},
	} {
		want := "JPEG 12x345, frames: 1"
		if test.cut {
			want += ", cut"
		}
		tests[name] = struct{ content, want string }{long + test.tail, want}
	}
	for _, marker := range []string{"\xc1", "\xc2", "\xc3", "\xc5", "\xc6", "\xc7", "\xc9", "\xca", "\xcb", "\xcd", "\xce", "\xcf"} {
		tests["frame of the kind "+string("0123456789ABCDEF"[marker[0]&15])] = struct{ content, want string }{
			start + "\xff\xfe\x00\x02" + jpegFrameOf(marker, 7, 8) + jpegScan + end, "JPEG 7x8, frames: 1",
		}
	}
	checkSummaries(t, tests)
}
