package client

import (
	"errors"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
)

func failure(errorObjects string) string {
	return `{"result":null,"success":false,"errors":[` + errorObjects + `],"messages":[]}`
}

// An error that is met before anything is sent is one clean line as well.
func TestRejectedIsClean(t *testing.T) {
	t.Parallel()
	_, _, err := start(t, standin.New()).GetImage(t.Context(), standin.AccountID, "a\n\x1b[31mb")
	if want := "GET /accounts/023e105f4ecef8ad9ca31a8372d0c353/images/v1/a%0A%1B%5B31mb: image ID must not contain " +
		"control characters, such as a line break"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestStandInAuthentication(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		credentials Credentials
		accountID   string
		kind        Kind
	}{
		"wrong token":            {APIToken("another-token"), standin.AccountID, NotPermitted},
		"quoted token":           {APIToken(`"stand-in-token"`), standin.AccountID, MalformedCredentials},
		"wrong key":              {APIKey(standin.Email, "another-key"), standin.AccountID, NotPermitted},
		"another account":        {APIToken(standin.Token), "99999999999999999999999999999999", NotPermitted},
		"account without Images": {APIToken(standin.Token), standin.AccountWithoutImages, NotEnabled},
		"short account ID":       {APIToken(standin.Token), "023e105f4ecef8ad9ca31a8372d0c35", NoRoute},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, standin.New(), func(config *Config) { config.Credentials = test.credentials })
			_, _, err := c.GetImage(t.Context(), test.accountID, "brand/logo")
			if !errors.Is(err, test.kind) {
				t.Errorf("got %v, want %s", err, test.kind)
			}
		})
	}
}
