package client

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// reserved are the names of other endpoints at the place of an image ID in the
// path. The responses of some contain secrets, which must not reach an error
// message, and a write to others would change settings of the account or variants.
var reserved = []string{"batch_token", "config", "direct_upload", "keys", "stats", "variants"}

// CheckImageID returns an error if an ID must not be sent: it cannot be that of an
// image, or it is the name of another endpoint. IDs below a reserved name are
// rejected as well: the slash is sent escaped, but behind a gateway that decodes
// it, DELETE would delete a variant or a signing key.
func CheckImageID(id string) error {
	if name, _, _ := strings.Cut(id, "/"); slices.Contains(reserved, name) {
		return fmt.Errorf("must not be %q or begin with \"%[1]s/\": the Images API keeps this name for an endpoint of its own", name)
	}
	return delivery.CheckImageID(id)
}

// CheckVariantID returns an error if a variant cannot be created under a name.
func CheckVariantID(id string) error {
	return checkName(id, 99, "must be 1 to 99 letters and digits, such as hero or card2x; the API refuses hyphens and underscores")
}

// CheckKeyName returns an error if a signing key cannot be created under a name.
func CheckKeyName(name string) error {
	return checkName(name, 20, "must be 1 to 20 letters and digits, such as shop or key2")
}

// CheckAccountID returns an error if an account ID cannot be sent. Cloudflare
// writes them as 32 hexadecimal digits, but documents only the length, so shorter
// ones and other letters are accepted.
func CheckAccountID(id string) error {
	return checkName(id, 32, "must be 1 to 32 letters and digits; "+
		"the dashboard shows the account ID on the account's overview page")
}

// checkName returns an error with a rule unless a name is 1 to limit ASCII letters
// and digits.
func checkName(name string, limit int, rule string) error {
	isOther := func(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }
	if name == "" || len(name) > limit || strings.ContainsFunc(name, isOther) {
		return errors.New(rule)
	}
	return nil
}
