//go:build browser

package browsertest

import (
	"image"
	_ "image/jpeg" // the formats of the example
	_ "image/png"
	"os"
	"testing"

	_ "golang.org/x/image/webp" // another one
)

const (
	cells = 8 // in a row, and in a column
	// alike exceeds the differences, out of 255, that scaling and JPEG cause.
	alike = 8
)

// swatch is the appearance of an image from afar: the mean red, green and blue
// of each of its cells.
type swatch [cells * cells][3]int

func swatchOf(screenshot image.Image, box image.Rectangle) (s swatch) {
	for i := range s {
		cell := image.Rect(
			i%cells*box.Dx()/cells,
			i/cells*box.Dy()/cells,
			(i%cells+1)*box.Dx()/cells,
			(i/cells+1)*box.Dy()/cells,
		)
		cell = cell.Add(box.Min)
		var sum [3]uint64
		for y := cell.Min.Y; y < cell.Max.Y; y++ {
			for x := cell.Min.X; x < cell.Max.X; x++ {
				red, green, blue, _ := screenshot.At(x, y).RGBA()
				sum[0], sum[1], sum[2] = sum[0]+uint64(red>>8), sum[1]+uint64(green>>8), sum[2]+uint64(blue>>8)
			}
		}
		for c := range sum {
			s[i][c] = int(sum[c]) / max(cell.Dx()*cell.Dy(), 1)
		}
	}
	return s
}

// distance returns the largest difference of any color in any cell.
func (s swatch) distance(other swatch) (largest int) {
	for i := range s {
		for c := range s[i] {
			largest = max(largest, s[i][c]-other[i][c], other[i][c]-s[i][c])
		}
	}
	return largest
}

func decoded(t *testing.T, name string) image.Image {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	screenshot, _, err := image.Decode(file)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return screenshot
}
