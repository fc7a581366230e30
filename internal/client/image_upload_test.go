package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/redact"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// Each row has the requests of an upload with a custom ID and with a generated
// one. In every case, one image exists at the end.
func TestCreateImage(t *testing.T) {
	t.Parallel()
	whole := func(fake *fakeapi.Server, responses ...http.HandlerFunc) http.Handler {
		if len(responses) == 0 {
			return fake
		}
		return onUpload(fake, 1, responses[0])
	}
	rejected := func(status, code int) func(*fakeapi.Server) http.Handler {
		return func(s *fakeapi.Server) http.Handler {
			return whole(s, readThen(status, "application/json", failure(fmt.Sprintf(`{"code":%d,"message":"no"}`, code))))
		}
	}
	after := func(status int, contentType, body string) func(*fakeapi.Server) http.Handler {
		return func(s *fakeapi.Server) http.Handler {
			return whole(s, storedThen(s, readThen(status, contentType, body)))
		}
	}
	cut := func(s *fakeapi.Server, where func(int)) http.Handler {
		where(1)
		return whole(s)
	}
	const other = `{"id":"other","filename":"logo.png","uploaded":"2026-11-02T09:15:00Z","requireSignedURLs":false,"variants":[]}`
	ambiguous := []string{"an error; see TestCreateImageGeneratedIDAmbiguous"}
	tests := map[string]struct {
		handler           func(*fakeapi.Server) http.Handler
		custom, generated []string // requests that reach the fake API; nil for a single POST
	}{
		"no failure":                      {handler: func(s *fakeapi.Server) http.Handler { return whole(s) }},
		"429":                             {handler: rejected(429, 971)},
		"408":                             {handler: rejected(408, 1)},
		"5408 sent slowly":                {handler: rejected(408, 5408)},
		"5433 aborted":                    {handler: rejected(400, 5433)},
		"5450 interrupted":                {handler: rejected(400, 5450)},
		"5450 as a failure of the server": {handler: rejected(500, 5450)},
		"5450 in text": {handler: func(s *fakeapi.Server) http.Handler {
			return whole(s, readThen(400, "text/plain", "ERROR 5450: Error while receiving upload"))
		}},
		"lost before it is stored, retried": {
			handler:   func(s *fakeapi.Server) http.Handler { return cut(s, s.DropBeforeRequest) },
			custom:    []string{"POST v1 0", "GET v1/team%2Flogo 404", "POST v1 200"},
			generated: ambiguous,
		},
		"lost after storing": {
			handler:   func(s *fakeapi.Server) http.Handler { return cut(s, s.DropResponseAfterCommit) },
			custom:    []string{"POST v1 0", "GET v1/team%2Flogo 200"},
			generated: ambiguous,
		},
		"lost in the middle of the response": {
			handler:   func(s *fakeapi.Server) http.Handler { return cut(s, s.DropDuringResponse) },
			custom:    []string{"POST v1 200", "GET v1/team%2Flogo 200"},
			generated: ambiguous,
		},
		"500 after storing": {
			handler:   after(500, "text/plain", "error"),
			custom:    []string{"POST v1 200", "GET v1/team%2Flogo 200"},
			generated: ambiguous,
		},
		"502 after storing": {
			handler:   after(502, "text/html", "<title>502</title>"),
			custom:    []string{"POST v1 200", "GET v1/team%2Flogo 200"},
			generated: ambiguous,
		},
		"stored, but the response has no ID": {
			handler:   after(200, "application/json", success(`{"filename":"logo.png"}`)),
			custom:    []string{"POST v1 200", "GET v1/team%2Flogo 200"},
			generated: ambiguous,
		},
		"stored, but the response is not JSON": {
			handler:   after(200, "text/html", "<title>Welcome</title>"),
			custom:    []string{"POST v1 200", "GET v1/team%2Flogo 200"},
			generated: ambiguous,
		},
		"stored, but the response has another ID": {
			handler: after(200, "application/json", success(other)),
			custom:  []string{"POST v1 200", "GET v1/team%2Flogo 200"},
		},
	}
	for name, test := range tests {
		for id, want := range map[string][]string{"team/logo": test.custom, "": test.generated} {
			if want == nil {
				want = []string{"POST v1 200"}
			}
			if want[0] == ambiguous[0] {
				continue
			}
			t.Run(fmt.Sprintf("%s, ID %q", name, id), func(t *testing.T) {
				t.Parallel()
				fake := fakeapi.New()
				before := len(fake.Images())
				c := newUploadClient(t, test.handler(fake))
				image, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, Upload{
					ID: id, File: contentOf("logo.png", dot), Metadata: json.RawMessage(`{"b": 2.0, "a": "x"}`), Creator: new("me"),
				})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, imageRequests(fake)); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
				created := fake.Images()[before:]
				if name == "stored, but the response has another ID" && id == "" {
					return // the ID of the response is used
				}
				if len(created) != 1 || created[0] != image.ID || id != "" && id != image.ID {
					t.Errorf("got %q, stored are %q", image.ID, created)
				}
				if *image.Filename != "logo.png" || *image.Creator != "me" ||
					!EqualJSON(image.Meta, json.RawMessage(`{"a":"x","b":2.0}`)) {
					t.Errorf("got %+v", image)
				}
			})
		}
	}
}

