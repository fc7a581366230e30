package imagefile

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// read inspects content, and fails the test on a read error.
func read(tb testing.TB, content string) *Info {
	tb.Helper()
	p, err := Inspect(strings.NewReader(content))
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// summary formats the properties of a file.
func summary(p *Info) string {
	if p.Format == "" {
		return p.found.description
	}
	text := fmt.Sprintf("%s %dx%d, frames: %d", p.Format, p.Width, p.Height, p.Frames)
	if p.framePixels > 0 {
		text += fmt.Sprintf(" of %g pixels", p.framePixels)
	}
	if p.truncated {
		text += ", truncated"
	}
	for _, w := range p.warnings {
		text += ", " + w.description
	}
	if p.found.formatError != "" {
		text += ", damaged: " + p.found.formatError
	}
	return text
}

// checkSummaries compares the summary of each content.
func checkSummaries(t *testing.T, tests map[string]struct{ content, want string }) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := summary(read(t, test.content)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// sample returns a small image file of a real encoder.
func sample(tb testing.TB, name string) string {
	tb.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return string(content)
}

// encoded returns image files of the standard library's encoders.
func encoded(tb testing.TB) map[string]string {
	tb.Helper()
	plain := image.NewPaletted(image.Rect(0, 0, 60, 40), color.Palette{color.Black, color.White})
	written := map[string]string{}
	for name, encode := range map[string]func(io.Writer) error{
		"PNG":  func(w io.Writer) error { return png.Encode(w, plain) },
		"JPEG": func(w io.Writer) error { return jpeg.Encode(w, plain, nil) },
		"GIF":  func(w io.Writer) error { return gif.Encode(w, plain, nil) },
	} {
		var content bytes.Buffer
		if err := encode(&content); err != nil {
			tb.Fatal(err)
		}
		written[name] = content.String()
	}
	return written
}

func TestInspectRealImages(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"simple.webp":   "WebP 60x40, frames: 1",
		"lossless.webp": "WebP 60x40, frames: 1",
		"alpha.webp":    "WebP 60x40, frames: 1",
		"anim.webp":     "WebP 20x10, frames: 3 of 600 pixels",
		"anim.gif":      "GIF 20x10, frames: 3 of 600 pixels",
		"anim.png":      "PNG 20x10, frames: 3",
		"prog.jpg":      "JPEG 60x40, frames: 1",
		"photo.heic":    "HEIC 60x40, frames: 1",
		"photo.avif":    "AVIF 60x40, frames: 1",
		"grid.avif":     "AVIF 128x64, frames: 1",
	}
	got := map[string]string{}
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := filepath.Base(file); name != "README.md" {
			got[name] = summary(read(t, sample(t, name)))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("summaries (-want +got):\n%s", diff)
	}
}

func TestInspectStandardEncoders(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"PNG": "PNG 60x40, frames: 1", "JPEG": "JPEG 60x40, frames: 1", "GIF": "GIF 60x40, frames: 1 of 2400 pixels",
	}
	got := map[string]string{}
	for name, content := range encoded(t) {
		got[name] = summary(read(t, content))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("summaries (-want +got):\n%s", diff)
	}
}

// A parser returns an error for a damaged header.
func TestInspectDamaged(t *testing.T) {
	t.Parallel()
	in := &source{bufio.NewReader(strings.NewReader(pngFile(0, 0, pngEnd)))}
	if err := parsePNG(in, &Info{}); err == nil || err.Error() != "its header has invalid dimensions" {
		t.Errorf("got %v, want the format error", err)
	}
}

// The hash is of all bytes, including those after the image.
func TestInspectHash(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		content string
		hash    string
	}{
		"nothing": {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		"text":    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		"a million bytes": {
			strings.Repeat("a", 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if p := read(t, test.content); p.SHA256 != test.hash || p.Bytes != int64(len(test.content)) {
				t.Errorf("got %s of %d bytes, want %s of %d", p.SHA256, p.Bytes, test.hash, len(test.content))
			}
		})
	}
	whole := sample(t, "anim.gif") + strings.Repeat("more", 50_000)
	if p, sum := read(t, whole), sha256.Sum256([]byte(whole)); p.SHA256 != hex.EncodeToString(sum[:]) || p.Frames != 3 {
		t.Errorf("data after an image: got %s, %d frames, want %x, 3 frames", p.SHA256, p.Frames, sum)
	}
}

func TestInspectReadError(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is broken")
	for name, content := range map[string]string{
		"immediately": "", "in the header": "\x89PNG\r\n\x1a\n",
		"in the image": sample(t, "anim.gif")[:60], "after the image": sample(t, "anim.gif"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := Inspect(io.MultiReader(strings.NewReader(content), iotest.ErrReader(broken)))
			if p != nil || !errors.Is(err, broken) {
				t.Errorf("got %v, %v, want the read error", p, err)
			}
		})
	}
}

