package client

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/redact"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// sentForm is what an upload sends, with the boundary B; its length has to be
// the one that is announced.
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

// The form as it goes over the wire: the picture last, and no part with nothing
// in it, which the API refuses.
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
		"a picture": {Upload{File: contentOf("logo.png", dot)}, file("logo.png")},
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

// Names come back as they were given, so that candidates are found by them.
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
			if e := asError(t, err); len(e.Candidates) != 1 || e.Candidates[0].Filename != redact.Truncate(name, maxCandidateLen) {
				t.Errorf("got %+v", e.Candidates)
			}
		})
	}
}

// counted counts the readers of a picture that were opened and closed.
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

// Each attempt opens the picture anew, and closes it, also where nobody reads
// it to its end.
func TestUploadFileReadAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := fakeapi.New()
		fake.FailMethod(http.MethodPost, "v1", 1, fakeapi.Respond(429, "text/plain", ""))
		fake.DropDuringRequest(1)
		fake.DropBeforeRequest(1)
		var files counted
		picture := dot + strings.Repeat("x", 1<<20)
		c := newPipeClient(t, fake)
		image, _, err := c.CreateImage(t.Context(), fakeapi.AccountID, Upload{
			ID: "a", File: files.watch(contentOf("a.png", picture)),
		})
		if err != nil || string(fake.Content(image.ID)) != picture {
			t.Fatalf("got %v, %v", image, err)
		}
		c.http.CloseIdleConnections()
		synctest.Wait()
		if opened, closed := files.opened.Load(), files.closed.Load(); opened != 4 || closed < opened {
			t.Errorf("opened %d times, closed %d times, want 4", opened, closed)
		}
	})
}

// A picture that is not what was planned is noticed before the end of the form
// is sent, so that nothing can be stored; it is not sent again.
func TestUploadFileChanged(t *testing.T) {
	t.Parallel()
	planned := dot + strings.Repeat("x", 100_000)
	tests := map[string]struct {
		now      string // what is there; empty for nothing
		attempts int    // that came as far as the API
		want     string
	}{
		"longer by a byte":  {now: planned + "x", attempts: 1, want: "it is longer than 100011 bytes"},
		"twice as long":     {now: planned + planned, attempts: 1, want: "it is longer than 100011 bytes"},
		"shorter by a byte": {now: planned[1:], attempts: 1, want: "over 100010 bytes, and was to be"},
		"empty":             {now: "\x00", attempts: 1, want: "over 1 bytes, and was to be"},
		"another last byte": {now: planned[:len(planned)-1] + "y", attempts: 1, want: "over 100011 bytes, and was to be"},
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

// A file that cannot be read is told with its name, and with what is wrong.
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
	refused := errors.New("permission denied")
	content.Open = func() (io.ReadCloser, error) { return nil, refused }
	if err := content.Check(); !errors.Is(err, refused) || errors.Is(err, ErrFileChanged) {
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
			t.Errorf("%q as it was: got %v", planned, err)
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

// The end of a picture may come with its last bytes, and into a buffer that has
// room for one more, or for many.
func TestVerifyingReader(t *testing.T) {
	t.Parallel()
	for name, room := range map[string]int{"for one more": len(dot) + 1, "for many more": 1000} {
		content := contentOf("a.png", dot)
		content.Open = func() (io.ReadCloser, error) { return io.NopCloser(iotest.DataErrReader(strings.NewReader(dot))), nil }
		picture, err := content.openVerified()
		if err != nil {
			t.Fatal(err)
		}
		buffer := make([]byte, room)
		if n, err := picture.Read(buffer); string(buffer[:n]) != dot || !errors.Is(err, io.EOF) {
			t.Errorf("room %s: got %q, %v", name, buffer[:n], err)
		}
	}
}

// generated is a picture of any size that nobody holds.
type generated struct{ left int64 }

func (g *generated) Read(p []byte) (int, error) {
	if g.left == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), g.left)
	clear(p[:n])
	g.left -= n
	return int(n), nil
}

// Of a picture on its way, nothing is held.
func TestUploadLargeFileMemory(t *testing.T) { //nolint:paralleltest // it measures the memory of the whole process
	const size = 50 << 20
	sum := sha256.New()
	_, _ = io.Copy(sum, &generated{left: size})
	content := &File{
		Name: "a.png", Type: "image/png", Size: size, SHA256: hex.EncodeToString(sum.Sum(nil)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(&generated{left: size}), nil },
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

// The sending may take its time beside the time for the answer: a second for
// each 64 KiB.
func TestUploadTimeout(t *testing.T) {
	t.Parallel()
	const timeout = 10 * time.Second
	tests := map[string]struct {
		upload Upload
		want   time.Duration
	}{
		"a small picture": {
			Upload{ID: "a", File: contentOf("a.png", dot)},
			timeout + time.Duration(len(dot))*time.Second/65536,
		},
		"640 KiB": {
			Upload{ID: "a", File: contentOf("a.png", dot+strings.Repeat("x", 640<<10-len(dot)))},
			2 * timeout,
		},
		"a picture of 10 MiB": {
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
					!strings.Contains(e.Error(), "no complete answer within "+test.want.String()) {
					t.Errorf("after %s, want %s: %+v", got, test.want, e)
				}
			})
		})
	}
}

// A form is read by Go's own reader as it is meant.
func TestUploadFormInterop(t *testing.T) {
	t.Parallel()
	upload := Upload{ID: "ä/b", File: contentOf(`"a".png`, dot), Creator: new("me"), Metadata: json.RawMessage(`{"a":1}`)}
	form, err := upload.form()
	if err != nil {
		t.Fatal(err)
	}
	body, length, err := form.body()
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	text, _ := io.ReadAll(body)
	if int64(len(text)) != length {
		t.Errorf("got %d bytes, want %d", len(text), length)
	}
	_, boundary, _ := strings.Cut(form.contentType, "boundary=")
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
