package imagefile

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Violation is something about a picture that Cloudflare Images refuses.
type Violation struct {
	// Text says what was found, what is allowed, and what to do.
	Text string
	// Warning says that it may be accepted nevertheless.
	Warning bool
	// Limit says that an account can have this raised.
	Limit bool
}

// Validate lists all that stands against an upload of the picture, limits only
// if they are asked for.
func (p *Info) Validate(limits bool) []Violation {
	name := cmp.Or(show(p.Name), "The content")
	switch {
	case p.Bytes == 0:
		return []Violation{{Text: name + " is empty: it has no bytes. Check what was to write it."}}
	case p.Format == "":
		return []Violation{{Text: p.unsupported(name)}}
	}
	var problems []Violation
	switch {
	case p.found.formatError != "":
		problems = append(problems, Violation{Text: fmt.Sprintf(
			"%s is a damaged %s file: %s. Export it or download it again.", name, p.Format, p.found.formatError,
		)})
	case p.truncated:
		problems = append(problems, Violation{Warning: true, Text: fmt.Sprintf(
			"%s ends too early for %s file: its end is missing. Export it or download it again.", name, p.Format.withArticle(),
		)})
	}
	for _, d := range p.warnings {
		problems = append(problems, Violation{Warning: true, Text: fmt.Sprintf(
			"%s %s: not every decoder accepts that, so Cloudflare may reject it. %s", name, d.what, d.remedy,
		)})
	}
	if limits {
		problems = append(problems, withAdvice(p.limitViolations(name))...)
	}
	return problems
}

// unsupported says what the file is instead of a picture that is taken.
func (p *Info) unsupported(name string) string {
	verb := " is "
	if hasImageExt(p.Name) {
		verb = " holds "
	}
	text := name + verb + p.found.what
	if !p.found.isImage {
		text += ", not a picture"
	}
	if p.found.advice != "" {
		return text + ". " + p.found.advice
	}
	text += ". Cloudflare Images takes " + supportedFormats() + "."
	if p.found.isImage {
		return text + " Convert it to one of these."
	}
	return text
}

// supportedFormats names the formats that every account may upload.
func supportedFormats() string {
	var names []string
	for _, r := range rules {
		if !r.EnterpriseOnly {
			names = append(names, string(r.Format))
		}
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// limitViolations lists what is more than the limits allow.
func (p *Info) limitViolations(name string) (problems []Violation) {
	r := rule(p.Format)
	if r.EnterpriseOnly {
		problems = append(problems, Violation{Warning: true, Text: fmt.Sprintf(
			"%s is %s file, which only Enterprise accounts may upload. Convert it to PNG, JPEG or WebP.", name, p.Format.withArticle(),
		)})
	}
	problems = append(problems, p.beyondBytes(name)...)
	if longest := max(p.Width, p.Height); r.MaxSide > 0 && longest > r.MaxSide && p.Height > 0 {
		problems = append(problems, Violation{Text: fmt.Sprintf(
			"%s is %d x %d pixels: the longest side of %s file may be %d. Scale it down.",
			name, p.Width, p.Height, p.Format.withArticle(), r.MaxSide,
		)})
	}
	return append(problems, p.beyondArea(name)...)
}

func (p *Info) beyondBytes(name string) []Violation {
	switch {
	case p.Bytes > MaxBytesAtMost:
		return []Violation{{Text: fmt.Sprintf(
			"%s has %d bytes: at most 10 MB, %d bytes, are allowed. Compress it, or scale it down.", name, p.Bytes, MaxBytes,
		)}}
	case p.Bytes > MaxBytes:
		return []Violation{{Warning: true, Text: fmt.Sprintf("%s has %d bytes, and may be refused: at most 10 MB are allowed, "+
			"and it is not documented whether these are %d or %d bytes. Compress it, or scale it down.",
			name, p.Bytes, MaxBytes, MaxBytesAtMost)}}
	}
	return nil
}

// beyondArea takes an animation for too large where its frames are, as they
// are stored. Where they only are if each counts like the whole picture, nobody
// knows: the documentation tells "the sum of areas of all frames", and its
// example has frames as large as the picture. Of animated PNG it tells nothing.
func (p *Info) beyondArea(name string) []Violation {
	whole := area(p.Width, p.Height)
	stored, counted := cmp.Or(p.framePixels, whole), whole*float64(p.Frames)
	switch {
	case p.Frames <= 1 && whole > MaxPixels:
		return []Violation{{Text: fmt.Sprintf("%s is %d x %d pixels, which are %s megapixels: at most %d are allowed. Scale it down.",
			name, p.Width, p.Height, mega(whole), MaxPixels/1_000_000)}}
	case max(stored, whole) > MaxPixels:
		return []Violation{{Text: fmt.Sprintf("%s has %d frames of up to %d x %d pixels, which are %s megapixels in all: "+
			"at most %d are allowed for all frames together. Leave out frames, or scale it down.",
			name, p.Frames, p.Width, p.Height, mega(max(stored, whole)), MaxPixels/1_000_000)}}
	case counted > MaxPixels:
		return []Violation{{Warning: true, Text: fmt.Sprintf("%s has %d frames of up to %d x %d pixels, and may be refused: "+
			"these are %s megapixels if each counts like the whole picture, and at most %d are allowed for all frames together. "+
			"Leave out frames, or scale it down.",
			name, p.Frames, p.Width, p.Height, mega(counted), MaxPixels/1_000_000)}}
	}
	return nil
}

// withAdvice marks limits as such, and ends the last text of each severity
// with what helps against all of them.
func withAdvice(problems []Violation) []Violation {
	last := map[bool]int{}
	for i := range problems {
		problems[i].Limit = true
		last[problems[i].Warning] = i
	}
	for _, i := range last {
		problems[i].Text += " If the limits of your account were raised, set enforce_upload_limits = false in the provider block. " +
			"The usual ones stand at " + LimitsPage
	}
	return problems
}

// area counts in floating point, which no forged size can overflow.
func area(width, height int) float64 { return float64(width) * float64(height) }

func mega(pixels float64) string { return strconv.FormatFloat(pixels/1e6, 'f', -1, 64) }
