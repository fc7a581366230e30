package provider

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// pathHint says why a file that a user sees isn't found by its path: a sentence
// and a space, or nothing.
func pathHint(source string) string {
	switch {
	case source == "~" || strings.HasPrefix(filepath.ToSlash(source), "~/"):
		return `Terraform doesn't expand "~": write source = pathexpand(` + hclQuote(source) + `). `
	case otherForm(source) != "":
		return "A file of this name exists, but its name is written in another normal form of Unicode: " +
			"the letters and accents that ls shows are the same, the bytes are not. " +
			"Terraform composes all strings (NFC), and file names from macOS are often decomposed (NFD), so no configuration can name the file. " +
			"Rename the file or folder to the composed form, for example with convmv -f utf-8 -t utf-8 --nfc --notest. "
	}
	return ""
}

// otherForm returns the path under which a file exists if parts of it are
// written in another normal form of Unicode, and an empty string if there is
// none.
func otherForm(source string) string {
	if isASCII(source) {
		return ""
	}
	found := filepath.VolumeName(source)
	for i, part := range strings.Split(filepath.ToSlash(source[len(found):]), "/") {
		if i > 0 {
			found += "/"
		}
		for _, form := range []string{part, norm.NFC.String(part), norm.NFD.String(part)} {
			if _, err := os.Stat(found + form); err == nil || form == "" {
				part = form
				break
			}
		}
		found += part
	}
	if _, err := os.Stat(found); err != nil {
		return ""
	}
	return found
}