// A failed read isn't retried, as its data may be missing.
func TestInspectReadErrorOnce(t *testing.T) {
	t.Parallel()
	p, err := Inspect(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(sample(t, "anim.gif")))))
	if p != nil || !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("got %v, %v, want the read error", p, err)
	}
}

func TestInspectReadIsBounded(t *testing.T) {
	t.Parallel()
	if got, want := errTooLarge(maxRead).Error(), "it is larger than 1073741824 bytes, "; !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want 1 GiB", got)
	}
	if _, err := inspect(endless{}, 100_000); err == nil || err.Error() !=
		"it is larger than 100000 bytes, far more than can be uploaded" {
		t.Errorf("endless: got %v, want an error about the limit", err)
	}
	if p, err := inspect(strings.NewReader(strings.Repeat("a", 100_000)), 100_000); err != nil || p.Bytes != 100_000 {
		t.Errorf("at the limit: got %v, %v, want no error", p, err)
	}
}

// A reader that returns neither bytes nor an error is abandoned.
func TestInspectReaderWithoutProgress(t *testing.T) {
	t.Parallel()
	if p, err := Inspect(io.MultiReader(strings.NewReader("GIF89a"), idle{})); p != nil ||
		!errors.Is(err, io.ErrNoProgress) {
		t.Errorf("got %v, %v, want %v", p, err, io.ErrNoProgress)
	}
}

type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

type endless struct{}

func (endless) Read(buffer []byte) (int, error) { return len(buffer), nil }

// The use of memory doesn't depend on the size or the structure of a file.
func TestInspectMemory(t *testing.T) { //nolint:paralleltest // measures allocations of the process
	frame := "\x2C\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x00"
	for name, content := range map[string]string{
		"a million GIF frames":   "GIF89a\x01\x00\x01\x00\x00\x00\x00" + strings.Repeat(frame, 1_000_000) + ";",
		"GIF of tiny sub-blocks": "GIF89a\x01\x00\x01\x00\x00\x00\x00" + frame[:11] + strings.Repeat("\x01a", 4_000_000) + "\x00;",
		"a million empty boxes":  box("ftyp", "heic\x00\x00\x00\x00heic") + strings.Repeat(box("free"), 1_000_000),
		"boxes in the box meta":  box("ftyp", "heic\x00\x00\x00\x00heic") + box("meta", strings.Repeat(box("iprp"), 1_000_000)),
		"a million WebP chunks":  riff(chunk("VP8X", canvas(0x02, 1, 1)), strings.Repeat(chunk("ABCD", ""), 1_000_000)),
		"a million JPEG markers": "\xff\xd8" + strings.Repeat("\xff\xfe\x00\x02", 1_000_000),
		"a million JPEG files":   jpegFile(1, 1) + strings.Repeat("\xff\xd9\xff\xd8\xff", 1_000_000),
		"a million items": box("ftyp", "heic\x00\x00\x00\x00heic") + box("meta", "\x00\x00\x00\x00",
			infoBox(strings.Repeat(itemBox(1, "grid"), 1_000_000))),
		"many tracks": box("ftyp", "msf1\x00\x00\x00\x00heic") + box("moov",
			strings.Repeat(trackBox("auxv", "hvc1", 1, 1), 100_000)),
		"a million PNG chunks":      pngFile(1, 1, strings.Repeat("\x00\x00\x00\x00tEXt....", 1_000_000)),
		"elements in elements":      "<svg>" + strings.Repeat("<g>", 1_000_000),
		"a name without an end":     "<" + strings.Repeat("a", 10_000_000),
		"a comment without an end":  "<!--" + strings.Repeat("a", 10_000_000),
		"instructions":              strings.Repeat("<?a ?>", 1_000_000),
		"a subset without an end":   "<!DOCTYPE svg [" + strings.Repeat("<!ENTITY a 'b'>", 1_000_000),
		"UTF-16 without an end":     "\xff\xfe<\x00!\x00-\x00-\x00" + strings.Repeat("a\x00", 5_000_000),
		"attributes without an end": "<svg " + strings.Repeat("a='b' ", 1_000_000),
		"entities of entities": `<!DOCTYPE svg [<!ENTITY a "` + strings.Repeat("a", 9000) + `"><!ENTITY b "` +
			strings.Repeat("&a;", 9000) + `">]><svg>` + strings.Repeat("&b;", 1_000_000) + "</svg>",
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		p := read(t, content)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 3<<20 || p.Bytes != int64(len(content)) {
			t.Errorf("%s: %d bytes of memory for %d of %d bytes", name, used, p.Bytes, len(content))
		}
	}
}

