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
	// As sha256sum tells.
	const hash = "a31c59d56ef4799bf0997d501a536291b2f51eb412ae6dc9eb8ed2e8668d1f66"
	if p.Name != "testdata/anim.gif" || p.SHA256 != hash || p.Bytes != 150 || summary(p) != "GIF 20x10, frames: 3 of 600 pixels" {
		t.Errorf("got %+v", p)
	}
	if problems := p.Validate(true); problems != nil {
		t.Errorf("got the problems %v", problems)
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
		"no path":     {"", "the path of the picture is empty", false},
		"a directory": {folder, folder + " is a directory: give the path of a file", false},
		"a device":    {os.DevNull, os.DevNull + " is a device: give the path of a file", false},
		"missing":     {filepath.Join(folder, "a.png"), filepath.Join(folder, "a.png") + " does not exist: ", true},
		"missing, relative": {
			"a.png", "a.png does not exist in " + here + ": a path that begins with ${path.module}/ leads to the module's own folder: ", true,
		},
		"a path that cannot be": {"a\x00b.png", `"a\x00b.png" cannot be read: `, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := InspectFile(test.path)
			if p != nil || err == nil || !strings.HasPrefix(err.Error(), test.want) || errors.Is(err, fs.ErrNotExist) != test.missing {
				t.Errorf("got %v, %v\nwant %s", p, err, test.want)
			}
			if err != nil && test.path != "" && strings.Count(err.Error(), filepath.Base(test.path)) > 1 {
				t.Errorf("the path stands twice in %v", err)
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
		"not allowed": {
			"/a.png", &fs.PathError{Op: "open", Path: "/a.png", Err: fs.ErrPermission},
			"/a.png may not be read by the user who runs this: permission denied",
		},
		"a broken disk": {
			"/a.png", fmt.Errorf("read: %w", &fs.PathError{Op: "read", Path: "/a.png", Err: broken}), "/a.png cannot be read: input/output error",
		},
		"an odd path":   {"/a\n.png", broken, `"/a\n.png" cannot be read: input/output error`},
		"another error": {"/a.png", broken, "/a.png cannot be read: input/output error"},
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
