package imagefile

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
	"testing/iotest"
)

// byteOrder reads and appends integers.
type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// exifOf returns Exif metadata with an orientation, between two other entries of the
// first directory.
func exifOf(order byteOrder, orientation uint16) string {
	tiff := []byte("II*\x00")
	if order == byteOrder(binary.BigEndian) {
		tiff = []byte("MM\x00*")
	}
	tiff = order.AppendUint16(order.AppendUint32(tiff, 8), 3)
	for _, entry := range []struct{ tag, value uint16 }{{0x0103, 6}, {exifOrientation, orientation}, {0x0128, 2}} {
		tiff = order.AppendUint32(order.AppendUint16(order.AppendUint16(tiff, entry.tag), exifShort), 1)
		tiff = append(order.AppendUint16(tiff, entry.value), 0, 0)
	}
	return string(order.AppendUint32(tiff, 0))
}

// app1 returns the segment of a JPEG file that contains metadata.
func app1(content string) string {
	return "\xff\xe1" + string(binary.BigEndian.AppendUint16(nil, uint16(len(content)+2))) + content
}

// withAPP1 returns a JPEG file with APP1 segments before its frame header.
func withAPP1(segments ...string) string {
	return "\xff\xd8" + strings.Join(segments, "") + jpegFrameOf("\xc0", 60, 40) + jpegScan + "abc\xff\x00def\xff\xd9"
}

// webpOf returns a WebP file with a chunk of metadata after its image data.
func webpOf(metadata string) string {
	return riff(chunk("VP8X", canvas(8, 60, 40)), chunk("VP8 ", webpLossy), chunk("EXIF", metadata))
}

// pngChunk returns a chunk of a PNG file.
func pngChunk(kind, content string) string {
	length := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(kind+content)))
	return string(length) + kind + content + string(sum)
}

// heifOf returns a HEIF file whose only item has properties: its dimensions, and the
// given boxes in their order.
func heifOf(brand, coding string, boxes ...string) string {
	associations := "\x01"
	for at := range boxes {
		associations += string(rune(at + 2))
	}
	return box("ftyp", brand+"\x00\x00\x00\x00mif1"+brand) + box("meta", "\x00\x00\x00\x00",
		box("hdlr", "\x00\x00\x00\x00\x00\x00\x00\x00pict"+strings.Repeat("\x00", 13)),
		box("pitm", "\x00\x00\x00\x00\x00\x01"), infoBox(itemBox(1, coding)),
		box("iprp", box("ipco", sizeBox(60, 40), strings.Join(boxes, "")),
			box("ipma", "\x00\x00\x00\x00\x00\x00\x00\x01\x00\x01"+string(rune(len(boxes)+1))+associations)),
	) + box("mdat", "abcd")
}

// clapBox returns a clean aperture of fractions: width, height, and their offsets.
func clapBox(fractions ...uint32) string {
	var content []byte
	for _, n := range fractions {
		content = binary.BigEndian.AppendUint32(content, n)
	}
	return box("clap", string(content))
}

func irotBox(angle byte) string { return box("irot", string(rune(angle))) }

// display returns the dimensions as displayed.
func display(p *Info) string {
	return fmt.Sprintf("%s %dx%d", p.Format.Name(), p.DisplayWidth, p.DisplayHeight)
}

// orientedFiles returns files of 60 x 40 pixels with an Exif orientation.
func orientedFiles(tb testing.TB, order byteOrder, orientation uint16) map[string]string {
	tb.Helper()
	exif := exifOf(order, orientation)
	png := encoded(tb)["PNG"]
	return map[string]string{
		"jpeg": withAPP1(app1("http://ns.adobe.com/xap/1.0/\x00<x/>"), app1(exifPrefix+exif)),
		"webp": webpOf(exif),
		"png":  png[:33] + pngChunk("eXIf", exif) + png[33:],
	}
}

