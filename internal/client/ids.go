package client

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// reserved are the names that stand for endpoints of their own where the ID of
// an image stands in the path. Some answer with secrets, which must not reach
// an error message, and a write to others would change the account's settings
// or its variants.
var reserved = []string{"batch_token", "config", "direct_upload", "keys", "stats", "variants"}

// CheckImageID tells why an ID cannot be asked for, before any request: where
// it cannot name an image, and where it names another endpoint. What lies below
// a reserved name is refused as well: the slash is sent encoded, but a gateway
// that decodes it would make DELETE remove a variant or a signing key.
func CheckImageID(id string) error {
	if name, _, _ := strings.Cut(id, "/"); slices.Contains(reserved, name) {
		return fmt.Errorf("must not be %q or begin with \"%[1]s/\": the Images API keeps this name for an endpoint of its own", name)
	}
	return delivery.CheckImageID(id)
}

// CheckVariantID tells why a variant cannot be made under a name.
func CheckVariantID(id string) error {
	if id == "" || len(id) > 99 || strings.ContainsFunc(id, notAlphanumeric) {
		return errors.New("must be 1 to 99 letters and digits, such as hero or card2x; the API refuses hyphens and underscores")
	}
	return nil
}

// CheckKeyName tells why a signing key cannot be made under a name.
func CheckKeyName(name string) error {
	if name == "" || len(name) > 20 || strings.ContainsFunc(name, notAlphanumeric) {
		return errors.New("must be 1 to 20 letters and digits, such as shop or key2")
	}
	return nil
}

// notAlphanumeric is about those of ASCII.
func notAlphanumeric(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}

// CheckAccountID tells why an account ID cannot be sent. Cloudflare writes
// them as 32 hexadecimal digits; shorter ones and other letters are let
// through, as the API documents no more than the length.
func CheckAccountID(id string) error {
	if id == "" || len(id) > 32 || strings.ContainsFunc(id, notAlphanumeric) {
		return errors.New("must be 1 to 32 letters and digits; the dashboard shows the account ID on the account's overview page")
	}
	return nil
}
