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

// InspectFile inspects the file at a path. A file that isn't regular, such as a
// directory or a named pipe, is an error: opening some of them blocks forever.
// Errors include the path; that of a missing file matches fs.ErrNotExist.
func InspectFile(path string) (*Info, error) {
	if path == "" {
		return nil, errors.New("the path of the image file is empty")
	}
	stat, err := os.Stat(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	if kind := irregular(stat.Mode()); kind != "" {
		return nil, fmt.Errorf("%s is %s: use the path of a regular file", show(path), kind)
	}
	var info *Info
	file, err := os.Open(path)
	if err == nil {
		defer file.Close()
		info, err = Inspect(file)
	}
	if err != nil {
		return nil, unreadable(path, err)
	}
	info.Name = path
	return info, nil
}

// irregular describes a file that isn't regular, and returns "" for others.
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

// unreadable returns an error that names the path once, and the remedy.
func unreadable(path string, err error) error {
	reason := err
	if wrapped := (*fs.PathError)(nil); errors.As(err, &wrapped) {
		reason = wrapped.Err // without the path
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && filepath.IsAbs(path):
		return fmt.Errorf("%s does not exist: %w", show(path), reason)
	case errors.Is(err, fs.ErrNotExist):
		folder, _ := os.Getwd()
		return fmt.Errorf("%s does not exist in %s (use ${path.module} for paths relative to the module): %w",
			show(path), show(folder), reason)
	default:
		return fmt.Errorf("%s cannot be read: %w", show(path), reason)
	}
}

// show returns a path for messages, quoted if it has unprintable characters.
func show(path string) string {
	if strings.ContainsFunc(path, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(path)
	}
	return path
}
