package delivery

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// transformationPrefix precedes the options in the path of a transformation URL.
// https://developers.cloudflare.com/images/optimization/transformations/url/
const transformationPrefix = "cdn-cgi/image/"

// transformationOptions are the options that hosted images don't have.
//
// https://developers.cloudflare.com/images/optimization/features/#onerror says
// that they don't have onerror. Cloudflare documents origin-auth for Workers
// only; public sites use it in URLs.
// https://developers.cloudflare.com/images/optimization/transformations/control-origin-access/
var transformationOptions = []option{
	{"onerror", "", "the word redirect", keyword("redirect")},
	{"origin-auth", "", "the word share-publicly", keyword("share-publicly")},
}

// MaxURLLength is in bytes. Cloudflare rejects longer URLs; whether the 32 KB
// are 32,000 or 32,768 bytes isn't documented. A limit for the source alone
// isn't documented either.
// https://developers.cloudflare.com/support/troubleshooting/http-status-codes/4xx-client-error/error-414/
const MaxURLLength = 32 << 10

// Transformation is a parsed transformation URL:
//
//	https://<Zone>/cdn-cgi/image/<Options>/<Source>
//
// No field of a parsed URL is empty.
type Transformation struct {
	// Zone is the host name, with the port if there is one.
	Zone string
	// Options are the decoded values by name, as written: short names stay short.
	Options map[string]string
	// Source is an absolute path on the zone, beginning with a slash, or an http
	// or https URL. It includes the query of the transformation URL.
	Source string
}

// BuildTransformation returns the URL that transforms an image stored outside
// of Cloudflare Images. The zone is a host name with transformations enabled.
// The source is an absolute path on it, or an http or https URL, in the form in
// which a browser requests it: its escapes and its query are kept, as
// Cloudflare documents the URL as a concatenation of its parts. Characters that
// a URL can't contain, such as a space or a non-ASCII letter, are
// percent-encoded, because Cloudflare rejects them (errors 9406 and 9419). The
// options are those of FlexibleVariant, and onerror and origin-auth. An error
// about the zone or the source is an *Error; all others are about the options.
//
// https://developers.cloudflare.com/images/optimization/transformations/url/
func BuildTransformation(zone, source string, options map[string]any) (string, error) {
	if err := checkZone(zone); err != nil {
		return "", &Error{PartZone, err.Error()}
	}
	encoded, err := encodeSource(source)
	if err != nil {
		return "", &Error{PartSource, err.Error()}
	}
	segment, err := formatOptions("a transformation URL", slices.Concat(hostedOptions, transformationOptions), options)
	if err != nil {
		return "", err
	}
	built := "https://" + zone + "/" + transformationPrefix + segment + "/" + encoded
	if len(built) > MaxURLLength {
		return "", &Error{PartSource, fmt.Sprintf("is too long: the URL has %d bytes, and Cloudflare accepts %d", len(built), MaxURLLength)}
	}
	return built, nil
}

func checkZone(zone string) error {
	switch {
	case !isHost(zone):
		return errors.New("must be a host name in ASCII, such as www.example.com, without a scheme or path")
	case isDefaultHost(zone):
		return errors.New("must not be " + DefaultHost + ", which serves hosted images only; use a domain with transformations enabled")
	}
	return nil
}

// encodeSource checks a source, and returns it encoded for the path, without a
// leading slash.
func encodeSource(source string) (string, error) {
	switch {
	case !utf8.ValidString(source) || strings.ContainsFunc(source, unicode.IsControl):
		return "", errors.New("must be valid UTF-8 without control characters, such as a line break")
	case strings.Contains(source, "#"):
		return "", errors.New("must not have a fragment, which browsers don't send; write %23 for a # in the name of a file")
	case malformedEscape.MatchString(source):
		return "", errors.New("must be percent-encoded like a URL: % begins an escape such as %20; write %25 for the % itself")
	}
	path, _, _ := strings.Cut(source, "?")
	for segment := range strings.SplitSeq(path, "/") {
		if decoded, _ := url.PathUnescape(segment); isDotSegment(decoded) {
			return "", errors.New(`must not have "." or ".." between slashes: browsers resolve these as relative path segments, and request another image`)
		}
	}
	if isWebURL(source) {
		return escape(source, unsafeInURL), checkSourceURL(source)
	}
	return escape(strings.TrimPrefix(source, "/"), unsafeInURL), checkSourcePath(path)
}

// unsafeInURL are the printable ASCII characters that a URL can't contain, and
// the backslash, which browsers treat as a slash.
const unsafeInURL = "\"<>^`{}\\"

var malformedEscape = regexp.MustCompile(`%([^0-9A-Fa-f]|[0-9A-Fa-f]([^0-9A-Fa-f]|$)|$)`)

