package standin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// stored is an image, with what the listing goes by.
type stored struct {
	answer   string
	id       string
	uploaded string
	number   int // in the order in which they were stored
	private  bool
	draft    bool
	variants []string
	creator  string
	meta     map[string]any
	result   json.RawMessage
}

// parse reads an answer that is written by hand.
func parse(answer string) stored {
	var envelope struct {
		Result json.RawMessage `json:"result"`
	}
	var image struct {
		ID                string   `json:"id"`
		Uploaded          string   `json:"uploaded"`
		RequireSignedURLs bool     `json:"requireSignedURLs"`
		Draft             bool     `json:"draft"`
		Variants          []string `json:"variants"`
		Creator           string   `json:"creator"`
	}
	if err := json.Unmarshal([]byte(answer), &envelope); err != nil {
		panic(err)
	}
	if err := json.Unmarshal(envelope.Result, &image); err != nil {
		panic(err)
	}
	var meta struct {
		Meta any `json:"meta"`
	}
	if err := json.Unmarshal(envelope.Result, &meta); err != nil {
		panic(err)
	}
	object, _ := meta.Meta.(map[string]any)
	return stored{
		answer: answer, id: image.ID, uploaded: image.Uploaded, private: image.RequireSignedURLs, draft: image.Draft,
		variants: image.Variants, creator: image.Creator, meta: object, result: envelope.Result,
	}
}

// Store adds an image, or replaces the one with the same ID. The answer is the
// literal body that a request for it gets. It panics where the answer has no
// result.id, as it is written by hand.
func (s *Server) Store(answer string) {
	image := parse(answer)
	if image.id == "" {
		panic("the answer has no result.id: " + answer)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	image.number = len(s.images)
	s.images[image.id] = image
	for _, address := range image.variants {
		if path, ok := strings.CutPrefix(address, deliveryOrigin); ok {
			base, _ := cutVariant(path)
			s.bases[base] = image.id
		}
	}
}

// cutVariant splits a delivery URL, or its path, before the variant.
func cutVariant(address string) (base, name string) {
	end := strings.LastIndex(address, "/") + 1
	return address[:end], address[end:]
}

// urls are the delivery URLs of an image: its own, without those of variants
// that are gone, and one for each variant that was made since.
func (s *Server) urls(image stored) []string {
	var urls []string
	for _, address := range image.variants {
		if _, name := cutVariant(address); !s.variants.removed[name] {
			urls = append(urls, address)
		}
	}
	if len(image.variants) == 0 || !strings.HasPrefix(image.variants[0], deliveryOrigin) {
		return urls
	}
	base, _ := cutVariant(image.variants[0])
	for _, v := range s.variants.now.variants {
		if address := base + v.id; v.made && !slices.Contains(urls, address) {
			urls = append(urls, address)
		}
	}
	return urls
}

// result is the image as the API writes it: literally, where the account has
// the variants that it began with.
func (s *Server) result(image stored) string {
	text := string(image.result)
	if s.variants.changed() {
		quotedURLs := []string{}
		for _, address := range s.urls(image) {
			quotedURLs = append(quotedURLs, quoted(address))
		}
		text = replaceMember(text, "variants", "["+strings.Join(quotedURLs, ",")+"]")
	}
	return strings.ReplaceAll(text, deliveryOrigin, s.delivery)
}

func (s *Server) getImage(r *http.Request, imageID string) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	image, found := s.images[imageID]
	if !found {
		return s.deny(r, noSuchImage)
	}
	if !s.variants.changed() {
		return inJSON(http.StatusOK, strings.ReplaceAll(image.answer, deliveryOrigin, s.delivery))
	}
	return inJSON(http.StatusOK, replaceMember(image.answer, "result", s.result(image)))
}

func (s *Server) getStats(*http.Request, string) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return success(fmt.Sprintf(`{"count":{"current":%d,"allowed":100000}}`, len(s.images)))
}
