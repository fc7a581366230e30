package client

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"time"
)

// Upload is an image to be created.
//
// https://developers.cloudflare.com/images/storage/upload-images/
type Upload struct {
	// ID is the custom ID. If empty, Cloudflare generates one.
	ID string
	// File is the image file. Nil if Cloudflare fetches it from URL.
	File *File
	// URL is the URL of the image file; it may contain a password.
	URL string
	// Metadata is a JSON object of up to 1024 bytes. Nil for none.
	Metadata json.RawMessage
	// Creator is a reference to a user. Nil for none.
	Creator *string
	// RequireSignedURLs requires signed URLs for delivery. It can't be combined
	// with a custom ID.
	RequireSignedURLs bool
}

// CreateImage uploads an image, and never overwrites an existing one. If the ID
// belongs to an image that this client is deleting, it waits for the delete. If
// the outcome of an upload is unknown, it is resolved by reading the custom ID;
// without one, the error names the candidates. Every error is an *Error.
func (c *Client) CreateImage(ctx context.Context, accountID string, upload Upload) (
	image *Image, messages []Message, err error,
) {
	r := uploadRequest(accountID, upload)
	if upload.ID == "" {
		return c.uploadGenerated(ctx, r, accountID, &upload)
	}
	err = c.create(ctx, r, objectKey{accountID, imageKind, upload.ID}, func(o *trackedObject) (found bool, err error) {
		found, image, messages, err = c.uploadCustom(ctx, r, o, accountID, &upload)
		return found, err
	})
	return image, messages, err
}

func uploadRequest(accountID string, upload Upload) request {
	r := newMutation(http.MethodPost, nil, false, maxImageBytes, "accounts", accountID, "images", "v1")
	r.body, r.contentType = upload.form()
	if upload.File != nil {
		r.uploadTimeout = time.Duration(upload.File.Size) * time.Second / minUploadRate
	}
	r.redact = upload.userInfo()
	return r
}

// userInfo returns the user name and the password in the URL, together and
// separately: either may be a token.
func (u *Upload) userInfo() []string {
	address, err := url.Parse(u.URL)
	if err != nil || address.User == nil {
		return nil
	}
	password, _ := address.User.Password()
	return []string{address.User.Username() + ":" + password, address.User.Username(), password}
}

// send sends a request whose result is an image, with the given ID unless that is
// empty.
func (c *Client) send(ctx context.Context, r request, id string) (*Image, []Message, error) {
	got := requestedImage{id: id}
	messages, err := c.do(ctx, r, &got)
	if err != nil {
		return nil, nil, err
	}
	return &got.Image, messages, nil
}

// uploadGenerated uploads an image without a custom ID. It isn't retried if it may
// have been applied, as a retry could create another image.
func (c *Client) uploadGenerated(
	ctx context.Context, r request, accountID string, u *Upload,
) (*Image, []Message, error) {
	image, messages, err := c.send(ctx, r, "")
	if e, ok := errors.AsType[*Error](err); ok && e.MaybeApplied {
		c.addCandidates(ctx, accountID, e,
			func(image *Image) bool { return image.Uploaded != nil && c.clock.isBefore(*image.Uploaded, e.sent) },
			func(image *Image) bool { return c.matches(u, image, e.sent) })
	}
	if err == nil {
		c.objects.setCreated(c.objects.get(objectKey{accountID, imageKind, image.ID}), image)
	}
	return image, messages, err
}

// uploadCustom uploads an image under a custom ID; the caller holds its lock.
// found reports whether the outcome was ambiguous, and the image was found.
func (c *Client) uploadCustom(
	ctx context.Context, r request, o *trackedObject, accountID string, upload *Upload,
) (found bool, image *Image, messages []Message, err error) {
	r.retryConflict = o.isDeleted()
	found, err = c.sendUntilKnown(ctx, func() (err error) {
		image, messages, err = c.send(ctx, r, upload.ID)
		return err
	}, func(ctx context.Context, sent time.Time) (err error) {
		image, messages, err = c.GetImage(ctx, accountID, upload.ID, ReadOptions{Fresh: true})
		isStale := err == nil && o.isDeleted() && (isSameUpload(deref(image.Uploaded), o.deletedVersion) ||
			c.clock.isBefore(deref(image.Uploaded), o.deletedAt))
		switch {
		case err != nil:
			return err
		case isStale:
			return NotFound
		case o.image != nil || !c.matches(upload, image, sent) || !upload.mayBeFetchedAs(deref(image.Filename)) ||
			!EqualJSON(image.Meta, upload.Metadata):
			return Exists
		}
		return nil
	})
	if err != nil {
		return false, nil, nil, err
	}
	c.objects.setCreated(o, image)
	return found, image, messages, nil
}

