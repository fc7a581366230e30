package imagefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestInspectFile(t *testing.T) {
	t.Parallel()
	p, err := InspectFile("testdata/anim.gif")
	if err != nil {
		t.Fatal(err)
	}
	// The output of sha256sum.
	const hash = "a31c59d56ef4799bf0997d501a536291b2f51eb412ae6dc9eb8ed2e8668d1f66"
	if p.Name != "testdata/anim.gif" || p.SHA256 != hash || p.Bytes != 150 ||
		summary(p) != "GIF 20x10, frames: 3 of 600 pixels" {
		t.Errorf("got %+v", p)
	}
	if violations := p.Validate(true); violations != nil {
		t.Errorf("got %v, want no violations", violations)
	}
}

func TestInspectFileErrors(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		path, want string
		missing    bool
	}{
		"no path":     {want: "the path of the image file is empty"},
		"a directory": {path: folder, want: folder + " is a directory: use the path of a regular file"},
		"a device":    {path: os.DevNull, want: os.DevNull + " is a device: use the path of a regular file"},
		"missing":     {path: filepath.Join(folder, "a.png"), want: filepath.Join(folder, "a.png") + " does not exist: ", missing: true},
		"missing, relative": {
			path: "a.png", want: "a.png does not exist in " + here + " (use ${path.module} for paths relative to the module): ", missing: true,
		},
		"invalid path": {path: "a\x00b.png", want: `"a\x00b.png" cannot be read: `},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := InspectFile(test.path)
			if p != nil || err == nil || !strings.HasPrefix(err.Error(), test.want) ||
				errors.Is(err, fs.ErrNotExist) != test.missing {
				t.Errorf("got %v, %v\nwant %s", p, err, test.want)
			}
			if err != nil && test.path != "" && strings.Count(err.Error(), filepath.Base(test.path)) > 1 {
				t.Errorf("got %v, want the path only once", err)
			}
		})
	}
}

func TestInspectFileUnreadableMessages(t *testing.T) {
	t.Parallel()
	broken := errors.New("input/output error")
	for name, test := range map[string]struct {
		path string
		err  error
		want string
	}{
		"permission denied": {
			path: "/a.png", err: &fs.PathError{Op: "open", Path: "/a.png", Err: fs.ErrPermission},
			want: "/a.png cannot be read: permission denied",
		},
		"disk error": {
			path: "/a.png", err: fmt.Errorf("read: %w", &fs.PathError{Op: "read", Path: "/a.png", Err: broken}), want: "/a.png cannot be read: input/output error",
		},
		"unprintable path": {path: "/a\n.png", err: broken, want: `"/a\n.png" cannot be read: input/output error`},
		"another error":    {path: "/a.png", err: broken, want: "/a.png cannot be read: input/output error"},
	} {
		err := unreadable(test.path, test.err)
		if want := strings.Replace(test.want, "permission denied", fs.ErrPermission.Error(), 1); err.Error() != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}

func TestInspectFileIrregular(t *testing.T) {
	t.Parallel()
	for mode, want := range map[fs.FileMode]string{
		0o644: "", fs.ModeDir: "a directory", fs.ModeNamedPipe: "a named pipe, which cannot be read twice", fs.ModeSocket: "a socket",
		fs.ModeDevice: "a device", fs.ModeDevice | fs.ModeCharDevice: "a device", fs.ModeIrregular: "not a regular file",
	} {
		if got := irregular(mode); got != want {
			t.Errorf("%v: got %q, want %q", mode, got, want)
		}
	}
}