// displayed returns files whose dimensions as displayed aren't the stored ones.
func displayed(tb testing.TB) map[string]string {
	tb.Helper()
	files := map[string]string{"svg": `<svg width="2cm" height="40"></svg>`}
	for order, files90 := range map[string]map[string]string{
		"little-endian": orientedFiles(tb, binary.LittleEndian, 6), "big-endian": orientedFiles(tb, binary.BigEndian, 8),
	} {
		for format, content := range files90 {
			files[format+", "+order] = content
		}
	}
	for brand, coding := range map[string]string{"heic": "hvc1", "avif": "av01"} {
		files[brand] = heifOf(brand, coding, clapBox(50, 1, 30, 1, 0, 1, 0, 1), irotBox(1))
	}
	return files
}

// TestDisplayInPieces checks that it doesn't matter how the bytes arrive.
func TestDisplayInPieces(t *testing.T) {
	t.Parallel()
	for name, content := range displayed(t) {
		p, err := Inspect(iotest.OneByteReader(strings.NewReader(content)))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := display(p), display(read(t, content)); got != want || p.DisplayWidth == 0 {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestDisplayOrientation(t *testing.T) {
	t.Parallel()
	for name, order := range map[string]byteOrder{"little-endian": binary.LittleEndian, "big-endian": binary.BigEndian} {
		for orientation, want := range map[uint16]string{
			0: "60x40", 1: "60x40", 2: "60x40", 3: "60x40", 4: "60x40",
			5: "40x60", 6: "40x60", 7: "40x60", 8: "40x60", 9: "60x40", 256: "60x40",
		} {
			for format, content := range orientedFiles(t, order, orientation) {
				p := read(t, content)
				if got := display(p); got != format+" "+want {
					t.Errorf("%s, orientation %d: got %s, want %s %s", name, orientation, got, format, want)
				}
				if p.Width != 60 || p.Height != 40 || len(p.Validate(true)) > 0 {
					t.Errorf("%s, %s, orientation %d: stored as %dx%d, %v", format, name, orientation, p.Width, p.Height, p.Validate(true))
				}
			}
		}
	}
}

func TestDisplayWithoutRotation(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ content, want string }{
		"PNG":               {content: encoded(t)["PNG"], want: "png 60x40"},
		"JPEG":              {content: encoded(t)["JPEG"], want: "jpeg 60x40"},
		"GIF":               {content: encoded(t)["GIF"], want: "gif 60x40"},
		"WebP":              {content: sample(t, "simple.webp"), want: "webp 60x40"},
		"HEIC":              {content: sample(t, "photo.heic"), want: "heic 60x40"},
		"AVIF":              {content: sample(t, "grid.avif"), want: "avif 128x64"},
		"a sequence":        {content: box("ftyp", "avis\x00\x00\x00\x00") + box("moov", trackBox("pict", "av01", 60, 40)), want: "avif 60x40"},
		"a height of 0":     {content: "\xff\xd8" + jpegFrameOf("\xc0", 60, 0) + jpegScan + "\xff\xd9", want: "jpeg 0x0"},
		"not an image":      {content: "{}", want: " 0x0"},
		"a damaged header":  {content: "\x89PNG\r\n\x1a\n", want: "png 0x0"},
		"an unknown coding": {content: heifOf("heic", "abcd"), want: " 0x0"},
	}
	for name, test := range tests {
		if got := display(read(t, test.content)); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestDisplayHEIF(t *testing.T) {
	t.Parallel()
	clap := clapBox(50, 1, 30, 1, 0, 1, 0, 1)
	tests := map[string]struct {
		properties []string
		want       string
	}{
		"none":                      {want: "60x40"},
		"0 degrees":                 {properties: []string{irotBox(0)}, want: "60x40"},
		"90 degrees":                {properties: []string{irotBox(1)}, want: "40x60"},
		"180 degrees":               {properties: []string{irotBox(2)}, want: "60x40"},
		"270 degrees":               {properties: []string{irotBox(3)}, want: "40x60"},
		"reserved bits":             {properties: []string{irotBox(0x7d)}, want: "40x60"},
		"an empty rotation":         {properties: []string{box("irot")}, want: "60x40"},
		"mirrored":                  {properties: []string{box("imir", "\x01")}, want: "60x40"},
		"cropped":                   {properties: []string{clap}, want: "50x30"},
		"cropped, rotated":          {properties: []string{clap, irotBox(1)}, want: "30x50"},
		"rotated, cropped":          {properties: []string{irotBox(1), clapBox(30, 1, 50, 1, 0, 1, 0, 1)}, want: "30x50"},
		"rotated, cropped too wide": {properties: []string{irotBox(1), clap}, want: "40x60"},
		"by fractions":              {properties: []string{clapBox(101, 2, 61, 2, 0, 1, 0, 1)}, want: "50x30"},
		"wider than the image":      {properties: []string{clapBox(61, 1, 30, 1, 0, 1, 0, 1)}, want: "60x40"},
		"higher than the image":     {properties: []string{clapBox(50, 1, 41, 1, 0, 1, 0, 1)}, want: "60x40"},
		"to no width":               {properties: []string{clapBox(1, 2, 30, 1, 0, 1, 0, 1)}, want: "60x40"},
		"to no height":              {properties: []string{clapBox(50, 1, 0, 1, 0, 1, 0, 1)}, want: "60x40"},
		"divided by zero":           {properties: []string{clapBox(4000000000, 0, 30, 1, 0, 1, 0, 1)}, want: "60x40"},
		"a short crop":              {properties: []string{clapBox(50, 1, 30, 1)}, want: "60x40"},
		"rotated twice":             {properties: []string{irotBox(1), irotBox(3)}, want: "60x40"},
	}
	for name, test := range tests {
		for brand, coding := range map[string]string{"heic": "hvc1", "avif": "av01"} {
			p := read(t, heifOf(brand, coding, test.properties...))
			if got, want := display(p), brand+" "+test.want; got != want {
				t.Errorf("%s: got %s, want %s", name, got, want)
			}
			if p.Width != 60 || p.Height != 40 {
				t.Errorf("%s: stored as %dx%d", name, p.Width, p.Height)
			}
		}
	}
	unassociated := strings.Replace(heifOf("heic", "hvc1", irotBox(1)), "\x00\x01\x02\x01\x02", "\x00\x01\x02\x01\x07", 1)
	if got := display(read(t, unassociated)); got != "heic 60x40" {
		t.Errorf("a property of another item: got %s", got)
	}
	for orientation, want := range map[byte]string{1: "avif 60x25", 4: "avif 60x25", 5: "avif 25x60", 8: "avif 25x60"} {
		small := box("ftyp", "mif3avif") + box("mini", "\x00"+string(rune(orientation-1))+"\x3b\x30\x00\x00")
		if got := display(read(t, small)); got != want {
			t.Errorf("small, orientation %d: got %s, want %s", orientation, got, want)
		}
	}
}

// TestDisplayMalformedExif checks that metadata is ignored if browsers ignore
// it.
func TestDisplayMalformedExif(t *testing.T) {
	t.Parallel()
	rotated := exifOf(binary.BigEndian, 6)
	entry := "\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06"
	replaced := func(old, replacement string) string {
		if strings.Count(rotated, old) != 1 {
			t.Fatalf("%q isn't in the metadata once", old)
		}
		return strings.Replace(rotated, old, replacement, 1)
	}
	tests := map[string]struct {
		exif string
		want string // 60x40 if empty
	}{
		"rotated":                    {exif: rotated, want: "40x60"},
		"more after it":              {exif: rotated + strings.Repeat("a", 60000), want: "40x60"},
		"empty":                      {},
		"no directory":               {exif: rotated[:8]},
		"half an offset":             {exif: rotated[:6]},
		"another signature":          {exif: "MM\x00+" + rotated[4:]},
		"the other byte order":       {exif: "II*\x00" + rotated[4:]},
		"a directory past the end":   {exif: replaced("MM\x00*\x00\x00\x00\x08", "MM\x00*\xff\xff\xff\xff")},
		"a directory at the end":     {exif: "MM\x00*\x00\x00\x00\x09" + "\x00\x01"},
		"a directory further on":     {exif: "MM\x00*\x00\x00\x00\x0a" + "ab" + rotated[8:], want: "40x60"},
		"truncated before the entry": {exif: rotated[:8+2+12]},
		"truncated within the entry": {exif: rotated[:8+2+12+11]},
		"fewer entries":              {exif: replaced("\x00\x08\x00\x03\x01\x03", "\x00\x08\x00\x01\x01\x03")},
		"forged number of entries":   {exif: replaced("\x00\x08\x00\x03\x01\x03", "\x00\x08\xff\xff\x01\x03"), want: "40x60"},
		"of another type":            {exif: replaced(entry, "\x01\x12\x00\x04\x00\x00\x00\x01\x00\x06")},
		"two values":                 {exif: replaced(entry, "\x01\x12\x00\x03\x00\x00\x00\x02\x00\x06")},
		"in a second directory":      {exif: strings.TrimSuffix(replaced(entry, "\x01\x13"+entry[2:]), "\x00\x00\x00\x00") + "\x00\x00\x00\x08"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := test.want
			if want == "" {
				want = "60x40"
			}
			png := encoded(t)["PNG"]
			for format, content := range map[string]string{
				"jpeg": withAPP1(app1(exifPrefix + test.exif)), "webp": webpOf(test.exif), "png": png[:33] + pngChunk("eXIf", test.exif) + png[33:],
			} {
				p := read(t, content)
				if got := display(p); got != format+" "+want {
					t.Errorf("got %s, want %s %s", got, format, want)
				}
				if problems := p.Validate(true); len(problems) > 0 {
					t.Errorf("%s: got %v, want no violations", format, problems)
				}
			}
		})
	}
}

// TestDisplayExifPlacement checks where in a file metadata is read.
func TestDisplayExifPlacement(t *testing.T) {
	t.Parallel()
	rotated, upright := exifOf(binary.LittleEndian, 8), exifOf(binary.LittleEndian, 1)
	png := encoded(t)["PNG"]
	end := strings.Index(png, "\x00\x00\x00\x00IEND")
	jpeg := withAPP1(app1(exifPrefix + rotated))
	tests := map[string]struct{ content, want string }{
		"JPEG, the first metadata count": {content: withAPP1(app1(exifPrefix+upright), app1(exifPrefix+rotated)), want: "jpeg 60x40"},
		"JPEG, others come first":        {content: withAPP1(app1("Exif"), app1(exifPrefix+rotated)), want: "jpeg 40x60"},
		"JPEG, without the prefix":       {content: withAPP1(app1(rotated)), want: "jpeg 60x40"},
		"JPEG, a length of 0":            {content: withAPP1("\xff\xe1\x00\x00", app1(exifPrefix+rotated)), want: "jpeg 40x60"},
		"JPEG, after the frame header": {
			content: "\xff\xd8" + jpegFrameOf("\xc0", 60, 40) + app1(exifPrefix+rotated) + jpegScan + "\xff\xd9", want: "jpeg 40x60",
		},
		"JPEG, the longest segment": {
			content: withAPP1(app1(exifPrefix + rotated + strings.Repeat("a", 65533-6-len(rotated)))), want: "jpeg 40x60",
		},
		"JPEG, of a preview":         {content: withAPP1(app1(exifPrefix+upright+"\xff\xd8")) + jpeg, want: "jpeg 60x40"},
		"JPEG, truncated":            {content: jpeg[:20], want: "jpeg 0x0"},
		"WebP, with the prefix":      {content: webpOf(exifPrefix + rotated), want: "webp 40x60"},
		"WebP, the first counts":     {content: riff(chunk("VP8 ", webpLossy), chunk("EXIF", upright), chunk("EXIF", rotated)), want: "webp 60x40"},
		"WebP, more than the buffer": {content: webpOf(rotated + strings.Repeat("a", 2*bufferSize)), want: "webp 40x60"},
		"WebP, past the end":         {content: webpOf(rotated)[:len(webpOf(rotated))-len(rotated)], want: "webp 60x40"},
		"PNG, after the image data":  {content: png[:end] + pngChunk("eXIf", rotated) + png[end:], want: "png 60x40"},
		"GIF":                        {content: encoded(t)["GIF"] + rotated, want: "gif 60x40"},
		"HEIC, whose Exif doesn't count": {
			content: heifOf("heic", "hvc1") + box("Exif", "\x00\x00\x00\x00"+rotated), want: "heic 60x40",
		},
	}
	for name, test := range tests {
		if got := display(read(t, test.content)); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestDisplaySVG(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ attributes, want string }{
		"none":                        {want: "0x0"},
		"a view box":                  {attributes: `viewBox="0 0 60 40"`, want: "0x0"},
		"unitless":                    {attributes: `width="60" height="40"`, want: "60x40"},
		"pixels":                      {attributes: `width="60px" height="40PX"`, want: "60x40"},
		"apostrophes":                 {attributes: `width='60' height='40'`, want: "60x40"},
		"white space":                 {attributes: "\n\twidth = \" 60 \"\r\n height\n=\n' 40px'", want: "60x40"},
		"among others":                {attributes: `x:width="1" stroke-width="2" height="40" data-height="3" width="60" viewBox="0 0 1 1"`, want: "60x40"},
		"the first counts":            {attributes: `width="60" height="40" width="1"`, want: "60x40"},
		"inches":                      {attributes: `width="1in" height=".5in"`, want: "96x48"},
		"centimeters and millimeters": {attributes: `width="2.54cm" height="25.4mm"`, want: "96x96"},
		"points and picas":            {attributes: `width="72pt" height="6pc"`, want: "96x96"},
		"quarter millimeters":         {attributes: `width="101.6Q" height="101.6q"`, want: "96x96"},
		"rounded":                     {attributes: `width="59.5" height="40.49"`, want: "60x40"},
		"a sign":                      {attributes: `width="+60" height="40."`, want: "60x40"},
		"only a width":                {attributes: `width="60"`, want: "0x0"},
		"only a height":               {attributes: `height="40"`, want: "0x0"},
		"percent":                     {attributes: `width="100%" height="40"`, want: "0x0"},
		"relative units":              {attributes: `width="6em" height="40"`, want: "0x0"},
		"negative":                    {attributes: `width="-60" height="40"`, want: "0x0"},
		"zero":                        {attributes: `width="0" height="40"`, want: "0x0"},
		"less than half a pixel":      {attributes: `width="0.4" height="40"`, want: "0x0"},
		"too large":                   {attributes: `width="1e400" height="40"`, want: "0x0"},
		"more than any image":         {attributes: `width="2147483648" height="40"`, want: "0x0"},
		"many digits":                 {attributes: `width="` + strings.Repeat("9", 400) + `" height="40"`, want: "0x0"},
		"a long value":                {attributes: `width="` + strings.Repeat(" ", 100_000) + `60" height="40"`, want: "0x0"},
		"a size of another element":   {attributes: `id="a"><rect width="60" height="40"/`, want: "0x0"},
		"a long attribute":            {attributes: strings.Repeat("a", 100_000) + `="1" width="60" height="40"`, want: "60x40"},
	}
	for name, test := range tests {
		content := "<svg " + test.attributes + "></svg>"
		if got, want := display(read(t, content)), "svg "+test.want; got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
		if got, want := display(read(t, utf16LE("\ufeff"+content))), "svg "+test.want; got != want {
			t.Errorf("%s in UTF-16: got %s, want %s", name, got, want)
		}
	}
}