// holder is an image file whose last quarter, on the first read, is blocked
// until the client has closed its connection.
type holder struct {
	*File

	given chan struct{}
}

func newHolder(content string) *holder {
	h := &holder{contentOf("logo.png", content), make(chan struct{})}
	first := true
	h.Open = func() (io.ReadCloser, error) {
		if !first {
			return bodyOf(content), nil
		}
		first = false
		at := len(content) * 3 / 4
		rest := &gate{Reader: strings.NewReader(content[at:]), open: h.given}
		return io.NopCloser(io.MultiReader(strings.NewReader(content[:at]), rest)), nil
	}
	return h
}

// watch unblocks the file when the first connection is closed.
func (h *holder) watch(t *testing.T) func(*Config) {
	t.Helper()
	transport := newTransport(t)
	dial := transport.DialContext
	var once sync.Once
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		connection, err := dial(ctx, network, address)
		return &closing{connection, func() { once.Do(func() { close(h.given) }) }}, err
	}
	return func(config *Config) { config.Transport = transport }
}

type closing struct {
	net.Conn

	closed func()
}

func (c *closing) Close() error {
	err := c.Conn.Close()
	c.closed()
	return err
}

// An upload over a connection that breaks before the end of the file has stored
// nothing, and is retried with and without a custom ID.
func TestCreateImageBrokenUpload(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"team/logo", ""} {
		t.Run(fmt.Sprintf("ID %q", id), func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.DropDuringRequest(1)
			before := len(fake.Images())
			held := newHolder(dot + strings.Repeat("x", 2<<20)) // the server reads 256 KiB of the rest before it closes the connection
			c := newUploadClient(t, fake, held.watch(t))
			image, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, Upload{ID: id, File: held.File})
			if err != nil {
				t.Fatal(err)
			}
			if created := fake.Images()[before:]; len(created) != 1 || created[0] != image.ID {
				t.Errorf("got %q, stored are %q", image.ID, created)
			}
			if diff := cmp.Diff([]string{"POST v1 0", "POST v1 200"}, imageRequests(fake)); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

// A rejection is not retried, and doesn't change existing images.
func TestCreateImageRejected(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		upload  Upload
		respond http.HandlerFunc // nil if the fake API rejects the upload
		code    int
		kind    Kind
	}{
		"the ID is taken": {
			upload: Upload{ID: "this/is/my-customid", File: contentOf("a.png", dot)},
			code:   5409,
			kind:   Exists,
		},
		"the ID is taken, in text": {
			upload:  Upload{},
			respond: fakeapi.Respond(409, "text/plain", "ERROR 5409: Resource already exists"),
			code:    5409,
			kind:    Exists,
		},
		"not an image":      {upload: Upload{File: contentOf("a.png", "text")}, code: 5455, kind: Rejected},
		"a name is missing": {upload: Upload{File: contentOf("", dot)}, code: 5455, kind: Rejected},
		"nothing to send":   {upload: Upload{}, code: 5415, kind: Rejected},
		"an empty file":     {upload: Upload{File: contentOf("a.png", "")}, code: 5400, kind: Rejected},
		"both a file and a URL": {
			upload: Upload{File: contentOf("a.png", dot), URL: "https://example.com/a.png"},
			code:   5400,
			kind:   Rejected,
		},
		"too large": {
			upload: Upload{File: contentOf("a.png", dot+strings.Repeat("x", 10<<20))},
			code:   5413,
			kind:   Rejected,
		},
		"private with an ID": {
			upload: Upload{ID: "a", RequireSignedURLs: true, File: contentOf("a.png", dot)},
			code:   5410,
			kind:   Rejected,
		},
		"an ID like a generated one": {
			upload: Upload{
				ID:   "083eb7b2-5392-4565-b69e-aff66acddd01",
				File: contentOf("a.png", dot),
			}, code: 5411, kind: Rejected,
		},
		"an ID like a document": {upload: Upload{ID: "a.pdf", File: contentOf("a.png", dot)}, code: 5411, kind: Rejected},
		"a URL that leads nowhere": {
			upload: Upload{URL: "https://someone:hunter2-secret@example.com/a.png"},
			code:   5454,
			kind:   Rejected,
		},
		"an invalid URL": {upload: Upload{URL: "https://[::1/a.png"}, code: 5454, kind: Rejected},
		"the account is full": {
			upload: Upload{File: contentOf("a.png", dot)},
			respond: readThen(
				400,
				"application/json",
				failure(`{"code":5453,"message":"limit"}`),
			), code: CodeLimit, kind: Rejected,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			before := fake.Images()
			if test.respond != nil {
				fake.FailMethod(http.MethodPost, "v1", 1, test.respond)
			}
			image, _, err := newUploadClient(t, fake).CreateImage(t.Context(), fakeapi.AccountID, test.upload)
			e := asError(t, err)
			if image != nil || e.Kind != test.kind || !e.HasCode(test.code) || e.Attempts != 1 || e.MaybeApplied ||
				e.Candidates != nil {
				t.Errorf("got %v, %+v, want %s with code %d", image, e, test.kind, test.code)
			}
			if diff := cmp.Diff(before, fake.Images()); diff != "" {
				t.Errorf("images (-want +got):\n%s", diff)
			}
			if got := len(fake.Requests()); got != 1 {
				t.Errorf("requests: got %d, want 1", got)
			}
		})
	}
}

