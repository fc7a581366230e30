package delivery

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Sign adds an expiry and a signature to a delivery URL, which then serves a
// private image until the given time, to the second. The key is used unchanged.
// The result depends only on the arguments. Every error is an *Error.
//
// The signed string is /<account hash>/<image ID>/<variant>?exp=<seconds>,
// without the path prefix of a custom domain. Cloudflare documents it for
// imagedelivery.net only.
//
// https://developers.cloudflare.com/images/manage-images/serve-images/serve-private-images/
func Sign(rawURL, key string, expires time.Time) (string, error) {
	parsed, err := Parse(rawURL)
	if err != nil {
		return "", &Error{PartURL, "is not a delivery URL: " + err.Error()}
	}
	variant, _ := url.PathUnescape(parsed.Variant)
	_, address, _ := strings.Cut(rawURL, "//"+parsed.Host+"/")
	canonical, _ := Build(parsed.Host, parsed.AccountHash, parsed.ImageID, parsed.Variant)
	if parsed.plain {
		canonical = strings.Replace(canonical, "https:", "http:", 1)
	}
	switch {
	case strings.ContainsAny(rawURL, "?#"):
		return "", &Error{PartURL, "must not have a query or a fragment; a URL that is already signed can't be signed again"}
	case strings.Contains(variant, "="):
		return "", &Error{PartURL, "has a flexible variant, which Cloudflare does not serve signed; use a named variant"}
	case !parsed.secure:
		return "", &Error{PartURL, "must begin with https://; http is accepted for a loopback address only"}
	case rawURL != canonical:
		return "", &Error{PartURL, "must be in the form that browsers send, which delivery_url returns"}
	case key == "":
		return "", &Error{PartKey, "must not be empty"}
	case strings.TrimSpace(key) != key:
		return "", &Error{PartKey, "must not have leading or trailing white space, such as the line break at the end of a file; trimspace() removes it"}
	case expires.Unix() <= 0:
		return "", &Error{PartExpiry, "must be after 1970-01-01T00:00:00Z"}
	}
	query := fmt.Sprintf("?exp=%d", expires.Unix())
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte("/" + strings.TrimPrefix(address, customDomainPrefix) + query))
	return rawURL + query + "&sig=" + hex.EncodeToString(mac.Sum(nil)), nil
}

// ParseTime parses an RFC 3339 time. It is stricter than time.Parse, as Terraform
// and the API may be: it requires two digits for the hour, a point before the
// fraction, and an offset of less than a day. The error doesn't quote the value.
//
// https://www.rfc-editor.org/rfc/rfc3339#section-5.6
func ParseTime(s string) (time.Time, error) {
	parsed, err := time.Parse(time.RFC3339, s)
	if err != nil || !timePattern.MatchString(s) {
		return time.Time{}, errors.New("must be an RFC 3339 time")
	}
	return parsed, nil
}

var timePattern = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)
