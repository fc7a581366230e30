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

// echoed is no one's token, with characters that JSON and URLs escape.
const echoed = `fake-api/of+40="characters"&no\one's<use>`

// literal is a string of a JSON answer, a name or a value.
var literal = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// A server that sends the token back, wherever and however, does not make the
// client tell it, nor a piece of it.
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
				Filter{Creator: new("me"), Meta: map[string]MetaMatch{"k": textMatch("v")}},
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
			if name == "a" { // what is no answer to it is told alike by all
				bodies = append(bodies, others...)
			}
			for _, body := range bodies {
				for _, answer := range echoes(body, forms) {
					for _, status := range []int{200, 403} {
						fake.Fail(name, 1, fakeapi.Respond(status, "application/json", answer))
						if err := read(t.Context(), c); err != nil {
							assertNothingLeaked(t, err.Error(), answer)
						}
					}
				}
			}
		})
	}
}

// echoes are a body with the token in place of each of its strings.
func echoes(body string, forms []string) (answers []string) {
	if text, isText := strings.CutPrefix(body, `"`); isText {
		text = strings.TrimSuffix(text, `"`)
		for _, form := range forms {
			answers = append(answers, strings.Replace(text, "x", form, 1), form)
		}
		return answers
	}
	for _, at := range literal.FindAllStringIndex(body, -1) {
		for _, form := range forms {
			answers = append(answers, body[:at[0]]+quoted(form)+body[at[1]:])
		}
	}
	return answers
}

func quoted(text string) string {
	encoded, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has a form
	}
	return string(encoded)
}

// placements are the token as it may be echoed, also where texts are cut.
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

// pieces are short parts of the token, in each of its forms.
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

// assertNothingLeaked looks for pieces of the token.
func assertNothingLeaked(t *testing.T, message, body string) {
	t.Helper()
	for _, piece := range pieces() {
		if strings.Contains(message, piece) {
			t.Fatalf("%q of the token is in the message: %s\nof the body %.300s", piece, message, body)
		}
	}
}
