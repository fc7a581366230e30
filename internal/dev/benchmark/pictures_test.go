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

// noise makes each picture another one, and the same in each turn.
var noise = rand.NewChaCha8([32]byte{})

// draw writes a square picture with a byte for each pixel.
func draw(b *testing.B, path string, side int) {
	b.Helper()
	canvas := image.NewGray(image.Rect(0, 0, side, side))
	_, _ = noise.Read(canvas.Pix) // it has no errors
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

// drawPictures links the folder with a thousand pictures of 1 MB into another
// folder. They are drawn when they are first needed.
func (r rig) drawPictures(b *testing.B, into string) {
	b.Helper()
	if os.Mkdir(r.pictures, 0o700) == nil {
		for i := range 1000 {
			draw(b, filepath.Join(r.pictures, fmt.Sprintf("%04d.png", i)), 1000)
		}
	}
	if err := os.Symlink(r.pictures, filepath.Join(into, "pictures")); err != nil {
		b.Fatal(err)
	}
}

// hash has sha256sum read all pictures, one after the other.
func (r rig) hash(b *testing.B) (wall time.Duration) {
	b.Helper()
	dir := b.TempDir()
	r.drawPictures(b, dir)
	files, err := filepath.Glob(filepath.Join(dir, "pictures", "*"))
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
