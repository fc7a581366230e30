package fakeapi

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// storedImage is an image and its sort keys. The response and the result are
// literal fixtures, empty once it was uploaded or updated.
type storedImage struct {
	response string
	result   json.RawMessage
	id       string
	uploaded string
	number   int // in the order in which they were stored
	private  bool
	draft    bool
	creator  string
	meta     map[string]any

	variants    []string // the URLs in the fixture
	base        string   // the path of the delivery URLs, without the variant
	isUpload    bool     // it was uploaded, and has a URL for each variant
	content     []byte   // nil if an image is drawn instead
	hiddenReads counter  // how many more reads do not show it

	filename, metaJSON, creatorJSON string // as JSON; the last two are empty if they are omitted
}

// parse parses a fixture.
func parse(body string) storedImage {
	var envelope struct {
		Result json.RawMessage `json:"result"`
	}
	var image struct {
		ID                string          `json:"id"`
		Filename          json.RawMessage `json:"filename"`
		Uploaded          string          `json:"uploaded"`
		RequireSignedURLs bool            `json:"requireSignedURLs"`
		Draft             bool            `json:"draft"`
		Variants          []string        `json:"variants"`
		Creator           *string         `json:"creator"`
		Meta              json.RawMessage `json:"meta"`
	}
	if err := json.Unmarshal([]byte(body), &envelope); err != nil {
		panic(err)
	}
	if err := json.Unmarshal(envelope.Result, &image); err != nil {
		panic(err)
	}
	i := storedImage{
		response: body, result: envelope.Result, id: image.ID, uploaded: image.Uploaded, private: image.RequireSignedURLs,
		draft: image.Draft, variants: image.Variants, filename: cmp.Or(string(image.Filename), "null"),
	}
	if image.Creator != nil {
		i.creator, i.creatorJSON = *image.Creator, quoted(*image.Creator)
	}
	if image.Meta != nil {
		i.setMeta(string(image.Meta))
	}
	if len(i.variants) > 0 {
		if path, ok := strings.CutPrefix(i.variants[0], deliveryOrigin); ok {
			i.base, _ = cutVariant(path)
		}
	}
	return i
}

// setMeta replaces the metadata: an object, or any JSON in a fixture.
func (i *storedImage) setMeta(text string) {
	var value any
	if text != "" {
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(&value); err != nil {
			panic(err) // it was validated before
		}
	}
	i.metaJSON = text
	i.meta, _ = value.(map[string]any)
}

// AddImage adds an image or replaces the one with the same ID. The argument is the
// literal body of the response to a read. It panics if it has no result.id.
func (s *Server) AddImage(body string) {
	image := parse(body)
	if image.id == "" {
		panic("the response has no result.id: " + body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep(image)
}

// keep adds an image or replaces the one with the same ID, and records its
// delivery path.
func (s *Server) keep(image storedImage) {
	if old, exists := s.images[image.id]; exists && image.result == nil {
		image.number = old.number
	} else {
		image.number = s.numbers
		s.numbers++
	}
	if image.isUpload {
		image.base = baseOf(image.id)
		s.bases[image.base] = image.id
	}
	for _, address := range image.variants {
		if path, ok := strings.CutPrefix(address, deliveryOrigin); ok {
			base, _ := cutVariant(path)
			s.bases[base] = image.id
		}
	}
	s.images[image.id] = image
}

// cutVariant splits a delivery URL, or its path, before the variant.
func cutVariant(address string) (base, name string) {
	end := strings.LastIndex(address, "/") + 1
	return address[:end], address[end:]
}

// urls returns the delivery URLs of an image: those of the fixture without
// deleted variants, and one for each variant created since. An uploaded image
// has one for each variant.
func (s *Server) urls(image storedImage) []string {
	var urls []string
	for _, address := range image.variants {
		if _, name := cutVariant(address); !s.variants.removed[name] {
			urls = append(urls, address)
		}
	}
	for _, v := range s.variants.now.variants {
		address := deliveryOrigin + image.base + v.id
		if image.base != "" && (v.createdLater || image.isUpload) && !slices.Contains(urls, address) {
			urls = append(urls, address)
		}
	}
	return urls
}