// An invalid ID is never sent.
func TestCreateImageUnderAReservedName(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	for _, id := range []string{"keys", "variants/hero", "/a"} {
		_, _, err := newUploadClient(
			t,
			fake,
		).CreateImage(t.Context(), fakeapi.AccountID, Upload{ID: id, File: contentOf("a.png", dot)})
		if e := asError(t, err); e.Kind != Rejected || e.Attempts != 0 || !strings.Contains(e.Error(), "image ID must not") {
			t.Errorf("%s: got %+v", id, e)
		}
	}
	if got := len(fake.Requests()); got != 0 {
		t.Errorf("requests: got %d, want 0", got)
	}
}

// The user name and password of a URL are sent, but aren't in any error or
// message, even if a response echoes them.
func TestCreateImageURLWithPassword(t *testing.T) {
	t.Parallel()
	const address = "https://some-one:s%2Bcr%C3%A9t-w0rd@example.com/a.png"
	echoes := []string{
		address, "some-one", "s+crét-w0rd", "s%2bcr%c3%a9t-w0rd", `s\u002bcr\u00e9t-w0rd`, "some-one:s+crét-w0rd", "s%252Bcr%25C3%25A9t-w0rd",
	}
	for _, echo := range echoes {
		for _, body := range []string{
			failure(`{"code":5454,"message":"cannot fetch ` + echo + `"}`), "ERROR 5454: cannot fetch " + echo, "<title>" + echo + "</title>",
			`{"title":"` + echo + `"}`, echo,
		} {
			c := newUploadClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if sent, _ := io.ReadAll(r.Body); !strings.Contains(string(sent), "\r\n\r\n"+address+"\r\n") {
					t.Errorf("sent %s", sent)
				}
				fakeapi.Respond(400, "application/json", body)(w, r)
			}))
			_, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, Upload{URL: address})
			e := asError(t, err)
			for _, secret := range []string{"some-one", "w0rd"} {
				if text := e.Error() + fmt.Sprintf("%+v", e.Messages); strings.Contains(text, secret) {
					t.Errorf("%s: got %s", body, text)
				}
			}
			if !strings.Contains(e.Error(), redact.Placeholder) {
				t.Errorf("%s: got %v", body, e)
			}
		}
	}
}

