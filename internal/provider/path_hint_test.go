package provider

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/text/unicode/norm"
)

// TestPathHint explains why a file that a user sees isn't found.
func TestPathHint(t *testing.T) {
	t.Parallel()
	const decomposed = "another normal form of Unicode"
	tests := map[string]struct {
		stored, source string // below a folder, unless the source begins with ~
		want           string // empty if there is no hint
	}{
		"decomposed file":   {stored: "caf\u00e9.png", source: "caf\u00e9.png", want: decomposed},
		"decomposed folder": {stored: "\u00fc/\u00e9/logo.png", source: "\u00fc/\u00e9/logo.png", want: decomposed},
		"really missing":    {stored: "caf\u00e9.png", source: "the\u00e9.png"},
		"ASCII":             {stored: "a.png", source: "b.png"},
		"home folder":       {source: "~/logo.png", want: `source = pathexpand("~/logo.png")`},
		"home alone":        {source: "~", want: `source = pathexpand("~")`},
		"a name with tilde": {stored: "a.png", source: "~a.png"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := test.source
			if test.stored != "" {
				dir := t.TempDir()
				file := filepath.Join(dir, norm.NFD.String(test.stored))
				if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
					t.Fatal(err)
				}
				source = filepath.Join(dir, test.source)
				if _, err := os.Stat(source); err == nil && runtime.GOOS == "darwin" {
					return // its file systems know both forms
				}
			}
			var diags diag.Diagnostics
			m := imageResourceModel{Source: types.StringValue(source)}
			if m.inspect(true, &diags) != nil || len(diags) != 1 || diags[0].Summary() != "Missing picture" {
				t.Fatalf("got %v, want Missing picture", diags)
			}
			detail := diags[0].Detail()
			if !strings.Contains(detail, test.want) {
				t.Errorf("got %s, want %q in it", detail, test.want)
			}
			if test.want == "" && (strings.Contains(detail, decomposed) || strings.Contains(detail, "pathexpand")) {
				t.Errorf("got %s, want no hint", detail)
			}
		})
	}
}
