package fakeapi

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// listImages returns a page of the images without drafts, by upload time,
// newest first by default. A continuation token is the number of images on the
// pages before.
func (s *Server) listImages(r *http.Request, _ string) response {
	query := r.URL.Query()
	perPage, err := strconv.Atoi(cmp.Or(query.Get("per_page"), "1000"))
	if err != nil || perPage < 10 || perPage > 1000 {
		return s.reject(r, badQuery("per_page must be between 10 and 1000"))
	}
	offset := 0
	if token := query.Get("continuation_token"); token != "" {
		if _, err := fmt.Sscanf(token, "fake-api-page-%d", &offset); err != nil || offset < 0 {
			return s.reject(r, badQuery("invalid continuation_token"))
		}
	}
	if problem := checkParameters(query); problem != "" {
		return s.reject(r, badQuery(problem))
	}
	filters, problem := metaFilters(query)
	if problem != "" {
		return s.reject(r, badQuery(problem))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.findImages(query, filters)
	page := found[min(offset, len(found)):min(offset+perPage, len(found))]
	results := make([]string, len(page))
	for i, image := range page {
		results[i] = s.result(image)
	}
	token := "null"
	if offset+perPage < len(found) {
		token = fmt.Sprintf(`"fake-api-page-%d"`, offset+perPage)
	}
	return success(`{"images":[` + strings.Join(results, ",") + `],"continuation_token":` + token + `}`)
}

// findImages returns the images that a query selects, in its order.
func (s *Server) findImages(query url.Values, filters []metaFilter) []storedImage {
	var found []storedImage
	for _, image := range s.visibleImages(s.moment()) {
		if !image.draft && image.matches(query, filters) && !s.isHidden(image) {
			found = append(found, image)
		}
	}
	slices.SortFunc(found, func(a, b storedImage) int {
		order := cmp.Or(cmp.Compare(a.uploaded, b.uploaded), cmp.Compare(a.number, b.number))
		if query.Get("sort_order") == "asc" {
			return order
		}
		return -order
	})
	return found
}

func badQuery(problem string) apiError {
	return apiError{status: http.StatusBadRequest, code: badRequest.code, message: problem}
}

// checkParameters rejects parameters that the API doesn't document.
func checkParameters(query map[string][]string) string {
	for name, values := range query {
		switch {
		case strings.HasPrefix(name, "meta."):
		case name == "sort_order" && values[0] != "asc" && values[0] != "desc":
			return "invalid sort_order"
		case !slices.Contains([]string{"per_page", "continuation_token", "sort_order", "creator"}, name):
			return "unknown parameter"
		}
	}
	return ""
}

// matches applies the filters of a query.
func (i *storedImage) matches(query map[string][]string, filters []metaFilter) bool {
	if creator, present := query["creator"]; present && i.creator != creator[0] {
		return false
	}
	return !slices.ContainsFunc(filters, func(filter metaFilter) bool { return !filter.matches(i.meta) })
}
