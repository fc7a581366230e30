package provider

import "testing"

func TestCheckVariantName(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{"hero": true, "日本": true, "": false, "w=400": false, "a/b": false} {
		if err := checkVariantName(name); (err == nil) != ok {
			t.Errorf("%q: got %v, want it accepted: %t", name, err, ok)
		}
	}
}
