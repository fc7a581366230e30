package imagefile

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"slices"
)

// parseHEIF reads the top-level boxes. The box meta describes the primary item;
// without it, the file is a sequence, with a box moov, or a small image, with a
// box mini. The coding of the image decides the format, and the brands only if
// the coding is unknown.
// ISO/IEC 14496-12 describes the boxes, 23008-12 their content in HEIF.
func parseHEIF(in *source, p *Info) error {
	var still, sequence codedImage
	described := false
	for {
		kind, size, err := nextBox(in)
		if err != nil {
			break // the end, or not a box
		}
		name := string(kind[:])
		read := imageBoxes[name]
		if read != nil {
			content, _ := in.Peek(int(min(size, bufferSize)))
			image := &still
			if name == "moov" {
				image = &sequence
			}
			if described = true; image.width == 0 {
				*image = read(content)
			}
		}
		// A box of unlimited size extends to the end of the file, and the data after
		// the image need not be a box.
		if err := in.skip(size); err != nil && size != math.MaxInt64 && (name == "mdat" || read != nil && name != "moov") {
			p.setImage(still, sequence)
			p.Frames = 1
			return err
		}
	}
	if p.setImage(still, sequence); described {
		p.Frames = 1
	} else if p.Format != "" {
		return formatError("its box meta, which describes the image, is missing")
	}
	return nil
}

// imageBoxes are the parsers of boxes that describe an image.
var imageBoxes = map[string]func([]byte) codedImage{"meta": primaryItem, "mini": smallImage, "moov": firstTrack}

// codedImage is an image as its boxes describe it: the code of its coding, such
// as hvc1, its dimensions as stored, and as displayed. Zero means unknown.
type codedImage struct {
	coding                      string
	width, height               int
	displayWidth, displayHeight int64
}

// setImage sets the format and the dimensions to those of the still image, or of
// the sequence if there is no image. A video has the same kind of track, but
// isn't an image.
func (p *Info) setImage(image, sequence codedImage) {
	if image == (codedImage{}) && (p.found.description == "" || p.found.isImage) {
		image = sequence
	}
	p.Width, p.Height = image.width, image.height
	p.DisplayWidth, p.DisplayHeight = image.displayWidth, image.displayHeight
	found, known := codings[image.coding]
	switch {
	case known:
		p.found = found
	case image.coding != "":
		p.found = otherImage(fmt.Sprintf("a HEIF file whose image is coded as %q", image.coding))
	case p.found.description != "": // the brands don't identify the coding either
		p.found.format = ""
	}
	p.Format = p.found.format
}

// codings maps the codings of HEIF images to kinds of files.
var codings = map[string]sniffed{
	"hvc1": is(HEIC), "hev1": is(HEIC), "lhv1": is(HEIC), "av01": is(AVIF),
	"unci": {
		description: "a HEIF file whose image is not compressed (unci)", isImage: true,
		advice: "Convert it to PNG, for example with heif-dec of libheif 1.17 or newer.",
	},
	"jpeg": otherImage("a HEIF file whose image is coded as JPEG"), "mjpg": otherImage("a HEIF file whose image is coded as JPEG"),
	"j2k1": otherImage("a HEIF file whose image is coded as JPEG 2000"), "mjp2": otherImage("a HEIF file whose image is coded as JPEG 2000"),
	"avc1": otherImage("a HEIF file whose image is coded as H.264"), "avc3": otherImage("a HEIF file whose image is coded as H.264"),
	"vvc1": otherImage("a HEIF file whose image is coded as H.266"), "vvi1": otherImage("a HEIF file whose image is coded as H.266"),
}

// nextBox reads the header of a box, and returns the size of its content.
func nextBox(in *source) (kind [4]byte, size int64, err error) {
	var header []byte
	if header, err = in.next(8); err == nil {
		kind, size = [4]byte(header[4:]), int64(binary.BigEndian.Uint32(header))-8
	}
	switch size + 8 {
	case 0:
		size = math.MaxInt64
	case 1:
		if header, err = in.next(8); err == nil {
			size = int64(min(binary.BigEndian.Uint64(header), math.MaxInt64)) - 16
		}
	}
	if size < 0 {
		err = formatError("a box has an invalid size")
	}
	return kind, size, err
}

