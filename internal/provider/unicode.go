package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"golang.org/x/text/unicode/norm"
)

// normalizationCheck collects IDs that aren't in Unicode normalization form C.
// Terraform silently normalizes each string to NFC. If two IDs differ only in
// their form, one image would be missing. An image with a decomposed ID, as in
// file names from macOS, can't be read.
type normalizationCheck struct {
	composed   map[string]string // the original ID, by its composed form
	same       [][2]string
	decomposed []string
	count      int // of decomposed IDs
}

func newNormalizationCheck() *normalizationCheck {
	return &normalizationCheck{composed: map[string]string{}}
}

func (f *normalizationCheck) add(id string) {
	if isASCII(id) {
		return // always normalized
	}
	composed := norm.NFC.String(id)
	if first, known := f.composed[composed]; known && first != id {
		f.same = append(f.same, [2]string{first, id})
	}
	f.composed[composed] = id
	if composed != id {
		if f.count++; len(f.decomposed) < maxListedNames {
			f.decomposed = append(f.decomposed, fmt.Sprintf("%.100q", composed))
		}
	}
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// collisions reports an error for IDs that Terraform normalizes to the same
// string, and a warning for those that it changes.
func (f *normalizationCheck) collisions(op operation) (diags diag.Diagnostics) {
	for _, pair := range f.same[:min(len(f.same), maxListedNames)] {
		diags.AddError("Unable to "+op.verb()+" Cloudflare "+op.String()+": IDs collide after Unicode normalization", fmt.Sprintf(
			"Upload one of the images %+.100q and %+.100q under another ID, or exclude it with a filter: "+
				"their IDs differ only in their Unicode normalization form, and Terraform normalizes all strings, so only one of them could be returned.",
			pair[0], pair[1]))
	}
	if f.count > 0 {
		diags.AddWarning("Cloudflare "+op.String()+": IDs not in NFC form, such as "+f.decomposed[0], fmt.Sprintf(
			"Upload these images under IDs in NFC form: %s. "+
				"Terraform normalizes all strings to NFC, so cloudflare_image can't read them. "+
				"File names from macOS are often decomposed (NFD).", summarize(f.decomposed, f.count)))
	}
	return diags
}

// nfcHint returns a hint for an image with a non-ASCII ID that isn't found: a
// space and a sentence.
func (op operation) nfcHint() string {
	if op.object != objectImage || isASCII(op.id) {
		return ""
	}
	return " If the ID comes from a file name on macOS, it may be decomposed (NFD); Terraform normalizes it to NFC, " +
		"so such an image can't be read."
}
