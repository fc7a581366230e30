package imagefile

import (
	"encoding/binary"
	"strings"
	"testing"
)

// box returns a box: its size, its kind and its content.
func box(kind string, content ...string) string {
	inside := strings.Join(content, "")
	return string(binary.BigEndian.AppendUint32(nil, uint32(8+len(inside)))) + kind + inside
}

// largeBox returns a box with a size of 64 bits.
func largeBox(kind, content string) string {
	return "\x00\x00\x00\x01" + kind + string(binary.BigEndian.AppendUint64(nil, uint64(16+len(content)))) + content
}

// sizeBox returns the property ispe: version and flags, width, height.
func sizeBox(width, height uint32) string {
	content := binary.BigEndian.AppendUint32([]byte("\x00\x00\x00\x00"), width)
	return box("ispe", string(binary.BigEndian.AppendUint32(content, height)))
}

const (
	// Version and flags 0, two items: number 1 has the properties 1 and 2,
	// number 2 has the properties 3 (essential: the upper bit) and 1.
	propertiesV0 = "\x00\x00\x00\x00" + "\x00\x00\x00\x02" + "\x00\x01\x02\x01\x02" + "\x00\x02\x02\x83\x01"
	// The same in version 1 with the flag 1: numbers of 4 and of 2 bytes.
	propertiesV1 = "\x01\x00\x00\x01" + "\x00\x00\x00\x02" + "\x00\x00\x00\x01\x02\x00\x01\x00\x02" + "\x00\x00\x00\x02\x02\x80\x03\x00\x01"
)

// metaOf returns a box meta whose primary item is number 2: it has the third
// property, the dimensions, while the first item, a tile, has the second.
func metaOf(properties string, width, height uint32) string {
	return box(
		"meta",
		"\x00\x00\x00\x00",
		box("hdlr", "\x00\x00\x00\x00\x00\x00\x00\x00pict"),
		box("pitm", "\x00\x00\x00\x00\x00\x02"),
		box("iprp", box("ipco", box("hvcC", "abc"), sizeBox(512, 512), sizeBox(width, height)), box("ipma", properties)),
	)
}

// itemBox returns an entry of iinf: version 2, flags, the number, no protection,
// the type, and an empty name.
func itemBox(number byte, coding string) string {
	return box("infe", "\x02\x00\x00\x00\x00", string(number), "\x00\x00", coding, "\x00")
}

// infoBox returns the list of items, with their count first.
func infoBox(items ...string) string {
	return box("iinf", "\x00\x00\x00\x00\x00", string(rune(len(items))), strings.Join(items, ""))
}

// codedMeta returns a box meta with one item.
func codedMeta(coding string, width, height uint32) string {
	return box("meta", "\x00\x00\x00\x00", box("pitm", "\x00\x00\x00\x00\x00\x01"), infoBox(itemBox(1, coding)),
		box("iprp", box("ipco", sizeBox(width, height)), box("ipma", "\x00\x00\x00\x00\x00\x00\x00\x01\x00\x01\x01\x81")))
}

// trackBox returns a track of a sequence: its handler, its coding, width and height.
func trackBox(handler, coding string, width, height uint16) string {
	entry := strings.Repeat(
		"\x00",
		24,
	) + string(
		binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, width), height),
	)
	return box(
		"trak",
		box("tkhd", "abcd"),
		box("mdia", box("mdhd"), box("hdlr", "\x00\x00\x00\x00\x00\x00\x00\x00"+handler+"abcd"),
			box("minf", box("vmhd"), box("stbl", box("stsd", "\x00\x00\x00\x00\x00\x00\x00\x01", box(coding, entry, "more"))))),
	)
}

