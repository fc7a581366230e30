package imagefile

import (
	"bytes"
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"
)

// sniffed is the kind of a file, by its first bytes. If it has both a format and
// a description, the format is a guess that the parser confirms or drops.
type sniffed struct {
	format      Format // a supported format, or empty
	formatError string // why its header is invalid
	description string // of a file in an unsupported format
	isImage     bool   // an image in an unsupported format
	advice      string // the remedy; empty for the general one
}

func is(format Format) sniffed { return sniffed{format: format} }

func otherImage(description string) sniffed {
	return sniffed{description: description, isImage: true}
}

func notImage(description, advice string) sniffed {
	return sniffed{description: description, advice: advice}
}

func archive(description string) sniffed {
	return notImage(description, "Extract the image from it.")
}

func base64Image(format string) sniffed {
	return notImage("a "+format+" image encoded as Base64", decode)
}

func (f sniffed) known() bool { return f.format != "" || f.description != "" }

const (
	decode   = "Decode it first: the content must be the bytes of the image."
	pullLFS  = "Run git lfs pull to get the image; in a CI pipeline, enable Git LFS for the checkout."
	download = "The download may have returned an error or login page."
)

var (
	applePNG = sniffed{
		description: "a PNG file that Xcode has optimized for iOS, which only Apple's software reads", isImage: true,
		advice: "Use the original file, or restore it on a Mac: xcrun -sdk iphoneos pngcrush -revert-iphone-optimizations in.png out.png",
	}
	newlinesPNG = sniffed{
		description: "a PNG file whose line endings were converted, such as by a checkout or transfer in text mode", isImage: true,
		advice: `Write "*.png binary" into .gitattributes, and restore the file from its original.`,
	}
)

// asText describes an image file whose bytes were decoded and encoded as text.
func asText(format Format) sniffed {
	return sniffed{
		description: fmt.Sprintf("a %s file that was read or written as text, which has changed its bytes", format), isImage: true,
		advice: "Restore the file from its original, and copy it in binary mode.",
	}
}

// signatures are the first bytes of formats. The first match wins. A question
// mark matches any byte.
var signatures = []struct {
	begins string
	is     sniffed
}{
	{"\x89PNG\r\n\x1a\n", is(PNG)},
	{"\x89PNG\n\x1a\n", newlinesPNG},       // CR LF to LF
	{"\x89PNG\r\r\n\x1a\r\n", newlinesPNG}, // LF to CR LF
	{"\x89PNG\r\n\x1a\r\n", newlinesPNG},   // LF to CR LF, but not after a CR
	{"\x89PNG\n\n\x1a\n", newlinesPNG},     // CR to LF
	{"\x89PNG\r\r\x1a\r", newlinesPNG},     // LF to CR
	{"\x89PNG\r\x1a\r", newlinesPNG},       // CR LF to CR
	{"\xc2\x89PNG", asText(PNG)},
	{"\xef\xbf\xbdPNG", asText(PNG)},
	{"\xff\xd8\xff", is(JPEG)},
	{"\xc3\xbf\xc3\x98\xc3\xbf", asText(JPEG)},
	{"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", asText(JPEG)},
	{"GIF87a", is(GIF)},
	{"GIF89a", is(GIF)},
	{"RIFF????WEBP", is(WebP)},
	{"version https://git-lfs", notImage("a Git LFS pointer", pullLFS)},
	{"%PDF-", notImage("a PDF document", "")},
	{"II*\x00", otherImage("a TIFF image or a raw photo")},
	{"MM\x00*", otherImage("a TIFF image or a raw photo")},
	{"IIRO", otherImage("a raw photo")},
	{"IIU\x00", otherImage("a raw photo")},
	{"FUJIFILMCCD-RAW", otherImage("a raw photo")},
	{"BM????\x00\x00\x00\x00", otherImage("a BMP image")},
	{"\x00\x00\x01\x00?\x00", otherImage("an ICO icon")},
	{"icns", otherImage("an ICNS icon")},
	{"\x00\x00\x00\x0cJXL ", otherImage("a JPEG XL image")},
	{"\xff\x0a", otherImage("a JPEG XL image")},
	{"\x00\x00\x00\x0cjP  ", otherImage("a JPEG 2000 image")},
	{"\xff\x4f\xff\x51", otherImage("a JPEG 2000 image")},
	{"8BPS", otherImage("a Photoshop document")},
	{"%!PS", notImage("a PostScript document", "")},
	{"RIFF????AVI ", notImage("an AVI video", "")},
	{"RIFF????WAVE", notImage("a WAV audio file", "")},
	{"\x1a\x45\xdf\xa3", notImage("a WebM or Matroska video", "")},
	{"OggS", notImage("an Ogg audio or video file", "")},
	{"ID3", notImage("an MP3 audio file", "")},
	{"PK\x03\x04", archive("a ZIP archive, or a document in ZIP format")},
	{"PK\x05\x06", archive("an empty ZIP archive")},
	{"\x1f\x8b", archive("a gzip archive")},
	{"7z\xbc\xaf\x27\x1c", archive("a 7z archive")},
	{"Rar!\x1a\x07", archive("a RAR archive")},
	{"data:image/", notImage("a data URL", decode)},
	{"iVBORw0KGgo", base64Image("PNG")},
	{"/9j/", base64Image("JPEG")},
	{"R0lGOD", base64Image("GIF")},
	{"UklGR", base64Image("WebP")},
}