// An image that Cloudflare fetches has the file name of its URL.
func TestCreateImageFromURL(t *testing.T) {
	t.Parallel()
	origin := httptest.NewServer(
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, dot) }),
	)
	t.Cleanup(origin.Close)
	fake := fakeapi.New()
	c := newUploadClient(t, fake)
	image, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, Upload{
		URL: origin.URL + "/pictures/logo.png?size=2", RequireSignedURLs: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if *image.Filename != "logo.png" || !image.RequireSignedURLs || string(fake.Content(image.ID)) != dot {
		t.Errorf("got %+v", image)
	}
}

// Uploads have the same backoff as other requests.
func TestCreateImageBackoff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := fakeapi.New()
		fake.DropBeforeRequest(3)
		c := newPipeClient(t, fake)
		began := time.Now()
		upload := Upload{ID: "a", File: contentOf("a.png", dot)}
		if _, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, upload); err != nil {
			t.Fatal(err)
		}
		var at []time.Duration
		for _, r := range fake.Requests() {
			if r.Method == http.MethodPost {
				at = append(at, r.At.Sub(began))
			}
		}
		want := []time.Duration{0, 500 * time.Millisecond, 1500 * time.Millisecond, 3500 * time.Millisecond}
		if diff := cmp.Diff(want, at); diff != "" {
			t.Errorf("attempts (-want +got):\n%s", diff)
		}
	})
}

// sentForm returns the form of an upload, with the boundary B, and checks its
// Content-Length.
func sentForm(t *testing.T, upload Upload) string {
	t.Helper()
	sent := ""
	c := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.ContentLength != int64(len(body)) || len(r.TransferEncoding) > 0 {
			t.Errorf("got %d bytes of %d, sent %v: %v", len(body), r.ContentLength, r.TransferEncoding, err)
		}
		boundary, isForm := strings.CutPrefix(r.Header.Get("Content-Type"), "multipart/form-data; boundary=")
		if !isForm || !regexp.MustCompile(`^[0-9a-f]{60}$`).MatchString(boundary) {
			t.Errorf("got the type %q", r.Header.Get("Content-Type"))
		}
		sent = strings.ReplaceAll(string(body), boundary, "B")
		fakeapi.Respond(200, "application/json", stored("a", "a", "2026-11-02T09:15:00Z", ""))(w, r)
	}))
	if _, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, upload); err != nil {
		t.Fatal(err)
	}
	return sent
}

// The file is the last part, and there are no empty parts, which the API
// rejects.
func TestUploadForm(t *testing.T) {
	t.Parallel()
	file := func(name string) string {
		return "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\nContent-Type: image/png\r\n\r\n" +
			dot + "\r\n--B--\r\n"
	}
	field := func(name, value string) string {
		return "--B\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
	}
	metadata := func(value string) string {
		return "--B\r\nContent-Disposition: form-data; name=\"metadata\"\r\nContent-Type: application/json\r\n\r\n" + value + "\r\n"
	}
	tests := map[string]struct {
		upload Upload
		want   string
	}{
		"a file": {Upload{File: contentOf("logo.png", dot)}, file("logo.png")},
		"all there is for a custom ID": {
			Upload{
				ID: "a", File: contentOf("logo.png", dot), URL: "", Metadata: json.RawMessage(`{"team": "wéb"}`),
				Creator: new("web-team\r\n--B--\r\n"),
			},
			field("id", "a") + metadata(`{"team": "wéb"}`) + field("creator", "web-team\r\n--B--\r\n") + file("logo.png"),
		},
		"private, with nothing in what may be empty": {
			Upload{File: contentOf("logo.png", dot), Metadata: json.RawMessage{}, Creator: new(""), RequireSignedURLs: true},
			field("requireSignedURLs", "true") + file("logo.png"),
		},
		"a URL": {
			Upload{URL: "https://someone:password@example.com/logo.png?size=2", Metadata: json.RawMessage(`{}`)},
			metadata("{}") + field("url", "https://someone:password@example.com/logo.png?size=2") + "--B--\r\n",
		},
		"a name with quotes":      {Upload{File: contentOf(`my "logo".png`, dot)}, file(`my \"logo\".png`)},
		"a name with a backslash": {Upload{File: contentOf(`my\logo.png`, dot)}, file(`my\\logo.png`)},
		"a name of two lines": {
			Upload{File: contentOf("logo\r\nContent-Type: text/html\r\n\r\n.png", dot)},
			file("logo%0D%0AContent-Type: text/html%0D%0A%0D%0A.png"),
		},
		"a name in Unicode": {Upload{File: contentOf("löģo 標誌 🖼.png", dot)}, file("löģo 標誌 🖼.png")},
		"a long name": {
			Upload{File: contentOf(strings.Repeat("標", 251)+".png", dot)}, file(strings.Repeat("標", 251) + ".png"),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, sentForm(t, test.upload)); diff != "" {
				t.Errorf("form (-want +got):\n%s", diff)
			}
		})
	}
}

