// Package releasecheck tests a release: its toolchain and, with the build tag
// release, that it is complete, installs, and is reproducible.
package releasecheck

import (
	"go/version"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/mod/modfile"
)

func readModule(t *testing.T, path string) *modfile.File {
	t.Helper()
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

// The Go version in go.mod, on which the bytes of a release depend, builds the
// tools as well: no tool requires a newer one, which a machine set up by go.mod
// would not have.
func TestToolchain(t *testing.T) {
	t.Parallel()
	root := readModule(t, filepath.Join("..", "..", "..", "go.mod")).Toolchain
	if root == nil {
		t.Fatal("go.mod names no toolchain")
	}
	tools, err := filepath.Glob(filepath.Join("..", "..", "..", "tools", "*", "go.mod"))
	if err != nil || len(tools) == 0 {
		t.Fatalf("found the tools %v: %v", tools, err)
	}
	for _, path := range tools {
		if needs := "go" + readModule(t, path).Go.Version; version.Compare(needs, root.Name) > 0 {
			t.Errorf("%s needs %s, which is newer than %s of the root", path, needs, root.Name)
		}
	}
}
