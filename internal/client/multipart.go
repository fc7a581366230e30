package client

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"mime/multipart"
	"net/textproto"
	"time"
)

// File is a picture that is to be sent.
type File struct {
	// Name becomes the image's file name: up to 255 characters.
	Name string
	// Type is the media type, such as "image/png".
	Type string
	// Size is how many bytes there are.
	Size int64
	// SHA256 is what they must hash to, in lower-case hexadecimal digits.
	SHA256 string
	// Open gives a fresh reader of them.
	Open func() (io.ReadCloser, error)
}

// form is an upload as multipart/form-data. Of the picture, nothing is held.
type form struct {
	contentType   string
	head, tail    []byte
	content       *File
	uploadTimeout time.Duration // for sending it, beside the time for the answer
}

// minUploadRate is the bytes a second that an upload may take.
const minUploadRate = 64 << 10

// form writes all parts but the bytes of the picture, which come last.
func (u *Upload) form() (*form, error) {
	var head bytes.Buffer
	writer := multipart.NewWriter(&head)
	f := &form{contentType: writer.FormDataContentType(), content: u.File}
	signed := "" // the default of the API
	if u.RequireSignedURLs {
		signed = "true"
	}
	fields := []struct{ name, contentType, value string }{
		{"id", "", u.ID},
		{"metadata", "application/json", string(u.Metadata)},
		{"creator", "", deref(u.Creator)},
		{"requireSignedURLs", "", signed},
		{"url", "", u.URL},
	}
	for _, field := range fields {
		if field.value == "" {
			continue // the API refuses a part with nothing in it
		}
		if err := addPart(writer, field.name, "", field.contentType, field.value); err != nil {
			return nil, err
		}
	}
	if u.File != nil {
		if err := addPart(writer, "file", u.File.Name, u.File.Type, ""); err != nil {
			return nil, err
		}
		f.uploadTimeout = time.Duration(u.File.Size) * time.Second / minUploadRate
	}
	length := head.Len()
	if err := writer.Close(); err != nil {
		return nil, err
	}
	f.head, f.tail = head.Bytes()[:length], head.Bytes()[length:]
	return f, nil
}

// deref is a text that may not be there.
func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func addPart(writer *multipart.Writer, name, filename, contentType, value string) error {
	header := textproto.MIMEHeader{}
	disposition := `form-data; name="` + name + `"`
	if filename != "" {
		disposition = multipart.FileContentDisposition(name, filename)
	}
	header.Set("Content-Disposition", disposition)
	if contentType != "" {
		header.Set("Content-Type", contentType)
	}
	part, err := writer.CreatePart(header)
	if err != nil {
		return err
	}
	_, err = io.WriteString(part, value)
	return err
}

// body gives the form from its beginning.
func (f *form) body() (io.ReadCloser, int64, error) {
	length := int64(len(f.head) + len(f.tail))
	if f.content == nil {
		return io.NopCloser(io.MultiReader(bytes.NewReader(f.head), bytes.NewReader(f.tail))), length, nil
	}
	picture, err := f.content.openVerified()
	if err != nil {
		return nil, 0, err
	}
	reader := io.MultiReader(bytes.NewReader(f.head), picture, bytes.NewReader(f.tail))
	return struct {
		io.Reader
		io.Closer
	}{reader, picture}, length + f.content.Size, nil
}

// ErrFileChanged means that a picture is not what it was to be any more. As the end
// of the form was never sent, nothing can have been stored.
var ErrFileChanged = errors.New("the picture has changed since it was planned, so plan again")

// verifyingReader is a picture on its way: it ends well only where it is as it
// was to be.
type verifyingReader struct {
	content *File
	source  io.ReadCloser
	hash    hash.Hash
	read    int64
}

// openVerified opens the picture. One that is gone has changed, too.
func (c *File) openVerified() (*verifyingReader, error) {
	source, err := c.Open()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: %w", ErrFileChanged, err)
	case err != nil:
		return nil, err
	}
	return &verifyingReader{content: c, source: source, hash: sha256.New()}, nil
}

func (c *verifyingReader) Read(p []byte) (int, error) {
	if left := c.content.Size - c.read; int64(len(p)) > left {
		p = p[:left+1] // one more, to notice what is too long
	}
	n, err := c.source.Read(p)
	c.read += int64(n)
	_, _ = c.hash.Write(p[:n]) // it has no errors
	if c.read > c.content.Size {
		return 0, fmt.Errorf("%w: it is longer than %d bytes", ErrFileChanged, c.content.Size)
	}
	if !errors.Is(err, io.EOF) {
		return n, err
	}
	if sum := hex.EncodeToString(c.hash.Sum(nil)); c.read < c.content.Size || sum != c.content.SHA256 {
		return 0, fmt.Errorf("%w: its SHA-256 is %s over %d bytes, and was to be %s over %d",
			ErrFileChanged, sum, c.read, c.content.SHA256, c.content.Size)
	}
	return n, err
}

// Close closes the picture itself.
func (c *verifyingReader) Close() error { return c.source.Close() }

// Check reads the picture once, and tells whether it is as it is to be.
func (c *File) Check() error {
	picture, err := c.openVerified()
	if err != nil {
		return err
	}
	defer func() { _ = picture.Close() }()
	_, err = io.Copy(io.Discard, picture)
	return err
}
