package imagefile

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// walkSVG has nothing to do: an SVG is known by its root element, and needs no
// size.
func walkSVG(_ *source, p *Picture) error {
	p.Frames = 1
	return nil
}

// markup tells SVG, HTML and other XML apart by the root element, which has to
// begin in the head. What stands in it is never looked at, and entities are
// not expanded.
func markup(head []byte) finding {
	head = trimmed(head)
	if !bytes.HasPrefix(head, []byte("<")) {
		return finding{}
	}
	// The names that matter are ASCII, in whatever encoding the rest is.
	decoder := xml.NewDecoder(bytes.NewReader(bytes.ToValidUTF8(head, []byte("?"))))
	decoder.Strict = false
	decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for {
		token, err := decoder.RawToken()
		if err != nil {
			return brokenMarkup(head, err)
		}
		switch token := token.(type) {
		case xml.Directive:
			if strings.HasPrefix(strings.ToLower(string(token)), "doctype html") {
				return htmlPage
			}
		case xml.StartElement:
			return rootElement(token.Name.Local)
		}
	}
}

var htmlPage = notPicture("an HTML page", download)

func rootElement(name string) finding {
	switch {
	case name == "svg":
		return is(SVG)
	case strings.EqualFold(name, "html"):
		return htmlPage
	default:
		return notPicture(fmt.Sprintf("an XML document with the root element %.40q", name), "")
	}
}

// brokenMarkup is what has no readable root element: a page, as HTML may be
// written in many ways, a damaged SVG, or text.
func brokenMarkup(head []byte, err error) finding {
	words := bytes.ToLower(head)
	switch {
	case bytes.Contains(words, []byte("<html")):
		return htmlPage
	case bytes.Contains(words, []byte("<svg")):
		return finding{format: SVG, damage: fmt.Sprintf("its root element cannot be read: %.100s", err)}
	case bytes.HasPrefix(words, []byte("<?xml")):
		return notPicture("an XML document that begins with no element", "")
	}
	return finding{}
}
