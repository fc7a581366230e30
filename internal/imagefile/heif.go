package imagefile

import (
	"encoding/binary"
	"iter"
	"math"
)

// walkHEIF goes through the boxes of the outermost level. The box meta tells
// the size; without it the picture can only be a sequence, with a box moov.
// ISO/IEC 14496-12 describes the boxes, 23008-12 what stands in them here.
func walkHEIF(in *source, p *Picture) error {
	for {
		kind, size, err := nextBox(in)
		if err != nil {
			break // the end, or what is no box
		}
		isMeta := string(kind[:]) == "meta"
		if isMeta && p.Width == 0 {
			content, _ := in.Peek(int(min(size, bufferSize)))
			p.Width, p.Height = primarySize(content)
		}
		if isMeta || string(kind[:]) == "moov" {
			p.Frames = 1
		}
		// A last box without an end goes on to the end of the file, and what
		// stands behind the picture may be no box at all.
		if err := in.skip(size); err != nil && size != math.MaxInt64 && (isMeta || string(kind[:]) == "mdat") {
			return err
		}
	}
	if p.Frames == 0 {
		return damage("it has no box meta, which describes the picture")
	}
	return nil
}

// nextBox reads the header of a box, and gives the size of what follows.
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
		err = damage("a box has an impossible size")
	}
	return kind, size, err
}

// boxes are those in a part of the header. What goes past its end is cut.
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

// find gives the first box of a kind, or nothing.
func find(content []byte, kind string) []byte {
	for found, inside := range boxes(content) {
		if found == kind {
			return inside
		}
	}
	return nil
}

// primarySize finds the size of the primary item: the box pitm names the item,
// ipma its properties, and ipco holds these. It is 0 where one is missing.
func primarySize(meta []byte) (width, height int) {
	inside := fields{meta}
	inside.uint(4) // version and flags
	item := fields{find(inside.rest, "pitm")}
	version := item.uint(4) >> 24
	properties := find(inside.rest, "iprp")
	wanted := propertiesOf(item.uint(2+2*min(1, version)), find(properties, "ipma"))
	number := uint64(0)
	for kind, property := range boxes(find(properties, "ipco")) {
		number++
		if wanted[number] && kind == "ispe" && len(property) >= 12 {
			return side(property[4:]), side(property[8:])
		}
	}
	return 0, 0
}

// propertiesOf are the numbers of an item's properties, from 1.
func propertiesOf(item uint64, ipma []byte) map[uint64]bool {
	in, numbers := fields{ipma}, map[uint64]bool{}
	head := in.uint(4)
	idSize, numberSize, mask := 2+2*min(1, head>>24), uint64(1), uint64(0x7F)
	if head&1 == 1 {
		numberSize, mask = 2, 0x7FFF
	}
	for range in.uint(4) {
		id := in.uint(idSize)
		for range in.uint(1) {
			if number := in.uint(numberSize) & mask; id == item {
				numbers[number] = true
			}
		}
		if len(in.rest) == 0 {
			break
		}
	}
	return numbers
}

// side is 0 for what no picture has.
func side(b []byte) int {
	if n := binary.BigEndian.Uint32(b); n <= math.MaxInt32 {
		return int(n)
	}
	return 0
}

// fields reads numbers one after another. Where they end, all others are 0.
type fields struct{ rest []byte }

func (f *fields) uint(size uint64) (n uint64) {
	read := f.rest[:min(size, uint64(len(f.rest)))]
	for _, b := range read {
		n = n<<8 | uint64(b)
	}
	f.rest = f.rest[len(read):]
	return n
}
