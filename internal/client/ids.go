package client

import (
	"fmt"
	"strings"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// CheckImageID tells why an ID cannot be asked for, before any request: where
// it cannot name an image, and where it names an endpoint that answers with
// secrets, which must not reach an error message.
func CheckImageID(id string) error {
	if id == "keys" || id == "batch_token" {
		return fmt.Errorf("must not be %q: the Images API keeps this name for an endpoint of its own", id)
	}
	return delivery.CheckImageID(id)
}

const maxAccountIDLength = 32

// CheckAccountID tells why an account ID cannot be sent. Cloudflare writes
// them as 32 hexadecimal digits; shorter ones and other letters are let
// through, as the API documents no more than the length.
func CheckAccountID(id string) error {
	isOther := func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}
	if id == "" || len(id) > maxAccountIDLength || strings.ContainsFunc(id, isOther) {
		return fmt.Errorf("must be 1 to %d letters and digits; the dashboard shows the account ID on the account's overview "+
			"page", maxAccountIDLength)
	}
	return nil
}