func TestParseHEIFCodings(t *testing.T) {
	t.Parallel()
	const (
		mif1, msf1 = "\x00\x00\x00\x14ftypmif1\x00\x00\x00\x00miaf", "\x00\x00\x00\x10ftypmsf1\x00\x00\x00\x00"
		isom       = "\x00\x00\x00\x10ftypisom\x00\x00\x00\x00"
		neither    = "a HEIF file that is neither HEIC nor AVIF"
		sized      = "HEIC 60x40, frames: 1"
		pitm       = "\x00\x00\x00\x00\x00\x02"
	)
	heic, avif := box("ftyp", "heic\x00\x00\x00\x00"), box("ftyp", "avif\x00\x00\x00\x00")
	meta := func(primary string, inside ...string) string {
		return mif1 + box("meta", "\x00\x00\x00\x00", box("pitm", primary), strings.Join(inside, ""))
	}
	grid := itemBox(2, "grid") + itemBox(3, "av01")
	tests := map[string]struct{ content, want string }{
		"the coding beats the brand, HEIC": {avif + codedMeta("hvc1", 60, 40), sized},
		"the coding beats the brand, AVIF": {heic + codedMeta("av01", 60, 40), "AVIF 60x40, frames: 1"},
		"an unknown coding": {
			heic + codedMeta("ab\x00c", 60, 40),
			`a HEIF file whose image is coded as "ab\x00c"`,
		},
		"the brand of a video, and an image": {isom + codedMeta("hvc1", 60, 40), sized},
		"the brand of a video, and metadata": {
			isom + box("meta", "\x00\x00\x00\x00", box("ilst")) + box("moov"),
			"a video of the MP4 family",
		},
		"no coding, by the brand":                {heic + metaOf(propertiesV0, 60, 40), sized},
		"no coding, and no brand":                {mif1 + metaOf(propertiesV0, 60, 40), neither},
		"truncated, with the brand of any image": {mif1 + codedMeta("hvc1", 60, 40) + box("mdat", "abcd")[:10], sized + ", truncated"},
		"no boxes":                               {mif1, neither},
		"an item of a long number": {
			meta("\x01\x00\x00\x00\x00\x01\x00\x00", box("iinf", "\x01\x00\x00\x00\x00\x00\x00\x01",
				box("infe", "\x03\x00\x00\x00\x00\x01\x00\x00\x00\x00hvc1"))), "HEIC 0x0, frames: 1",
		},
		"another item first": {meta(pitm, infoBox(itemBox(1, "av01"), itemBox(2, "hvc1"))), "HEIC 0x0, frames: 1"},
		"an item of an old version": {
			meta(pitm, infoBox(box("infe", "\x01\x00\x00\x00\x00\x02\x00\x00hvc1"))), neither,
		},
		"an entry of another kind": {
			meta(pitm, infoBox(box("free", "\x02\x00\x00\x00\x00\x02\x00\x00hvc1"))), neither,
		},
		"an entry that is too short": {meta(pitm, infoBox(box("infe", "\x02\x00\x00\x00\x00\x02\x00\x00hvc"))), neither},
		"a grid": {
			meta(pitm, infoBox(grid), box("iref", "\x00\x00\x00\x00", box("thmb", "\x00\x02\x00\x01\x00\x01"),
				box("dimg", "\x00\x01\x00\x01\x00\x01"), box("dimg", "\x00\x02\x00\x02\x00\x03\x00\x04"))), "AVIF 0x0, frames: 1",
		},
		"a grid with long numbers": {
			meta(pitm, infoBox(grid), box("iref", "\x01\x00\x00\x00", box("dimg", "\x00\x00\x00\x02\x00\x01\x00\x00\x00\x03"))),
			"AVIF 0x0, frames: 1",
		},
		"a grid of nothing": {
			meta(pitm, infoBox(grid), box("iref", "\x00\x00\x00\x00", box("dimg", "\x00\x02\x00\x00"))),
			neither,
		},
		"a grid of itself": {
			meta(pitm, infoBox(grid), box("iref", "\x00\x00\x00\x00", box("dimg", "\x00\x02\x00\x01\x00\x02"))), neither,
		},
		"a sequence": {msf1 + box("moov", box("mvhd"), trackBox("pict", "hvc1", 60, 40)), sized},
		"a sequence of AV1": {
			box("ftyp", "avis\x00\x00\x00\x00") + box("moov", trackBox("pict", "av01", 60, 40)), "AVIF 60x40, frames: 1",
		},
		"a sequence with other tracks": {
			msf1 + box("moov", trackBox("auxv", "av01", 1, 2), trackBox("vide", "hev1", 60, 40)),
			sized,
		},
		"a sequence, and an image": {
			msf1 + box("moov", trackBox("pict", "av01", 1, 2)) + codedMeta("hvc1", 60, 40),
			sized,
		},
		"a sequence, and no image": {
			msf1 + box("meta", "\x00\x00\x00\x00", box("ilst")) + box("moov", trackBox("pict", "hvc1", 60, 40)), sized,
		},
		"the first box moov counts": {
			msf1 + box("moov", trackBox("pict", "hvc1", 60, 40)) + box("moov", trackBox("pict", "hvc1", 1, 2)), sized,
		},
		"a sequence without an entry": {
			msf1 + box("moov", box("trak", box("mdia", box("hdlr", "\x00\x00\x00\x00\x00\x00\x00\x00pict")))), neither,
		},
		"a sequence with a short entry": {msf1 + box("moov", trackBox("pict", "hvc1", 60, 40)[:8]), neither},
		"a sequence in a video":         {isom + box("moov", trackBox("vide", "hvc1", 60, 40)), "a video of the MP4 family"},
		"small, of 7 bits": {
			box("ftyp", "mif3avif") + box("mini", "\x00\x00\x3b\x30\x00\x00"),
			"AVIF 60x25, frames: 1",
		},
		"small, of 15 bits": {
			box("ftyp", "mif3heic") + box("mini", "\x00\x00\xff\xff\xff\xfe"),
			"HEIC 32768x32768, frames: 1",
		},
		"small, too short": {
			box("ftyp", "mif3avif") + box("mini", "\x00\x00\xff\xff\xff"),
			"AVIF 0x0, frames: 1",
		},
		"small, with an unknown coding": {box("ftyp", "mif3abcd") + box("mini", "\x00\x00\xff\xff\xff\xfe"), neither},
		"small, truncated": {
			box("ftyp", "mif3avif") + box("mini", "\x00\x00\x3b\x30\x00\x00abc")[:15], "AVIF 60x25, frames: 1, truncated",
		},
	}
	for coding, want := range map[string]string{
		"hvc1": sized, "hev1": sized, "lhv1": sized, "av01": "AVIF 60x40, frames: 1",
		"unci": "a HEIF file whose image is not compressed (unci)",
		"jpeg": "a HEIF file whose image is coded as JPEG", "mjpg": "a HEIF file whose image is coded as JPEG",
		"j2k1": "a HEIF file whose image is coded as JPEG 2000", "mjp2": "a HEIF file whose image is coded as JPEG 2000",
		"avc1": "a HEIF file whose image is coded as H.264", "avc3": "a HEIF file whose image is coded as H.264",
		"vvc1": "a HEIF file whose image is coded as H.266", "vvi1": "a HEIF file whose image is coded as H.266",
	} {
		tests[coding] = struct{ content, want string }{mif1 + codedMeta(coding, 60, 40), want}
	}
	checkSummaries(t, tests)
}

