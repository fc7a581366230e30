package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func TestListSigningKeys(t *testing.T) {
	t.Parallel()
	got, _, err := start(t, fakeapi.New()).ListSigningKeys(t.Context(), fakeapi.AccountID)
	if err != nil {
		t.Fatal(err)
	}
	want := []SigningKey{{"default", "fake-api-signing-key"}, {"campaign", "fake-api-campaign-key"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}

// Whatever is wrong with the answer, no key is in the error.
func TestListSigningKeysErrors(t *testing.T) {
	t.Parallel()
	const key = `{"name":"default","value":"fake-api-signing-key"}`
	tests := map[string]struct{ body, want string }{
		"cut off":    {`{"result":{"keys":[` + key, "not valid JSON"},
		"not a list": {success(`{"keys":` + key + `}`), "keys: want an array of keys, got an object"},
		"missing":    {success(`{"key":` + key + `}`), "keys: want an array of keys, got nothing"},
		"value is a list": {
			success(`{"keys":[{"name":"default","value":["fake-api-signing-key"]}]}`),
			"value: want a string, got an array",
		},
		"value is missing":  {success(`{"keys":[{"name":"fake-api-signing-key"}]}`), "want a name and a value"},
		"success is false":  {`{"result":{"keys":[` + key + `]},"success":false}`, "success: false"},
		"not UTF-8":         {success(`{"keys":[`+key+`]}`) + "\xff", "not UTF-8"},
		"compressed badly":  {"", ""},
		"no success at all": {`{"result":{"keys":[` + key + `]}}`, "does not say success"},
	}
	for _, status := range []int{201, 203, 206, 302, 400, 403, 404, 503} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.Fail("keys", 1, fakeapi.Respond(status, "application/json", success(`{"keys":[`+key+`]}`)))
			_, _, err := start(t, fake).ListSigningKeys(t.Context(), fakeapi.AccountID)
			if err == nil || strings.Contains(err.Error(), "fake-api") {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("endless", func(t *testing.T) {
		t.Parallel()
		fake := fakeapi.New()
		fake.Fail("keys", 1, fakeapi.Respond(200, "application/json", strings.Repeat(key, 1<<16)))
		_, _, err := start(t, fake).ListSigningKeys(t.Context(), fakeapi.AccountID)
		if err == nil || strings.Contains(err.Error(), "fake-api") || !strings.Contains(err.Error(), "over 1048576 bytes") {
			t.Errorf("got %v", err)
		}
	})
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			handler := fakeapi.Respond(200, "application/json", test.body)
			if test.body == "" {
				handler = fakeapi.Respond(200, "application/json", success(`{"keys":[`+key+`]}`), "Content-Encoding", "gzip")
			}
			fake.Fail("keys", 1, handler)
			keys, _, err := start(t, fake).ListSigningKeys(t.Context(), fakeapi.AccountID)
			if keys != nil || !errors.Is(err, InvalidResponse) || !strings.Contains(err.Error(), test.want) ||
				strings.Contains(err.Error(), "fake-api") {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

const (
	listKeys = "GET keys"
	putShop  = "PUT keys/shop"
)

// wantsKeys compares the requests, the kind of an error, which is empty for
// none, whether the write may have been done all the same, and the names and
// values that the account holds.
type wantsKeys struct {
	requests []string
	kind     Kind
	doubt    bool
	keys     string
}

func (w wantsKeys) check(t *testing.T, fake *fakeapi.Server, err error) {
	t.Helper()
	wantRequests{requests: w.requests, kind: w.kind, doubt: w.doubt}.check(t, fake, err)
	var keys []string
	held, _, failed := start(t, fake).ListSigningKeys(t.Context(), fakeapi.AccountID)
	for _, key := range held {
		keys = append(keys, key.Name+"="+key.Value)
	}
	if got := strings.Join(keys, " "); failed != nil || got != w.keys {
		t.Errorf("the account holds %s (%v), want %s", got, failed, w.keys)
	}
	assertNoKeyLeaked(t, err)
}

// assertNoKeyLeaked looks for the values that the fake API gives to keys.
func assertNoKeyLeaked(t *testing.T, told any) {
	t.Helper()
	for _, value := range []string{fakeapi.SigningKey, "fake-api-campaign", "not-a-real-key"} {
		if text := fmt.Sprintf("%+v %[1]v", told); strings.Contains(text, value) {
			t.Errorf("a key is told: %s", text)
		}
	}
}

// A key is made once, and never given another value: whether it is there
// decides before it is asked for, and after an answer that was lost.
func TestCreateSigningKey(t *testing.T) {
	t.Parallel()
	const before = "default=fake-api-signing-key"
	const made = before + " shop=not-a-real-key-1"
	fails := func(handler http.HandlerFunc) func(*fakeapi.Server) {
		return func(s *fakeapi.Server) { s.FailMethod(http.MethodPut, "shop", 1, handler) }
	}
	inJSON := func(status int, body string) func(*fakeapi.Server) {
		return fails(fakeapi.Respond(status, "application/json", body))
	}
	stored := func(answer http.HandlerFunc) func(*fakeapi.Server) {
		return func(s *fakeapi.Server) { fails(after(func() { s.AddKey("shop") }, answer))(s) }
	}
	// The first listing is as it is, and the second one another.
	listedThen := func(more func(*fakeapi.Server), second http.HandlerFunc) func(*fakeapi.Server) {
		return func(s *fakeapi.Server) {
			more(s)
			s.FailMethod(http.MethodGet, "keys", 1, fakeapi.Respond(200, "application/json",
				success(`{"keys":[{"name":"default","value":"fake-api-signing-key"}]}`)))
			s.FailMethod(http.MethodGet, "keys", 1, second)
		}
	}
	noPermission := fakeapi.Respond(403, "application/json", failure(`{"code":10000,"message":"no"}`))
	once, looked := []string{listKeys, putShop}, []string{listKeys, putShop, listKeys}
	again := []string{listKeys, putShop, putShop}
	tests := map[string]struct {
		prepare func(*fakeapi.Server)
		want    wantsKeys
	}{
		"plain": {func(*fakeapi.Server) {}, wantsKeys{requests: once, keys: made}},
		"exists": {
			func(s *fakeapi.Server) { s.AddKey("shop") },
			wantsKeys{requests: []string{listKeys}, kind: Exists, keys: made},
		},
		"request lost": {
			func(s *fakeapi.Server) { s.DropBeforeRequest(1) },
			wantsKeys{requests: looked, kind: Unreachable, doubt: true, keys: before},
		},
		"request torn": {
			func(s *fakeapi.Server) { s.DropDuringRequest(1) },
			wantsKeys{requests: looked, kind: Unreachable, doubt: true, keys: before},
		},
		"all cut": {
			func(s *fakeapi.Server) { s.DropBeforeRequest(-1) },
			wantsKeys{requests: looked, kind: Unreachable, doubt: true, keys: before},
		},
		"answer lost":   {func(s *fakeapi.Server) { s.DropResponseAfterCommit(1) }, wantsKeys{requests: looked, keys: made}},
		"answer torn":   {func(s *fakeapi.Server) { s.DropDuringResponse(1) }, wantsKeys{requests: looked, keys: made}},
		"502, not made": {inJSON(502, "{}"), wantsKeys{requests: looked, kind: Unavailable, doubt: true, keys: before}},
		"502, but made": {
			stored(fakeapi.Respond(502, "text/html", "<title>502</title>")),
			wantsKeys{requests: looked, keys: made},
		},
		"answer lists nothing, but made": {
			stored(fakeapi.Respond(200, "application/json", success(`{}`))), wantsKeys{requests: looked, keys: made},
		},
		"answer lists nothing": {
			inJSON(200, success(`{}`)),
			wantsKeys{requests: looked, kind: InvalidResponse, doubt: true, keys: before},
		},
		"answer lists others only": {
			inJSON(
				200,
				success(`{"keys":[{"name":"default","value":"v"}]}`),
			), wantsKeys{requests: looked, kind: InvalidResponse, doubt: true, keys: before},
		},
		"throttled": {
			inJSON(429, failure(`{"code":971,"message":"wait"}`)),
			wantsKeys{requests: again, keys: made},
		},
		"not received, it says": {
			inJSON(500, failure(`{"code":5450,"message":"x"}`)),
			wantsKeys{requests: again, keys: made},
		},
		"bad": {
			inJSON(400, failure(`{"code":5400,"message":"Bad Request"}`)),
			wantsKeys{requests: once, kind: Rejected, keys: before},
		},
		"without paid Images": {
			inJSON(403, failure(`{"code":5403,"message":"no"}`)),
			wantsKeys{requests: once, kind: NotEnabled, keys: before},
		},
		"success is false": {
			inJSON(200, failure(`{"code":5400,"message":"no"}`)),
			wantsKeys{requests: once, kind: InvalidResponse, keys: before},
		},
		"the listing is forbidden": {
			listingFails(noPermission),
			wantsKeys{requests: []string{listKeys}, kind: NotPermitted, keys: before},
		},
		"the listing is a page": {
			listingFails(inHTML),
			wantsKeys{requests: []string{listKeys}, kind: NotFromAPI, keys: before},
		},
		"answer lost, and no listing": {
			listedThen(
				func(s *fakeapi.Server) { s.DropResponseAfterCommit(1) },
				noPermission,
			), wantsKeys{requests: looked, kind: Unreachable, doubt: true, keys: made},
		},
		"answer lost, and listed late": {
			listedThen(
				func(s *fakeapi.Server) { s.DropResponseAfterCommit(1) },
				pageOf(`{"keys":[{"name":"default","value":"v"}]}`),
			),
			wantsKeys{requests: looked, kind: Unreachable, doubt: true, keys: made},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.RemoveKey("campaign")
			test.prepare(fake)
			messages, err := writing(t, fake).CreateSigningKey(t.Context(), fakeapi.AccountID, "shop")
			test.want.check(t, fake, err)
			assertNoKeyLeaked(t, messages)
			for _, r := range fake.Requests() {
				if _, has := r.Header["Content-Type"]; has || r.Body != "" {
					t.Errorf("%s %s has a type or a body: %v %q", r.Method, r.URI, r.Header, r.Body)
				}
			}
		})
	}
}

// Of those who ask for the same key at the same time, one gets it, and nobody
// gives it another value.
func TestCreateSigningKeyConcurrently(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	fake.RemoveKey("campaign")
	fake.Delay(20 * time.Millisecond)
	c := writing(t, fake)
	ends := make(chan error)
	for range 5 {
		go func() {
			_, err := c.CreateSigningKey(t.Context(), fakeapi.AccountID, "shop")
			ends <- err
		}()
	}
	made := 0
	for range 5 {
		switch err := <-ends; {
		case err == nil:
			made++
		case !errors.Is(err, Exists):
			t.Errorf("got %v", err)
		}
	}
	want := []string{listKeys, putShop, listKeys, listKeys, listKeys, listKeys}
	wantsKeys{requests: want, keys: "default=fake-api-signing-key shop=not-a-real-key-1"}.check(t, fake, nil)
	if made != 1 {
		t.Errorf("%d were told that they have made it", made)
	}
}

// listingFails makes the first listing fail.
func listingFails(answer http.HandlerFunc) func(*fakeapi.Server) {
	return func(s *fakeapi.Server) { s.FailMethod(http.MethodGet, "keys", 1, answer) }
}

// A third key is refused with a code that tells why, and a name that differs
// in case only is another one.
func TestCreateSigningKeyBeyondTwo(t *testing.T) {
	t.Parallel()
	const both = "default=fake-api-signing-key campaign=fake-api-campaign-key"
	for _, inText := range []bool{false, true} {
		fake := fakeapi.New()
		fake.PlainTextErrors(inText)
		_, err := writing(t, fake).CreateSigningKey(t.Context(), fakeapi.AccountID, "Default")
		if !asError(t, err).HasCode(CodeLimit) || asError(t, err).HasCode(codeExists) {
			t.Errorf("in text: %t: got %v, want the code of the limit", inText, err)
		}
		wantsKeys{requests: []string{listKeys, "PUT keys/Default"}, kind: Rejected, keys: both}.check(t, fake, err)
	}
}

// Who has gone away is told so, and the keys are not looked at for them.
func TestCreateSigningKeyCanceled(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	fake.RemoveKey("campaign")
	ctx, cancel := context.WithCancel(t.Context())
	fake.FailMethod(http.MethodPut, "shop", 1, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a server notices who goes away only after it
		cancel()
		<-r.Context().Done()
	})
	_, err := writing(t, fake).CreateSigningKey(ctx, fakeapi.AccountID, "shop")
	wantsKeys{
		requests: []string{listKeys, putShop, listKeys},
		kind:     Canceled,
		doubt:    true,
		keys:     "default=fake-api-signing-key",
	}.check(
		t,
		fake,
		err,
	)

	fake = fakeapi.New()
	_, err = writing(t, fake).CreateSigningKey(ctx, fakeapi.AccountID, "shop")
	wantsKeys{kind: Canceled, keys: "default=fake-api-signing-key campaign=fake-api-campaign-key"}.check(t, fake, err)
}

// What is gone is gone, whoever has removed it; and no other key is.
func TestDeleteSigningKey(t *testing.T) {
	t.Parallel()
	const both = "default=fake-api-signing-key campaign=fake-api-campaign-key"
	const left = "default=fake-api-signing-key"
	const removed = "DELETE keys/campaign"
	answers := func(status int, body string) func(*fakeapi.Server) {
		return func(s *fakeapi.Server) {
			s.FailMethod(http.MethodDelete, "campaign", 1, fakeapi.Respond(status, "application/json", body))
		}
	}
	gone := func(more func(*fakeapi.Server)) func(*fakeapi.Server) {
		return func(s *fakeapi.Server) {
			s.RemoveKey("campaign")
			more(s)
		}
	}
	once, twice := []string{listKeys, removed}, []string{listKeys, removed, removed}
	tests := map[string]struct {
		prepare func(*fakeapi.Server)
		want    wantsKeys
	}{
		"plain":   {func(*fakeapi.Server) {}, wantsKeys{requests: once, keys: left}},
		"missing": {gone(func(*fakeapi.Server) {}), wantsKeys{requests: once, keys: left}},
		"missing, in text": {
			gone(func(s *fakeapi.Server) { s.PlainTextErrors(true) }),
			wantsKeys{requests: once, keys: left},
		},
		"answer lost": {
			func(s *fakeapi.Server) { s.DropResponseAfterCommit(1) },
			wantsKeys{requests: twice, keys: left},
		},
		"answer torn":  {func(s *fakeapi.Server) { s.DropDuringResponse(1) }, wantsKeys{requests: twice, keys: left}},
		"request lost": {func(s *fakeapi.Server) { s.DropBeforeRequest(1) }, wantsKeys{requests: twice, keys: left}},
		"all cut": {
			func(s *fakeapi.Server) { s.DropBeforeRequest(-1) },
			wantsKeys{requests: append(twice, removed), kind: Unreachable, doubt: true, keys: both},
		},
		"result is null": {answers(200, `{"result":null,"success":true}`), wantsKeys{requests: once, keys: both}},
		"no result":      {answers(200, `{"success":true}`), wantsKeys{requests: once, keys: both}},
		"success is false": {
			answers(200, failure(`{"code":5400,"message":"no"}`)),
			wantsKeys{requests: once, kind: InvalidResponse, keys: both},
		},
		"the last is kept": {
			answers(400, failure(`{"code":5400,"message":"no"}`)),
			wantsKeys{requests: once, kind: Rejected, keys: both},
		},
		"404 of the router": {
			answers(404, failure(`{"code":7003,"message":"no"}`)),
			wantsKeys{requests: once, kind: NoRoute, keys: both},
		},
		"404 of a page": {answers(404, "<title>x</title>"), wantsKeys{requests: once, kind: NotFromAPI, keys: both}},
		"404 that says keys": {
			answers(404, `{"keys":[{"name":"a","value":"fake-api-signing-key"}]}`),
			wantsKeys{requests: once, kind: NotFromAPI, keys: both},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			test.prepare(fake)
			messages, err := writing(t, fake).DeleteSigningKey(t.Context(), fakeapi.AccountID, "campaign", time.Time{})
			test.want.check(t, fake, err)
			assertNoKeyLeaked(t, messages)
		})
	}
}

// Whatever an answer to a write is, and however it holds the keys, none is in
// the error or the messages.
func TestSigningKeyWritesLeakNoKey(t *testing.T) {
	t.Parallel()
	const keys = `{"keys":[{"name":"default","value":"fake-api-signing-key"},{"name":"shop","value":"not-a-real-key-1"}]}`
	bodies := []string{
		success(keys), keys, success(keys)[:100], `{"result":` + keys + `,"success":false}`, `{"result":` + keys + `}`,
		success(
			keys,
		) + "\xff", success(`["fake-api-signing-key"]`), success(`"fake-api-signing-key"`), "fake-api-signing-key",
		`["not-a-real-key-1"]`, success(`{"keys":{"not-a-real-key-1":1}}`), `{"title":5,"keys":["not-a-real-key-1"]}`,
		success(`{"keys":[{"name":"a","value":["not-a-real-key-1"]}]}`), success(`{"keys":"not-a-real-key-1"}`),
	}
	for i, body := range bodies {
		for _, status := range []int{200, 201, 206, 302, 400, 401, 403, 404, 409, 429, 500, 501} {
			for _, contentType := range []string{"application/json", "text/html"} {
				t.Run(fmt.Sprintf("body %d, %d, %s", i, status, contentType), func(t *testing.T) {
					t.Parallel()
					fake := fakeapi.New()
					fake.RemoveKey("campaign")
					answer := fakeapi.Respond(status, contentType, body)
					fake.FailMethod(http.MethodPut, "shop", -1, answer)
					fake.FailMethod(http.MethodDelete, "shop", -1, answer)
					c := writing(t, fake)
					made, err := c.CreateSigningKey(t.Context(), fakeapi.AccountID, "shop")
					if (err == nil) != (status == 200 && i == 0) {
						t.Errorf("got %v", err)
					}
					removed, failed := c.DeleteSigningKey(t.Context(), fakeapi.AccountID, "shop", time.Time{})
					for _, told := range []any{err, made, removed, failed} {
						assertNoKeyLeaked(t, told)
					}
				})
			}
		}
	}
}

// Whether there is a key is told by its exact name.
func TestHasSigningKey(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	c := start(t, fake)
	for name, want := range map[string]bool{"default": true, "campaign": true, "Default": false, "shop": false, "": false, "defaul": false} {
		if got, _, err := c.HasSigningKey(t.Context(), fakeapi.AccountID, name); got != want || err != nil {
			t.Errorf("%q: got %t, %v, want %t", name, got, err, want)
		}
	}
	fake.FailMethod(http.MethodGet, "keys", 1, inHTML)
	if got, _, err := c.HasSigningKey(t.Context(), fakeapi.AccountID, "default"); got || !errors.Is(err, NotFromAPI) {
		t.Errorf("without a listing: got %t, %v, want the listing's error", got, err)
	}
}

// What is wrong with the answer to a request for a key is told as it is.
func TestCreateSigningKeyErrors(t *testing.T) {
	t.Parallel()
	for result, want := range map[string]string{
		`{}`:          "keys: want an array of keys, got nothing",
		`{"keys":{}}`: "keys: want an array of keys, got an object",
		`{"keys":[]}`: `keys: "shop" is not among them`,
	} {
		fake := fakeapi.New()
		fake.FailMethod(http.MethodPut, "shop", 1, pageOf(result))
		_, err := writing(t, fake).CreateSigningKey(t.Context(), fakeapi.AccountID, "shop")
		if !errors.Is(err, InvalidResponse) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", result, err, want)
		}
	}
}
