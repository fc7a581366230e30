package fakeapi

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// serveDelivery serves the delivery URLs of the stored images, with the path of
// imagedelivery.net and with that of a custom domain, and flexible variants
// that only set the width.
func (s *Server) serveDelivery(w http.ResponseWriter, r *http.Request) {
	address := strings.TrimPrefix(r.URL.EscapedPath(), "/cdn-cgi/imagedelivery")
	base, name := cutVariant(address)
	s.mu.Lock()
	image, isImage := s.images[s.bases[base]]
	found := isImage && slices.Contains(s.urls(image), deliveryOrigin+address)
	variant, _ := s.variants.now.find(name)
	signed := s.keys.signed(address, r.URL.RawQuery, time.Now())
	s.mu.Unlock()
	width := flexibleWidth(name)
	switch {
	case width > 0 && isImage && !image.private:
		image.writeContent(w, base, width, 0)
	case !found:
		w.Header().Set("Cf-Resized", "err=9404")
		http.Error(w, "ERROR 9404: Image not found", http.StatusNotFound)
	case image.private && !variant.never && !signed:
		http.Error(w, "ERROR 9403: This image needs a signed URL", http.StatusForbidden)
	default:
		width, height := variant.size()
		image.writeContent(w, base, width, height)
	}
}

// writeContent writes the uploaded image, or draws one. A side of 0 is derived
// from the other one; drawn images then have the ratio 4:3.
func (i *storedImage) writeContent(w http.ResponseWriter, base string, width, height int) {
	content, mediaType := i.content, "image/png"
	if content != nil {
		content, mediaType = scaled(content, width, height)
	} else {
		switch {
		case width < 1 && height < 1:
			width, height = 320, 240
		case width < 1:
			width = max(height*4/3, 1)
		case height < 1:
			height = max(width*3/4, 1)
		}
		content = drawImage(strings.TrimSuffix(base, "/"), image.Point{X: width, Y: height})
	}
	w.Header().Set("Content-Type", mediaType)
	_, _ = w.Write(content)
}

// size returns the bounds of a variant in pixels; 0 means unbounded.
func (v variant) size() (width, height int) {
	var options struct{ Width, Height float64 }
	_ = json.Unmarshal([]byte(v.options), &options) // invalid options are unbounded
	return max(min(int(options.Width), 4000), 0), max(min(int(options.Height), 4000), 0)
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

// signed reports whether the query has an expiry in the future and its
// signature by one of the account's keys.
func (k *keyring) signed(address, query string, now time.Time) bool {
	signed, signature, ok := strings.Cut(query, "&sig=")
	expiry, isExpiry := strings.CutPrefix(signed, "exp=")
	seconds, err := strconv.ParseInt(expiry, 10, 64)
	if !ok || !isExpiry || err != nil || now.Unix() > seconds {
		return false
	}
	return slices.ContainsFunc(k.keys, func(key signingKey) bool {
		mac := hmac.New(sha256.New, []byte(key.Value))
		_, _ = mac.Write([]byte(address + "?" + signed))
		return hmac.Equal([]byte(signature), []byte(hex.EncodeToString(mac.Sum(nil))))
	})
}

// drawImage draws the same image for the same ID: a gradient in a color derived
// from the ID, with a border.
func drawImage(address string, size image.Point) []byte {
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
		panic(err) // writing to a buffer never fails
	}
	return encoded.Bytes()
}
