package fakeapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"time"
)

// uploadedLayout is how the API writes times: always with three digits of a
// second's fraction.
const uploadedLayout = "2006-01-02T15:04:05.000Z"

func (s *Server) upload(r *http.Request, _ string) response {
	f, refused := readForm(r)
	if refused == nil && f.url != "" {
		refused = s.fetch(r.Context(), &f) // perhaps from the fake API itself, so before the lock
	}
	if refused != nil {
		return s.reject(r, *refused)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.id == "" {
		f.id = s.newID()
	} else if _, exists := s.images[f.id]; exists || s.hasConflict(f.id) || s.isReserved(f.id) {
		return s.reject(r, alreadyExists)
	}
	s.latest = max(s.latest, time.Now().UTC().Format(uploadedLayout)) // a clock may be set back
	image := storedImage{
		id: f.id, filename: "null", uploaded: s.latest, private: f.private,
		isUpload: true, content: f.content, hiddenReads: s.hiddenReads,
	}
	if f.filename != "" {
		image.filename = quoted(f.filename)
	}
	if f.creator != "" {
		image.creator, image.creatorJSON = f.creator, quoted(f.creator)
	}
	image.setMeta(f.meta)
	s.keep(image)
	return success(s.result(s.images[f.id]))
}

// hasConflict tells whether an ID is still taken by an image that was deleted.
func (s *Server) hasConflict(id string) bool {
	left, isKept := s.conflicts[id]
	taken := isKept && left.spend()
	if isKept {
		s.conflicts[id] = left
	}
	return taken
}

// fetch reads the picture that the form names. The fake API fetches from this
// machine only. What the API takes as the filename of a URL that ends in a
// slash is not known; here there is none.
func (f *form) fetch(ctx context.Context) *apiError {
	address, err := url.Parse(f.url)
	if err != nil || !isLoopback(address) {
		return &notFetched
	}
	f.content, err = fetch(ctx, address)
	switch {
	case errors.Is(err, errTooLarge):
		return &tooLarge
	case err != nil:
		return &notFetched
	case mediaTypeOf(f.content) == "":
		return &unsupportedFormat
	}
	f.nameByURL()
	return nil
}

// nameByURL names the image after the last segment of its URL.
func (f *form) nameByURL() {
	address, err := url.Parse(f.url)
	if err != nil {
		return
	}
	if name := path.Base(address.Path); name != "." && name != "/" {
		f.filename = name
	}
}

func isLoopback(address *url.URL) bool {
	host := address.Hostname()
	return (address.Scheme == "http" || address.Scheme == "https") && (host == "localhost" || net.ParseIP(host).IsLoopback())
}

var errTooLarge = errors.New("the picture is too large")

// fetch follows no redirect, as one could lead away from this machine, and
// asks no proxy.
func fetch(ctx context.Context, address *url.URL) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       10 * time.Second,
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the origin answered with %s", response.Status)
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, maxFileSize+1))
	if len(content) > maxFileSize {
		return nil, errTooLarge
	}
	return content, err
}
