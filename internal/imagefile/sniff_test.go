package imagefile

import (
	"strings"
	"testing"
)

func TestSniff(t *testing.T) {
	t.Parallel()
	checkSummaries(t, map[string]struct{ content, want string }{
		"Git LFS pointer": {
			"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n",
			"a Git LFS pointer",
		},
		"PDF":                    {"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"},
		"PNG, CR LF to LF":       {"\x89PNG\n\x1a\n\x00\x00\x00\x0dIHDR", newlinesPNG.description},
		"PNG, LF to CR LF":       {"\x89PNG\r\r\n\x1a\r\n\x00\x00\x00\x0dIHDR", newlinesPNG.description},
		"PNG, LF alone to CR LF": {"\x89PNG\r\n\x1a\r\n\x00\x00\x00\x0dIHDR", newlinesPNG.description},
		"PNG, CR to LF":          {"\x89PNG\n\n\x1a\n\x00\x00\x00\x0dIHDR", newlinesPNG.description},
		"PNG, LF to CR":          {"\x89PNG\r\r\x1a\r\x00\x00\x00\x0dIHDR", newlinesPNG.description},
		"PNG, CR LF to CR":       {"\x89PNG\r\x1a\r\x00\x00\x00\x0dIHDR", newlinesPNG.description},
		"PNG, Latin-1 to UTF-8": {
			"\xc2\x89PNG\r\n\x1a\n",
			"a PNG file that was read or written as text, which has changed its bytes",
		},
		"PNG, not UTF-8 to UTF-8": {
			"\ufffdPNG\r\n\x1a\n",
			"a PNG file that was read or written as text, which has changed its bytes",
		},
		"JPEG, Latin-1 to UTF-8": {
			"\xc3\xbf\xc3\x98\xc3\xbf", "a JPEG file that was read or written as text, which has changed its bytes",
		},
		"JPEG, not UTF-8 to UTF-8": {
			"\ufffd\ufffd\ufffd\ufffd\x00", "a JPEG file that was read or written as text, which has changed its bytes",
		},
		"Olympus raw":                {"IIRO\x08\x00\x00\x00", "a raw photo"},
		"Panasonic raw":              {"IIU\x00\x18\x00\x00\x00", "a raw photo"},
		"Fujifilm raw":               {"FUJIFILMCCD-RAW 0201", "a raw photo"},
		"TIFF, little end":           {"II*\x00\x08\x00\x00\x00", "a TIFF image or a raw photo"},
		"TIFF, big end":              {"MM\x00*\x00\x00\x00\x08", "a TIFF image or a raw photo"},
		"BMP":                        {"BM\x36\x10\x0e\x00\x00\x00\x00\x00\x36\x00\x00\x00", "a BMP image"},
		"ICO":                        {"\x00\x00\x01\x00\x02\x00\x10\x10", "an ICO icon"},
		"ICNS":                       {"icns\x00\x01\x02\x03", "an ICNS icon"},
		"JPEG XL in boxes":           {"\x00\x00\x00\x0cJXL \r\n\x87\n\x00\x00\x00\x14ftypjxl ", "a JPEG XL image"},
		"JPEG XL":                    {"\xff\x0a\xfa\x7f", "a JPEG XL image"},
		"JPEG 2000 in boxes":         {"\x00\x00\x00\x0cjP  \r\n\x87\n", "a JPEG 2000 image"},
		"JPEG 2000":                  {"\xff\x4f\xff\x51\x00\x2f", "a JPEG 2000 image"},
		"Photoshop":                  {"8BPS\x00\x01", "a Photoshop document"},
		"PostScript":                 {"%!PS-Adobe-3.0 EPSF-3.0\n", "a PostScript document"},
		"AVI":                        {"RIFF\x24\x00\x00\x00AVI LIST", "an AVI video"},
		"WAVE":                       {"RIFF\x24\x00\x00\x00WAVEfmt ", "a WAV audio file"},
		"Matroska":                   {"\x1a\x45\xdf\xa3\x01\x00", "a WebM or Matroska video"},
		"Ogg":                        {"OggS\x00\x02", "an Ogg audio or video file"},
		"MP3":                        {"ID3\x04\x00", "an MP3 audio file"},
		"ZIP":                        {"PK\x03\x04\x14\x00", "a ZIP archive, or a document in ZIP format"},
		"empty ZIP":                  {"PK\x05\x06\x00\x00", "an empty ZIP archive"},
		"gzip":                       {"\x1f\x8b\x08\x00", "a gzip archive"},
		"7z":                         {"7z\xbc\xaf\x27\x1c\x00\x04", "a 7z archive"},
		"RAR":                        {"Rar!\x1a\x07\x01\x00", "a RAR archive"},
		"UTF-16, little end":         {"\xff\xfea\x00", "text in UTF-16"},
		"UTF-16, big end":            {"\xfe\xff\x00a", "text in UTF-16"},
		"data URL":                   {"data:image/png;base64,iVBORw0KGgo=", "a data URL"},
		"PNG in base64":              {"iVBORw0KGgoAAAANSUhEUgAA", "a PNG image encoded as Base64"},
		"JPEG in base64":             {"/9j/4AAQSkZJRgABAQ", "a JPEG image encoded as Base64"},
		"GIF in base64":              {"R0lGODlhDABZAQ", "a GIF image encoded as Base64"},
		"WebP in base64":             {"UklGRh4AAABXRUJQ", "a WebP image encoded as Base64"},
		"JSON object":                {"\ufeff \n{\"errors\":[]}", "JSON text"},
		"JSON list":                  {"[1]", "JSON text"},
		"a lone bracket":             {"{", "JSON text"},
		"plain text":                 {"Not found\r\n\there\n", "plain text"},
		"text that begins as BMP":    {"BMP files are large", "plain text"},
		"one letter":                 {"a", "plain text"},
		"white space":                {" \r\n\t", "plain text"},
		"non-ASCII text":             {"日本", "plain text"},
		"text truncated in a letter": {"ab\xe6\x97", "plain text"},
		"Latin-1 text": {
			"caf\xe9 cr\xe8me",
			"data in an unknown format, starting with 63 61 66 e9 20 63 72 e8",
		},
		"a control character":             {"ab\x01", "data in an unknown format, starting with 61 62 01"},
		"a replacement character as such": {"ab\ufffd", "plain text"},
		"zeros": {
			strings.Repeat("\x00", 600),
			"data in an unknown format, starting with 00 00 00 00 00 00 00 00",
		},
		"half a signature": {
			"\x89PNG\r\n\x1a",
			"data in an unknown format, starting with 89 50 4e 47 0d 0a 1a",
		},
		"another RIFF": {
			"RIFF\x24\x00\x00\x00ABCD",
			"data in an unknown format, starting with 52 49 46 46 24 00 00 00",
		},
	})
}
