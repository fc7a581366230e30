package client

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func TestListVariants(t *testing.T) {
	t.Parallel()
	got, _, err := start(t, fakeapi.New()).ListVariants(t.Context(), fakeapi.AccountID)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Variant{
		"hero":      {ID: "hero", Fit: new("cover"), Width: new(1200.0), Height: new(400.0), Metadata: new("none")},
		"public":    {ID: "public", Fit: new("scale-down"), Width: new(640.0), Height: new(480.0), Metadata: new("none")},
		"thumbnail": {ID: "thumbnail", Width: new(160.0), NeverRequireSignedURLs: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("variants (-want +got):\n%s", diff)
	}
}

func TestListVariantsResponses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ result, want string }{
		"none":            {`{"variants":{}}`, ""},
		"bare":            {`{"variants":{"a":{}}}`, ""},
		"null options":    {`{"variants":{"a":{"id":"a","options":null,"neverRequireSignedURLs":null}}}`, ""},
		"a list":          {`{"variants":[]}`, "variants: want an object of variants, got an array"},
		"missing":         {`{}`, "variants: want an object of variants, got nothing"},
		"null":            {`{"variants":null}`, "variants: want an object of variants, got nothing"},
		"variant is text": {`{"variants":{"a":"x"}}`, `variants: "a": want an object, got a string`},
		"variant is null": {`{"variants":{"a":null}}`, `variants: "a": want an object, got null`},
		"another ID":      {`{"variants":{"a":{"id":"b"}}}`, `variants: "a": id is "b"`},
		"width is text": {
			`{"variants":{"a":{"options":{"width":"5"}}}}`,
			`variants: "a": options: width: want a number, got a string`,
		},
		"options is a list":    {`{"variants":{"a":{"options":[]}}}`, `variants: "a": options: want an object, got an array`},
		"the first one counts": {`{"variants":{"c":1,"a":2,"b":3}}`, `variants: "c": want`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.Fail("variants", 1, pageOf(test.result))
			_, _, err := start(t, fake).ListVariants(t.Context(), fakeapi.AccountID)
			if test.want == "" && err != nil {
				t.Errorf("got %v, want no error", err)
			}
			if test.want != "" && (!errors.Is(err, InvalidResponse) || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// A variant is absent only where neither of two answers has it, and nothing
// that is not the API can make it so.
func TestGetVariant(t *testing.T) {
	t.Parallel()
	one := func(handler http.HandlerFunc) func(*fakeapi.Server) {
		return func(s *fakeapi.Server) { s.FailMethod(http.MethodGet, "card", -1, handler) }
	}
	both := func(single, listing http.HandlerFunc) func(*fakeapi.Server) {
		return func(s *fakeapi.Server) {
			one(single)(s)
			s.FailMethod(http.MethodGet, "variants", -1, listing)
		}
	}
	gone := func(more func(*fakeapi.Server)) func(*fakeapi.Server) {
		return func(s *fakeapi.Server) {
			s.RemoveVariant("card")
			more(s)
		}
	}
	inJSON := func(status, code int) http.HandlerFunc {
		return fakeapi.Respond(status, "application/json", failure(fmt.Sprintf(`{"code":%d,"message":"no"}`, code)))
	}
	once, twice := []string{getCard}, []string{getCard, getAll}
	tests := map[string]struct {
		prepare  func(*fakeapi.Server)
		requests []string
		kind     Kind
		at       string // what the error names
	}{
		"plain": {prepare: func(*fakeapi.Server) {}, requests: once},
		"missing": {
			prepare:  gone(func(*fakeapi.Server) {}),
			requests: twice,
			kind:     NotFound,
			at:       getCard,
		},
		"missing, as JSON": {
			prepare:  gone(one(inJSON(404, 5401))),
			requests: twice,
			kind:     NotFound,
			at:       getCard,
		},
		"missing, without a sign of the API": {prepare: gone(one(inText)), requests: twice, kind: NotFound, at: getCard},
		"missing, without a body": {
			prepare:  gone(one(fakeapi.Respond(404, "", ""))),
			requests: twice,
			kind:     NotFound,
			at:       getCard,
		},
		"listed, but not found alone":          {prepare: one(inJSON(404, 5401)), requests: twice},
		"listed, but not found without a sign": {prepare: one(inText), requests: twice},
		"listed, but a page was found":         {prepare: one(inHTML), requests: twice},
		"found before it is listed": {
			prepare:  both(after(assertNoRequests, pageOf(`{"variant":`+cardHeld+`}`)), inHTML),
			requests: once,
		},
		"pages for both": {
			prepare:  both(inHTML, inHTML),
			requests: twice,
			kind:     NotFromAPI,
			at:       getAll,
		},
		"text for both": {
			prepare:  both(inText, inText),
			requests: twice,
			kind:     NotFromAPI,
			at:       getAll,
		},
		"not found alone, and a page for all": {
			prepare:  both(inJSON(404, 5401), inHTML),
			requests: twice,
			kind:     NotFromAPI,
			at:       getAll,
		},
		"not found alone, all are not allowed": {
			prepare:  both(inText, inJSON(403, 10000)),
			requests: twice,
			kind:     NotPermitted,
			at:       getAll,
		},
		"not found alone, all are not complete": {
			prepare:  both(inText, pageOf(`{}`)),
			requests: twice,
			kind:     InvalidResponse,
			at:       getAll,
		},
		"not found alone, all are away": {
			prepare:  both(inText, inJSON(501, 1)),
			requests: twice,
			kind:     Unavailable,
			at:       getAll,
		},
		"no such account": {
			prepare:  both(inJSON(404, 7003), inJSON(404, 7003)),
			requests: twice,
			kind:     NoRoute,
			at:       getAll,
		},
		"not allowed": {
			prepare:  one(inJSON(403, 10000)),
			requests: once,
			kind:     NotPermitted,
			at:       getCard,
		},
		"away": {
			prepare:  one(inJSON(501, 1)),
			requests: once,
			kind:     Unavailable,
			at:       getCard,
		},
		"another variant": {
			prepare:  one(pageOf(`{"variant":{"id":"Card"}}`)),
			requests: once,
			kind:     InvalidResponse,
			at:       getCard,
		},
		"no variant": {
			prepare:  one(pageOf(`{}`)),
			requests: once,
			kind:     InvalidResponse,
			at:       getCard,
		},
		"a null variant": {
			prepare:  one(pageOf(`{"variant":null}`)),
			requests: once,
			kind:     InvalidResponse,
			at:       getCard,
		},
		"a list": {
			prepare:  one(pageOf(`{"variant":[]}`)),
			requests: once,
			kind:     InvalidResponse,
			at:       getCard,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.PutVariant("card", cardOptions, true)
			test.prepare(fake)
			got, _, err := writing(t, fake).GetVariant(t.Context(), fakeapi.AccountID, "card", ReadOptions{})
			held, _ := fake.Variant("card")
			wantRequests{requests: test.requests, kind: test.kind, id: "card", holds: held}.check(t, fake, err)
			if test.kind == "" {
				if want := newCard(); !cmp.Equal(got, want) {
					t.Errorf("got %+v, want %+v", got, want)
				}
				return
			}
			e := asError(t, err)
			if at := e.Method + " " + e.Path; got != nil || !strings.HasSuffix(at, "/v1/"+strings.TrimPrefix(test.at, "GET ")) {
				t.Errorf("got %+v and an error of %s, want nil and one of %s", got, at, test.at)
			}
			if errors.Is(err, NotFound) != (test.kind == NotFound) {
				t.Errorf("got %v, want it to be absent: %t", err, test.kind == NotFound)
			}
		})
	}
}

// What is wrong with an answer is told as it is, not by what it leads to.
func TestGetVariantErrors(t *testing.T) {
	t.Parallel()
	for result, want := range map[string]string{
		`{"variant":[]}`:                             "variant: want an object, got an array",
		`{"variant":{"id":"Card"}}`:                  `variant: id is "Card", but "card" was asked for`,
		`{"variant":{"id":"card","options":"none"}}`: "variant: options: want an object, got a string",
	} {
		fake := fakeapi.New()
		fake.FailMethod(http.MethodGet, "card", 1, pageOf(result))
		_, _, err := start(t, fake).GetVariant(t.Context(), fakeapi.AccountID, "card", ReadOptions{})
		if !errors.Is(err, InvalidResponse) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", result, err, want)
		}
	}
}

// The API's notes come with the variant, whichever answer has it.
func TestGetVariantMessages(t *testing.T) {
	t.Parallel()
	answer := func(result string) http.HandlerFunc {
		return fakeapi.Respond(200, "application/json",
			`{"result":`+result+`,"success":true,"errors":[],"messages":[{"code":10,"message":"renamed soon"}]}`)
	}
	for name, prepare := range map[string]func(*fakeapi.Server){
		"alone": func(s *fakeapi.Server) { s.FailMethod(http.MethodGet, "card", 1, answer(`{"variant":{"id":"card"}}`)) },
		"in the listing": func(s *fakeapi.Server) {
			s.FailMethod(http.MethodGet, "card", 1, inText)
			s.FailMethod(http.MethodGet, "variants", 1, answer(`{"variants":{"card":{"id":"card"}}}`))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			prepare(fake)
			_, messages, err := start(t, fake).GetVariant(t.Context(), fakeapi.AccountID, "card", ReadOptions{})
			if want := []Message{{Code: 10, Text: "renamed soon"}}; err != nil || !cmp.Equal(messages, want) {
				t.Errorf("got %+v, %v, want %+v", messages, err, want)
			}
		})
	}
}

