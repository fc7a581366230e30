package imagefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
)

// InspectFile is Inspect of the file at a path. What is no file that can be
// read whole, such as a directory or a named pipe, is refused before it is
// opened, as opening some of them would wait for ever. Every error names the
// path, and of a missing file errors.Is tells that it is fs.ErrNotExist.
func InspectFile(path string) (*Info, error) {
	if path == "" {
		return nil, errors.New("the path of the picture is empty")
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	if what := irregular(info.Mode()); what != "" {
		return nil, fmt.Errorf("%s is %s: give the path of a file", show(path), what)
	}
	var picture *Info
	file, err := os.Open(path)
	if err == nil {
		defer file.Close()
		picture, err = Inspect(file)
	}
	if err != nil {
		return nil, unreadable(path, err)
	}
	picture.Name = path
	return picture, nil
}

// irregular tells what is at a path that is no regular file.
func irregular(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return ""
	case mode.IsDir():
		return "a directory"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe, which cannot be read twice"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	default:
		return "not a regular file"
	}
}

// unreadable says why a file cannot be read, and what to do.
func unreadable(path string, err error) error {
	reason := err
	if wrapped := (*fs.PathError)(nil); errors.As(err, &wrapped) {
		reason = wrapped.Err // the path stands in front already
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && filepath.IsAbs(path):
		return fmt.Errorf("%s does not exist: %w", show(path), reason)
	case errors.Is(err, fs.ErrNotExist):
		folder, _ := os.Getwd()
		return fmt.Errorf("%s does not exist in %s: a path that begins with ${path.module}/ leads to the module's own folder: %w",
			show(path), show(folder), reason)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s may not be read by the user who runs this: %w", show(path), reason)
	default:
		return fmt.Errorf("%s cannot be read: %w", show(path), reason)
	}
}

// show makes a path fit for one line. Only what is odd is quoted.
func show(path string) string {
	if strings.ContainsFunc(path, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(path)
	}
	return path
}
