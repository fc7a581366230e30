package fakecloudflare

import (
	"bytes"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"path"
	"strings"
)

// pictureSizes are the sizes of the account's variants, in pixels.
var pictureSizes = map[string]image.Point{
	"public":    {X: 640, Y: 480},
	"hero":      {X: 1200, Y: 400},
	"thumbnail": {X: 160, Y: 120},
}

// servePicture serves the delivery URLs of the stored images, both as
// imagedelivery.net and as a custom domain spell their path.
func (s *Server) servePicture(w http.ResponseWriter, r *http.Request) {
	address := strings.TrimPrefix(r.URL.EscapedPath(), "/cdn-cgi/imagedelivery")
	s.mu.Lock()
	needsSignature, found := s.pictures[address]
	s.mu.Unlock()
	switch {
	case !found:
		w.Header().Set("Cf-Resized", "err=9404")
		http.Error(w, "ERROR 9404: Image not found", http.StatusNotFound)
	case needsSignature:
		http.Error(w, "ERROR 9403: This image needs a signed URL", http.StatusForbidden)
	default:
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(picture(address))
	}
}

// picture draws the same picture for the same address: a gradient in a colour
// of its own, with a border.
func picture(address string) []byte {
	size, known := pictureSizes[path.Base(address)]
	if !known {
		size = image.Point{X: 320, Y: 240}
	}
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(path.Dir(address)))
	tint := hash.Sum32()
	canvas := image.NewRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			shade := color.RGBA{R: uint8(tint & 0xff), G: uint8(255 * x / size.X), B: uint8(255 * y / size.Y), A: 255}
			if min(x, y, size.X-1-x, size.Y-1-y) < 4 {
				shade = color.RGBA{R: 40, G: 40, B: 40, A: 255}
			}
			canvas.SetRGBA(x, y, shade)
		}
	}
	var encoded bytes.Buffer
	if err := png.Encode(&encoded, canvas); err != nil {
		panic(err) // a buffer takes everything
	}
	return encoded.Bytes()
}
