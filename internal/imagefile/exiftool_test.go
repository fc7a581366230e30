package imagefile

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// exifToolReport is part of the output of exiftool -json -n for a file.
type exifToolReport struct {
	SourceFile              string
	FileType                string
	ImageWidth, ImageHeight json.Number
	Orientation, Rotation   int
}

// TestDisplayAgreesWithExifTool compares the displayed dimensions with those of
// exiftool, if it is on PATH, for files of all formats and orientations.
// Without it, the literal cases of the other tests remain.
func TestDisplayAgreesWithExifTool(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	files := exifToolFiles(t)
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	program, err := exec.LookPath("exiftool")
	if err != nil {
		t.Logf("exiftool isn't on PATH: %d files are not compared", len(files))
		return
	}
	output, err := exec.CommandContext(t.Context(), program, "-json", "-n", "-FileType", "-ImageWidth", "-ImageHeight",
		"-Orientation", "-Rotation", folder).Output()
	if err != nil {
		t.Fatal(err)
	}
	var reports []exifToolReport
	if err := json.Unmarshal(output, &reports); err != nil {
		t.Fatal(err)
	}
	if len(reports) != len(files) {
		t.Errorf("exiftool reports %d files, want %d", len(reports), len(files))
	}
	for _, report := range reports {
		width, height := report.ImageWidth.String(), report.ImageHeight.String()
		if report.Orientation >= 5 || report.Rotation%180 == 90 {
			width, height = height, width
		}
		p, err := InspectFile(report.SourceFile)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprintf("%dx%d", p.DisplayWidth, p.DisplayHeight), width+"x"+height; got != want {
			t.Errorf("%s: got %s, exiftool has %s: %+v", filepath.Base(report.SourceFile), got, want, report)
		}
		if string(p.Format) != report.FileType && string(p.Format) != "WebP" {
			t.Errorf("%s: got %s, exiftool has %s", filepath.Base(report.SourceFile), p.Format, report.FileType)
		}
	}
}

// exifToolFiles returns files of all formats by their names.
func exifToolFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{
		"plain.gif": encoded(t)["GIF"], "plain.png": encoded(t)["PNG"], "plain.jpeg": encoded(t)["JPEG"],
		"plain.heic": sample(t, "photo.heic"), "plain.avif": sample(t, "photo.avif"), "grid.avif": sample(t, "grid.avif"),
		"plain.webp": sample(t, "simple.webp"), "animated.webp": sample(t, "anim.webp"), "animated.gif": sample(t, "anim.gif"),
		"plain.svg": `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"></svg>`,
	}
	for name, order := range map[string]byteOrder{"little": binary.LittleEndian, "big": binary.BigEndian} {
		for orientation := range uint16(8) {
			for format, content := range orientedFiles(t, order, orientation+1) {
				files[fmt.Sprintf("%s-%d.%s", name, orientation+1, format)] = content
			}
		}
	}
	for angle := range byte(4) {
		files[fmt.Sprintf("angle-%d.heic", angle)] = heifOf("heic", "hvc1", irotBox(angle))
		files[fmt.Sprintf("angle-%d.avif", angle)] = heifOf("avif", "av01", irotBox(angle))
	}
	return files
}
