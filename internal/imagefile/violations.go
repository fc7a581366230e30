package imagefile

import (
	"cmp"
	"fmt"
	"strings"
)

// Violation is a rule of Cloudflare Images that an image file violates.
type Violation struct {
	// Text has the finding, the rule and the remedy.
	Text string
	// Warning is set if Cloudflare may accept the file nevertheless.
	Warning bool
	// Limit is set if the rule is a limit, which an account can have raised.
	Limit bool
}

// Validate returns the violations, including those of limits if enforceLimits
// is set.
func (p *Info) Validate(enforceLimits bool) []Violation {
	name := cmp.Or(show(p.Name), "The content")
	switch {
	case p.Bytes == 0:
		return []Violation{{Text: name + " is empty. Check the step that generates it."}}
	case p.Format == "":
		return []Violation{{Text: p.unsupported(name)}}
	}
	var violations []Violation
	switch {
	case p.found.formatError != "":
		violations = append(violations, Violation{Text: fmt.Sprintf(
			"%s is a damaged %s file: %s. Export it or download it again.", name, p.Format, p.found.formatError,
		)})
	case p.truncated:
		violations = append(violations, Violation{
			Warning: true, Text: name + " is truncated. Export it or download it again.",
		})
	}
	for _, w := range p.warnings {
		violations = append(violations, Violation{Warning: true, Text: fmt.Sprintf(
			"%s %s: not every decoder accepts that, so Cloudflare may reject it. %s", name, w.description, w.remedy,
		)})
	}
	if enforceLimits {
		violations = append(violations, withAdvice(p.limitViolations(name))...)
	}
	return violations
}

// unsupported describes a file in an unsupported format.
func (p *Info) unsupported(name string) string {
	verb := " is "
	if hasImageExt(p.Name) {
		verb = " contains "
	}
	text := name + verb + p.found.description
	if !p.found.isImage {
		text += ", not an image"
	}
	if p.found.advice != "" {
		return text + ". " + p.found.advice
	}
	text += ". Cloudflare Images accepts " + supportedFormats() + "."
	if p.found.isImage {
		return text + " Convert it to one of these."
	}
	return text
}

// supportedFormats lists the formats that every account may upload.
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
