package client

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// reserved are the path segments of other endpoints, which can't be image IDs. The
// responses of some contain secrets, which must not be in error messages, and
// writes to others would update variants or settings of the account.
var reserved = []string{"batch_token", "config", "direct_upload", "keys", "stats", "variants"}

// CheckImageID returns an error if an ID can't be that of an image, or is the path
// of another endpoint. It also rejects IDs below a reserved name: the slash is
// sent escaped, but if a gateway decodes it, DELETE would delete a variant or a
// signing key.
func CheckImageID(id string) error {
	if name, _, _ := strings.Cut(id, "/"); slices.Contains(reserved, name) {
		return fmt.Errorf("must not be %q or begin with \"%[1]s/\": reserved by the Images API", name)
	}
	return delivery.CheckImageID(id)
}

// CheckVariantID returns an error if a string can't be the name of a variant.
func CheckVariantID(id string) error {
	return checkName(id, 99, "must be 1 to 99 letters and digits, such as hero or card2x; the API rejects hyphens and underscores")
}

// CheckKeyName returns an error if a string can't be the name of a signing key.
func CheckKeyName(name string) error {
	return checkName(name, 20, "must be 1 to 20 letters and digits, such as shop or key2")
}

// CheckAccountID returns an error for an invalid account ID. Cloudflare's have 32
// hexadecimal digits, but only the maximum length is documented, so shorter ones
// and other letters are accepted.
func CheckAccountID(id string) error {
	return checkName(id, 32, "must be 1 to 32 letters and digits; "+
		"the dashboard shows the account ID on the account's overview page")
}

// checkName returns the rule as an error, unless the name consists of 1 to
// limit ASCII letters and digits.
func checkName(name string, limit int, rule string) error {
	isOther := func(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }
	if name == "" || len(name) > limit || strings.ContainsFunc(name, isOther) {
		return errors.New(rule)
	}
	return nil
}
