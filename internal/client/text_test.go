package client

import "testing"

// What is too short to be a secret does not garble words it occurs in.
func TestRedact(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]string{"t": "the cat", "the": "the cat", "the cat": "[redacted]", "cats": "the cat"} {
		if got := APIToken(token).redactor.text("the cat", 100); got != want {
			t.Errorf("%q: got %q, want %q", token, got, want)
		}
	}
}
