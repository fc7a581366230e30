// Package delivery builds, parses and signs delivery URLs of Cloudflare Images,
// and builds and parses transformation URLs. It is pure: no network, no clock,
// no Terraform.
package delivery

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
)

// customDomainPrefix precedes the account hash on custom domains.
// https://developers.cloudflare.com/images/manage-images/serve-images/serve-from-custom-domains/
const customDomainPrefix = "cdn-cgi/imagedelivery/"

// URL is a parsed delivery URL:
//
//	https://imagedelivery.net/<AccountHash>/<ImageID>/<Variant>
//	https://<Host>/cdn-cgi/imagedelivery/<AccountHash>/<ImageID>/<Variant>
//
// No field of a parsed URL is empty.
//
// https://developers.cloudflare.com/images/manage-images/serve-images/
type URL struct {
	// Host is the host name, with the port if there is one.
	Host string
	// AccountHash identifies the account in delivery URLs. It isn't the account ID.
	AccountHash string
	// ImageID is the decoded ID; it may contain slashes.
	ImageID string
	// Variant is the name of a variant, or the options of a flexible one, as
	// encoded in the URL. It contains no slash.
	Variant string
	// Base is the URL up to the slash before its last segment. Append a slash and
	// a variant for another delivery URL.
	Base string

	plain  bool // http, not https
	secure bool // https, or http to a loopback address
}

// Parse parses a delivery URL. An image ID may contain slashes, so the hash
// ends at the first slash, and the variant begins after the last one. Any other
// URL is an error, as a part of its path would be mistaken for an account hash.
// It accepts http as well, for URLs in responses of the API, but no user info,
// which hides the host.
func Parse(s string) (URL, error) {
	parsed, err := url.Parse(s)
	if err != nil {
		return URL{}, errors.New("not a valid URL") // the parser's error quotes it, including its signature
	}
	if (parsed.Scheme != "https" && parsed.Scheme != "http") || parsed.Host == "" {
		return URL{}, errors.New("not an absolute https URL")
	}
	if parsed.User != nil {
		return URL{}, errors.New("it must not contain a user name or password; the host is the part after the @")
	}
	whole, path := rawPath(s)
	path, custom := strings.CutPrefix(path, customDomainPrefix)
	if isDefaultHost(parsed.Host) == custom {
		return URL{}, errors.New("it must be https://" + DefaultHost + "/<account hash>/<image ID>/<variant>, " +
			"or have /" + customDomainPrefix + " before the hash on another host")
	}
	first, last := strings.Index(path, "/"), strings.LastIndex(path, "/")
	if first <= 0 || last-first <= 1 || last == len(path)-1 {
		return URL{}, errors.New("the path is not <account hash>/<image ID>/<variant>")
	}
	if !isAccountHash(path[:first]) {
		return URL{}, errors.New("the path does not begin with an account hash")
	}
	imageID, _ := url.PathUnescape(path[first+1 : last]) // url.Parse has rejected malformed escapes
	return URL{
		Host:        parsed.Host,
		AccountHash: path[:first],
		ImageID:     imageID,
		Variant:     path[last+1:],
		Base:        whole[:strings.LastIndex(whole, "/")],
		plain:       parsed.Scheme == "http",
		secure:      parsed.Scheme == "https" || isLoopback(parsed.Hostname()),
	}, nil
}

// rawPath returns a URL without its query and fragment, and its path without the
// first slash, both as written: url.URL would escape some of it again.
func rawPath(s string) (whole, path string) {
	whole, _, _ = strings.Cut(s, "#")
	whole, _, _ = strings.Cut(whole, "?")
	_, rest, _ := strings.Cut(whole, "//")
	_, path, _ = strings.Cut(rest, "/")
	return whole, path
}

// VariantOf returns the variant in a URL of an image: the part after /<imageID>/
// at the end of its path, on any host and below any prefix, since emulators of
// the API have different ones. On DefaultHost, the path must have the documented
// form. It returns false for any other URL, and for one of another image.
func VariantOf(s, imageID string) (variant string, ok bool) {
	parsed, err := url.Parse(s)
	if err != nil || (parsed.Scheme != "https" && parsed.Scheme != "http") || parsed.Host == "" || parsed.User != nil {
		return "", false
	}
	if isDefaultHost(parsed.Host) {
		documented, err := Parse(s)
		return documented.Variant, err == nil && documented.ImageID == imageID
	}
	_, path := rawPath(s)
	segments := strings.Split(path, "/")
	last := len(segments) - 1
	if segments[last] == "" {
		return "", false
	}
	// The slashes of the ID may be escaped or not.
	for count := 1; count <= min(strings.Count(imageID, "/")+1, last); count++ {
		decoded, err := url.PathUnescape(strings.Join(segments[last-count:last], "/"))
		if err == nil && decoded == imageID {
			return segments[last], true
		}
	}
	return "", false
}

// ParseStrict is Parse for untrusted URLs: it also rejects IDs and variants
// that Build rejects. It accepts http for a loopback address only, for a fake
// API, since nobody can replace the response in transit.
func ParseStrict(s string) (URL, error) {
	u, err := Parse(s)
	if err != nil {
		return URL{}, err
	}
	if !u.secure {
		return URL{}, errors.New("it must begin with https://; http is accepted for a loopback address only")
	}
	_, err = Build(u.Host, u.AccountHash, u.ImageID, u.Variant)
	return u, err
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || (err == nil && ip.IsLoopback())
}
