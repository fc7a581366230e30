package imagefile

import (
	"encoding/binary"
	"regexp"
	"strings"
	"unicode"
)

// xmlReader reads an XML document up to its root element, character by
// character. It accepts more than XML allows, and records the first violation
// for which every parser rejects a document.
type xmlReader struct {
	in     *source
	order  binary.ByteOrder // of UTF-16; nil for other encodings, which must extend ASCII
	count  int64            // characters read
	err    error            // a read error, such as io.EOF; next then returns zeros
	last   byte             // the last character
	pair   [2]byte          // its bytes in UTF-16
	kept   []byte           // the beginning of an instruction
	html   bool             // the DOCTYPE is that of HTML
	broken string           // the first violation
	width  string           // the attribute of the root element, at most maxXMLName bytes
	height string           // likewise
}

// newXMLReader skips a byte order mark.
func newXMLReader(in *source) *xmlReader {
	head, _ := in.Peek(6)
	x := &xmlReader{in: in, order: utf16Order(head)}
	switch {
	case begins(head, "\xef\xbb\xbf"):
		in.skipQuietly(3)
	case begins(head, "\xff\xfe"), begins(head, "\xfe\xff"):
		in.skipQuietly(2)
	}
	return x
}

// next returns the next character, or 0x80 if it isn't ASCII.
func (x *xmlReader) next() byte {
	first, err := x.in.ReadByte()
	char := uint16(first)
	if err == nil && x.order != nil {
		x.pair[0] = first
		x.pair[1], err = x.in.ReadByte()
		char = x.order.Uint16(x.pair[:])
	}
	if x.last = 0; err != nil {
		x.err = err
		return 0
	}
	x.count++
	x.last = byte(min(char, unicode.MaxASCII+1))
	return x.last
}

// root skips the prolog, and returns the name of the root element, or "" if no
// element follows the prolog.
func (x *xmlReader) root() string {
	for {
		c := x.next()
		for isXMLSpace(c) {
			c = x.next()
		}
		if c != '<' {
			return ""
		}
		switch c = x.next(); c {
		case '?':
			x.instruction()
		case '!':
			x.declaration()
		default:
			return x.name(c)
		}
	}
}

// maxXMLName is the number of bytes that are kept of a name or value.
const maxXMLName = 256

// name reads the rest of a name that begins with c, and returns all of it.
func (x *xmlReader) name(c byte) string {
	if !isXMLNameStart(c) {
		return ""
	}
	var name []byte
	for ; !isXMLSpace(c) && c != '>' && c != '/' && c != '<' && x.err == nil; c = x.next() {
		if len(name) < maxXMLName {
			name = append(name, c)
		}
	}
	return string(name)
}

var xmlVersion = regexp.MustCompile(`(?s)^xml\s(?:.*\s)?version\s*=\s*["']([^"']*)["']`)

// instruction skips a processing instruction, or reads the XML declaration.
func (x *xmlReader) instruction() {
	begin, content := x.count, x.kept[:0]
	for c := x.next(); x.err == nil; c = x.next() {
		if c == '>' && len(content) > 0 && content[len(content)-1] == '?' {
			break
		}
		if len(content) == maxXMLName { // only its last character matters
			content = content[:maxXMLName-1]
		}
		content = append(content, c)
	}
	x.kept = content
	if !strings.HasPrefix(string(content), "xml") || len(content) < 4 || !isXMLSpace(content[3]) {
		return
	}
	if begin != 2 {
		x.breaks("something precedes its XML declaration, which must come first")
	}
	if version := xmlVersion.FindSubmatch(content); version != nil && !strings.HasPrefix(string(version[1]), "1.") {
		x.breaks("its XML declaration has an unknown version")
	}
}

// declaration skips a comment, or a DOCTYPE with its internal subset.
func (x *xmlReader) declaration() {
	c := x.next()
	if c == '-' {
		x.comment()
		return
	}
	const html = "doctype html"
	var begin []byte
	for inSubset := false; x.err == nil; c = x.next() {
		if len(begin) < len(html) {
			begin = append(begin, c)
			x.html = strings.EqualFold(string(begin), html)
		}
		switch {
		case inSubset && c == '<':
			x.inSubset()
		case !inSubset && isQuote(c):
			x.until(c)
		case c == '[' || c == ']':
			inSubset = c == '['
		case !inSubset && c == '>':
			return
		}
	}
}

// inSubset skips the rest of markup within a DOCTYPE, after its less-than sign.
func (x *xmlReader) inSubset() {
	switch c := x.next(); c {
	case '?':
		x.instruction()
	case '!':
		if c = x.next(); c == '-' {
			x.comment()
			return
		}
		for ; c != '>' && x.err == nil; c = x.next() {
			if isQuote(c) {
				x.until(c)
			}
		}
	}
}

// comment skips the rest of a comment, after its first hyphen.
func (x *xmlReader) comment() {
	x.next()
	hyphens := 0
	for x.err == nil {
		c := x.next()
		switch {
		case c == '-':
			hyphens++
		case c == '>' && hyphens >= 2:
			if hyphens > 2 {
				x.breaks(twoHyphens)
			}
			return
		default:
			if hyphens >= 2 {
				x.breaks(twoHyphens)
			}
			hyphens = 0
		}
	}
}

const twoHyphens = "a comment before its root element contains two hyphens, which XML doesn't allow"

// tag reads the rest of a start tag, after its name, and reports whether it is an
// empty-element tag.
func (x *xmlReader) tag() (isEmpty bool) {
	var name []byte // of an attribute, including the equals sign
	for c := x.last; x.err == nil; c = x.next() {
		switch {
		case c == '>':
			return isEmpty
		case isQuote(c):
			x.attribute(string(name), c)
			name, isEmpty = name[:0], false
		default:
			isEmpty = c == '/'
			if !isXMLSpace(c) && len(name) < maxXMLName {
				name = append(name, c)
			}
		}
	}
	return false
}

// attribute reads the value of an attribute, after its opening quote.
func (x *xmlReader) attribute(name string, quote byte) {
	switch {
	case name == "width=" && x.width == "":
		x.width = x.value(quote)
	case name == "height=" && x.height == "":
		x.height = x.value(quote)
	default:
		x.until(quote)
	}
}

// value returns everything before a quote, truncated to maxXMLName bytes.
func (x *xmlReader) value(quote byte) string {
	var value []byte
	for c := x.next(); x.err == nil && c != quote; c = x.next() {
		if len(value) < maxXMLName {
			value = append(value, c)
		}
	}
	return string(value)
}

// until skips everything up to and including a character.
func (x *xmlReader) until(end byte) {
	for x.err == nil && x.next() != end {
	}
}

// breaks records the first violation.
func (x *xmlReader) breaks(why string) {
	if x.broken == "" {
		x.broken = why
	}
}

func isQuote(c byte) bool    { return c == '"' || c == '\'' }
func isXMLSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func isXMLNameStart(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c == ':' || c > unicode.MaxASCII
}
