package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"golang.org/x/text/unicode/norm"
)

// normalizationCheck collects IDs that Unicode can encode in two ways.
// Terraform composes each string (NFC) silently, so that of two IDs that
// differ only in that, one image would be lost, and an image with a
// decomposed ID, as file names on macOS are, cannot be read.
type normalizationCheck struct {
	composed   map[string]string // the ID as it is, by its composed form
	same       [][2]string
	decomposed []string
	count      int // of decomposed IDs
}

func newNormalizationCheck() *normalizationCheck {
	return &normalizationCheck{composed: map[string]string{}}
}

func (f *normalizationCheck) add(id string) {
	if isASCII(id) {
		return // it has one form only
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

// collisions reports an error for IDs that Terraform makes the same, and a
// warning for those that it changes.
func (f *normalizationCheck) collisions(op operation) (diags diag.Diagnostics) {
	for _, pair := range f.same[:min(len(f.same), maxListedNames)] {
		diags.AddError("Cloudflare "+op.String()+": two IDs are one to Terraform", fmt.Sprintf(
			"%+.100q and %+.100q differ only in how Unicode writes their letters, and Terraform makes them the same, so one image would be lost. "+
				"Upload one of them under another ID, or leave it out with a filter.", pair[0], pair[1]))
	}
	if f.count > 0 {
		diags.AddWarning("Cloudflare "+op.String()+": IDs with decomposed letters, such as "+f.decomposed[0], fmt.Sprintf(
			"Terraform composes the letters of these IDs, as it does with all text, so cloudflare_image cannot read these images by them: %s. "+
				"File names of macOS are written so. Upload such images under an ID in composed form (NFC).", summarize(f.decomposed, f.count)))
	}
	return diags
}

// nfcHint explains why an image with an ID of non-ASCII letters may not be
// found.
func (op operation) nfcHint() string {
	if op.object != objectImage || isASCII(op.id) {
		return ""
	}
	return " An ID that was made from a file name of macOS may hold decomposed letters, which Terraform composes: " +
		"such an image cannot be asked for."
}