// boxes iterates over the boxes in content, and truncates a box that exceeds
// it.
func boxes(content []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for len(content) >= 8 {
			size, kind := uint64(binary.BigEndian.Uint32(content)), string(content[4:8])
			header := uint64(8)
			switch {
			case size == 0:
				size = uint64(len(content))
			case size == 1 && len(content) >= 16:
				size, header = binary.BigEndian.Uint64(content[8:]), 16
			}
			if size < header {
				return
			}
			size = min(size, uint64(len(content)))
			if !yield(kind, content[header:size]) {
				return
			}
			content = content[size:]
		}
	}
}

// find returns the content of the first box of a kind, or nil.
func find(content []byte, kind string) []byte {
	for found, inside := range boxes(content) {
		if found == kind {
			return inside
		}
	}
	return nil
}

// primaryItem reads the coding and the dimensions of the primary item. The box
// pitm has its ID, iinf its type, ipma the indexes of its properties, and ipco
// the properties.
func primaryItem(meta []byte) (image codedImage) {
	inside := fields{meta}
	inside.uint(4) // version and flags
	primary := fields{find(inside.rest, "pitm")}
	if primary.rest == nil {
		return image
	}
	item := primary.uint(2 + 2*min(1, primary.uint(4)>>24))
	properties := find(inside.rest, "iprp")
	image.setDimensions(propertiesOf(item, properties))
	image.coding = codingOf(item, inside.rest)
	return image
}

// setDimensions reads the stored dimensions, and applies the properties that
// crop and rotate the image, in their order.
func (image *codedImage) setDimensions(properties []property) {
	at := slices.IndexFunc(properties, func(p property) bool { return p.kind == "ispe" && len(p.content) >= 12 })
	if at < 0 {
		return
	}
	image.width, image.height = side(properties[at].content[4:]), side(properties[at].content[8:])
	if image.width == 0 || image.height == 0 {
		return
	}
	width, height := int64(image.width), int64(image.height)
	for _, p := range properties {
		switch p.kind {
		case "clap":
			width, height = cropped(width, height, p.content)
		case "irot": // in steps of 90 degrees
			if len(p.content) > 0 && p.content[0]&1 == 1 {
				width, height = height, width
			}
		}
	}
	image.displayWidth, image.displayHeight = width, height
}

// cropped returns dimensions after a crop to the clean aperture, which begins
// with its width and height as fractions. An aperture larger than the image is
// ignored.
func cropped(width, height int64, clap []byte) (croppedWidth, croppedHeight int64) {
	in := fields{clap}
	fraction := func() int64 {
		numerator, denominator := in.uint(4), in.uint(4)
		return int64(min(numerator/max(1, denominator), math.MaxUint32))
	}
	croppedWidth, croppedHeight = fraction(), fraction()
	if len(clap) < 32 || croppedWidth == 0 || croppedWidth > width || croppedHeight == 0 || croppedHeight > height {
		return width, height
	}
	return croppedWidth, croppedHeight
}

// codingOf returns the type of an item. If it is derived from other items, such
// as a grid of tiles, it returns the type of the first of these.
func codingOf(item uint64, meta []byte) string {
	types := itemTypes(find(meta, "iinf"))
	for range 8 { // real chains are shorter
		switch kind := types[item]; kind {
		case "grid", "iovl", "iden", "tmap":
			first, ok := firstSource(item, find(meta, "iref"))
			if !ok {
				return ""
			}
			item = first
		default:
			return kind
		}
	}
	return ""
}

// itemTypes returns the types of all items by number.
func itemTypes(iinf []byte) map[uint64]string {
	in, types := fields{iinf}, map[uint64]string{}
	in.uint(2 + 2*min(1, in.uint(4)>>24)) // the number of items
	for kind, entry := range boxes(in.rest) {
		info := fields{entry}
		version := info.uint(4) >> 24
		if kind != "infe" || version < 2 {
			continue
		}
		item := info.uint(2 + 2*min(1, version-2))
		info.uint(2) // protection
		if len(info.rest) >= 4 {
			types[item] = string(info.rest[:4])
		}
	}
	return types
}

