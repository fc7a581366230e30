package imagefile

import (
	"encoding/binary"
	"strings"
	"testing"
)

// utf16LE encodes characters of the basic multilingual plane.
func utf16LE(text string) string {
	var encoded []byte
	for _, r := range text {
		encoded = binary.LittleEndian.AppendUint16(encoded, uint16(r))
	}
	return string(encoded)
}

func TestSniffMarkup(t *testing.T) {
	t.Parallel()
	const (
		svg  = "SVG 0x0, frames: 1"
		page = "an HTML page"

		broken        = "SVG 0x0, frames: 0, damaged: "
		unreadable    = broken + "its root element cannot be read"
		truncatedRoot = broken + "it ends within the start tag of its root element"
		late          = "something precedes its XML declaration, which must come first"
		inUTF16       = ", is an SVG file in UTF-16"
	)
	long := strings.Repeat("a", 2*bufferSize)
	checkSummaries(t, map[string]struct{ content, want string }{
		"plain":                  {`<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><path d=""/></svg>`, svg},
		"with a byte order mark": {"\ufeff<svg/>", svg},
		"white space first":      {" \r\n\t<svg/>", svg},
		"declaration":            {`<?xml version="1.0" encoding="UTF-8" standalone="no"?>` + "\n<svg/>", svg},
		"comments":               {"<!-- <html> --><!-- b --><svg/>", svg},
		"document type": {
			`<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg/>`, svg,
		},
		"entities": {
			`<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg">]><svg xmlns="&ns;" x="&lol;">&lol;</svg>`,
			svg,
		},
		"with a prefix":         {`<svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>`, svg},
		"Latin-1":               {"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><!-- caf\xe9 --><svg/>", svg},
		"broken after the root": {"<svg><g></svg>\x00", svg},
		"no quotes":             {"<svg width=100></svg>", svg},
		"in the 64th KiB":       {"<!--" + strings.Repeat("a", bufferSize-20) + "--><svg/>", svg},
		"a long comment":        {"<!--" + long + "--><svg/>", svg},
		"a long declaration":    {"<?xml version='1.0'" + strings.Repeat(" ", bufferSize) + "?><svg/>", svg},
		"a long instruction":    {"<?x " + long + "?><svg/>", svg},
		"a long document type":  {"<!DOCTYPE svg [<!ENTITY a '" + long + "'>]><svg/>", svg},
		"a long attribute":      {"<svg content='" + long + "'></svg>", svg},
		"long white space":      {"<?xml version='1.0'?>" + strings.Repeat("\n", bufferSize) + "<svg/>", svg},
		"a long feed": {
			"<?xml version='1.0'?><!--" + long + "--><rss/>", `an XML document with the root element "rss"`,
		},
		"a long page":               {"<!--" + long + "--><html>", page},
		"a long page with its type": {"<!--" + long + "--><!DOCTYPE html><p>", page},
		"XML 1.1":                   {`<?xml version="1.1"?><svg/>`, svg},
		"XML 1.1, later":            {"<?xml\n  encoding = 'UTF-8'\n version = '1.1' ?><svg/>", svg},
		"XML without a version":     {"<?xml encoding='UTF-8'?><svg/>", svg},
		"XML 1": {
			`<?xml version="1"?><svg/>`,
			broken + "its XML declaration has an unknown version",
		},
		"XML 2.0": {
			`<?xml version="2.0"?><svg/>`,
			broken + "its XML declaration has an unknown version",
		},
		"a declaration after space":     {"\n<?xml version='1.0'?><svg/>", broken + late},
		"a declaration after a comment": {"<!----><?xml version='1.0'?><svg/>", broken + late},
		"a declaration after a mark":    {"\ufeff<?xml version='1.0'?><svg/>", svg},
		"a style sheet":                 {"<?xml version='1.0'?>\n<?xml-stylesheet href='2'?><svg/>", svg},
		"an instruction with signs":     {"<?a ?? > ' <html> ?><svg/>", svg},
		"a subset with everything": {
			"<!DOCTYPE svg SYSTEM \"]>'\" [<?a it's ]> ?><!-- don't ]> --><!ENTITY b \"]>\"><!ENTITY c ']>'>" +
				"%d; <!ATTLIST svg e CDATA #IMPLIED> ] ><svg/>",
			svg,
		},
		"a document type without a name": {"<!DOCTYPE><svg/>", svg},
		"a document type without an end": {"<!DOCTYPE svg [<!ENTITY a 'b'><svg/>", unreadable},
		"an entity without an end":       {"<!DOCTYPE svg [<!ENTITY a 'b'>]<svg/>", unreadable},
		"a comment without an end":       {"<!-- <svg/>", unreadable},
		"an instruction without an end":  {"<?a > <svg/>", unreadable},
		"text before the root":           {"<?xml version='1.0'?>text<svg/>", unreadable},
		"signs in the start tag":         {"<svg a='/>' b=\">'</\" c='<'></svg>", svg},
		"a root without an end":          {"<svg width='1'", truncatedRoot},
		"a name without an end":          {"<svg", truncatedRoot},
		"a quote without an end":         {"<svg width='1></svg>", truncatedRoot},
		"truncated after the root":       {"<svg><g/></g", svg + ", truncated"},
		"truncated after an attribute":   {"<svg a='/'>", svg + ", truncated"},
		"truncated, with a prefix":       {"<s:svg><svg></svg>", svg + ", truncated"},
		"an end tag with space":          {"<svg></svg\n>", svg},
		"an end tag between two buffers": {"<svg>" + strings.Repeat("a", bufferSize-8) + "</svg>", svg},
		"an end tag far after":           {"<svg>" + strings.Repeat("a", 3*bufferSize) + "</svg>" + long, svg},
		"UTF-16": {
			utf16LE("\ufeff<?xml version='1.0' encoding='UTF-16'?>\n<svg a='ж'>"),
			svg + inUTF16,
		},
		"UTF-16, big end":                  {"\xfe\xff\x00<\x00s\x00v\x00g\x00/\x00>", svg + inUTF16},
		"UTF-16, without a mark":           {utf16LE("<?xml version='1.0' encoding='UTF-16'?><svg/>"), svg + inUTF16},
		"UTF-16, big end, without one":     {"\x00<\x00?\x00x\x00?\x00>\x00<\x00s\x00v\x00g\x00/\x00>", svg + inUTF16},
		"UTF-16, a character like a sign":  {utf16LE("\ufeff<!-- \u3e2d\u2d2d\u3e3e --><svg/>"), svg + inUTF16},
		"UTF-16, a page":                   {utf16LE("\ufeff<html>"), page},
		"UTF-16, a feed":                   {utf16LE("\ufeff<rss>"), `an XML document with the root element "rss"`},
		"UTF-16, truncated in the root":    {utf16LE("\ufeff<svg a='"), truncatedRoot},
		"UTF-16, truncated in a character": {"\xff\xfe<\x00s", "text in UTF-16"},
		"a broken comment before": {
			"<!-- a -- b -->\n<svg/>",
			broken + "a comment before its root element contains two hyphens, which XML doesn't allow",
		},
		"three hyphens at the end": {
			"<!-- a --->\n<svg/>", broken + "a comment before its root element contains two hyphens, which XML doesn't allow",
		},
		"hyphens apart":         {"<!-- a - b->c -><html> -->\n<svg/>", svg},
		"an empty comment":      {"<!----><svg/>", svg},
		"a comment of a hyphen": {"<!-- - --><svg/>", svg},
		"HTML":                  {"<!DOCTYPE html>\n<html lang=en><p>Not found", page},
		"HTML in capitals":      {"<!doctype HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\"><title>a</title>", page},
		"HTML without a type":   {"<HTML><BODY>", page},
		"HTML, broken":          {"<!-- a -- b --><HTML><svg>", page},
		"HTML with an SVG":      {"<html><svg/></html>", page},
		"other XML": {
			"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", `an XML document with the root element "Error"`,
		},
		"a very long name": {
			"<" + strings.Repeat("a", 50) + ">", `an XML document with the root element "` + strings.Repeat("a", 40) + `"`,
		},
		"SVG in capitals":    {"<SVG/>", `an XML document with the root element "SVG"`},
		"no element":         {"<?xml version='1.0'?>", "an XML document without a root element"},
		"text before a page": {"An error: <html></html>", "plain text"},
		"a heart":            {"<3 pictures", "plain text"},
		"a sign and zeros":   {"<\x00\x00", "data in an unknown format, starting with 3c 00 00"},
	})
}
