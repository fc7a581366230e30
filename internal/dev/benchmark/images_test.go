//go:build linux

package benchmark

import (
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// noise gives each image different content, the same in each round.
var noise = rand.NewChaCha8([32]byte{})

// draw writes a square image with one byte per pixel.
func draw(b *testing.B, path string, side int) {
	b.Helper()
	canvas := image.NewGray(image.Rect(0, 0, side, side))
	_, _ = noise.Read(canvas.Pix) // it never returns an error
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	encoder := png.Encoder{CompressionLevel: png.NoCompression}
	if err := encoder.Encode(file, canvas); err != nil {
		b.Fatal(err)
	}
}

// drawImages links a folder with a thousand images of 1 MB into another folder.
// They are drawn on first use.
func (r rig) drawImages(b *testing.B, into string) {
	b.Helper()
	if os.Mkdir(r.files, 0o700) == nil {
		for i := range 1000 {
			draw(b, filepath.Join(r.files, fmt.Sprintf("%04d.png", i)), 1000)
		}
	}
	if err := os.Symlink(r.files, filepath.Join(into, "files")); err != nil {
		b.Fatal(err)
	}
}

// hash runs sha256sum over all images, one after the other.
func (r rig) hash(b *testing.B) (wall time.Duration) {
	b.Helper()
	dir := b.TempDir()
	r.drawImages(b, dir)
	files, err := filepath.Glob(filepath.Join(dir, "files", "*"))
	if err != nil {
		b.Fatal(err)
	}
	begin := time.Now()
	run := exec.CommandContext(b.Context(), "sha256sum", files...)
	if printed, err := run.CombinedOutput(); err != nil {
		b.Fatalf("%v:\n%s", err, printed)
	}
	wall = time.Since(begin)
	b.ReportMetric((run.ProcessState.UserTime() + run.ProcessState.SystemTime()).Seconds(), "all-cpu-s")
	return wall
}
