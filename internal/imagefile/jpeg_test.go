package imagefile

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"strings"
	"testing"
)

// jpegFrameOf returns a frame header: grayscale with 8 bits.
func jpegFrameOf(marker string, width, height uint16) string {
	segment := binary.BigEndian.AppendUint16([]byte("\xff"+marker+"\x00\x0b\x08"), height)
	return string(binary.BigEndian.AppendUint16(segment, width)) + "\x01\x01\x11\x00"
}

// jpegScan is the header of a scan.
const jpegScan = "\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"

// jpegFile returns a file without tables, image data or an EOI marker.
func jpegFile(width, height uint16) string {
	return "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + jpegFrameOf(
		"\xc0",
		width,
		height,
	) + jpegScan
}

func TestParseJPEG(t *testing.T) {
	t.Parallel()
	const start, end = "\xff\xd8", "abc\xff\x00def\xff\xd9"
	frame := jpegFrameOf("\xc0", 12, 345)
	thumbnail := "\xff\xe1\x00\x11" + jpegFrameOf("\xc0", 1, 1) + "\xff\xd9"
	tests := map[string]struct{ content, want string }{
		"baseline":                  {jpegFile(12, 345) + end, "JPEG 12x345, frames: 1"},
		"the largest":               {jpegFile(65535, 65534) + end, "JPEG 65535x65534, frames: 1"},
		"a thumbnail in a segment":  {start + thumbnail + frame + jpegScan + end, "JPEG 12x345, frames: 1"},
		"something after the end":   {jpegFile(12, 345) + end + "more", "JPEG 12x345, frames: 1"},
		"filled up before a marker": {start + "\xff\xff\xff" + frame[1:] + jpegScan + end, "JPEG 12x345, frames: 1"},
		"something before a marker": {
			start + "\xff\xfe\x00\x04abcd\xff\x00" + frame + jpegScan + end,
			"JPEG 12x345, frames: 1",
		},
		"markers without content": {
			start + "\xff\x01\xff\xd0\xff\xd7\xff\xd8" + frame + jpegScan + end,
			"JPEG 12x345, frames: 1",
		},
		"the height comes later": {start + jpegFrameOf("\xc0", 12, 0) + jpegScan + end, "JPEG 12x0, frames: 1, " +
			"has its height after the first scan (DNL) " +
			"instead of in its header, so its dimensions are not checked"},
		"without a width": {
			start + jpegFrameOf("\xc0", 0, 12) + jpegScan + end, "JPEG 0x12, frames: 0, damaged: its header has invalid dimensions",
		},
		"truncated in the data":     {jpegFile(12, 345) + "abc\xff\x00def\xff", "JPEG 12x345, frames: 1, truncated"},
		"truncated after the size":  {start + frame[:10], "JPEG 12x345, frames: 1, truncated"},
		"truncated before the scan": {start + frame, "JPEG 12x345, frames: 1, truncated"},
		"truncated at the scan":     {start + frame + jpegScan, "JPEG 12x345, frames: 1, truncated"},
		"truncated in the frame":    {start + frame[:9], "JPEG 0x0, frames: 0, damaged: it ends within its header"},
		"truncated in a length":     {start + "\xff\xfe\x00", "JPEG 0x0, frames: 0, damaged: it ends within its header"},
		"truncated in a segment": {
			start + "\xff\xfe\x00\x09abc",
			"JPEG 0x0, frames: 0, damaged: it ends within its header",
		},
		"truncated before a marker": {start + "\xff\xff", "JPEG 0x0, frames: 0, damaged: it ends within its header"},
		"a scan without a frame header": {
			start + "\xff\xfe\x00\x02" + jpegScan + end,
			"JPEG 0x0, frames: 0, damaged: its frame header is missing",
		},
		"an end without a frame header": {
			start + "\xff\xfe\x00\x02\xff\xd9",
			"JPEG 0x0, frames: 0, damaged: its frame header is missing",
		},
		"a comment of the length 0": {start + "\xff\xfe\x00\x00" + frame + jpegScan + end, "JPEG 12x345, frames: 1"},
		"a comment of the length 1": {start + "\xff\xfe\x00\x01" + frame + jpegScan + end, "JPEG 12x345, frames: 1"},
		"a segment after the frame": {start + frame + "\xff\xe1\x00\x04\xff\xd9" + jpegScan + end, "JPEG 12x345, frames: 1"},
		"an end without a scan": {
			start + frame + end,
			"JPEG 12x345, frames: 1, damaged: no image data follows its header",
		},
		"a frame that is too short": {
			start + "\xff\xc0\x00\x0a" + frame[4:] + jpegScan + end,
			"JPEG 0x0, frames: 0, damaged: its frame header has an invalid length",
		},
		"a frame that is too long": {
			start + "\xff\xc0\x00\x0c" + frame[4:] + jpegScan + end,
			"JPEG 0x0, frames: 0, damaged: its frame header has an invalid length",
		},
		"JPEG-LS":              {start + jpegFrameOf("\xf7", 12, 345) + jpegScan + end, "a JPEG-LS file"},
		"the shortest segment": {start + "\xff\xfe\x00\x02" + frame + jpegScan + end, "JPEG 12x345, frames: 1"},
		"a forged length": {
			start + "\xff\xfe\xff\xff" + frame + end,
			"JPEG 0x0, frames: 0, damaged: it ends within its header",
		},
		"only tables": {
			start + "\xff\xc4\x00\x0b" + frame[4:] + "\xff\xc8\x00\x0b" + frame[4:] + "\xff\xcc\x00\x0b" + frame[4:],
			"JPEG 0x0, frames: 0, damaged: it ends within its header",
		},
		"tables, and then the frame": {
			start + "\xff\xc4\x00\x0b" + frame[4:] + frame + jpegScan + end,
			"JPEG 12x345, frames: 1",
		},
	}
	const lossless, hierarchical, arithmetic = "lossless coding", "hierarchical coding", "arithmetic coding"
	for marker, coding := range map[string]string{
		"\xc1": "", "\xc2": "", "\xc3": lossless, "\xc5": hierarchical, "\xc6": hierarchical, "\xc7": hierarchical,
		"\xc9": arithmetic, "\xca": arithmetic, "\xcb": arithmetic, "\xcd": arithmetic, "\xce": arithmetic, "\xcf": arithmetic,
	} {
		want := "JPEG 7x8, frames: 1"
		if coding != "" {
			want += ", is a JPEG file with " + coding
		}
		tests["frame of the kind "+string("0123456789ABCDEF"[marker[0]&15])] = struct{ content, want string }{
			start + "\xff\xfe\x00\x02" + jpegFrameOf(marker, 7, 8) + jpegScan + end, want,
		}
	}
	tests["12 bits"] = struct{ content, want string }{
		start + strings.Replace(jpegFrameOf("\xc1", 7, 8), "\x0b\x08", "\x0b\x0c", 1) + jpegScan + end,
		"JPEG 7x8, frames: 1, is a JPEG file with 12 bits per sample",
	}
	checkSummaries(t, tests)
}

