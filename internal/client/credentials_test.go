package client

import (
	"fmt"
	"strings"
	"testing"
)

func TestCredentialsDoNotPrint(t *testing.T) {
	t.Parallel()
	c := APIKey("someone@example.com", "fake-api-key")
	for _, format := range []string{"%v", "%+v", "%s", "%#v"} {
		if got := fmt.Sprintf(format, c); got != "[redacted]" {
			t.Errorf("%s: got %q", format, got)
		}
	}
}

// Only values that are valid in a header are accepted, and others are not
// quoted.
func TestCheckCredential(t *testing.T) {
	t.Parallel()
	for value, ok := range map[string]bool{
		"!fake-api~": true, "": false, "stand in": false, "fake-api ": false, "stand\tin": false, "fake-api\x7f": false, "ständ-in": false,
	} {
		if err := CheckCredential(value); (err == nil) != ok || err != nil && strings.Contains(err.Error(), "in~") {
			t.Errorf("%q: got %v, want it accepted: %t", value, err, ok)
		}
	}
}
