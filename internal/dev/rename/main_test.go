package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The names change in text that git tracks, and nothing else changes.
func TestRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := map[string]struct{ before, after string }{
		"go.mod":       {"module terraform.local/images/terraform-provider-cloudflare\n\ngo 1.26\n", "module github.com/acme-1/terraform-provider-cloudflare\n\ngo 1.26\n"},
		"a/main.go":    {`import "terraform.local/images/terraform-provider-cloudflare/internal/x"`, `import "github.com/acme-1/terraform-provider-cloudflare/internal/x"`},
		"main.tf":      {`source = "terraform.local/images/cloudflare"`, `source = "acme-1/cloudflare"`},
		"README.md":    {"include = [\"terraform.local/images/*\"]\n", "include = [\"acme-1/*\"]\n"},
		"official.tf":  {`source = "cloudflare/cloudflare"`, `source = "cloudflare/cloudflare"`},
		"page.png":     {"\x89PNG terraform.local/images/cloudflare", "\x89PNG terraform.local/images/cloudflare"},
		"untracked.md": {"terraform.local/images/cloudflare", "terraform.local/images/cloudflare"},
	}
	for name, file := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(file.before), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}, {"rm", "-q", "--cached", "untracked.md"}} {
		command := exec.CommandContext(t.Context(), "git", args...)
		command.Dir = dir
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, output)
		}
	}
	if err := run(t.Context(), dir, "acme-1"); err != nil {
		t.Fatal(err)
	}
	for name, file := range files {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != file.after {
			t.Errorf("%s: got %q, want %q", name, got, file.after)
		}
	}
}

// A name that is part of a longer one stays.
func TestReplace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`source = "acme/cloudflare"`:            `source = "new/cloudflare"`,
		"acme/cloudflare":                       "new/cloudflare",
		"acme/cloudflare acme/cloudflare.":      "new/cloudflare new/cloudflare.",
		"registry.terraform.io/acme/cloudflare": "registry.terraform.io/new/cloudflare",
		"data-acme/cloudflare":                  "data-acme/cloudflare",
		"acme/cloudflare_image":                 "acme/cloudflare_image",
		"my.acme/cloudflare-images":             "my.acme/cloudflare-images",
		"nothing":                               "nothing",
		"":                                      "",
	} {
		if got := replace(text, "acme/cloudflare", "new/cloudflare"); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestNamespaces(t *testing.T) {
	t.Parallel()
	for namespace, ok := range map[string]bool{
		"acme": true, "acme-images": true, "4u": true, "a": true,
		"": false, "Acme": false, "-acme": false, "acme-": false, "a--b": false, "a/b": false, "a b": false, "acme.com": false, "$(id)": false,
		"0123456789012345678901234567890123456789": false,
	} {
		if got := namespacePattern.MatchString(namespace); got != ok {
			t.Errorf("%q: got %t, want %t", namespace, got, ok)
		}
	}
	for _, namespace := range []string{"Not Allowed", "cloudflare"} {
		if err := run(t.Context(), t.TempDir(), namespace); err == nil || !strings.Contains(err.Error(), "namespace") {
			t.Errorf("%q: got %v", namespace, err)
		}
	}
}
