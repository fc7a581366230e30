package imagefile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The memory of a process is a file whose beginning can't be read.
func TestInspectFileUnreadable(t *testing.T) {
	t.Parallel()
	want := "/proc/self/mem cannot be read: input/output error"
	if p, err := InspectFile("/proc/self/mem"); p != nil || err == nil || err.Error() != want {
		t.Errorf("got %v, %v, want %s", p, err, want)
	}
}

func TestInspectFileCloses(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.png")
	if err := os.WriteFile(path, []byte(pngSignature), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := InspectFile(path); err != nil {
		t.Fatal(err)
	}
	open, err := filepath.Glob("/proc/self/fd/*")
	if err != nil || len(open) == 0 {
		t.Fatalf("got the open files %v, %v", open, err)
	}
	for _, link := range open {
		if target, err := os.Readlink(link); err == nil && strings.HasSuffix(target, path) {
			t.Errorf("%s is still open", target)
		}
	}
}
