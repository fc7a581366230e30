// Package imagefile looks at a local picture before it is uploaded: its hash,
// its format, its size, and what Cloudflare Images would refuse. It reads bytes,
// and knows neither the network nor Terraform.
//
// A file is read once, from start to end, through one buffer of 64 KiB. No
// pixel is ever decoded and nothing is unpacked: of each format only the header
// is read, and what must be passed over to count frames. Formats are told by
// their bytes, as the API does it, never by the name of the file. What is
// allowed of each format stands in one table, which Rules gives.
package imagefile

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"
)

// Info is what is known about a file after it was read.
type Info struct {
	// Name stands for the file in messages: InspectFile puts the path there.
	// Where it is empty, messages speak of "the content".
	Name string
	// SHA256 is the hash of all bytes, in lower-case hexadecimal.
	SHA256 string
	// Bytes is how many there are.
	Bytes int64
	// Format is empty where the bytes are none of those that Rules lists.
	Format Format
	// Width and Height are in pixels, as stored, before any rotation. They are
	// 0 where they are unknown, as they are for SVG and for some HEIC files.
	Width, Height int
	// DisplayWidth and DisplayHeight are in pixels, as browsers display the
	// image: after the rotation and the crop that its metadata describe. They
	// are 0 if unknown, as for an SVG file without an absolute size.
	DisplayWidth, DisplayHeight int64
	// Frames is 1 for a still picture, and 0 where the header is damaged.
	Frames int

	found       sniffed
	framePixels float64 // the pixels of all frames, where frames may be smaller than the picture
	orientation int     // of Exif metadata, from 1 to 8; 0 if unknown
	truncated   bool    // bytes are missing at the end
	warnings    []doubt // features that only some decoders accept
}

// doubt is a feature of an image file that only some decoders accept, in words
// that follow the name of the file, and the remedy.
type doubt struct{ what, remedy string }

func (p *Info) warn(what, remedy string) { p.warnings = append(p.warnings, doubt{what, remedy}) }

// Inspect reads a picture from start to end. An error means that it could not
// be read; what is wrong with the picture itself is told by Problems.
func Inspect(r io.Reader) (*Info, error) { return inspect(r, maxRead) }

// maxRead is far more than any account may upload. What is larger, such as the
// image of a disk, is not worth the minutes that reading it takes.
const maxRead = 1 << 30

func inspect(r io.Reader, limit int64) (*Info, error) {
	m := &hashingReader{r: r, digest: sha256.New(), limit: limit}
	in := buffers.Get().(*source) //nolint:forcetypeassert // nothing else is in it
	defer buffers.Put(in)
	in.Reset(m)
	defer in.Reset(nil)
	head, _ := in.Peek(bufferSize)
	p := &Info{found: sniff(head)}
	p.Format = p.found.format
	if p.Format != "" && p.found.formatError == "" {
		p.recordResult(rule(p.Format).parse(in, p))
	}
	p.setDisplay()
	if err := in.drain(); !errors.Is(err, io.EOF) {
		return nil, err
	}
	p.SHA256, p.Bytes = hex.EncodeToString(m.digest.Sum(nil)), m.bytes
	return p, nil
}

// recordResult keeps how the walk through a file ended. Where it met the end of the
// file, a picture whose header is known is cut off.
func (p *Info) recordResult(err error) {
	var found formatError
	switch {
	case errors.As(err, &found):
		p.found.formatError = string(found)
	case err != nil && p.Frames == 0:
		p.found.formatError = "it ends within its header"
	case err != nil:
		p.truncated = true
	}
}

// formatError is why a header cannot be read. Any other error of a walk is that of
// reading, such as io.EOF.
type formatError string

func (d formatError) Error() string { return string(d) }

// errTooLarge is told by its text alone, as no caller treats it differently.
func errTooLarge(limit int64) error {
	return fmt.Errorf("it is larger than %d bytes, far more than can be uploaded, and is not read", limit)
}

// hashingReader hashes and counts what is read. Its first error stays.
type hashingReader struct {
	r      io.Reader
	digest hash.Hash
	bytes  int64
	limit  int64
	err    error
}

func (m *hashingReader) Read(buffer []byte) (int, error) {
	if m.err != nil {
		return 0, m.err
	}
	n, err := m.r.Read(buffer)
	m.digest.Write(buffer[:n])
	m.bytes += int64(n)
	if m.err = err; m.bytes > m.limit {
		m.err = errTooLarge(m.limit)
	}
	return n, m.err
}

// bufferSize is all that is ever held of a file.
const bufferSize = 64 << 10

// source is what a format's walk reads from.
type source struct{ *bufio.Reader }

// buffers are used again: a folder of pictures would leave one for each.
var buffers = sync.Pool{New: func() any { return &source{bufio.NewReaderSize(nil, bufferSize)} }}

// next gives the next n bytes, which are valid until the next read.
func (s *source) next(n int) ([]byte, error) {
	content, err := s.Peek(n)
	if err != nil {
		return nil, err
	}
	_, err = s.Discard(n)
	return content, err
}

// skip passes over n bytes, however many a forged size makes of them.
func (s *source) skip(n int64) error {
	for n > 0 {
		skipped, err := s.Discard(int(min(n, bufferSize)))
		if err != nil {
			return err
		}
		n -= int64(skipped)
	}
	return nil
}

// skipQuietly is skip where the next read meets the end as well.
func (s *source) skipQuietly(n int64) { _ = s.skip(n) }

// contains reports whether the rest of the file contains a pattern that is much
// shorter than the buffer.
func (s *source) contains(pattern []byte) bool {
	for {
		window, err := s.Peek(bufferSize)
		if bytes.Contains(window, pattern) {
			return true
		}
		if err != nil {
			return false
		}
		s.skipQuietly(int64(bufferSize - len(pattern)))
	}
}

// drain passes over all that is left, and gives the error that ends it, which
// is never nil.
func (s *source) drain() error {
	for {
		if _, err := s.Discard(bufferSize); err != nil {
			return err
		}
	}
}
