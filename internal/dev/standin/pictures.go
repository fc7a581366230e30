package standin

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// pictureSizes are the sizes of the account's variants, in pixels.
var pictureSizes = map[string]image.Point{
	"public":    {X: 640, Y: 480},
	"hero":      {X: 1200, Y: 400},
	"thumbnail": {X: 160, Y: 120},
}

// servePicture serves the delivery URLs of the stored images, both as
// imagedelivery.net and as a custom domain spell their path, and flexible
// variants of theirs that only say how wide the picture is.
func (s *Server) servePicture(w http.ResponseWriter, r *http.Request) {
	address := strings.TrimPrefix(r.URL.EscapedPath(), "/cdn-cgi/imagedelivery")
	s.mu.Lock()
	needsSignature, found := s.pictures[address]
	public, isPicture := s.pictures[path.Dir(address)+"/public"]
	s.mu.Unlock()
	width := flexibleWidth(path.Base(address))
	switch {
	case width > 0 && isPicture && !public:
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(picture(path.Dir(address), image.Point{X: width, Y: width * 3 / 4}))
	case !found:
		w.Header().Set("Cf-Resized", "err=9404")
		http.Error(w, "ERROR 9404: Image not found", http.StatusNotFound)
	case needsSignature && !isSigned(address, r.URL.RawQuery, time.Now()):
		http.Error(w, "ERROR 9403: This image needs a signed URL", http.StatusForbidden)
	default:
		w.Header().Set("Content-Type", "image/png")
		size, known := pictureSizes[path.Base(address)]
		if !known {
			size = image.Point{X: 320, Y: 240}
		}
		_, _ = w.Write(picture(path.Dir(address), size))
	}
}

var flexible = regexp.MustCompile(`^w=([1-9][0-9]{0,3})(,[^/]*)?$`)

func flexibleWidth(variant string) int {
	match := flexible.FindStringSubmatch(variant)
	if match == nil {
		return 0
	}
	width, err := strconv.Atoi(match[1])
	if err != nil {
		return 0
	}
	return width
}

// isSigned tells whether the query is an expiry that lies ahead and its
// signature by the default key.
func isSigned(address, query string, now time.Time) bool {
	signed, signature, ok := strings.Cut(query, "&sig=")
	expiry, isExpiry := strings.CutPrefix(signed, "exp=")
	seconds, err := strconv.ParseInt(expiry, 10, 64)
	if !ok || !isExpiry || err != nil || now.Unix() > seconds {
		return false
	}
	mac := hmac.New(sha256.New, []byte(SigningKey))
	_, _ = mac.Write([]byte(address + "?" + signed))
	return hmac.Equal([]byte(signature), []byte(hex.EncodeToString(mac.Sum(nil))))
}

// picture draws the same picture for the same image: a gradient in a colour of
// its own, with a border.
func picture(address string, size image.Point) []byte {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(address))
	tint := hash.Sum32()
	canvas := image.NewRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			green, blue := 255*x/size.X, 255*y/size.Y
			shade := color.RGBA{R: uint8(tint & 0xff), G: uint8(green), B: uint8(blue), A: 255} //nolint:gosec // all below 256
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
