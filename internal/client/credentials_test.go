package client

import (
	"fmt"
	"testing"
)

func TestCredentialsDoNotPrint(t *testing.T) {
	t.Parallel()
	c := APIKey("someone@example.com", "stand-in-key")
	for _, format := range []string{"%v", "%+v", "%s", "%#v"} {
		if got := fmt.Sprintf(format, c); got != "[redacted]" {
			t.Errorf("%s: got %q", format, got)
		}
	}
}
