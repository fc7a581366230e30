package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/redact"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// A 200 response that is not exactly an image is an error that names the
// difference.
func TestDecodeMalformedResponses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, want string }{
		"empty":              {"", "the body is empty"},
		"HTML":               {"<html><title>Sign in</title>", `an HTML page titled "Sign in"`},
		"text":               {"all is well", `the body begins with "all is well"`},
		"truncated":          {`{"result":{"id":"a"`, "not valid JSON: unexpected end of JSON input"},
		"two values":         {success(wholeImage) + "{}", "not valid JSON"},
		"not UTF-8":          {success(`{"id":"a","filename":"` + "\xff" + `"}`), "not UTF-8"},
		"an array":           {`[]`, "expected an object, got an array"},
		"null":               {`null`, "expected an object, got null"},
		"success is missing": {`{"result":` + wholeImage + `}`, `: 200 OK: "success" is missing`},
		"success is false":   {`{"result":` + wholeImage + `,"success":false}`, `"success" is false`},
		"success is null":    {`{"result":` + wholeImage + `,"success":null}`, `"success" is missing`},
		"success is a string": {
			`{"result":` + wholeImage + `,"success":"true"}`,
			"success: expected a boolean, got a string",
		},
		"another case of success": {`{"result":` + wholeImage + `,"Success":true}`, `"success" is missing`},
		"result is missing":       {`{"success":true}`, "result: expected an object, got nothing"},
		"result is null":          {success(`null`), "result: expected an object, got null"},
		"result is an array":      {success(`[` + wholeImage + `]`), "result: expected an object, got an array"},
		"result is true":          {success(`true`), "result: expected an object, got a boolean"},
		"result is false":         {success(`false`), "result: expected an object, got a boolean"},
		"two are wrong":           {success(`{"id":5,"draft":1}`), "result: id: expected a string, got a number"},
		"result is a string":      {success(`"a"`), "result: expected an object, got a string"},
		"no ID": {
			success(`{"count":{"current":1}}`), "result: missing id: not an image; check image_id and base_url, ray",
		},
		"another case of id": {success(`{"ID":"a"}`), "result: missing id"},
		"null ID":            {success(`{"id":null}`), "result: missing id"},
		"another image":      {success(`{"id":"b"}`), `result: unexpected id "b", want "a"`},
		"ID in other case":   {success(`{"id":"A"}`), `result: unexpected id "A", want "a"`},
		"ID is a number":     {success(`{"id":5}`), "result: id: expected a string, got a number"},
		"filename is a number": {
			success(`{"id":"a","filename":5}`),
			"result: filename: expected a string or null, got a number",
		},
		"creator is an object": {
			success(`{"id":"a","creator":{}}`),
			"result: creator: expected a string or null, got an object",
		},
		"uploaded is a number": {
			success(`{"id":"a","uploaded":1643647168}`),
			"result: uploaded: expected a string, got a number",
		},
		"uploaded is a date": {
			success(`{"id":"a","uploaded":"2022-01-31"}`),
			`result: uploaded: expected an RFC 3339 time, got "2022-01-31"`,
		},
		"uploaded is empty":         {success(`{"id":"a","uploaded":""}`), "expected an RFC 3339 time"},
		"uploaded has a short hour": {success(`{"id":"a","uploaded":"2022-01-31T6:39:28Z"}`), "expected an RFC 3339 time"},
		"private is a string": {
			success(`{"id":"a","requireSignedURLs":"true"}`), "result: requireSignedURLs: expected a boolean, got a string",
		},
		"draft is a number": {success(`{"id":"a","draft":1}`), "result: draft: expected a boolean, got a number, ray"},
		"variants is an object": {
			success(`{"id":"a","variants":{"public":"https://x"}}`), "result: variants: expected an array of URLs, got an object",
		},
		"variants contains a number": {
			success(`{"id":"a","variants":["https://x",5]}`),
			"result: variants: expected an array of URLs, got an array with a value of type number",
		},
		"variants contains null": {
			success(`{"id":"a","variants":["https://x",null]}`),
			"result: variants[1]: expected a URL, got null",
		},
		"messages is a string": {
			`{"result":` + wholeImage + `,"success":true,"messages":"hello"}`,
			"messages: expected an array of objects, got a string",
		},
		"a message is a string": {
			`{"result":` + wholeImage + `,"success":true,"messages":["hello"]}`, "messages: expected an object, got a string",
		},
		"a message is null": {
			`{"result":` + wholeImage + `,"success":true,"messages":[null]}`,
			"messages: expected an object, got null",
		},
		"a message's source": {
			`{"result":` + wholeImage + `,"success":true,"messages":[{"source":{"pointer":1}}]}`,
			"messages: source: pointer: expected a string, got a number",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.Fail("a", -1, fakeapi.Respond(200, "application/json", test.body))
			c := start(t, fake, func(config *Config) { config.MaxRetries = new(4) })
			image, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
			if image != nil {
				t.Errorf("got %+v, want no image", image)
			}
			e := asError(t, err)
			if !errors.Is(err, InvalidResponse) || !strings.Contains(e.Error(), test.want) {
				t.Errorf("got %s: %v, want %q", e.Kind, e, test.want)
			}
			if e.Attempts != 1 {
				t.Errorf("attempts: got %d, want 1, as the error is permanent", e.Attempts)
			}
		})
	}
}

