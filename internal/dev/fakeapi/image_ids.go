package fakeapi

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// accountHash begins the path of the delivery URLs of what is uploaded.
const accountHash = "ZWd9g1K7eljCn_KDTu_MWA"

const invalidID = "The Custom ID is invalid. Custom IDs can include 1024 characters or less, any number of subpaths, and support the " +
	"UTF-8 encoding standard for characters. Enter a new Custom ID and try again: "

// generatedID is the form of the IDs that the API makes: that of a UUID, with
// any digits.
var generatedID = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// reservedIDs are the names of endpoints. What the real API says to them is
// not known; an image of such a name could not be reached.
var reservedIDs = []string{"batch_token", "config", "direct_upload", "keys", "stats", "variants"}

// checkCustomID tells what is wrong with an ID. Of the reasons, those for a
// UUID and for an extension are the API's own words.
func checkCustomID(id string) string {
	first, _, _ := strings.Cut(id, "/")
	switch {
	case generatedID.MatchString(id):
		return "Must not be UUID"
	case slices.Contains([]string{".txt", ".pdf", ".html"}, path.Ext(id)):
		return "Must not use a non-image file name extension"
	case !utf8.ValidString(id):
		return "Must be UTF-8"
	case utf8.RuneCountInString(id) > 1024:
		return "Must not be longer than 1024 characters"
	case strings.HasPrefix(id, "/"), strings.HasSuffix(id, "/"):
		return "Must not begin or end with a slash"
	case slices.Contains(reservedIDs, first):
		return "Must not be the name of an endpoint"
	}
	return ""
}

// newID makes an ID in the form of the API's, always the same ones in the same
// order.
func (s *Server) newID() string {
	for {
		s.generated++
		id := fmt.Sprintf("%08x-ac1d-4e57-0b5e-%010x00", 0x57a4d000+s.generated, s.generated)
		if _, taken := s.images[id]; !taken {
			return id
		}
	}
}

// baseOf is the path of an image's delivery URLs, without the variant.
func baseOf(id string) string {
	segments := strings.Split(id, "/")
	for i, segment := range segments {
		segments[i] = url.PathEscape(segment)
	}
	return "/" + accountHash + "/" + strings.Join(segments, "/") + "/"
}