func TestParseHEIF(t *testing.T) {
	t.Parallel()
	const (
		heic    = "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
		known   = "HEIC 60x40, frames: 1"
		unknown = "HEIC 0x0, frames: 1"
		without = "HEIC 0x0, frames: 0, damaged: its box meta, which describes the image, is missing"
	)
	meta, data := metaOf(propertiesV0, 60, 40), box("mdat", "abcdef")
	part := func(pitm, ipco, ipma string) string {
		return heic + box("meta", "\x00\x00\x00\x00", box("pitm", pitm), box("iprp", box("ipco", ipco), box("ipma", ipma)))
	}
	properties := box("free") + box("free") + sizeBox(60, 40)
	checkSummaries(t, map[string]struct{ content, want string }{
		"short numbers":           {heic + meta + data, known},
		"long numbers":            {heic + metaOf(propertiesV1, 60, 40) + data, known},
		"long number of the item": {part("\x01\x00\x00\x00\x00\x00\x00\x02", properties, propertiesV0), known},
		"long item, short property": {
			part("\x00\x00\x00\x00\x00\x02", properties, "\x01\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02\x01\x83"), known,
		},
		"more after a short number": {part("\x00\x00\x00\x00\x00\x02ab", properties, propertiesV0), known},
		"more after a long number":  {part("\x01\x00\x00\x00\x00\x00\x00\x02ab", properties, propertiesV0), known},
		"more after a later number": {part("\x02\x00\x00\x00\x00\x00\x00\x02ab", properties, propertiesV0), known},
		"many lists with a forged count": {
			strings.Repeat(part("", "", "\x00\x00\x00\x00\xff\xff\xff\xff"), 500), unknown,
		},
		"a later version": {
			part(
				"\x02\x00\x00\x00\x00\x00\x00\x02",
				properties,
				"\x02\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02\x01\x83",
			), known,
		},
		"the 256th property": {
			part(
				"\x00\x00\x00\x00\x00\x02", strings.Repeat(box("free"), 255)+sizeBox(60, 40),
				"\x00\x00\x00\x01\x00\x00\x00\x01\x00\x02\x01\x81\x00",
			), known,
		},
		"short item, long property": {
			part("\x00\x00\x00\x00\x00\x02", properties, "\x00\x00\x00\x01\x00\x00\x00\x01\x00\x02\x01\x80\x03"), known,
		},
		"the data first":            {heic + data + meta, known},
		"the first box meta counts": {heic + meta + metaOf(propertiesV0, 7, 8), known},
		"sizes of 64 bits":          {heic + largeBox("free", "ab") + largeBox("meta", meta[8:]) + data, known},
		"a last box without an end": {heic + meta + "\x00\x00\x00\x00mdatabcdef", known},
		"a box meta without an end": {heic + data + "\x00\x00\x00\x00" + meta[4:], known},
		"a box within without end": {
			heic + box("meta", meta[8:len(meta)-len(propertiesV0)-8]+"\x00\x00\x00\x00ipma"+propertiesV0),
			known,
		},
		"something after the end":     {heic + meta + data + "\x7f\xff\xff\xffmoreabc", known},
		"not a box after the end":     {heic + meta + data + "\x00\x00\x00\x07mdat", known},
		"a sequence without a still":  {heic + box("moov", "abcd"), unknown},
		"without a box meta":          {heic + data, without},
		"nothing after the brands":    {heic, without},
		"a box of an impossible size": {heic + "\x00\x00\x00\x07meta" + meta, without},
		"a 64-bit impossible size":    {heic + "\x00\x00\x00\x01meta\x00\x00\x00\x00\x00\x00\x00\x0f" + meta, without},
		"a 64-bit huge size": {
			heic + meta + "\x00\x00\x00\x01mdat\xff\xff\xff\xff\xff\xff\xff\xffabc",
			known + ", truncated",
		},
		"truncated in a 64-bit size": {heic + "\x00\x00\x00\x01meta\x00\x00", without},
		"truncated in the data":      {heic + meta + data[:12], known + ", truncated"},
		"truncated in the header":    {heic + meta[:len(meta)-len(propertiesV0)-8], unknown + ", truncated"},
		"a meta box of nothing":      {heic + box("meta"), unknown},
		"no primary item":            {part("", properties, propertiesV0), unknown},
		"a missing primary item":     {part("\x00\x00\x00\x00\x00\x03", properties, propertiesV0), unknown},
		"no properties":              {part("\x00\x00\x00\x00\x00\x02", "", propertiesV0), unknown},
		"no list of properties":      {part("\x00\x00\x00\x00\x00\x02", properties, ""), unknown},
		"a list with a forged count": {
			part("\x00\x00\x00\x00\x00\x02", properties, "\x00\x00\x00\x00\xff\xff\xff\xff"+propertiesV0[8:]),
			known,
		},
		"a size that is too short": {
			part("\x00\x00\x00\x00\x00\x02", box("free")+box("free")+box("ispe",
				"\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00"), propertiesV0), unknown,
		},
		"a side beyond an int32": {
			part(
				"\x00\x00\x00\x00\x00\x02",
				box("free")+box("free")+sizeBox(1<<31, 1<<31-1),
				propertiesV0,
			), "HEIC 0x2147483647, frames: 1",
		},
		"a property without an end": {
			part(
				"\x00\x00\x00\x00\x00\x02",
				box("free")+box("free")+"\x00\x00\x00\x00"+sizeBox(60, 40)[4:],
				propertiesV0,
			), known,
		},
		"a property of 64 bits": {
			part(
				"\x00\x00\x00\x00\x00\x02",
				box("free")+largeBox("free", "ab")+largeBox("ispe", sizeBox(60, 40)[8:]),
				propertiesV0,
			), known,
		},
		"a property past the end": {
			part(
				"\x00\x00\x00\x00\x00\x02",
				box("free")+box("free")+"\xff\xff\xff\xff"+sizeBox(60, 40)[4:],
				propertiesV0,
			), known,
		},
		"a property of no size": {
			part("\x00\x00\x00\x00\x00\x02", box("free")+"\x00\x00\x00\x07free"+sizeBox(60, 40), propertiesV0), unknown,
		},
		"a truncated 64-bit property": {
			part("\x00\x00\x00\x00\x00\x02", box("free")+"\x00\x00\x00\x01free", propertiesV0),
			unknown,
		},
		"too large a header": {
			heic + box("meta", "\x00\x00\x00\x00", box("free", strings.Repeat("a", bufferSize)), meta[12:]) + data, unknown,
		},
	})
}

