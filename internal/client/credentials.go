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
	header   map[string]string
	values   []string // as given, for New to check
	redactor redact.Redactor
}

// APIToken authenticates with an API token, the scheme Cloudflare prefers.
func APIToken(token string) Credentials {
	return Credentials{
		header:   map[string]string{"Authorization": "Bearer " + token},
		values:   []string{token},
		redactor: redact.New(token),
	}
}

// APIKey authenticates with the legacy pair of account e-mail address and
// global API key.
func APIKey(email, key string) Credentials {
	return Credentials{
		header:   map[string]string{"X-Auth-Email": email, "X-Auth-Key": key},
		values:   []string{email, key},
		redactor: redact.New(key),
	}
}

// CheckCredential tells why a value cannot be sent in a header. It never
// repeats the value, and judges neither its length nor its form: Cloudflare
// changes both.
func CheckCredential(value string) error {
	if value == "" {
		return errors.New("must not be empty")
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("must not contain white space, control or non-ASCII characters; it may have been pasted or read " +
			"with something around it")
	}
	return nil
}

// String keeps the secret out of formatted text.
func (c Credentials) String() string { return redact.Placeholder }

// GoString keeps the secret out of %#v.
func (c Credentials) GoString() string { return redact.Placeholder }

func (c Credentials) apply(header http.Header) {
	for name, value := range c.header {
		header.Set(name, value)
	}
}