// Missing, null and unknown fields are valid, and values are preserved.
func TestDecodeValidResponses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		result string
		want   Image
	}{
		"only an ID": {`{"id":"a"}`, Image{ID: "a"}},
		"all null": {
			`{"id":"a","filename":null,"creator":null,"uploaded":null,"requireSignedURLs":null,"draft":null,"variants":null,"meta":null}`,
			Image{ID: "a"},
		},
		"unknown members": {`{"id":"a","width":5,"Filename":"x","META":{}}`, Image{ID: "a"}},
		"empty strings":   {`{"id":"a","filename":"","creator":""}`, Image{ID: "a", Filename: new(""), Creator: new("")}},
		"draft: false":    {`{"id":"a","draft":false}`, Image{ID: "a"}},
		"no fraction of time": {
			`{"id":"a","uploaded":"2014-01-02T02:20:00Z"}`,
			Image{ID: "a", Uploaded: new("2014-01-02T02:20:00Z")},
		},
		"trailing zeros": {
			`{"id":"a","uploaded":"2014-01-02T02:20:00.120Z"}`,
			Image{ID: "a", Uploaded: new("2014-01-02T02:20:00.120Z")},
		},
		"an offset": {
			`{"id":"a","uploaded":"2014-01-02T02:20:00+01:00"}`, Image{ID: "a", Uploaded: new("2014-01-02T02:20:00+01:00")},
		},
		"an empty variant":   {`{"id":"a","variants":[""]}`, Image{ID: "a", Variants: []string{""}}},
		"bare variant names": {`{"id":"a","variants":["public"]}`, Image{ID: "a", Variants: []string{"public"}}},
		"the API's order": {
			`{"id":"a","variants":["https://x/b","https://x/a"]}`,
			Image{ID: "a", Variants: []string{"https://x/b", "https://x/a"}},
		},
		"meta without loss": {
			`{"id":"a","meta": {"n": 12345678901234567890, "s": "<&>" } }`,
			Image{ID: "a", Meta: json.RawMessage(`{"n":12345678901234567890,"s":"<&>"}`)},
		},
		"meta is an array":      {`{"id":"a","meta":[1]}`, Image{ID: "a", Meta: json.RawMessage(`[1]`)}},
		"metadata for meta":     {`{"id":"a","metadata":{"k":"v"}}`, Image{ID: "a", Meta: json.RawMessage(`{"k":"v"}`)}},
		"meta before metadata":  {`{"id":"a","metadata":{"k":"v"},"meta":{}}`, Image{ID: "a", Meta: json.RawMessage(`{}`)}},
		"white space around it": {" \n" + `{"id":"a"}` + "\t", Image{ID: "a"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got requestedImage
			got.id = "a"
			if _, err := decodeEnvelope([]byte(success(test.result)), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.Image); diff != "" {
				t.Errorf("image (-want +got):\n%s", diff)
			}
		})
	}
}

