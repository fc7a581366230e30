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

// uploadedLayout is the API's format of times: always with milliseconds.
const uploadedLayout = "2006-01-02T15:04:05.000Z"

func (s *Server) upload(r *http.Request, _ string) response {
	f, rejection := readForm(r, s.fileSizeLimit())
	if rejection == nil && f.url != "" {
		rejection = s.fetch(r.Context(), &f) // before locking: it may be a URL of the fake API
	}
	if rejection != nil {
		return s.reject(r, *rejection)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.id == "" {
		f.id = s.newID()
	} else if _, exists := s.images[f.id]; exists || s.hasConflict(f.id) || s.isReserved(f.id) {
		return s.reject(r, alreadyExists)
	}
	image := storedImage{
		id: f.id, filename: "null", uploaded: s.uploadTime(), private: f.private,
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

// uploadTime returns the time of an upload that ends now.
func (s *Server) uploadTime() string {
	s.latest = max(s.latest, time.Now().UTC().Format(uploadedLayout)) // a clock may be set back
	return s.latest
}

// hasConflict reports whether an ID is still reserved after a delete, and
// counts down.
func (s *Server) hasConflict(id string) bool {
	left, isKept := s.conflicts[id]
	reserved := isKept && left.spend()
	if isKept {
		s.conflicts[id] = left
	}
	return reserved
}

// fetch downloads the image of an upload by URL. The fake API fetches from
// loopback addresses only. Which file name the API gives an image from the root
// of a host is unknown; here it has none.
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

// nameByURL sets the file name to the last segment of the URL.
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

var errTooLarge = errors.New("the image is too large")

// fetch doesn't follow redirects, which could point to another machine, and
// bypasses proxies.
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
		return nil, fmt.Errorf("the origin returned %s", response.Status)
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, maxFileSize+1))
	if len(content) > maxFileSize {
		return nil, errTooLarge
	}
	return content, err
}