// File is an image file to be uploaded.
type File struct {
	// Name is the file name of the image: up to 255 characters.
	Name string
	// Type is the media type, such as "image/png".
	Type string
	// Size is the size in bytes.
	Size int64
	// SHA256 is the hash of the content, in lower-case hexadecimal digits.
	SHA256 string
	// Open opens the file.
	Open func() (io.ReadCloser, error)
}

// minUploadRate is the slowest upload rate without a timeout, in bytes per second.
const minUploadRate = 64 << 10

// form returns an upload as multipart/form-data, with the file as the last part.
// The file is streamed.
func (u *Upload) form() (content body, contentType string) {
	var encoded bytes.Buffer
	writer := multipart.NewWriter(&encoded)
	signed := "" // the default of the API
	if u.RequireSignedURLs {
		signed = "true"
	}
	for _, field := range []struct{ name, contentType, value string }{
		{"id", "", u.ID},
		{"metadata", "application/json", string(u.Metadata)},
		{"creator", "", deref(u.Creator)},
		{"requireSignedURLs", "", signed},
		{"url", "", u.URL},
	} {
		if field.value != "" { // the API rejects an empty part
			addPart(writer, field.name, "", field.contentType, field.value)
		}
	}
	if u.File != nil {
		addPart(writer, "file", u.File.Name, u.File.Type, "")
	}
	length := encoded.Len()
	_ = writer.Close() // writing to a buffer can't fail
	head, tail := encoded.Bytes()[:length], encoded.Bytes()[length:]
	return u.File.between(head, tail), writer.FormDataContentType()
}

// deref returns a string, or "" for nil.
func deref(s *string) string { return *cmp.Or(s, new(string)) }

func addPart(writer *multipart.Writer, name, filename, contentType, value string) {
	header := textproto.MIMEHeader{}
	disposition := `form-data; name="` + name + `"`
	if filename != "" {
		disposition = multipart.FileContentDisposition(name, filename)
	}
	header.Set("Content-Disposition", disposition)
	if contentType != "" {
		header.Set("Content-Type", contentType)
	}
	part, _ := writer.CreatePart(header) // writing to a buffer can't fail
	_, _ = io.WriteString(part, value)
}

// between returns a body with the file, if there is one, between head and tail.
func (f *File) between(head, tail []byte) body {
	return func() (io.ReadCloser, int64, error) {
		length := int64(len(head) + len(tail))
		if f == nil {
			return io.NopCloser(io.MultiReader(bytes.NewReader(head), bytes.NewReader(tail))), length, nil
		}
		file, err := f.openVerified()
		if err != nil {
			return nil, 0, err
		}
		return struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(head), file, bytes.NewReader(tail)), file}, length + f.Size, nil
	}
}

// ErrFileChanged means that a file no longer matches the plan. As the end of the
// form was never sent, nothing can have been stored.
var ErrFileChanged = errors.New("file changed since plan; run plan again")

// verifyingReader reads a file, and fails at its end if it has changed.
type verifyingReader struct {
	io.ReadCloser

	file *File
	hash hash.Hash
	read int64
}

// openVerified opens the file. A missing file counts as changed.
func (f *File) openVerified() (*verifyingReader, error) {
	source, err := f.Open()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: %w", ErrFileChanged, err)
	case err != nil:
		return nil, err
	}
	return &verifyingReader{ReadCloser: source, file: f, hash: sha256.New()}, nil
}

func (r *verifyingReader) Read(p []byte) (int, error) {
	if unread := r.file.Size - r.read; int64(len(p)) > unread {
		p = p[:unread+1] // one more, to detect a longer file
	}
	n, err := r.ReadCloser.Read(p)
	r.read += int64(n)
	_, _ = r.hash.Write(p[:n]) // never fails
	if r.read > r.file.Size {
		return 0, fmt.Errorf("%w: it is larger than %d bytes", ErrFileChanged, r.file.Size)
	}
	if !errors.Is(err, io.EOF) {
		return n, err
	}
	if sum := hex.EncodeToString(r.hash.Sum(nil)); r.read < r.file.Size || sum != r.file.SHA256 {
		return 0, fmt.Errorf("%w: SHA-256 is %s of %d bytes, planned %s of %d",
			ErrFileChanged, sum, r.read, r.file.SHA256, r.file.Size)
	}
	return n, err
}

// Check reads the file once, and returns ErrFileChanged if it doesn't match the
// plan.
func (f *File) Check() error {
	file, err := f.openVerified()
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	_, err = io.Copy(io.Discard, file)
	return err
}
