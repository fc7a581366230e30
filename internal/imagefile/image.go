// Package imagefile inspects a local image file before its upload: its hash,
// format, dimensions, and violations of the rules of Cloudflare Images. It
// reads bytes, and knows neither the network nor Terraform.
//
// A file is read once, from start to end, through one buffer of 64 KiB. Nothing
// is decoded or decompressed: parsers read headers, and skip data to count
// frames. As in the API, the bytes of a file decide its format, never its name.
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

// Info describes an image file.
type Info struct {
	// Name is the file's name in messages, by default "The content". InspectFile
	// sets it to the path.
	Name string
	// SHA256 is the hash of all bytes, in lower-case hexadecimal.
	SHA256 string
	// Bytes is the size of the file.
	Bytes int64
	// Format is empty if Rules doesn't list the format.
	Format Format
	// Width and Height are in pixels, as stored, before any rotation. They are
	// 0 if unknown, as for SVG and some HEIC files.
	Width, Height int
	// DisplayWidth and DisplayHeight are in pixels, as browsers display the image:
	// after the rotation and the crop that its metadata describes. They are 0 if
	// unknown, as for an SVG file without an absolute size.
	DisplayWidth, DisplayHeight int64
	// Frames is 1 for a still image, and 0 if the header is damaged.
	Frames int

	found       sniffed
	framePixels float64              // the pixels of all frames, in formats whose frames may be smaller than the image
	orientation int                  // of Exif metadata, from 1 to 8; 0 if unknown
	truncated   bool                 // bytes are missing at the end
	warnings    []unsupportedFeature // features that only some decoders accept
}

// unsupportedFeature is a feature of an image file that only some decoders
// accept. Its description follows the name of the file in messages.
type unsupportedFeature struct{ description, remedy string }

func (p *Info) warn(description, remedy string) {
	p.warnings = append(p.warnings, unsupportedFeature{description, remedy})
}

// Inspect reads an image file from start to end. It returns an error if reading
// fails; Validate reports problems of the file itself.
func Inspect(r io.Reader) (*Info, error) { return inspect(r, maxRead) }

// maxRead is far more than any account may upload. Reading a larger file, such
// as a disk image, would waste minutes.
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

// recordResult records how parsing a file ended. If it met the end of the file
// after the header, the file is truncated.
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

// formatError is the reason why a header is invalid. Any other error of a parser
// is a read error, such as io.EOF.
type formatError string

func (d formatError) Error() string { return string(d) }

func errTooLarge(limit int64) error {
	return fmt.Errorf("it is larger than %d bytes, far more than can be uploaded", limit)
}

// hashingReader hashes and counts the bytes that it reads. Its first error is permanent.
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

// bufferSize is the number of bytes of a file that are held in memory at a
// time.
const bufferSize = 64 << 10

// source is the input of a parser.
type source struct{ *bufio.Reader }

// buffers are reused: otherwise, a folder of image files would need one for
// each file.
var buffers = sync.Pool{New: func() any { return &source{bufio.NewReaderSize(nil, bufferSize)} }}

// next returns the next n bytes, which are valid until the next read.
func (s *source) next(n int) ([]byte, error) {
	content, err := s.Peek(n)
	if err != nil {
		return nil, err
	}
	_, err = s.Discard(n)
	return content, err
}

// skip skips n bytes. A forged size may be larger than an int.
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

// skipQuietly is skip, for callers whose next read detects truncation.
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

// drain skips the rest of the file. It returns the error that ends it, which is
// never nil.
func (s *source) drain() error {
	for {
		if _, err := s.Discard(bufferSize); err != nil {
			return err
		}
	}
}
