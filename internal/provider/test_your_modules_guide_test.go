package provider

import (
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
)

// Each test of the guide passes with the output that the guide shows. Mocks send
// no request; the fake API has nothing left at the end.
func TestTestYourModulesGuide(t *testing.T) {
	t.Parallel()
	requireFeature(t, engine.MockedProviders)
	tests := map[string]struct {
		folder string
		mocked bool
	}{
		"## Mock data sources":      {folder: "data-source", mocked: true},
		"## Mock resources":         {folder: "resource", mocked: true},
		"## Use the fake API in CI": {folder: "fake-api"},
	}
	page := repoFile(t, "docs/guides/test-your-modules.md")
	for title, test := range tests {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			_, section, _ := strings.Cut(page, title+"\n")
			section, _, _ = strings.Cut(section, "\n## ")
			_, shown, _ := strings.Cut(section, "```text\n")
			shown, _, _ = strings.Cut(shown, "```")
			if shown == "" {
				t.Fatal("the guide shows no output")
			}
			r := newTestEnv(t)
			before := len(r.Images())
			output, code := r.exampleCLI(t, "test-your-modules/"+test.folder).run("test", "-no-color")
			if code != 0 {
				t.Errorf("test ended with %d:\n%s", code, output)
			}
			for line := range strings.Lines(shown) {
				if !strings.Contains(words(output), words(line)) {
					t.Errorf("the guide shows %q, but the output is:\n%s", line, output)
				}
			}
			if got := len(r.Requests()); (got == 0) != test.mocked {
				t.Errorf("requests: got %d", got)
			}
			if after := len(r.Images()); after != before {
				t.Errorf("images: got %d, want %d", after, before)
			}
		})
	}
}
