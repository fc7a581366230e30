package delivery

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// DefaultHost serves the images of every account.
const DefaultHost = "imagedelivery.net"

// Part is the part of a URL, or the argument, that an Error is about.
type Part string

// The parts that an Error may be about.
const (
	PartAccountHash Part = "account hash"
	PartImageID     Part = "image ID"
	PartVariant     Part = "variant"
	PartHost        Part = "host"
	PartURL         Part = "URL"
	PartKey         Part = "key"
	PartExpiry      Part = "expiry"
	PartZone        Part = "zone"
	PartSource      Part = "source"
)

// Error reports which part is invalid, and why.
type Error struct {
	Part   Part
	Reason string
}

func (e *Error) Error() string { return "the " + string(e.Part) + " " + e.Reason }

// Build returns the delivery URL of an image. An empty host means DefaultHost;
// any other is a custom domain, which serves images below
// /cdn-cgi/imagedelivery. Slashes of the image ID are kept, percent signs are
// escaped, and characters that a URL can't contain, such as a space or a
// non-ASCII letter, are percent-encoded as in a browser. The variant is used
// unchanged. Every error is an *Error.
//
// https://developers.cloudflare.com/images/storage/upload-images/upload-custom-path/
func Build(host, accountHash, imageID, variant string) (string, error) {
	if !isAccountHash(accountHash) {
		return "", &Error{PartAccountHash, "must be letters, digits, hyphens and underscores; use the account_hash attribute of an image"}
	}
	if err := CheckPathImageID(imageID); err != nil {
		return "", &Error{PartImageID, err.Error()}
	}
	if err := checkVariant(variant); err != nil {
		return "", &Error{PartVariant, err.Error()}
	}
	path := accountHash + "/" + encode(imageID) + "/" + variant
	if host == "" || isDefaultHost(host) {
		return "https://" + DefaultHost + "/" + path, nil
	}
	if !isHost(host) {
		return "", &Error{PartHost, "must be a host name in ASCII, such as img.example.com, without a scheme or path"}
	}
	return "https://" + host + "/" + customDomainPrefix + path, nil
}

// isAccountHash reports whether a string may be an account hash. cdn-cgi, the
// first segment of Cloudflare's endpoints, isn't one.
func isAccountHash(s string) bool { return accountHashPattern.MatchString(s) && s != "cdn-cgi" }

// isDefaultHost reports whether a host is a spelling of DefaultHost.
func isDefaultHost(host string) bool {
	return strings.EqualFold(strings.TrimSuffix(strings.TrimSuffix(host, ":443"), "."), DefaultHost)
}

// isHost reports whether a string is a host name or an IP address, with or
// without a port.
func isHost(host string) bool {
	parsed, err := url.Parse("https://" + host)
	return err == nil && hostPattern.MatchString(host) && isPort(parsed.Port())
}

func isPort(port string) bool {
	number, err := strconv.ParseUint(port, 10, 16)
	return port == "" || (err == nil && number > 0)
}

// checkVariant returns an error if a variant can't be used unchanged as the
// last segment of a URL.
func checkVariant(variant string) error {
	decoded, err := url.PathUnescape(variant)
	switch {
	case variant == "" || strings.Contains(decoded, "/"):
		return errors.New("must be a name or flexible options, without a slash")
	case err != nil || !variantPattern.MatchString(variant):
		return errors.New("must be a valid URL segment; percent-encode characters that a URL can't contain, as flexible_variant does")
	case !utf8.ValidString(decoded) || strings.ContainsFunc(decoded, unicode.IsControl) || strings.Contains(decoded, `\`):
		return errors.New("must be valid UTF-8 without control characters or backslashes")
	case isDotSegment(decoded):
		return errors.New(`must not be "." or "..": browsers resolve these as relative path segments`)
	}
	return nil
}

var (
	accountHashPattern = regexp.MustCompile(`^[0-9A-Za-z_-]+$`)
	hostPattern        = regexp.MustCompile(
		`^([0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?(\.[0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?)*|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?$`,
	)
	variantPattern = regexp.MustCompile(`^[!$&'()*+,\-.0-9:;=@A-Z\[\]_a-z|~%]+$`)
)

// MaxImageIDLength is the maximum length of an image ID, in characters.
// https://developers.cloudflare.com/images/storage/upload-images/upload-custom-path/
const MaxImageIDLength = 1024

// CheckImageID returns an error if a string can't be an image ID. IDs are not
// encoded: "a%2Fb" differs from "a/b". Generated IDs look like UUIDs; custom IDs
// are strings of 1 to 1024 characters that neither start nor end with a slash.
func CheckImageID(id string) error {
	switch {
	case id == "":
		return errors.New("must not be empty")
	case !utf8.ValidString(id):
		return errors.New("must be valid UTF-8")
	case utf8.RuneCountInString(id) > MaxImageIDLength:
		return fmt.Errorf("must have at most %d characters, has %d", MaxImageIDLength, utf8.RuneCountInString(id))
	case strings.ContainsFunc(id, unicode.IsControl):
		return errors.New("must not contain control characters, such as a line break")
	case id == "." || id == "..":
		return errors.New(`must not be "." or "..": these are relative path segments`)
	case strings.HasPrefix(id, "/") || strings.HasSuffix(id, "/"):
		return errors.New("must not start or end with a slash")
	}
	return nil
}

var generatedID = regexp.MustCompile(`^(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// IsGeneratedID reports whether an ID has the format of generated IDs, which
// custom IDs must not have. They aren't RFC 9562 UUIDs: every digit may have
// any value.
func IsGeneratedID(id string) bool { return generatedID.MatchString(id) }

// CheckPathImageID is CheckImageID, and also returns an error for an ID that the
// API accepts but a URL can't contain.
func CheckPathImageID(id string) error {
	if err := CheckImageID(id); err != nil {
		return err
	}
	for segment := range strings.SplitSeq(id, "/") {
		if isDotSegment(segment) {
			return errors.New(`must not have "." or ".." between slashes: browsers resolve these as relative path segments, and request another image`)
		}
	}
	return nil
}

func isDotSegment(s string) bool { return s == "." || s == ".." }

// encode percent-encodes an image ID for a path, by the path percent-encode set
// of https://url.spec.whatwg.org/. It also escapes percent signs, as the ID isn't
// encoded yet, and backslashes, which browsers treat as slashes.
func encode(id string) string { return escape(id, "%#?"+unsafeInURL) }

// escape percent-encodes unsafe characters, and all but printable ASCII.
func escape(s, unsafe string) string {
	var out strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || strings.IndexByte(unsafe, c) >= 0 {
			fmt.Fprintf(&out, "%%%02X", c)
		} else {
			out.WriteByte(c)
		}
	}
	return out.String()
}
