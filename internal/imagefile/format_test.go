package imagefile

import (
	"testing"
)

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
