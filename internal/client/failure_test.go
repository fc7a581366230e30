package client

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
)

// No scheme follows a redirect; the second server proves it.
func TestRedirectsGetNothing(t *testing.T) {
	t.Parallel()
	for name, credentials := range map[string]Credentials{
		"token": APIToken(standin.Token),
		"key":   APIKey(standin.Email, standin.Key),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := make(chan string, 10)
			second := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { requests <- r.RequestURI }))
			defer second.Close()
			standIn := standin.New()
			standIn.Fail("a", -1, standin.Answer(307, "text/html", "", "Location", second.URL))
			c := start(t, standIn, func(config *Config) { config.Credentials, config.MaxRetries = credentials, new(4) })
			_, _, err := c.GetImage(t.Context(), standin.AccountID, "a")
			if e := asError(t, err); e.Kind != Redirected || e.Attempts != 1 ||
				!strings.Contains(e.Error(), strings.TrimPrefix(second.URL, "http://")) {
				t.Errorf("got %s after %d attempts: %v", e.Kind, e.Attempts, e)
			}
			if len(requests) != 0 {
				t.Errorf("the second server got a request: %s", <-requests)
			}
		})
	}
}
