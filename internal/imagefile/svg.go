package imagefile

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// sniffMarkup recognizes SVG, other XML, and HTML. The root element, which
// parseSVG reads, decides between them.
func sniffMarkup(head []byte) sniffed {
	if utf16Order(head) == nil && !bytes.HasPrefix(trimmed(head), []byte("<")) {
		return sniffed{}
	}
	guess := withoutRoot(head)
	guess.format = SVG
	return guess
}

var htmlPage = notImage("an HTML page", download)

// withoutRoot returns the kind of a file if parseSVG finds no root element: an
// HTML page, which need not be XML, a damaged SVG file, or text.
func withoutRoot(head []byte) sniffed {
	content := bytes.ToLower(trimmed(head))
	switch {
	case bytes.Contains(content, []byte("<html")):
		return htmlPage
	case bytes.Contains(content, []byte("<svg")):
		return is(SVG)
	case bytes.HasPrefix(content, []byte("<?xml")):
		return notImage("an XML document without a root element", "")
	}
	if found := sniffText(head); found.known() {
		return found
	}
	return unknown(head)
}

// utf16Order returns the byte order of text in UTF-16 that begins with a byte
// order mark or an XML declaration, and nil for other files.
func utf16Order(head []byte) binary.ByteOrder {
	switch {
	case begins(head, "\xff\xfe"), begins(head, "<\x00\x3f\x00x\x00"):
		return binary.LittleEndian
	case begins(head, "\xfe\xff"), begins(head, "\x00<\x00\x3f\x00x"):
		return binary.BigEndian
	}
	return nil
}

// parseSVG reads up to the start tag of the root element, and then searches for
// its end tag. The prolog may be of any length; it isn't held in memory.
func parseSVG(in *source, p *Info) error {
	x := newXMLReader(in)
	name := x.root()
	local := name[strings.LastIndex(name, ":")+1:]
	switch {
	case x.html || strings.EqualFold(local, "html"):
		p.Format, p.found = "", htmlPage
		return nil
	case name == "" && p.found.description == "":
		return formatError(cmp.Or(x.broken, "its root element cannot be read"))
	case name == "":
		p.Format = ""
		return nil
	case local != "svg":
		p.Format, p.found = "", notImage(fmt.Sprintf("an XML document with the root element %.40q", local), "")
		return nil
	}
	p.found = is(SVG)
	isEmpty := x.tag()
	switch {
	case x.broken != "":
		return formatError(x.broken)
	case x.err != nil:
		return formatError("it ends within the start tag of its root element")
	}
	p.Frames = 1
	p.setSVGSize(x.width, x.height)
	if x.order != nil {
		p.warn("is an SVG file in UTF-16", "Save it in UTF-8.")
	} else if !isEmpty && !in.contains([]byte("</"+name)) {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// setSVGSize sets the dimensions from the attributes of the root element, if both
// are absolute.
func (p *Info) setSVGSize(width, height string) {
	w, h := svgPixels(width), svgPixels(height)
	if w > 0 && h > 0 {
		p.DisplayWidth, p.DisplayHeight = w, h
	}
}

var svgLength = regexp.MustCompile(`^\s*\+?(\d+\.?\d*|\.\d+)([A-Za-z]*)\s*$`)

// svgUnits are the absolute units, in pixels.
// https://www.w3.org/TR/css-values-4/#absolute-lengths
var svgUnits = map[string]float64{
	"": 1, "px": 1, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6, "pt": 96.0 / 72, "pc": 16,
}

// svgPixels returns an absolute length in pixels, rounded, or 0.
func svgPixels(length string) int64 {
	match := svgLength.FindStringSubmatch(length)
	if match == nil {
		return 0
	}
	number, err := strconv.ParseFloat(match[1], 64)
	pixels := math.Round(number * svgUnits[strings.ToLower(match[2])])
	if err != nil || pixels > math.MaxInt32 {
		return 0
	}
	return int64(pixels)
}