// A new variant that is not found yet is asked for again, whether the answer
// has a sign of the API or not; any other is not.
func TestGetVariantRetryNotFound(t *testing.T) {
	t.Parallel()
	const inEnvelope = `{"result":null,"success":false,"errors":[{"code":5401,"message":"Variant name not found"}],"messages":[]}`
	const none, whole = `{"variants":{}}`, `{"variant":{"id":"a"}}`
	absent := func(body string) step { return step{status: 404, body: strings.NewReader(body)} }
	refused := func(status, code int) step {
		return step{status: status, body: strings.NewReader(failure(fmt.Sprintf(`{"code":%d}`, code)))}
	}
	fine := func(result string) step { return step{status: 200, body: strings.NewReader(success(result))} }
	five := func(body string) []step {
		return []step{absent(body), absent(body), absent(body), absent(body), absent(body), fine(none)}
	}
	tests := map[string]struct {
		fresh bool
		steps []step
		want  string // when each request is made
		kind  Kind   // empty for success
	}{
		"never there": {
			fresh: true,
			steps: five(inEnvelope),
			want:  "[0s 500ms 1.5s 3.5s 7.5s 7.5s]",
			kind:  NotFound,
		},
		"never there, and without a sign": {
			fresh: true,
			steps: five("not found"),
			want:  "[0s 500ms 1.5s 3.5s 7.5s 7.5s]",
			kind:  NotFound,
		},
		"there after three": {
			fresh: true,
			steps: append(five(inEnvelope)[:2], fine(whole)),
			want:  "[0s 500ms 1.5s]",
		},
		"the same, without a sign": {
			fresh: true,
			steps: append(five("not found")[:2], fine(whole)),
			want:  "[0s 500ms 1.5s]",
		},
		"there at once": {fresh: true, steps: []step{fine(whole)}, want: "[0s]"},
		"not allowed": {
			fresh: true,
			steps: []step{refused(403, 10000)},
			want:  "[0s]",
			kind:  NotPermitted,
		},
		"something else forbids it": {
			fresh: true,
			steps: []step{{status: 403, body: strings.NewReader("no")}},
			want:  "[0s]",
			kind:  NotFromAPI,
		},
		"no such account": {
			fresh: true,
			steps: []step{refused(404, 7003), refused(404, 7003)},
			want:  "[0s 0s]",
			kind:  NoRoute,
		},
		"not new": {steps: append(five(inEnvelope)[:1], fine(none)), want: "[0s 0s]", kind: NotFound},
		"not new, and without a sign": {
			steps: append(five("not found")[:1], fine(none)),
			want:  "[0s 0s]",
			kind:  NotFound,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, transport := scripted(t, 0, nil, test.steps...)
				_, _, err := c.GetVariant(t.Context(), fakeapi.AccountID, "a", ReadOptions{RetryNotFound: test.fresh})
				if got := fmt.Sprint(transport.at); got != test.want {
					t.Errorf("requests: got %s, want %s", got, test.want)
				}
				if test.kind == "" && err != nil || test.kind != "" && !errors.Is(err, test.kind) {
					t.Errorf("got %v, want %q", err, test.kind)
				}
			})
		})
	}
}

