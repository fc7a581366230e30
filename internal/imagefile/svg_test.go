package imagefile

import (
	"strings"
	"testing"
)

func TestMarkup(t *testing.T) {
	t.Parallel()
	const (
		svg  = "SVG 0x0, frames: 1"
		page = "an HTML page"
	)
	checkSummaries(t, map[string]struct{ content, want string }{
		"plain":                  {`<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><path d=""/></svg>`, svg},
		"with a byte order mark": {"\ufeff<svg/>", svg},
		"white space first":      {" \r\n\t<svg/>", svg},
		"declaration":            {`<?xml version="1.0" encoding="UTF-8" standalone="no"?>` + "\n<svg/>", svg},
		"comments":               {"<!-- <html> --><!-- b --><svg/>", svg},
		"document type": {
			`<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg/>`, svg,
		},
		"entities":               {`<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg">]><svg xmlns="&ns;" x="&lol;">&lol;</svg>`, svg},
		"with a prefix":          {`<svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>`, svg},
		"Latin-1":                {"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><!-- caf\xe9 --><svg/>", svg},
		"broken behind the root": {"<svg><g></svg>\x00", svg},
		"no quotes":              {"<svg width=100>", svg},
		"in the 64th KiB":        {"<!--" + strings.Repeat("a", bufferSize-20) + "--><svg/>", svg},
		"behind the 64th KiB":    {"<!--" + strings.Repeat("a", bufferSize) + "--><svg/>", "plain text"},
		"behind it, as XML": {
			"<?xml version='1.0'?><!--" + strings.Repeat("a", bufferSize) + "--><svg/>", "an XML document that begins with no element",
		},
		"a root without an end": {
			"<svg width='1'", "SVG 0x0, frames: 0, damaged: its root element cannot be read: XML syntax error on line 1: unexpected EOF",
		},
		"a broken comment before": {
			"<!-- a -- b -->\n<svg/>",
			"SVG 0x0, frames: 0, damaged: its root element cannot be read: " +
				"XML syntax error on line 1: invalid sequence \"--\" not allowed in comments",
		},
		"HTML":                {"<!DOCTYPE html>\n<html lang=en><p>Not found", page},
		"HTML in capitals":    {"<!doctype HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\"><title>a</title>", page},
		"HTML without a type": {"<HTML><BODY>", page},
		"HTML, broken":        {"<!-- a -- b --><HTML><svg>", page},
		"HTML with an SVG":    {"<html><svg/></html>", page},
		"other XML": {
			"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", `an XML document with the root element "Error"`,
		},
		"a very long name": {
			"<" + strings.Repeat("a", 50) + ">", `an XML document with the root element "` + strings.Repeat("a", 40) + `"`,
		},
		"SVG in capitals":    {"<SVG/>", `an XML document with the root element "SVG"`},
		"no element":         {"<?xml version='1.0'?>", "an XML document that begins with no element"},
		"text before a page": {"An error: <html></html>", "plain text"},
		"a heart":            {"<3 pictures", "plain text"},
		"a sign and zeros":   {"<\x00\x00", "data in no known format, which begin with 3c 00 00"},
	})
}