// FuzzInspect checks invariants, and that it doesn't matter how the bytes arrive.
func FuzzInspect(f *testing.F) {
	for _, content := range encoded(f) {
		f.Add([]byte(content))
	}
	for _, content := range literals {
		f.Add([]byte(content))
	}
	for _, content := range displayed(f) {
		f.Add([]byte(content))
	}
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		f.Add([]byte(sample(f, filepath.Base(file))))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		whole, err := Inspect(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(content); whole.SHA256 != hex.EncodeToString(sum[:]) || whole.Bytes != int64(len(content)) {
			t.Errorf("got %s of %d bytes, want %x of %d", whole.SHA256, whole.Bytes, sum, len(content))
		}
		if whole.Width < 0 || whole.Height < 0 || whole.Frames < 0 {
			t.Errorf("got %+v, want nothing negative", whole)
		}
		w, h := whole.DisplayWidth, whole.DisplayHeight
		if w < 0 || h < 0 || (w == 0) != (h == 0) || w > 0 && whole.Format == "" {
			t.Errorf("displayed as %dx%d: %+v", w, h, whole)
		}
		for _, violation := range whole.Validate(true) {
			if !strings.HasPrefix(violation.Text, "The content ") || len(violation.Text) > 800 {
				t.Errorf("got the violation %q", violation.Text)
			}
		}
		for name, r := range map[string]io.Reader{
			"byte by byte":       iotest.OneByteReader(bytes.NewReader(content)),
			"in halves":          iotest.HalfReader(bytes.NewReader(content)),
			"with the end given": iotest.DataErrReader(bytes.NewReader(content)),
		} {
			got, err := Inspect(r)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(whole, got, cmp.AllowUnexported(Info{}, sniffed{}, unsupportedFeature{})); diff != "" {
				t.Errorf("%s (-whole +got):\n%s", name, diff)
			}
		}
	})
}

// The linter checks the imports of each file; this test checks all
// dependencies.
func TestImagefileImportsNoNetwork(t *testing.T) {
	t.Parallel()
	output, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(output))
	if !slices.Contains(deps, "crypto/sha256") {
		t.Fatalf("go list does not list dependencies: %s", deps)
	}
	for _, dep := range deps {
		name, ours := strings.CutPrefix(dep, "terraform.local/images/terraform-provider-cloudflare/")
		if dep == "net" || strings.Contains(dep, "/hashicorp/") || ours && name != "internal/imagefile" {
			t.Errorf("depends on %s", dep)
		}
	}
}

// It doesn't matter in which pieces the bytes arrive.
func TestInspectInPieces(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"GIF": sample(t, "anim.gif"), "JPEG": sample(t, "prog.jpg"), "HEIC": sample(t, "photo.heic"), "WebP": sample(t, "anim.webp"),
	} {
		p, err := Inspect(iotest.OneByteReader(strings.NewReader(content)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(read(t, content), p, cmp.AllowUnexported(Info{}, sniffed{}, unsupportedFeature{})); diff != "" {
			t.Errorf("%s (-whole +pieces):\n%s", name, diff)
		}
	}
}

// benchmarked returns a JPEG file of 10 MB.
func benchmarked() []byte {
	random := rand.New(rand.NewPCG(1, 2)) // the same content each time
	content := []byte(jpegFile(4000, 3000))
	for len(content) < 10_000_000 {
		if content = append(content, byte(random.Uint32())); content[len(content)-1] == 0xFF {
			content = append(content, 0)
		}
	}
	return append(content, "\xff\xd9"...)
}

func BenchmarkInspect(b *testing.B) {
	large := benchmarked()
	for name, content := range map[string][]byte{
		"JPEG": large,
		"GIF": []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00\x2C\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02" +
			strings.Repeat("\xff"+strings.Repeat("a", 255), 39_000) + "\x00;"),
		"PNG": []byte(pngFile(1, 1, strings.Repeat("\x00\x00\x20\x00IDAT"+strings.Repeat("a", 8196), 1_200)+pngEnd)),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Inspect(bytes.NewReader(content)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkHash is the lower bound of BenchmarkInspect.
func BenchmarkHash(b *testing.B) {
	content := benchmarked()
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	buffer := make([]byte, bufferSize)
	for b.Loop() {
		digest := sha256.New()
		r := bytes.NewReader(content)
		for {
			n, err := r.Read(buffer)
			if err != nil {
				break
			}
			digest.Write(buffer[:n])
		}
		digest.Sum(nil)
	}
}

// BenchmarkCheck compares the checks of a plan on a file of 10 MB with hashing
// alone: by how many percent the best run is slower.
func BenchmarkCheck(b *testing.B) {
	path := filepath.Join(b.TempDir(), "large.jpg")
	if err := os.WriteFile(path, benchmarked(), 0o600); err != nil {
		b.Fatal(err)
	}
	checked, hashed := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
	for b.Loop() {
		begin := time.Now()
		if err := hashFile(path); err != nil {
			b.Fatal(err)
		}
		between := time.Now()
		info, err := InspectFile(path)
		if err != nil {
			b.Fatal(err)
		}
		_ = info.Validate(true)
		hashed, checked = min(hashed, between.Sub(begin)), min(checked, time.Since(between))
	}
	b.ReportMetric(100*(checked.Seconds()/hashed.Seconds()-1), "%-more")
}

// hashFile hashes a file through a buffer of the same size.
func hashFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.CopyBuffer(struct{ io.Writer }{sha256.New()}, struct{ io.Reader }{file}, make([]byte, bufferSize))
	return err
}
