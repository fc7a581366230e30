package fakeapi

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"time"
)

// Request is one request that the fake API received.
type Request struct {
	Method string
	// URI is the request target as received.
	URI    string
	Header http.Header
	At     time.Time
	// Status is the status of the response. It is 0 while there is no response, if
	// the connection was dropped, and for a handler of Fail that writes no status.
	Status int
	// Body is the body of a write: the first 64 KiB of JSON; for a form, a line
	// for each part, such as `id: brand/logo` and `file: "logo.png", image/png, 67
	// bytes`; otherwise its length.
	Body string
}

const (
	maxRecorded = 64 << 10
	maxKept     = 12 << 20 // more than the size limit of uploads
)

// Requests returns the API requests so far, oldest first.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// record records a request. The returned writer and request record status and
// body before the client receives the response; recorded does so if the handler
// sends nothing.
func (s *Server) record(w http.ResponseWriter, r *http.Request) (_ http.ResponseWriter, _ *http.Request, recorded func()) {
	s.mu.Lock()
	number := len(s.requests)
	s.requests = append(s.requests, Request{Method: r.Method, URI: r.RequestURI, Header: r.Header.Clone(), At: time.Now()})
	s.mu.Unlock()
	body := &keptBody{ReadCloser: r.Body}
	if r.Method != http.MethodGet && r.Body != nil {
		r.Body = body
	}
	text, described := "", 0
	note := func(status int) {
		if described != body.length { // describe the body again only if more of it was read
			text, described = body.describe(r.Header.Get("Content-Type")), body.length
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.requests[number].Status = status
		s.requests[number].Body = text
	}
	status := 0
	recorder := &statusWriter{ResponseWriter: w, onStatus: func(code int) { status = code; note(code) }}
	return recorder, r, func() { note(status) }
}

// statusWriter records the status of a response.
type statusWriter struct {
	http.ResponseWriter

	onStatus func(status int)
}

func (w *statusWriter) WriteHeader(status int) {
	w.onStatus(status)
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap gives http.ResponseController access to the wrapped writer.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// keptBody is the body of a request. It keeps the beginning.
type keptBody struct {
	io.ReadCloser

	kept   []byte
	length int
}

func (b *keptBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.length += n
	b.kept = append(b.kept, p[:min(n, maxKept-len(b.kept))]...)
	return n, err
}

// describe returns a readable form of the body.
func (b *keptBody) describe(contentType string) string {
	mediaType, parameters, err := mime.ParseMediaType(contentType)
	switch {
	case b.length == 0:
		return ""
	case err == nil && mediaType == "application/json":
		return string(b.kept[:min(len(b.kept), maxRecorded)])
	case err == nil && mediaType == "multipart/form-data":
		return describeForm(b.kept, parameters["boundary"])
	}
	return fmt.Sprintf("%d bytes", b.length)
}

func describeForm(body []byte, boundary string) string {
	var lines strings.Builder
	form := multipart.NewReader(bytes.NewReader(body), boundary)
	part, err := form.NextRawPart()
	for ; err == nil; part, err = form.NextRawPart() {
		content, _ := io.ReadAll(part) // truncated if the form breaks off
		if part.FileName() != "" {
			fmt.Fprintf(&lines, "%s: %q, %s, %d bytes\n", part.FormName(), part.FileName(), part.Header.Get("Content-Type"), len(content))
			continue
		}
		fmt.Fprintf(&lines, "%s: %s\n", part.FormName(), content[:min(len(content), maxRecorded)])
	}
	if !isWholeForm(body, boundary) {
		lines.WriteString("(it breaks off)\n")
	}
	return lines.String()
}

// isWholeForm reports whether the final boundary of a form is present;
// multipart.Reader doesn't report that.
func isWholeForm(body []byte, boundary string) bool {
	return bytes.Contains(body, []byte("\r\n--"+boundary+"--"))
}
