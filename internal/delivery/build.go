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

// Part names what an Error is about.
type Part string

// The parts that can be at fault.
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

// Error says which part cannot be as it is, and why.
type Error struct {
	Part   Part
	Reason string
}

func (e *Error) Error() string { return "the " + string(e.Part) + " " + e.Reason }

// Build writes the delivery URL of an image. An empty host means DefaultHost;
// any other is a domain of one's own, which serves images below
// /cdn-cgi/imagedelivery. Slashes of the image ID stay, its percent signs are
// escaped, and what a URL cannot hold as it is, such as a space or a
// non-ASCII letter, is percent-encoded as a browser would. The variant stands
// as it is. Every error is an *Error.
//
// https://developers.cloudflare.com/images/storage/upload-images/upload-custom-path/
func Build(host, accountHash, imageID, variant string) (string, error) {
	if !isAccountHash(accountHash) {
		return "", &Error{PartAccountHash, "must be letters, digits, hyphens and underscores; the attribute account_hash of an image holds it"}
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
		return "", &Error{PartHost, "must be a host name in ASCII, such as img.example.com, without scheme and path"}
	}
	return "https://" + host + "/" + customDomainPrefix + path, nil
}

// isAccountHash refuses what begins the paths of Cloudflare's own endpoints.
func isAccountHash(s string) bool { return accountHashForm.MatchString(s) && s != "cdn-cgi" }

// isDefaultHost knows the ways to write DefaultHost.
func isDefaultHost(host string) bool {
	return strings.EqualFold(strings.TrimSuffix(strings.TrimSuffix(host, ":443"), "."), DefaultHost)
}

// isHost reports whether a string is a host name or an IP address, with a port
// if there is one.
func isHost(host string) bool {
	parsed, err := url.Parse("https://" + host)
	return err == nil && hostForm.MatchString(host) && isPort(parsed.Port())
}

func isPort(port string) bool {
	number, err := strconv.ParseUint(port, 10, 16)
	return port == "" || (err == nil && number > 0)
}

// checkVariant tells why a variant cannot be the last segment of a URL as it
// stands.
func checkVariant(variant string) error {
	decoded, err := url.PathUnescape(variant)
	switch {
	case variant == "" || strings.Contains(decoded, "/"):
		return errors.New("must be a name or flexible options, without a slash")
	case err != nil || !variantForm.MatchString(variant):
		return errors.New("must stand in a URL as it is; what a URL cannot hold must be percent-encoded, as flexible_variant does")
	case !utf8.ValidString(decoded) || strings.ContainsFunc(decoded, unicode.IsControl) || strings.Contains(decoded, `\`):
		return errors.New("must be valid UTF-8 without control characters and backslashes")
	case isDotSegment(decoded):
		return errors.New(`must not be "." or "..": a browser takes these as path steps`)
	}
	return nil
}

var (
	accountHashForm = regexp.MustCompile(`^[0-9A-Za-z_-]+$`)
	hostForm        = regexp.MustCompile(
		`^([0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?(\.[0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?)*|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?$`,
	)
	variantForm = regexp.MustCompile(`^[!$&'()*+,\-.0-9:;=@A-Z\[\]_a-z|~%]+$`)
)

// MaxImageIDLength is in characters, not bytes.
// https://developers.cloudflare.com/images/storage/upload-images/upload-custom-path/
const MaxImageIDLength = 1024

// CheckImageID tells why an ID cannot name an image. IDs are given decoded:
// "a%2Fb" is an ID of its own, not "a/b". Cloudflare's own IDs look like
// UUIDs; custom IDs are any text of 1 to 1024 characters that neither starts
// nor ends with a slash.
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
		return errors.New(`must not be "." or "..": these are path steps, not names`)
	case strings.HasPrefix(id, "/") || strings.HasSuffix(id, "/"):
		return errors.New("must not start or end with a slash")
	}
	return nil
}

// CheckPathImageID also refuses the IDs that a URL cannot carry, though the API
// has them.
func CheckPathImageID(id string) error {
	if err := CheckImageID(id); err != nil {
		return err
	}
	for segment := range strings.SplitSeq(id, "/") {
		if isDotSegment(segment) {
			return errors.New(`must not have "." or ".." between slashes: a browser takes these as path steps and asks for another image`)
		}
	}
	return nil
}

func isDotSegment(s string) bool { return s == "." || s == ".." }

// encode percent-encodes what a path cannot hold as it is, after the path
// percent-encode set of https://url.spec.whatwg.org/. Percent signs are
// escaped as well, as the ID is not encoded yet, and so is a backslash, which
// a browser takes for a slash.
func encode(id string) string { return escape(id, "%#?"+unsafeInURL) }

// escape percent-encodes whatever isn't printable ASCII, and the unsafe
// characters.
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
