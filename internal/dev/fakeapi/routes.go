package fakeapi

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// handler serves one request; name is the path segment in place of the star of
// the route.
type handler func(s *Server, r *http.Request, name string) response

// routes are the endpoints below an account. The first match wins, so the names
// of endpoints take precedence over image IDs.
var routes = []struct {
	path    string
	methods map[string]handler
}{
	{"images/v2", map[string]handler{http.MethodGet: (*Server).listImages}},
	{"images/v1", map[string]handler{http.MethodPost: (*Server).upload}},
	{"images/v1/stats", map[string]handler{http.MethodGet: (*Server).getStats}},
	{"images/v1/variants", map[string]handler{
		http.MethodGet:  (*Server).listVariants,
		http.MethodPost: (*Server).createVariant,
	}},
	{"images/v1/variants/*", map[string]handler{
		http.MethodGet:    (*Server).getVariant,
		http.MethodPatch:  (*Server).changeVariant,
		http.MethodDelete: (*Server).deleteVariant,
	}},
	{"images/v1/keys", map[string]handler{http.MethodGet: (*Server).listKeys}},
	{"images/v1/keys/*", map[string]handler{
		http.MethodPut:    (*Server).putKey,
		http.MethodDelete: (*Server).deleteKey,
	}},
	{"images/v1/*", map[string]handler{
		http.MethodGet:    (*Server).getImage,
		http.MethodPatch:  (*Server).changeImage,
		http.MethodDelete: (*Server).deleteImage,
	}},
}

// findRoute returns the methods of a path, which is split at its slashes and
// not decoded.
func findRoute(segments []string) (methods map[string]handler, name string, found bool) {
	if len(segments) < 3 || segments[0] != "accounts" {
		return nil, "", false
	}
	below := slices.Clone(segments[2:])
	name = unescape(below[len(below)-1])
	below[len(below)-1] = name
	fits := func(pattern, segment string) bool { return pattern == segment || pattern == "*" }
	for _, route := range routes {
		if slices.EqualFunc(strings.Split(route.path, "/"), below, fits) {
			return route.methods, name, true
		}
	}
	return nil, "", false
}

// unescape decodes one path segment. It returns an empty string, which matches
// no object, if the segment is malformed.
func unescape(segment string) string {
	decoded, err := url.PathUnescape(segment)
	if err != nil {
		return ""
	}
	return decoded
}
