package imagefile

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// The limits are those of
// https://developers.cloudflare.com/images/get-started/limits/
func TestRules(t *testing.T) {
	t.Parallel()
	want := []Rule{
		{Format: "PNG", MaxSide: 12000},
		{Format: "JPEG", MaxSide: 12000},
		{Format: "GIF", MaxSide: 12000, Animations: true},
		{Format: "WebP", Animations: true},
		{Format: "SVG"},
		{Format: "HEIC", MaxSide: 12000},
		{Format: "AVIF", MaxSide: 1200, EnterpriseOnly: true},
	}
	got := Rules()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Rule{})); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	got[0].MaxSide = 1
	if Rules()[0].MaxSide != 12000 {
		t.Error("a caller can modify the rules")
	}
	if MaxBytes != 10_000_000 || MaxBytesAtMost != 10_485_760 || MaxPixels != 100_000_000 {
		t.Errorf("got %d, %d, %d, want the documented limits", MaxBytes, MaxBytesAtMost, MaxPixels)
	}
}

func TestHasImageExt(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"a.png": true, "a.apng": true, "a.JPG": true, "a.jpeg": true, "a.jpe": true, "a.jfif": true, "a.gif": true, "a.webp": true,
		"a.svg": true, "a.heic": true, "a.heif": true, "a.hif": true, "a.avif": true, "folder.d/a.b.png": true,
		"a.pdf": false, "png": false, "a.png/b": false, "a.png.gz": false, "": false,
	} {
		if got := hasImageExt(name); got != want {
			t.Errorf("%q: got %t, want %t", name, got, want)
		}
	}
}