// File names are stored unchanged, so that candidates are found by them.
func TestUploadFormUnusualNames(t *testing.T) {
	t.Parallel()
	names := []string{
		"logo.png", `my "logo".png`, `\"`, `a\b.png`, "löģo 標誌 🖼.png", "a;b=c.png", "100%25.png", " a .png", strings.Repeat("標", 251) + ".png",
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.DropResponseAfterCommit(1)
			_, _, err := newUploadClient(t, fake).CreateImage(t.Context(), fakeapi.AccountID, Upload{File: contentOf(name, dot)})
			e, want := asError(t, err), redact.Truncate(name, maxCandidateLen)
			if len(e.Candidates) != 1 || e.Candidates[0].Filename != want {
				t.Errorf("got %+v", e.Candidates)
			}
		})
	}
}

// counted counts how often a file is opened and closed.
type counted struct{ opened, closed atomic.Int64 }

func (n *counted) watch(content *File) *File {
	open := content.Open
	content.Open = func() (io.ReadCloser, error) {
		n.opened.Add(1)
		file, err := open()
		return &closingFile{file, func() { n.closed.Add(1) }}, err
	}
	return content
}

type closingFile struct {
	io.ReadCloser

	closed func()
}

func (c *closingFile) Close() error {
	c.closed()
	return c.ReadCloser.Close()
}

// Each attempt opens the file again, and closes it, even if it isn't read to
// its end.
func TestUploadFileReadAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := fakeapi.New()
		fake.FailMethod(http.MethodPost, "v1", 1, fakeapi.Respond(429, "text/plain", ""))
		fake.DropDuringRequest(1)
		fake.DropBeforeRequest(1)
		var files counted
		content := dot + strings.Repeat("x", 1<<20)
		c := newPipeClient(t, fake)
		image, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, Upload{
			ID: "a", File: files.watch(contentOf("a.png", content)),
		})
		if err != nil || string(fake.Content(image.ID)) != content {
			t.Fatalf("got %v, %v", image, err)
		}
		c.http.CloseIdleConnections()
		synctest.Wait()
		if opened, closed := files.opened.Load(), files.closed.Load(); opened != 4 || closed < opened {
			t.Errorf("opened %d times, closed %d times, want 4", opened, closed)
		}
	})
}

