package client

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func failure(errorObjects string) string {
	return `{"result":null,"success":false,"errors":[` + errorObjects + `],"messages":[]}`
}

// An error that is met before anything is sent is one clean line as well.
func TestErrorRejectedHasNoStatus(t *testing.T) {
	t.Parallel()
	_, _, err := start(t, fakeapi.New()).GetImage(t.Context(), fakeapi.AccountID, "a\n\x1b[31mb")
	if want := "GET /accounts/023e105f4ecef8ad9ca31a8372d0c353/images/v1/a%0A%1B%5B31mb: image ID must not contain " +
		"control characters, such as a line break"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestErrorAuthentication(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		credentials Credentials
		accountID   string
		kind        Kind
	}{
		"wrong token": {credentials: APIToken("another-token"), accountID: fakeapi.AccountID, kind: NotPermitted},
		"quoted token": {
			credentials: APIToken(`"fake-api-token"`),
			accountID:   fakeapi.AccountID,
			kind:        MalformedCredentials,
		},
		"wrong key": {
			credentials: APIKey(fakeapi.Email, "another-key"),
			accountID:   fakeapi.AccountID,
			kind:        NotPermitted,
		},
		"another account": {
			credentials: APIToken(fakeapi.Token),
			accountID:   "99999999999999999999999999999999",
			kind:        NotPermitted,
		},
		"account without Images": {
			credentials: APIToken(fakeapi.Token),
			accountID:   fakeapi.AccountWithoutImages,
			kind:        NotEnabled,
		},
		"short account ID": {
			credentials: APIToken(fakeapi.Token),
			accountID:   "023e105f4ecef8ad9ca31a8372d0c35",
			kind:        NoRoute,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, fakeapi.New(), func(config *Config) { config.Credentials = test.credentials })
			_, _, err := c.GetImage(t.Context(), test.accountID, "brand/logo")
			if !errors.Is(err, test.kind) {
				t.Errorf("got %v, want %s", err, test.kind)
			}
		})
	}
}

// What a caller can ask an error for.
func TestErrorIsKind(t *testing.T) {
	t.Parallel()
	var err error = &Error{Kind: NotFound, Messages: []Message{{Code: 1}, {Code: 5404, Chain: []Message{{Code: 2}}}}}
	if !errors.Is(err, NotFound) || errors.Is(err, RateLimited) || errors.Is(err, io.EOF) {
		t.Errorf("it is not found, and nothing else")
	}
	if e := asError(t, err); !e.HasCode(5404) || !e.HasCode(1) || e.HasCode(2) || e.HasCode(0) {
		t.Errorf("it has the codes of its messages, and no others")
	}
	if got := NotFound.Error(); got != "not found" {
		t.Errorf("got %q", got)
	}
}

// No part of a story, and no story, is longer than it should be.
func TestErrorLengthIsBounded(t *testing.T) {
	t.Parallel()
	letters := func(n int) string { return strings.Repeat("x", n) }
	for name, test := range map[string]struct {
		err  Error
		want string
	}{
		"a path":          {Error{Method: "GET", Path: "/" + letters(299)}, "GET /" + letters(299)},
		"a longer path":   {Error{Method: "GET", Path: "/" + letters(300)}, "GET /" + letters(149) + "…" + letters(150)},
		"a cause":         {Error{Method: "GET", Path: "/", Err: errors.New(letters(500))}, "GET /: " + letters(500)},
		"a longer cause":  {Error{Method: "GET", Path: "/", Err: errors.New(letters(501))}, "GET /: " + letters(250) + "…" + letters(250)},
		"a story":         {Error{Method: "GET", Path: "/", Excerpt: letters(1993)}, "GET /: " + letters(1993)},
		"a longer story":  {Error{Method: "GET", Path: "/", Excerpt: letters(1994)}, "GET /: " + letters(1993) + "…"},
		"a ray after all": {Error{Method: "GET", Path: "/", Excerpt: letters(1994), Ray: "r"}, "GET /: " + letters(1993) + "…, ray r"},
		"several lines":   {Error{Method: "GET", Path: "/", Excerpt: "a\n\x1b b"}, "GET /: a b"},
		"one attempt":     {Error{Method: "GET", Path: "/", Attempts: 1}, "GET /"},
		"two attempts": {
			Error{Method: "GET", Path: "/", Attempts: 2, Waited: 1749 * time.Millisecond}, "GET /, after 2 attempts and 1.7s of waiting",
		},
		"given up":            {Error{Method: "GET", Path: "/", CircuitOpen: true}, "GET /, not retried, as other requests had failed before"},
		"a status of no name": {Error{Method: "GET", Path: "/", Status: 521}, "GET /: 521"},
	} {
		if got := test.err.Error(); got != test.want {
			t.Errorf("%s: got %d characters: %s", name, len(got), got)
		}
	}
}
