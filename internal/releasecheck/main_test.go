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
	read := func(path string) *modfile.File {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := modfile.Parse(path, content, nil)
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	root := read(filepath.Join("..", "..", "go.mod"))
	if root.Toolchain == nil {
		t.Fatal("go.mod names no toolchain, on which the bytes of a release depend")
	}
	tools, err := filepath.Glob(filepath.Join("..", "..", "tools", "*", "go.mod"))
	if err != nil || len(tools) == 0 {
		t.Fatalf("found the tools %v: %v", tools, err)
	}
	for _, path := range tools {
		if needs := "go" + read(path).Go.Version; version.Compare(needs, root.Toolchain.Name) > 0 {
			t.Errorf("%s needs %s, which is newer than %s of the root", path, needs, root.Toolchain.Name)
		}
	}
}