// sniff returns the kind of a file. The head is its first 64 KiB.
func sniff(head []byte) sniffed {
	for _, signature := range signatures {
		if begins(head, signature.begins) {
			return signature.is
		}
	}
	for _, sniffer := range []func([]byte) sniffed{sniffBrand, sniffMarkup, sniffText} {
		if found := sniffer(head); found.known() {
			return found
		}
	}
	return unknown(head)
}

func unknown(head []byte) sniffed {
	return otherImage(fmt.Sprintf("data in an unknown format, starting with % x", head[:min(len(head), 8)]))
}

func begins(head []byte, pattern string) bool {
	if len(head) < len(pattern) {
		return false
	}
	for i := range len(pattern) {
		if pattern[i] != '?' && pattern[i] != head[i] {
			return false
		}
	}
	return true
}

// sniffBrand recognizes box-based formats, such as MP4. The box ftyp lists brands
// of four letters: the major brand, a number, and the compatible brands. Many
// brands leave open how the image is coded, so the boxes decide.
func sniffBrand(head []byte) sniffed {
	if len(head) < 12 || string(head[4:8]) != "ftyp" {
		return sniffed{}
	}
	guess := notImage("a video of the MP4 family", "")
	words := find(head, "ftyp")
	for at := 0; at+4 <= len(words); at += 4 {
		word := string(words[at : at+4])
		if at == 4 && string(words[:4]) != "mif3" { // in mif3, the number is the brand of the coding
			continue
		}
		if found, known := brands[word]; known {
			return found
		}
		if slices.Contains(imageBrands, word) {
			guess = otherImage("a HEIF file that is neither HEIC nor AVIF")
		}
	}
	guess.format = HEIC
	return guess
}

// imageBrands are the brands of HEIF images of any coding.
var imageBrands = []string{"mif1", "mif2", "mif3", "msf1", "miaf"}

var brands = map[string]sniffed{
	"avif": is(AVIF), "avis": is(AVIF),
	"heic": is(HEIC), "heix": is(HEIC), "heim": is(HEIC), "heis": is(HEIC),
	"hevc": is(HEIC), "hevx": is(HEIC), "hevm": is(HEIC), "hevs": is(HEIC),
	"crx ": otherImage("a Canon raw photo"),
	"qt  ": notImage("a QuickTime video", ""),
}

// sniffText recognizes JSON and other text.
func sniffText(head []byte) sniffed {
	if utf16Order(head) != nil {
		return notImage("text in UTF-16", "")
	}
	for rest := head; utf8.FullRune(rest); { // the head may end within a character
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return sniffed{}
		}
		rest = rest[size:]
	}
	if first := trimmed(head); len(first) > 0 && (first[0] == '{' || first[0] == '[') {
		return notImage("JSON text", download)
	}
	return notImage("plain text", "")
}

// trimmed returns the head without a byte order mark or leading white space.
func trimmed(head []byte) []byte {
	return bytes.TrimLeftFunc(bytes.TrimPrefix(head, []byte("\ufeff")), unicode.IsSpace)
}