// A file that doesn't match the plan is detected before the end of the form is
// sent, so that nothing can be stored. It is not retried.
func TestUploadFileChanged(t *testing.T) {
	t.Parallel()
	planned := dot + strings.Repeat("x", 100_000)
	tests := map[string]struct {
		now      string // the current content; empty if the file is missing
		attempts int    // that reached the API
		want     string
	}{
		"longer by a byte":  {now: planned + "x", attempts: 1, want: "it is larger than 100011 bytes"},
		"twice as long":     {now: planned + planned, attempts: 1, want: "it is larger than 100011 bytes"},
		"shorter by a byte": {now: planned[1:], attempts: 1, want: "of 100010 bytes, planned"},
		"empty":             {now: "\x00", attempts: 1, want: "of 1 bytes, planned"},
		"another last byte": {now: planned[:len(planned)-1] + "y", attempts: 1, want: "of 100011 bytes, planned"},
		"gone":              {want: "file does not exist"},
	}
	for name, test := range tests {
		for _, id := range []string{"a", ""} {
			for _, throttled := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, ID %q, after an attempt: %t", name, id, throttled), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						fake, attempts := fakeapi.New(), test.attempts
						before := len(fake.Images())
						content := contentOf("a.png", planned)
						whole, first := content.Open, throttled
						content.Open = func() (io.ReadCloser, error) {
							switch {
							case first:
								first = false
								return whole()
							case test.now == "":
								return nil, fmt.Errorf("open a.png: %w", fs.ErrNotExist)
							}
							return bodyOf(test.now), nil
						}
						if throttled {
							attempts++
							fake.FailMethod(http.MethodPost, "v1", 1, readThen(429, "text/plain", ""))
						}
						_, _, err := newPipeClient(t, fake).CreateImage(t.Context(), fakeapi.AccountID, Upload{ID: id, File: content})
						e := asError(t, err)
						if e.Kind != Rejected || e.MaybeApplied || e.Attempts != attempts || !errors.Is(err, ErrFileChanged) {
							t.Errorf("got %s after %d attempts, want %d: %+v", e.Kind, e.Attempts, attempts, e)
						}
						if !strings.Contains(e.Error(), test.want) || !strings.Contains(e.Error(), "plan again") {
							t.Errorf("got %v, want %s", e, test.want)
						}
						synctest.Wait()
						if got := len(fake.Images()); got != before {
							t.Errorf("images: got %d, want %d", got, before)
						}
						for i, r := range fake.Requests() {
							if throttled && i == 0 {
								continue
							}
							if r.Status != 0 || !strings.HasSuffix(r.Body, "(it breaks off)\n") {
								t.Errorf("request %d: got %d for %s", i+1, r.Status, r.Body)
							}
						}
					})
				})
			}
		}
	}
}

// The error of an unreadable file contains its path and the cause.
func TestUploadFileUnreadable(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "folder.png")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	content := contentOf("folder.png", dot)
	content.Open = func() (io.ReadCloser, error) { return os.Open(folder) }
	fake := fakeapi.New()
	before := len(fake.Images())
	_, _, err := newUploadClient(t, fake).CreateImage(t.Context(), fakeapi.AccountID, Upload{ID: "a", File: content})
	if e := asError(t, err); e.Kind != Rejected || e.MaybeApplied || e.Attempts != 1 || errors.Is(err, ErrFileChanged) ||
		!strings.Contains(e.Error(), "folder.png: is a directory") {
		t.Errorf("got %+v", e)
	}
	if err := content.Check(); err == nil || errors.Is(err, ErrFileChanged) {
		t.Errorf("check: got %v", err)
	}
	rejected := errors.New("permission denied")
	content.Open = func() (io.ReadCloser, error) { return nil, rejected }
	if err := content.Check(); !errors.Is(err, rejected) || errors.Is(err, ErrFileChanged) {
		t.Errorf("check: got %v", err)
	}
	if got := len(fake.Images()); got != before {
		t.Errorf("images: got %d, want %d", got, before)
	}
}

func TestFileCheck(t *testing.T) {
	t.Parallel()
	for planned, now := range map[string]string{"": "", "a": "a", dot: dot} {
		content := contentOf("a.png", planned)
		if err := content.Check(); err != nil {
			t.Errorf("%q, unchanged: got %v", planned, err)
		}
		var files counted
		for _, other := range []string{now + "x", "x" + now, strings.ToUpper(now) + "\n", "b"} {
			content.Open = func() (io.ReadCloser, error) { return bodyOf(other), nil }
			files.watch(content)
			if err := content.Check(); !errors.Is(err, ErrFileChanged) {
				t.Errorf("%q, now %q: got %v", planned, other, err)
			}
		}
		if opened, closed := files.opened.Load(), files.closed.Load(); opened != 4 || closed != 4 {
			t.Errorf("opened %d times, closed %d times", opened, closed)
		}
	}
}