// firstSource returns the first of the items that an item is derived from.
func firstSource(item uint64, iref []byte) (first uint64, ok bool) {
	in := fields{iref}
	size := 2 + 2*min(1, in.uint(4)>>24)
	for kind, entry := range boxes(in.rest) {
		reference := fields{entry}
		if from := reference.uint(size); kind == "dimg" && from == item && reference.uint(2) > 0 {
			return reference.uint(size), true
		}
	}
	return 0, false
}

// smallImage reads the box mini, which replaces the box meta in small files,
// whose coding is one of the brands. It begins with flags: the lowest three bits
// of the second byte are the Exif orientation less one; the highest bit of the
// third byte is set if width and height have 15 bits instead of 7. The width and
// the height follow, each less one.
func smallImage(mini []byte) (image codedImage) {
	if len(mini) < 6 {
		return image
	}
	bits, at, sideBits := binary.BigEndian.Uint32(mini[2:]), 31, 7
	if bits>>at != 0 {
		sideBits = 15
	}
	next := func() int {
		at -= sideBits
		return int(bits>>at&(1<<sideBits-1)) + 1
	}
	image.width = next()
	image.height = next()
	image.displayWidth, image.displayHeight = oriented(image.width, image.height, int(mini[1]&7)+1)
	return image
}

// firstTrack reads the first visible track of a sequence. The type of its sample
// entry is the coding, and the entry contains the dimensions.
func firstTrack(moov []byte) (image codedImage) {
	for kind, track := range boxes(moov) {
		media := find(track, "mdia")
		handler := find(media, "hdlr")
		if kind != "trak" || len(handler) < 12 || string(handler[8:12]) != "pict" && string(handler[8:12]) != "vide" {
			continue
		}
		samples := fields{find(find(find(media, "minf"), "stbl"), "stsd")}
		samples.uint(8) // version, flags and the number of entries
		for coding, entry := range boxes(samples.rest) {
			if len(entry) < 28 {
				break
			}
			image.coding = coding
			image.width, image.height = int(binary.BigEndian.Uint16(entry[24:])), int(binary.BigEndian.Uint16(entry[26:]))
			return image
		}
	}
	return image
}

// property is a property of an item: its type and its content.
type property struct {
	kind    string
	content []byte
}

// propertiesOf returns the properties of an item, in the order in which they
// apply.
func propertiesOf(item uint64, iprp []byte) (found []property) {
	var all []property
	for kind, content := range boxes(find(iprp, "ipco")) {
		all = append(all, property{kind, content})
	}
	for _, number := range propertyNumbers(item, find(iprp, "ipma")) {
		if number >= 1 && number <= uint64(len(all)) {
			found = append(found, all[number-1])
		}
	}
	return found
}

// propertyNumbers returns the numbers of an item's properties, from 1.
func propertyNumbers(item uint64, ipma []byte) (numbers []uint64) {
	in := fields{ipma}
	head := in.uint(4)
	idSize, numberSize, mask := 2+2*min(1, head>>24), uint64(1), uint64(0x7F)
	if head&1 == 1 {
		numberSize, mask = 2, 0x7FFF
	}
	for range in.uint(4) {
		id := in.uint(idSize)
		for range in.uint(1) {
			if number := in.uint(numberSize) & mask; id == item {
				numbers = append(numbers, number)
			}
		}
		if len(in.rest) == 0 {
			break
		}
	}
	return numbers
}

// side returns a width or height, or 0 if it exceeds an int32.
func side(b []byte) int {
	if n := binary.BigEndian.Uint32(b); n <= math.MaxInt32 {
		return int(n)
	}
	return 0
}

// fields reads consecutive integers. After the end of the content, they are 0.
type fields struct{ rest []byte }

func (f *fields) uint(size uint64) (n uint64) {
	read := f.rest[:min(size, uint64(len(f.rest)))]
	for _, b := range read {
		n = n<<8 | uint64(b)
	}
	f.rest = f.rest[len(read):]
	return n
}
