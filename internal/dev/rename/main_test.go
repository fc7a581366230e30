package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// The names change in text files that git tracks, and nothing else changes.
func TestRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := map[string]struct{ before, after string }{
		"go.mod": {
			"module terraform.local/images/terraform-provider-cloudflare\n\ngo 1.26\n",
			"module github.com/acme-1/terraform-provider-cloudflare\n\ngo 1.26\n",
		},
		"a/main.go": {
			`import "terraform.local/images/terraform-provider-cloudflare/internal/x"`,
			`import "github.com/acme-1/terraform-provider-cloudflare/internal/x"`,
		},
		"main.tf":      {`source = "terraform.local/images/cloudflare"`, `source = "acme-1/cloudflare"`},
		"README.md":    {"include = [\"terraform.local/images/*\"]\n", "include = [\"acme-1/*\"]\n"},
		"official.tf":  {`source = "cloudflare/cloudflare"`, `source = "cloudflare/cloudflare"`},
		"page.png":     {"\x89PNG terraform.local/images/cloudflare", "\x89PNG terraform.local/images/cloudflare"},
		"untracked.md": {"terraform.local/images/cloudflare", "terraform.local/images/cloudflare"},
	}
	for name, file := range files {
		write(t, filepath.Join(dir, name), file.before)
	}
	command(t, dir, "git", "init", "-q")
	command(t, dir, "git", "add", ".")
	command(t, dir, "git", "rm", "-q", "--cached", "untracked.md")
	if err := run(t.Context(), dir, "acme-1"); err != nil {
		t.Fatal(err)
	}
	for name, file := range files {
		if got := read(t, filepath.Join(dir, name)); got != file.after {
			t.Errorf("%s: got %q, want %q", name, got, file.after)
		}
	}
}

// command runs a command in a folder.
func command(t *testing.T, dir string, args ...string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), args[0], args[1:]...)
	c.Dir = dir
	if output, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, output)
	}
}

// A renamed copy of this repository has none of the old names left, and
// compiles, with its tests.
func TestRenamedCopy(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("compiles a copy of the repository, which tests do not in short mode")
	}
	const root = "../../.."
	names, err := presentNames(root)
	if err != nil {
		t.Fatal(err)
	}
	files, err := tracked(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, file := range files {
		name, err := filepath.Rel(root, file)
		if err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed, but not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), string(content))
	}
	command(t, dir, "git", "init", "-q")
	command(t, dir, "git", "add", "--force", ".")
	if err := run(t.Context(), dir, "a-namespace-of-nobody"); err != nil {
		t.Fatal(err)
	}
	renamed, err := tracked(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range renamed {
		content := read(t, file)
		for _, name := range names {
			if utf8.ValidString(content) && replace(content, name, "") != content {
				t.Errorf("%s still holds %s", file, name)
			}
		}
	}
	for file, want := range map[string]string{
		"go.mod":                        "module github.com/a-namespace-of-nobody/terraform-provider-cloudflare\n",
		"README.md":                     "](https://github.com/a-namespace-of-nobody/terraform-provider-cloudflare/raw/HEAD/examples/",
		"docs/index.md":                 `source  = "a-namespace-of-nobody/cloudflare"`,
		"examples/provider/provider.tf": `source  = "a-namespace-of-nobody/cloudflare"`,
	} {
		if got := read(t, filepath.Join(dir, file)); !strings.Contains(got, want) {
			t.Errorf("%s does not name the new address, %s:\n%s", file, want, got)
		}
	}
	command(t, dir, "go", "vet", "-tags=browser,release", "./...")
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
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
