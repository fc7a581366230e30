package client

import (
	"errors"
	"net/http"
	"strings"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/redact"
)

// Credentials is one authentication scheme, with its values. It prints as
// "[redacted]" in every format.
type Credentials struct {
	header   http.Header
	values   []string // validated by New
	redactor redact.Redactor
}

// APIToken authenticates with an API token, the scheme Cloudflare prefers.
func APIToken(token string) Credentials {
	return Credentials{
		header:   http.Header{"Authorization": {"Bearer " + token}},
		values:   []string{token},
		redactor: redact.New(token),
	}
}

// APIKey authenticates with the legacy pair of account e-mail address and
// global API key.
func APIKey(email, key string) Credentials {
	return Credentials{
		header:   http.Header{"X-Auth-Email": {email}, "X-Auth-Key": {key}},
		values:   []string{email, key},
		redactor: redact.New(key),
	}
}

// CheckCredential returns an error if a value can't be sent in a header. The
// error doesn't quote the value. The length and format of the value aren't
// checked, as Cloudflare may change them.
func CheckCredential(value string) error {
	if value == "" {
		return errors.New("must not be empty")
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("must not contain white space, control or non-ASCII characters; check for pasted quotes or line breaks")
	}
	return nil
}

// String hides the secret in every format but %#v.
func (c Credentials) String() string { return redact.Placeholder }

// GoString hides the secret in %#v.
func (c Credentials) GoString() string { return redact.Placeholder }
