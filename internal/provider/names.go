package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
)

// maxListedNames is the maximum number of names that a diagnostic lists.
const maxListedNames = 10

// summarize returns the first names of a list, and the number of the others.
func summarize(names []string, count int) string {
	names = names[:min(len(names), maxListedNames)]
	if count > len(names) {
		return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), count-len(names))
	}
	return strings.Join(names, ", ")
}

// quotedNames lists names of objects in an account, sanitized by show.
func quotedNames(names []string, show func(string, int) string) string {
	if len(names) == 0 {
		return "none"
	}
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = fmt.Sprintf("%q", show(name, 40))
	}
	slices.Sort(quoted)
	return summarize(quoted, len(quoted))
}

// variantNames lists the variants of an image.
func variantNames(urls map[string]attr.Value) string {
	if len(urls) == 0 {
		return "none"
	}
	names := slices.Sorted(maps.Keys(urls))
	for i, name := range names {
		names[i] = fmt.Sprintf("%.100s", name)
	}
	return summarize(names, len(names))
}