// The data after the header of the first scan decides whether a file is
// truncated. Complete files may have data after the EOI marker, and some lack
// the marker.
func TestParseJPEGEnd(t *testing.T) {
	t.Parallel()
	const eoi, zeros4 = "\xff\xd9", "\xff\x00\xff\x00\xff\x00\xff\x00"
	data := strings.Repeat("\xff\x00abcdef", 20_000) // 160,000 bytes
	scan := jpegFile(12, 345) + data
	preview := jpegFile(6, 170) + data
	flat := strings.Repeat("\xa2\x8a\x28", 2000)
	table := "\xff\xc4\x00\x08abcdef" + jpegScan
	for name, test := range map[string]struct {
		content     string
		isTruncated bool
	}{
		"whole":                                {content: scan + eoi},
		"a whole one as long as whole buffers": {content: scan + strings.Repeat("a", bufferSize-2-len(scan)%bufferSize) + eoi},
		"an EOI marker between two buffers":    {content: jpegFile(12, 345) + strings.Repeat("a", bufferSize-jpegDataAt-1) + eoi},
		"data after the end":                   {content: scan + eoi + strings.Repeat("\xff\x00abcdef", 2000)},
		"zeros after the end":                  {content: scan + eoi + strings.Repeat("\x00", 5000)},
		"a preview after the end":              {content: scan + eoi + "\x00\x00" + preview + eoi + "\x00"},
		"a thumbnail in the preview":           {content: scan + eoi + "\xff\xd8\xff\xe1\x00\x09\xff\xd8\xff\xd9abc" + preview[2:] + eoi},
		"signs of a preview after the end":     {content: scan + eoi + "\xff\xd8\xff" + strings.Repeat("a", 5000)},
		"signs in other data after the end":    {content: scan + eoi + "\xff\xd8\xff" + strings.Repeat(zeros4+"\xff\x01", 500)},
		"three zeros in a preview":             {content: scan + eoi + "\xff\xd8\xff" + strings.Repeat("\x80", 5000) + zeros4[:6] + "\x80\x81"},
		"no end, but padding":                  {content: scan + strings.Repeat("\x00", 512)},
		"no end, but text":                     {content: scan + strings.Repeat("text ", 110)},
		"no end, but other data":               {content: scan + strings.Repeat("\xff\x01\x80", 100)},
		"no end, but an image after":           {content: scan + preview + eoi},
		"truncated":                            {content: scan, isTruncated: true},
		"truncated in an EOI marker":           {content: scan + "\xff", isTruncated: true},
		"truncated in the preview":             {content: scan + eoi + preview, isTruncated: true},
		"truncated where four zeros are":       {content: scan + eoi + "\xff\xd8\xff" + strings.Repeat("\x80", 5000) + zeros4, isTruncated: true},
		"truncated in flat colors":             {content: scan + flat, isTruncated: true},
		"truncated after restart markers":      {content: scan + "\xff\xd0\xff\xd7\xff\xff\xd3", isTruncated: true},
		"truncated after a table":              {content: scan + table + "\x80", isTruncated: true},
		"truncated after all segments between scans": {
			content: scan + "\xff\xdb\x00\x04\xff\x01\xff\xdc\x00\x04\xff\x01\xff\xdd\x00\x04\xff\x01\xff\xcc\x00\x04\xff\x01\x80", isTruncated: true,
		},
		"truncated in a table":                   {content: scan + table[:3], isTruncated: true},
		"truncated, with 511 bytes of a kind":    {content: scan + "\x80" + strings.Repeat("\x00", 511), isTruncated: true},
		"truncated, with a character after text": {content: scan + strings.Repeat("text ", 110) + "\x80", isTruncated: true},
		"truncated, with a control character":    {content: scan + strings.Repeat("text ", 102) + "\x01", isTruncated: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if p := read(t, test.content); p.truncated != test.isTruncated || p.found.formatError != "" {
				t.Errorf("truncated: got %t, want %t; format error %q", p.truncated, test.isTruncated, p.found.formatError)
			}
		})
	}
}

