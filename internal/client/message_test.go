package client

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// Many errors do not fill the screen, nor take long.
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
			_, _, err := start(t, fake).GetImage(t.Context(), fakeapi.AccountID, "a")
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
	fake.Store(
		`{"result":{"id":"a"},"success":true,"errors":[{"code":7,"message":"odd"}],"messages":[{"code":1000,"message":"soon ` +
			`to be removed","documentation_url":"https://example.com/doc","source":{"pointer":"/id"},"error_chain":[{"code":` +
			`1001,"message":"why"}]}]}`,
	)
	_, messages, err := start(t, fake).GetImage(t.Context(), fakeapi.AccountID, "a")
	if err != nil {
		t.Fatal(err)
	}
	got := make([]string, 0, len(messages))
	for _, m := range messages {
		got = append(got, m.String())
	}
	want := []string{"odd (code 7)", "soon to be removed (code 1000) at /id, see https://example.com/doc: why (code 1001)"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

// What comes beside a success is bounded, and free of the credentials.
func TestMessagesAreSanitized(t *testing.T) {
	t.Parallel()
	many := strings.Repeat(`{"message":"more"},`, 2000)
	fake := fakeapi.New()
	fake.Store(
		`{"result":{"id":"a"},"success":true,"messages":[{"message":"Bearer fake-api-token\u001b[31m","source":{"pointer":` +
			`"/fake-api-token"},"documentation_url":"https://fake-api-token/","error_chain":[{"message":` +
			`"\u0066ake-api-token"}]},` + many + `{"message":"last"}]}`,
	)
	_, messages, err := start(t, fake).GetImage(t.Context(), fakeapi.AccountID, "a")
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

// What is kept of a list of messages, and what is told of the first one that
// is odd.
func TestDecodeMessages(t *testing.T) {
	t.Parallel()
	const numbered = `{"code":1},{"code":2},{"code":3},{"code":4},{"code":5},{"code":6},{"code":7},{"code":8},{"code":9},{"code":10}`
	const told = "(code 1) (code 2) (code 3) (code 4) (code 5) (code 6) (code 7) (code 8) (code 9) (code 10)"
	for name, test := range map[string]struct{ list, want, err string }{
		"as many as are read": {list: "[" + numbered + "]", want: told},
		"one more":            {list: "[" + numbered + `,{"code":"x"}]`, want: told},
		"a deep chain": {
			list: `[{"code":1,"error_chain":[{"code":2,"error_chain":[{"code":3,"error_chain":[{"code":4,"error_chain":[{"code":5}]}]}]}]}]`,
			want: "(code 1): (code 2): (code 3): (code 4)",
		},
		"nothing said":       {list: `[{},{"code":0,"message":""},{"message":"a"},{"code":7}]`, want: "a (code 7)"},
		"no chain":           {list: `[{"code":1,"error_chain":null}]`, want: "(code 1)"},
		"code as text":       {list: `[{"code":"12"}]`, want: "(code 12)"},
		"code as empty text": {list: `[{"code":"","message":"a"}]`, want: "a", err: "code: unexpected end of JSON input"},
		"two odd ones":       {list: `[{"message":5,"code":1},{"code":[]}]`, want: "(code 1)", err: "message: want a string, got a number"},
		"odd, so is its chain": {
			list: `[{"message":5,"code":1,"error_chain":7}]`, want: "(code 1)", err: "message: want a string, got a number",
		},
		"only its chain is odd": {list: `[{"code":1,"error_chain":[{"message":5}]}]`, want: "(code 1)", err: "error_chain: message: want a string, got a number"},
		"an odd one after it": {
			list: `[{"code":1,"error_chain":5},{"code":2,"message":5}]`, want: "(code 1) (code 2)", err: "error_chain: want an array of objects, got a number",
		},
	} {
		var got messageList
		err := got.UnmarshalJSON([]byte(test.list))
		said := make([]string, 0, len(got))
		for _, m := range got {
			said = append(said, m.String())
		}
		if strings.Join(said, " ") != test.want || (err == nil) != (test.err == "") || err != nil && err.Error() != test.err {
			t.Errorf("%s: got %v, %v, want %s, %s", name, got, err, test.want, test.err)
		}
	}
}
