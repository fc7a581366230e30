package client

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// echoed is a fake token with characters that JSON and URLs escape.
const echoed = `fake-api/of+40="characters"&no\one's<use>`

// literal matches a string in JSON, a key or a value.
var literal = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// If a server echoes the token, in any place and encoding, no part of it is in
// the error.
func TestRedactorEchoedToken(t *testing.T) {
	t.Parallel()
	reads := map[string]func(context.Context, *Client) error{
		"a": func(ctx context.Context, c *Client) error {
			_, _, err := c.GetImage(ctx, fakeapi.AccountID, "a", ReadOptions{})
			return err
		},
		"v2": func(ctx context.Context, c *Client) error {
			_, _, err := c.ListImages(
				ctx,
				fakeapi.AccountID,
				Filter{Creator: new("me"), Meta: map[string]MetaMatch{"k": stringMatch("v")}},
			)
			return err
		},
		"variants": func(ctx context.Context, c *Client) error {
			_, _, err := c.ListVariants(ctx, fakeapi.AccountID)
			return err
		},
		"keys": func(ctx context.Context, c *Client) error {
			_, _, err := c.ListSigningKeys(ctx, fakeapi.AccountID)
			return err
		},
		"stats": func(ctx context.Context, c *Client) error {
			_, _, err := c.GetStats(ctx, fakeapi.AccountID)
			return err
		},
	}
	const image = `{"id":"a","filename":"f","creator":"me","uploaded":"2024-05-06T07:08:09Z","draft":"no","variants":["u",5],"meta":{"k":"v"}}`
	own := map[string]string{
		"a":        success(image),
		"v2":       success(`{"images":[` + image + `],"continuation_token":"t"}`),
		"variants": success(`{"variants":{"hero":{"id":"hero","options":{"fit":"cover","width":"w"}}}}`),
		"keys":     success(`{"keys":[{"name":"n","value":5}]}`),
		"stats":    success(`{"count":{"current":"c","allowed":1}}`),
	}
	others := []string{
		`{"result":null,"success":false,"errors":[{"code":1,"message":"m","documentation_url":"d","source":{"pointer":"p"},` +
			`"error_chain":[{"code":2,"message":"c"}]}],"messages":["x"]}`,
		`{"type":"t","title":"Error 1020: Access denied","status":403,"detail":"d","ray_id":"r"}`,
		`{"unknown":"x"}`,
		`"ERROR 5404: x"`,
		`"<title>x</title>"`,
	}
	forms := placements()
	for name, read := range reads {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			c := start(t, fake, func(config *Config) { config.Credentials = APIToken(echoed) })
			bodies := []string{own[name]}
			if name == "a" { // invalid responses have the same errors for all reads
				bodies = append(bodies, others...)
			}
			for _, body := range bodies {
				for _, response := range echoes(body, forms) {
					for _, status := range []int{200, 403} {
						fake.Fail(name, 1, fakeapi.Respond(status, "application/json", response))
						if err := read(t.Context(), c); err != nil {
							assertNothingLeaked(t, err.Error(), response)
						}
					}
				}
			}
		})
	}
}

// echoes returns copies of a body, each with the token in place of one of its
// strings.
func echoes(body string, forms []string) (responses []string) {
	if text, isText := strings.CutPrefix(body, `"`); isText {
		text = strings.TrimSuffix(text, `"`)
		for _, form := range forms {
			responses = append(responses, strings.Replace(text, "x", form, 1), form)
		}
		return responses
	}
	for _, at := range literal.FindAllStringIndex(body, -1) {
		for _, form := range forms {
			responses = append(responses, body[:at[0]]+quoted(form)+body[at[1]:])
		}
	}
	return responses
}

func quoted(text string) string {
	encoded, err := json.Marshal(text)
	if err != nil {
		panic(err) // strings always have an encoding
	}
	return string(encoded)
}

// placements returns the token in its encodings, and at the positions at which
// strings are truncated.
func placements() (texts []string) {
	texts = append(texts, []string{
		echoed, quoted(echoed), url.QueryEscape(echoed), url.PathEscape(echoed), fmt.Sprintf("%q", echoed),
		base64.StdEncoding.EncodeToString([]byte(echoed)), base64.URLEncoding.EncodeToString([]byte("u:" + echoed)),
		base64.StdEncoding.EncodeToString([]byte("user:" + echoed + "!")),
	}...)
	for _, cut := range []int{100, 200, 300, 500, maxExcerpt} {
		texts = append(texts, strings.Repeat("x", cut-20)+echoed+strings.Repeat("y", cut))
	}
	return append(texts, strings.Repeat(" ", maxExcerpt-20)+echoed)
}

// pieces returns short parts of the token, in each of its encodings.
var pieces = sync.OnceValue(func() []string {
	const length = 10
	found := map[string]bool{}
	for _, form := range placements() {
		form = strings.Trim(form, "xy \"")
		for at := 0; at+length <= len(form); at++ {
			found[form[at:at+length]] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
})

// assertNothingLeaked fails the test if a message contains a piece of the
// token.
func assertNothingLeaked(t *testing.T, message, body string) {
	t.Helper()
	for _, piece := range pieces() {
		if strings.Contains(message, piece) {
			t.Fatalf("%q of the token is in the message: %s\nof the body %.300s", piece, message, body)
		}
	}
}
