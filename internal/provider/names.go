package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
)

// maxListedNames is how many of many a diagnostic names.
const maxListedNames = 10

// summarize is the first few of some names, and how many more there are.
func summarize(names []string, count int) string {
	names = names[:min(len(names), maxListedNames)]
	if count > len(names) {
		return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), count-len(names))
	}
	return strings.Join(names, ", ")
}

// quotedNames is the names of what an account has, as show makes them fit.
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

// variantNames are the variants that an image has.
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