// jpegDataAt is the length of jpegFile, where its data would begin.
const jpegDataAt = 2 + 18 + 13 + 10

// large returns JPEG files of more than 100 KB: noise, a gradient with noise, areas
// of one color, and progressive scans.
func large(tb testing.TB) map[string]string {
	tb.Helper()
	random := rand.New(rand.NewPCG(3, 4)) // the same files each time
	draw := func(at func(x, y int) uint8) string {
		canvas := image.NewYCbCr(image.Rect(0, 0, 1000, 800), image.YCbCrSubsampleRatio420)
		for i := range canvas.Y {
			canvas.Y[i] = at(i%1000, i/1000)
		}
		for i := range canvas.Cb {
			canvas.Cb[i], canvas.Cr[i] = 128, uint8(i>>8)
		}
		var content bytes.Buffer
		if err := jpeg.Encode(&content, canvas, &jpeg.Options{Quality: 100}); err != nil {
			tb.Fatal(err)
		}
		return content.String()
	}
	progressive := strings.Replace(jpegFile(1600, 1200), "\xff\xc0", "\xff\xc2", 1)
	for range 10 {
		data := make([]byte, 20_000)
		for i := range data {
			if data[i] = byte(random.Uint32()); i > 0 && data[i-1] == 0xFF {
				data[i] = 0
			}
		}
		data[len(data)-1] = 0x80
		progressive += string(data) + "\xff\xc4\x00\x1bABCDEFGHIJKLMNOPQRSTUVWXY" + jpegScan
	}
	return map[string]string{
		"noise":      draw(func(int, int) uint8 { return uint8(random.Uint32()) }),
		"a gradient": draw(func(x, y int) uint8 { return uint8((x+y)>>4) + uint8(random.Uint32()&7) }),
		"areas": draw(
			func(x, y int) uint8 { return uint8(x>>8)<<5 ^ uint8(y>>7)<<4 ^ uint8(random.Uint32()&uint32(x>>9)) },
		),
		"progressive": progressive + "\xff\xd9",
	}
}

func TestParseJPEGTruncated(t *testing.T) {
	t.Parallel()
	for name, content := range large(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if p := read(t, content); p.truncated || len(content) < 120_000 {
				t.Errorf("%d bytes, truncated: got %t, want false", len(content), p.truncated)
			}
			random, undetected := rand.New(rand.NewPCG(5, 6)), 0
			for range 100 {
				at := 100_000 + random.IntN(len(content)-100_000-1)
				if p := read(t, content[:at]); !p.truncated {
					undetected++
				}
			}
			if undetected > 0 {
				t.Errorf("%d of 100 truncated files are not detected, want none", undetected)
			}
		})
	}
}