func isWebURL(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}

var errTransformsTwice = errors.New("must be the original image, not a transformation URL: " +
	"Cloudflare doesn't transform an image twice (error 9403)")

func checkSourceURL(source string) error {
	parsed, err := url.Parse(escape(source, unsafeInURL))
	switch {
	case err != nil || parsed.Hostname() == "" || !isPort(parsed.Port()) || !isASCII(parsed.Host):
		return errors.New("must be a URL with a host name in ASCII, such as https://images.example.com/a.png")
	case parsed.User != nil:
		return errors.New("must not contain a user name or password: everyone who sees the URL could read it")
	case strings.HasPrefix(parsed.Path, "/"+transformationPrefix):
		return errTransformsTwice
	}
	return nil
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// checkSourcePath returns an error for a path that would have another meaning
// without its leading slash.
func checkSourcePath(path string) error {
	rest, isAbsolute := strings.CutPrefix(path, "/")
	switch {
	case !isAbsolute:
		return errors.New("must be an absolute path, which begins with a slash, or a URL, which begins with https:// or http://")
	case rest == "":
		return errors.New("must name an image, such as /images/a.png")
	case strings.HasPrefix(rest, "/"):
		return errors.New("must not begin with two slashes; for an image on another host, begin with https://")
	case isWebURL(strings.ToLower(rest)) || encodedURL.MatchString(rest):
		return errors.New("must not be a URL with a slash before it; remove the slash")
	case strings.HasPrefix(rest, transformationPrefix):
		return errTransformsTwice
	}
	return nil
}

// IsTransformation reports whether a string is a URL with the path prefix of
// transformation URLs.
func IsTransformation(s string) bool {
	parsed, err := url.Parse(s)
	if err != nil || parsed.Host == "" || isDefaultHost(parsed.Host) {
		return false
	}
	_, path := rawPath(s)
	return strings.HasPrefix(path, transformationPrefix)
}

// ParseTransformation parses a transformation URL. It accepts http for a
// loopback address only, like ParseStrict, and rejects sources that
// BuildTransformation rejects. A source that is percent-encoded as a whole, such
// as https%3A%2F%2F…, is decoded, since some programs encode it.
func ParseTransformation(s string) (Transformation, error) {
	parsed, err := url.Parse(s)
	switch {
	case err != nil || !isWebURL(s):
		return Transformation{}, errors.New("not an absolute https URL")
	case parsed.User != nil:
		return Transformation{}, errors.New("it must not contain a user name or password; the host is the part after the @")
	case parsed.Scheme != "https" && !isLoopback(parsed.Hostname()):
		return Transformation{}, errors.New("it must begin with https://; http is accepted for a loopback address only")
	}
	if err := checkZone(parsed.Host); err != nil {
		return Transformation{}, &Error{PartZone, err.Error()}
	}
	_, path := rawPath(s)
	path, isTransformation := strings.CutPrefix(path, transformationPrefix)
	segment, source, hasSource := strings.Cut(path, "/")
	if !isTransformation || !hasSource {
		return Transformation{}, errors.New("the path is not /" + transformationPrefix + "<options>/<source>")
	}
	options, err := parseOptions(segment)
	if err != nil {
		return Transformation{}, err
	}
	source = sourceOf(source, s)
	if _, err := encodeSource(source); err != nil {
		return Transformation{}, &Error{PartSource, err.Error()}
	}
	return Transformation{Zone: parsed.Host, Options: options, Source: source}, nil
}

var encodedURL = regexp.MustCompile(`(?i)^https?%3a%2f%2f`)

// sourceOf returns the source from the end of the path of a URL, with the query
// of the URL.
func sourceOf(path, whole string) string {
	if encodedURL.MatchString(path) {
		path, _ = url.PathUnescape(path) // url.Parse has rejected malformed escapes
	} else if !isWebURL(path) {
		path = "/" + path
	}
	whole, _, _ = strings.Cut(whole, "#")
	if _, query, ok := strings.Cut(whole, "?"); ok {
		path += "?" + query
	}
	return path
}

// parseOptions returns the options by name, with their values decoded.
func parseOptions(segment string) (map[string]string, error) {
	options := map[string]string{}
	for part := range strings.SplitSeq(segment, ",") {
		match := extraPattern.FindStringSubmatch(part)
		if match == nil || checkVariant(part) != nil {
			return nil, fmt.Errorf("%.100q is not an option such as width=400", part)
		}
		if _, isSet := options[match[1]]; isSet {
			return nil, fmt.Errorf("%s is set twice", match[1])
		}
		options[match[1]], _ = url.PathUnescape(match[2])
	}
	return options, nil
}
