package imagefile

import (
	"bufio"
	"strings"
	"testing"
)

// The reader skips every form of prolog, and stops after the start tag of the
// root element.
func TestXMLReader(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 2*bufferSize)
	for name, test := range map[string]struct {
		content, root, rest, broken string
		isEmpty                     bool
	}{
		"an element":         {content: "<a>b", root: "a", rest: "b"},
		"an empty element":   {content: "<a/>b", root: "a", rest: "b", isEmpty: true},
		"with attributes":    {content: "<a:b c='>' d=\"/\" />e", root: "a:b", rest: "e", isEmpty: true},
		"a slash in it":      {content: "<a b=c/ d>e", root: "a", rest: "e"},
		"a quote at the end": {content: "<a b='/'>e", root: "a", rest: "e"},
		"signs of a name":    {content: "<_é-1.b>c", root: "_\x80\x80-1.b", rest: "c"},
		"no name":            {content: "<1>"},
		"another sign first": {content: "a<b>"},
		"nothing":            {},
		"a long name":        {content: "<" + long + ">b", root: long[:maxXMLName], rest: "b"},
		"two instructions":   {content: "<?a?><?b ??>\n<c>d", root: "c", rest: "d"},
		"an instruction of the length that is kept": {
			content: "<?" + strings.Repeat("a", maxXMLName) + "?><c>d", root: "c", rest: "d",
		},
		"a name that begins like that of a declaration": {content: "<!----><?xml-a version='3'?><c>d", root: "c", rest: "d"},
		"an old declaration": {
			content: "<?xml version='0.9'?><c>d", root: "c", rest: "d", broken: "its XML declaration has an unknown version",
		},
		"a version in another attribute": {content: "<?xml version='1.0' xversion='3'?><c>d", root: "c", rest: "d"},
		"the first violation counts": {
			content: "<!-- -- --><?xml version='2'?><c>d", root: "c", rest: "d", broken: twoHyphens,
		},
		"a document type with a subset": {content: "<!DOCTYPE a [<!ELEMENT a (b>c)>]>\n<c>d", root: "c", rest: "d"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := &source{bufio.NewReaderSize(strings.NewReader(test.content), bufferSize)}
			x := newXMLReader(in)
			root := x.root()
			if root != test.root || x.broken != test.broken {
				t.Errorf("got the root %.20q and %q, want %.20q and %q", root, x.broken, test.root, test.broken)
			}
			if root == "" {
				return
			}
			if isEmpty := x.tag(); isEmpty != test.isEmpty {
				t.Errorf("empty: got %t, want %t", isEmpty, test.isEmpty)
			}
			if rest, _ := in.Peek(len(test.rest)); string(rest) != test.rest || x.err != nil {
				t.Errorf("got the rest %q and %v, want %q", rest, x.err, test.rest)
			}
		})
	}
}
