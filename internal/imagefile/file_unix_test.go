//go:build unix

package imagefile

import (
	"path/filepath"
	"syscall"
	"testing"
)

// Opening a named pipe without a writer blocks forever.
func TestInspectFileNamedPipe(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "pipe.png")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	want := path + " is a named pipe, which cannot be read twice: use the path of a regular file"
	if p, err := InspectFile(path); p != nil || err == nil || err.Error() != want {
		t.Errorf("got %v, %v, want %s", p, err, want)
	}
}
