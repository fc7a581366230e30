package provider

import (
	"fmt"
	"testing"
)

// Names are sorted and sanitized, and limited to ten.
func TestQuotedNames(t *testing.T) {
	t.Parallel()
	show := func(text string, limit int) string { return fmt.Sprintf("%s/%d", text, limit) }
	names := []string{"c", "l", "a", "b", "k", "d", "e", "f", "g", "h", "i", "j"}
	for count, want := range map[int]string{
		0:  "none",
		3:  `"a/40", "c/40", "l/40"`,
		12: `"a/40", "b/40", "c/40", "d/40", "e/40", "f/40", "g/40", "h/40", "i/40", "j/40" and 2 more`,
	} {
		if got := quotedNames(names[:count], show); got != want {
			t.Errorf("%d: got %s, want %s", count, got, want)
		}
	}
}
