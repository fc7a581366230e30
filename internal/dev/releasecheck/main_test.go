package main

import (
	"go/version"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/mod/modfile"
)

// The Go that go.mod names builds the tools as well: no tool asks for a newer
// one, which a machine set up by go.mod would not have.
func TestToolchain(t *testing.T) {
	t.Parallel()
	root, err := toolchain(filepath.Join("..", "..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	tools, err := filepath.Glob(filepath.Join("..", "..", "..", "tools", "*", "go.mod"))
	if err != nil || len(tools) == 0 {
		t.Fatalf("found the tools %v: %v", tools, err)
	}
	for _, path := range tools {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := modfile.Parse(path, content, nil)
		if err != nil {
			t.Fatal(err)
		}
		if needs := "go" + file.Go.Version; version.Compare(needs, root) > 0 {
			t.Errorf("%s needs %s, which is newer than %s of the root", path, needs, root)
		}
	}
}