// Who waits for a new variant does not take the answer to one who does not.
func TestGetVariantRetryNotFoundNotCoalesced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		singles := 0
		c, _ := scripted(t, 0, nil, step{})
		skipProbe(t, c)
		c.http.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
			body := success(`{"variants":{}}`)
			if strings.HasSuffix(r.URL.Path, "/a") {
				if singles++; singles <= 2 {
					<-time.After(time.Second)
					return &http.Response{StatusCode: http.StatusNotFound, Header: http.Header{}, Body: bodyOf("not found")}, nil
				}
				body = success(`{"variant":{"id":"a"}}`)
			}
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: bodyOf(body)}, nil
		})
		var readers sync.WaitGroup
		readers.Go(func() {
			if _, _, err := c.GetVariant(t.Context(), fakeapi.AccountID, "a", ReadOptions{}); !errors.Is(err, NotFound) {
				t.Errorf("one that is not new: got %v, want %s", err, NotFound)
			}
		})
		synctest.Wait()
		readers.Go(func() {
			if _, _, err := c.GetVariant(t.Context(), fakeapi.AccountID, "a", ReadOptions{RetryNotFound: true}); err != nil {
				t.Errorf("one that is new: got %v", err)
			}
		})
		readers.Wait()
		if singles != 3 {
			t.Errorf("requests: got %d, want 3", singles)
		}
	})
}