// A reader may return io.EOF with the last bytes, whether the buffer has room
// for one more byte or for many.
func TestVerifyingReader(t *testing.T) {
	t.Parallel()
	for name, room := range map[string]int{"for one more": len(dot) + 1, "for many more": 1000} {
		content := contentOf("a.png", dot)
		content.Open = func() (io.ReadCloser, error) {
			return io.NopCloser(iotest.DataErrReader(strings.NewReader(dot))), nil
		}
		reader, err := content.openVerified()
		if err != nil {
			t.Fatal(err)
		}
		buffer := make([]byte, room)
		if n, err := reader.Read(buffer); string(buffer[:n]) != dot || !errors.Is(err, io.EOF) {
			t.Errorf("room %s: got %q, %v", name, buffer[:n], err)
		}
	}
}

// generated is a file of any size that is not held in memory.
type generated struct{ unread int64 }

func (g *generated) Read(p []byte) (int, error) {
	if g.unread == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), g.unread)
	clear(p[:n])
	g.unread -= n
	return int(n), nil
}

// An upload doesn't hold the file in memory.
func TestUploadLargeFileMemory(t *testing.T) { //nolint:paralleltest // it measures the memory of the whole process
	const size = 50 << 20
	sum := sha256.New()
	_, _ = io.Copy(sum, &generated{unread: size})
	content := &File{
		Name: "a.png", Type: "image/png", Size: size, SHA256: hex.EncodeToString(sum.Sum(nil)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(&generated{unread: size}), nil },
	}
	received := int64(0)
	c := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		received, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, stored("a", "a.png", "2026-11-02T09:15:00Z", ""))
	}))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, Upload{ID: "a", File: content})
	runtime.ReadMemStats(&after)
	if err != nil || received < size {
		t.Fatalf("%d bytes arrived: %v", received, err)
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
		t.Errorf("%d bytes were allocated for %d", got, size)
	}
}

// In addition to the request timeout, an upload has a second for each 64 KiB.
func TestUploadTimeout(t *testing.T) {
	t.Parallel()
	const timeout = 10 * time.Second
	tests := map[string]struct {
		upload Upload
		want   time.Duration
	}{
		"a small file": {
			Upload{ID: "a", File: contentOf("a.png", dot)},
			timeout + time.Duration(len(dot))*time.Second/65536,
		},
		"640 KiB": {
			Upload{ID: "a", File: contentOf("a.png", dot+strings.Repeat("x", 640<<10-len(dot)))},
			2 * timeout,
		},
		"a file of 10 MiB": {
			Upload{ID: "a", File: contentOf("a.png", dot+strings.Repeat("x", 10<<20-len(dot)))},
			170 * time.Second,
		},
		"a URL": {Upload{ID: "a", URL: "https://example.com/a.png"}, timeout},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				bound := func(config *Config) { config.RequestTimeout, config.MaxRetries = timeout, new(0) }
				silent := newPipeClient(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodPost {
						_, _ = io.Copy(io.Discard, r.Body)
						<-r.Context().Done()
					}
				}), bound)
				began := time.Now()
				_, _, err := silent.CreateImage(t.Context(), fakeapi.AccountID, test.upload)
				e := asError(t, err)
				if got := time.Since(began); got != test.want || e.Kind != Unreachable || !e.MaybeApplied ||
					!strings.Contains(e.Error(), "no complete response within "+test.want.String()) {
					t.Errorf("after %s, want %s: %+v", got, test.want, e)
				}
			})
		})
	}
}

// mime/multipart reads the form as intended.
func TestUploadFormInterop(t *testing.T) {
	t.Parallel()
	upload := Upload{ID: "ä/b", File: contentOf(`"a".png`, dot), Creator: new("me"), Metadata: json.RawMessage(`{"a":1}`)}
	open, contentType := upload.form()
	body, length, err := open()
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	text, _ := io.ReadAll(body)
	if int64(len(text)) != length {
		t.Errorf("got %d bytes, want %d", len(text), length)
	}
	_, boundary, _ := strings.Cut(contentType, "boundary=")
	read, err := multipart.NewReader(strings.NewReader(string(text)), boundary).ReadForm(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"id": {"ä/b"}, "metadata": {`{"a":1}`}, "creator": {"me"}}
	if diff := cmp.Diff(want, read.Value); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if files := read.File["file"]; len(files) != 1 || files[0].Filename != `"a".png` || files[0].Size != int64(len(dot)) ||
		!slices.Equal(files[0].Header["Content-Type"], []string{"image/png"}) {
		t.Errorf("files: got %+v", files)
	}
}