// The response of another endpoint may contain secrets.
func TestDecodeUnrequestedResponseNotQuoted(t *testing.T) {
	t.Parallel()
	for name, result := range map[string]string{
		"no ID":          `{"keys":[{"name":"default","value":"fake-api-signing-key"}]}`,
		"ID of no image": `{"id":{"value":"fake-api-signing-key"}}`,
		"a list":         `[{"name":"default","value":"fake-api-signing-key"}]`,
		"text":           `"fake-api-signing-key"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.Fail("a", 1, fakeapi.Respond(200, "application/json", success(result)))
			_, _, err := start(t, fake).GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
			if e := asError(t, err); e.Kind != InvalidResponse || strings.Contains(e.Error(), "fake-api") {
				t.Errorf("got %s: %v", e.Kind, e)
			}
		})
	}
}

func TestDecodeTooLargeResponse(t *testing.T) {
	t.Parallel()
	for name, compressed := range map[string]bool{"plain": false, "compressed": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			endless := fakeapi.Endless(64 << 20)
			fake.Fail("a", -1, func(w http.ResponseWriter, r *http.Request) {
				if !compressed {
					r.Header.Del("Accept-Encoding")
				}
				endless(w, r)
			})
			c := start(t, fake, func(config *Config) { config.MaxRetries = new(2) })
			_, _, err := c.GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
			e := asError(t, err)
			if e.Kind != InvalidResponse || e.Attempts != 1 || !strings.Contains(e.Error(), "over 4194304 bytes") {
				t.Errorf("got %s after %d attempts: %v", e.Kind, e.Attempts, e)
			}
		})
	}
}

// A response may be as large as the limit of its read, and not a byte larger.
func TestDecodeResponseLimits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limit  int
		result string
		read   func(context.Context, *Client) error
	}{
		"a": {limit: 4 << 20, result: `{"id":"a"}`, read: func(ctx context.Context, c *Client) error {
			_, _, err := c.GetImage(ctx, fakeapi.AccountID, "a", ReadOptions{})
			return err
		}},
		"variants": {limit: 4 << 20, result: `{"variants":{}}`, read: func(ctx context.Context, c *Client) error {
			_, _, err := c.ListVariants(ctx, fakeapi.AccountID)
			return err
		}},
		"card": {limit: 1 << 20, result: `{"variant":{"id":"card"}}`, read: func(ctx context.Context, c *Client) error {
			_, _, err := c.GetVariant(ctx, fakeapi.AccountID, "card", ReadOptions{})
			return err
		}},
		"keys": {limit: 1 << 20, result: `{"keys":[]}`, read: func(ctx context.Context, c *Client) error {
			_, _, err := c.ListSigningKeys(ctx, fakeapi.AccountID)
			return err
		}},
		"stats": {limit: 1 << 20, result: `{"count":{"current":1,"allowed":2}}`, read: func(ctx context.Context, c *Client) error {
			_, _, err := c.GetStats(ctx, fakeapi.AccountID)
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := success(test.result)
			for more, ok := range []bool{true, false} { // bytes
				fake := fakeapi.New()
				fake.Fail(name, 1, fakeapi.Respond(200, "application/json", whole+strings.Repeat(" ", test.limit-len(whole)+more)))
				if err := test.read(t.Context(), start(t, fake)); (err == nil) != ok {
					t.Errorf("%d bytes more than allowed: got %v", more, err)
				}
			}
		})
	}
}

// FuzzDecode checks that any body is decoded to an image with the right ID, or
// to a printable error.
func FuzzDecode(f *testing.F) {
	files, err := os.ReadDir("../dev/fakeapi/images")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		body, err := os.ReadFile("../dev/fakeapi/images/" + file.Name())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte(`ERROR 5404: Image not found`))
	f.Add([]byte(`{"success":false,"errors":[{"code":6003,"message":"m","error_chain":[{"code":6111}]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		image := requestedImage{id: "brand/logo"}
		_, err := decodeEnvelope(body, &image)
		if err == nil && (image.ID != "brand/logo" || !json.Valid(body)) {
			t.Errorf("accepted %q as %+v", body, image.Image)
		}
		if image.Meta != nil && !json.Valid(image.Meta) {
			t.Errorf("meta is not JSON: %q", image.Meta)
		}
		parsed := parseErrorBody(body, redact.Redactor{})
		message := (&Error{Method: "GET", Path: "/", Status: 400, Messages: parsed.messages, Excerpt: parsed.excerpt, Err: err}).Error()
		if !utf8.ValidString(message) || strings.ContainsFunc(message, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("got %q, want only printable characters", message)
		}
	})
}

// The result must be an object, whatever its target.
func TestDecodeResultIsObject(t *testing.T) {
	t.Parallel()
	for result, want := range map[string]string{
		"{}": "", "[]": "expected an object, got an array", "null": "expected an object, got null", "0": "expected an object, got a number",
	} {
		_, err := decodeEnvelope([]byte(success(result)), new(nothing))
		if (err == nil) != (want == "") || err != nil && err.Error() != "result: "+want {
			t.Errorf("%s: got %v, want %q", result, err, want)
		}
	}
}

// Many errors neither result in a long message, nor take long.
func TestMessagesMany(t *testing.T) {
	t.Parallel()
	entry := `{"code":1,"message":"` + strings.Repeat("m", 400) + `"}`
	wide := strings.Repeat(entry+",", 5000) + entry
	deep := strings.Repeat(`{"code":1,"error_chain":[`, 4000) + strings.Repeat(`]}`, 4000)
	for name, body := range map[string]string{
		"wide":         failure(wide),
		"deep":         failure(deep),
		"a wide chain": failure(`{"code":1,"error_chain":[` + wide + `]}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.Fail("a", 1, fakeapi.Respond(400, "application/json", body))
			_, _, err := start(t, fake).GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
			if got := err.Error(); len(got) > 2100 || !strings.Contains(got, "(code 1)") ||
				!strings.HasSuffix(got, ", ray 8f1c2d3e4f5a6b7c-AMS") {
				t.Errorf("got %d bytes: %s", len(got), got)
			}
			if messages := asError(t, err).Messages; len(messages) > 10 || len(messages[0].Chain) > 10 {
				t.Errorf("got %d messages", len(messages))
			}
		})
	}
}

func TestMessagesOfSuccess(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	fake.AddImage(
		`{"result":{"id":"a"},"success":true,"errors":[{"code":7,"message":"malformed"}],"messages":[{"code":1000,"message":"soon ` +
			`to be removed","documentation_url":"https://example.com/doc","source":{"pointer":"/id"},"error_chain":[{"code":` +
			`1001,"message":"why"}]}]}`,
	)
	_, messages, err := start(t, fake).GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got := make([]string, 0, len(messages))
	for _, m := range messages {
		got = append(got, m.String())
	}
	want := []string{"malformed (code 7)", "soon to be removed (code 1000) at /id, see https://example.com/doc: why (code 1001)"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

// The messages of a success are bounded, and without credentials.
func TestMessagesAreSanitized(t *testing.T) {
	t.Parallel()
	many := strings.Repeat(`{"message":"more"},`, 2000)
	fake := fakeapi.New()
	fake.AddImage(
		`{"result":{"id":"a"},"success":true,"messages":[{"message":"Bearer fake-api-token\u001b[31m","source":{"pointer":` +
			`"/fake-api-token"},"documentation_url":"https://fake-api-token/","error_chain":[{"message":` +
			`"\u0066ake-api-token"}]},` + many + `{"message":"last"}]}`,
	)
	_, messages, err := start(t, fake).GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(messages) != 10 {
		t.Errorf("got %d messages, want 10", len(messages))
	}
	if got, want := messages[0].String(), "Bearer [redacted] [31m at /[redacted], see https://[redacted]/: [redacted]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Valid entries of a list of messages are kept, and the first malformed one is
// an error.
func TestDecodeMessages(t *testing.T) {
	t.Parallel()
	const numbered = `{"code":1},{"code":2},{"code":3},{"code":4},{"code":5},{"code":6},{"code":7},{"code":8},{"code":9},{"code":10}`
	const ten = "(code 1) (code 2) (code 3) (code 4) (code 5) (code 6) (code 7) (code 8) (code 9) (code 10)"
	for name, test := range map[string]struct{ list, want, err string }{
		"as many as are read": {list: "[" + numbered + "]", want: ten},
		"one more":            {list: "[" + numbered + `,{"code":"x"}]`, want: ten},
		"a deep chain": {
			list: `[{"code":1,"error_chain":[{"code":2,"error_chain":[{"code":3,"error_chain":[{"code":4,"error_chain":[{"code":5}]}]}]}]}]`,
			want: "(code 1): (code 2): (code 3): (code 4)",
		},
		"empty fields":            {list: `[{},{"code":0,"message":""},{"message":"a"},{"code":7}]`, want: "a (code 7)"},
		"no chain":                {list: `[{"code":1,"error_chain":null}]`, want: "(code 1)"},
		"code as a string":        {list: `[{"code":"12"}]`, want: "(code 12)"},
		"code as an empty string": {list: `[{"code":"","message":"a"}]`, want: "a", err: "code: unexpected end of JSON input"},
		"two malformed ones":      {list: `[{"message":5,"code":1},{"code":[]}]`, want: "(code 1)", err: "message: expected a string, got a number"},
		"malformed, with a malformed chain": {
			list: `[{"message":5,"code":1,"error_chain":7}]`, want: "(code 1)", err: "message: expected a string, got a number",
		},
		"only its chain is malformed": {list: `[{"code":1,"error_chain":[{"message":5}]}]`, want: "(code 1)", err: "error_chain: message: expected a string, got a number"},
		"a malformed one after it": {
			list: `[{"code":1,"error_chain":5},{"code":2,"message":5}]`, want: "(code 1) (code 2)", err: "error_chain: expected an array of objects, got a number",
		},
	} {
		var got messageList
		err := got.UnmarshalJSON([]byte(test.list))
		texts := make([]string, 0, len(got))
		for _, m := range got {
			texts = append(texts, m.String())
		}
		if strings.Join(texts, " ") != test.want || (err == nil) != (test.err == "") || err != nil && err.Error() != test.err {
			t.Errorf("%s: got %v, %v, want %s, %s", name, texts, err, test.want, test.err)
		}
	}
}

// Malformed variants and messages are named in the error, and null means none.
func TestDecodeMalformedEntries(t *testing.T) {
	t.Parallel()
	var list variantList
	if err := list.UnmarshalJSON([]byte(`{"variants":{"a\ud83d":{}}}`)); err == nil ||
		!strings.Contains(err.Error(), "surrogate") {
		t.Errorf("an unpaired surrogate in a name: got %v", err)
	}
	messages, err := decodeMessages([]byte("null"), 1)
	if messages != nil || err != nil {
		t.Errorf("null: got %v, %v", messages, err)
	}
	m, err := decodeMessage([]byte(`{"code":1,"error_chain":5}`), 1)
	if m.Code != 1 || err == nil || !strings.Contains(err.Error(), "error_chain: expected an array of objects") {
		t.Errorf("got %+v, %v", m, err)
	}
}

// Duplicate keys are an error, in the envelope and in the result, and in any
// notation.
func TestDecodeDuplicateKeys(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"success":false,"success":true,"result":{"id":"a"}}`:                  `duplicate key "success"`,
		`{"success":true,"result":{"id":"b"},"result":{"id":"a"}}`:              `duplicate key "result"`,
		`{"success":true,"result":{"id":"b","id":"a"}}`:                         `result: duplicate key "id"`,
		`{"success":true,"result":{"id":"a","\u0069d":"a"}}`:                    `result: duplicate key "id"`,
		`{"success":true,"result":{"id":"a","unknown":1,"unknown":1}}`:          `result: duplicate key "unknown"`,
		`{"success":true,"result":{"id":"a","meta":{"k":1,"k":2}}}`:             "", // of the uploader
		`{"success":true,"result":{"id":"a"},"messages":[{"code":1,"code":2}]}`: `messages: duplicate key "code"`,
	} {
		fake := fakeapi.New()
		fake.Fail("a", -1, fakeapi.Respond(200, "application/json", body))
		_, _, err := start(t, fake).GetImage(t.Context(), fakeapi.AccountID, "a", ReadOptions{})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", body, err, want)
		}
	}
	fake := fakeapi.New()
	fake.Fail("variants", 1, fakeapi.Respond(200, "application/json", success(`{"variants":{"hero":{},"hero":{}}}`)))
	if _, _, err := start(t, fake).ListVariants(t.Context(), fakeapi.AccountID); err == nil ||
		!strings.Contains(err.Error(), `"hero": duplicate key`) {
		t.Errorf("got %v", err)
	}
}

// An error names the image whose ID has an unpaired surrogate.
func TestListImagesUnpairedSurrogate(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	fake.Fail("v2", 1, fakeapi.Respond(200, "application/json", success(`{"images":[{"id":"a\ud83d"}]}`)))
	if _, err := list(t, fake, Filter{}); err == nil ||
		!strings.Contains(err.Error(), "id: unpaired UTF-16 surrogate") {
		t.Errorf("got %v", err)
	}
}

// Each part of a message has a separate limit.
func TestMessagesAreBounded(t *testing.T) {
	t.Parallel()
	for _, more := range []string{"", "x"} {
		texts := map[int]string{300: "", 200: "", 100: ""}
		for limit := range texts {
			texts[limit] = strings.Repeat("x", limit)
		}
		m := Message{Text: texts[300] + more, DocumentationURL: texts[200] + more, Pointer: texts[100] + more}
		m.Chain = []Message{m}
		cut := strings.Repeat("…", len(more))
		want := Message{Text: texts[300] + cut, DocumentationURL: texts[200] + cut, Pointer: texts[100] + cut}
		want.Chain = []Message{want}
		if diff := cmp.Diff([]Message{want}, sanitize(redact.Redactor{}, []Message{m})); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
	}
}

// Names in messages are redacted.
func TestClientSanitize(t *testing.T) {
	t.Parallel()
	c := start(t, nil)
	if got, want := c.Sanitize("a\x1b[31m "+fakeapi.Token+"…", 100), "a [31m [redacted]…"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