func TestSniffBrand(t *testing.T) {
	t.Parallel()
	const video = "a video of the MP4 family"
	tests := map[string]struct{ content, want string }{
		"AVIF sequence":                {box("ftyp", "avis\x00\x00\x00\x00") + box("moov"), "AVIF 0x0, frames: 1"},
		"AVIF by a compatible brand":   {box("ftyp", "mif1\x00\x00\x00\x00miafavif") + box("meta"), "AVIF 0x0, frames: 1"},
		"the major brand first":        {box("ftyp", "avif\x00\x00\x00\x00heic") + box("meta"), "AVIF 0x0, frames: 1"},
		"a number that looks like one": {box("ftyp", "isomheicmp41"), video},
		"a brand after the box":        {box("ftyp", "isom\x00\x00\x00\x00mp41") + "heic", video},
		"MP4":                          {box("ftyp", "isom\x00\x00\x02\x00isomiso2avc1mp41"), video},
		"QuickTime":                    {box("ftyp", "qt  \x00\x00\x00\x00qt  "), "a QuickTime video"},
		"Canon raw":                    {box("ftyp", "crx \x00\x00\x00\x01crx isom"), "a Canon raw photo"},
		"no brands":                    {box("ftyp") + "abcd", video},
		"half a brand":                 {box("ftyp", "isom\x00\x00\x00\x00hei"), video},
		"too short for a brand": {
			"\x00\x00\x00\x0bftyphei",
			"data in an unknown format, starting with 00 00 00 0b 66 74 79 70",
		},
	}
	for _, brand := range []string{"heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"} {
		tests[brand] = struct{ content, want string }{
			box("ftyp", brand, "\x00\x00\x00\x00") + box("meta"),
			"HEIC 0x0, frames: 1",
		}
	}
	checkSummaries(t, tests)
}
