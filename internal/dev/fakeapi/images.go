package fakeapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"
)

func (s *Server) getImage(r *http.Request, imageID string) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	var past *moment
	if !generatedID.MatchString(imageID) { // stale reads are known for custom IDs only
		past = s.moment()
	}
	image, found := s.visibleImages(past)[imageID]
	if !found || s.isHidden(image) {
		return s.reject(r, noSuchImage)
	}
	return jsonResponse(http.StatusOK, s.imageResponse(image))
}

// isHidden reports whether an image isn't visible yet, and counts down.
func (s *Server) isHidden(image storedImage) bool {
	if image.hiddenReads == 0 {
		return false
	}
	image.hiddenReads.spend()
	s.images[image.id] = image
	return true
}

func (s *Server) getStats(*http.Request, string) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	return success(fmt.Sprintf(`{"count":{"current":%d,"allowed":100000}}`, len(s.images)))
}

// changes are the fields of a PATCH; nil if omitted.
type changes struct {
	meta    *string
	private *bool
	creator *string
}

func readChanges(r *http.Request) (c changes, ok bool) {
	members, ok := sentObject(r)
	if !ok {
		return c, false
	}
	if raw, present := members["metadata"]; present {
		meta, ok := readMetadata(raw)
		if !ok {
			return c, false
		}
		c.meta = &meta
	}
	for name, target := range map[string]any{"requireSignedURLs": &c.private, "creator": &c.creator} {
		raw, present := members[name]
		if present && (string(raw) == "null" || json.Unmarshal(raw, target) != nil) {
			return c, false
		}
	}
	return c, c.creator == nil || utf8.RuneCountInString(*c.creator) <= maxCreator
}

func (s *Server) changeImage(r *http.Request, imageID string) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	image, found := s.images[imageID]
	c, ok := readChanges(r)
	switch {
	case !found:
		return s.reject(r, noSuchImage)
	case !ok:
		return s.reject(r, badRequest)
	case c.private != nil && *c.private && !generatedID.MatchString(imageID):
		return s.reject(r, customAndPrivate)
	}
	image.response, image.result = "", nil // no longer the fixture
	if c.meta != nil && (*c.meta != "" || !s.assumptions.keepMetadata) {
		image.setMeta(*c.meta)
	}
	if c.creator != nil && (*c.creator != "" || !s.assumptions.keepCreator) {
		image.creator, image.creatorJSON = *c.creator, quoted(*c.creator)
		if *c.creator == "" {
			image.creatorJSON = "null"
		}
	}
	if c.private != nil && *c.private != image.private {
		image.private = *c.private
		if s.newIDs {
			delete(s.images, imageID)
			image.rename(s.newID())
		}
	}
	if s.assumptions.newUploadTime {
		image.uploaded = s.uploadTime()
	}
	s.keep(image)
	return success(s.result(s.images[image.id]))
}

// rename changes the ID of an image and of its URLs.
func (i *storedImage) rename(id string) {
	i.id, i.base = id, baseOf(id)
	for n, address := range i.variants {
		_, name := cutVariant(address)
		i.variants[n] = deliveryOrigin + i.base + name
	}
}

// deleteImage reports errors as plain text, as has been observed.
func (s *Server) deleteImage(r *http.Request, imageID string) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, found := s.images[imageID]; !found {
		return s.reject(r, imageIsGone)
	}
	delete(s.images, imageID)
	s.conflicts[imageID] = s.conflictsAfterDelete
	s.reserve(imageID)
	return success("{}")
}

// result returns the image as the API writes it: the literal fixture while it
// and the account's variants are unchanged.
func (s *Server) result(image storedImage) string {
	text := string(image.result)
	if image.result == nil {
		text = image.object()
	}
	if image.result == nil || s.variants.changed() {
		urls := []string{}
		for _, address := range s.urls(image) {
			urls = append(urls, quoted(address))
		}
		if image.isUpload && len(urls) > 0 { // the order of the API isn't stable
			s.turn++
			turn := s.turn % len(urls)
			urls = append(urls[turn:], urls[:turn]...)
		}
		text = replaceField(text, "variants", "["+strings.Join(urls, ",")+"]")
	}
	return strings.ReplaceAll(text, deliveryOrigin, s.delivery)
}

func (s *Server) imageResponse(image storedImage) string {
	switch {
	case image.result == nil:
		return success(s.result(image)).body
	case s.variants.changed():
		return replaceField(image.response, "result", s.result(image))
	}
	return strings.ReplaceAll(image.response, deliveryOrigin, s.delivery)
}

// object returns an uploaded or updated image without its variants.
func (i *storedImage) object() string {
	members := []string{`"id":` + quoted(i.id), `"filename":` + i.filename}
	if i.metaJSON != "" {
		members = append(members, `"meta":`+i.metaJSON)
	}
	members = append(members, `"uploaded":`+quoted(i.uploaded), fmt.Sprintf(`"requireSignedURLs":%t`, i.private))
	if i.creatorJSON != "" {
		members = append(members, `"creator":`+i.creatorJSON)
	}
	members = append(members, `"variants":[]`)
	if i.draft {
		members = append(members, `"draft":true`)
	}
	return "{" + strings.Join(members, ",") + "}"
}
