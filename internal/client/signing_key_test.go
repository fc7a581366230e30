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

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
)

func TestListSigningKeys(t *testing.T) {
	t.Parallel()
	got, _, err := start(t, standin.New()).ListSigningKeys(t.Context(), standin.AccountID)
	if err != nil {
		t.Fatal(err)
	}
	want := []SigningKey{{"default", "stand-in-signing-key"}, {"campaign", "stand-in-campaign-key"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}

// Whatever is wrong with the answer, no key is in the error.
func TestListSigningKeysErrors(t *testing.T) {
	t.Parallel()
	const key = `{"name":"default","value":"stand-in-signing-key"}`
	tests := map[string]struct{ body, want string }{
		"cut off":           {`{"result":{"keys":[` + key, "not valid JSON"},
		"not a list":        {success(`{"keys":` + key + `}`), "keys: want an array of keys, got an object"},
		"missing":           {success(`{"key":` + key + `}`), "keys: want an array of keys, got nothing"},
		"value is a list":   {success(`{"keys":[{"name":"default","value":["stand-in-signing-key"]}]}`), "value: want a string, got an array"},
		"value is missing":  {success(`{"keys":[{"name":"stand-in-signing-key"}]}`), "want a name and a value"},
		"success is false":  {`{"result":{"keys":[` + key + `]},"success":false}`, "success: false"},
		"not UTF-8":         {success(`{"keys":[`+key+`]}`) + "\xff", "not UTF-8"},
		"compressed badly":  {"", ""},
		"no success at all": {`{"result":{"keys":[` + key + `]}}`, "does not say success"},
	}
	for _, status := range []int{201, 203, 206, 302, 400, 403, 404, 503} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			standIn := standin.New()
			standIn.Fail("keys", 1, standin.Answer(status, "application/json", success(`{"keys":[`+key+`]}`)))
			_, _, err := start(t, standIn).ListSigningKeys(t.Context(), standin.AccountID)
			if err == nil || strings.Contains(err.Error(), "stand-in") {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("endless", func(t *testing.T) {
		t.Parallel()
		standIn := standin.New()
		standIn.Fail("keys", 1, standin.Answer(200, "application/json", strings.Repeat(key, 1<<16)))
		_, _, err := start(t, standIn).ListSigningKeys(t.Context(), standin.AccountID)
		if err == nil || strings.Contains(err.Error(), "stand-in") || !strings.Contains(err.Error(), "over 1048576 bytes") {
			t.Errorf("got %v", err)
		}
	})
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			standIn := standin.New()
			handler := standin.Answer(200, "application/json", test.body)
			if test.body == "" {
				handler = standin.Answer(200, "application/json", success(`{"keys":[`+key+`]}`), "Content-Encoding", "gzip")
			}
			standIn.Fail("keys", 1, handler)
			keys, _, err := start(t, standIn).ListSigningKeys(t.Context(), standin.AccountID)
			if keys != nil || !errors.Is(err, WrongAnswer) || !strings.Contains(err.Error(), test.want) ||
				strings.Contains(err.Error(), "stand-in") {
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

func (w wantsKeys) check(t *testing.T, standIn *standin.Server, err error) {
	t.Helper()
	wants{requests: w.requests, kind: w.kind, doubt: w.doubt}.check(t, standIn, err)
	var keys []string
	held, _, failed := start(t, standIn).ListSigningKeys(t.Context(), standin.AccountID)
	for _, key := range held {
		keys = append(keys, key.Name+"="+key.Value)
	}
	if got := strings.Join(keys, " "); failed != nil || got != w.keys {
		t.Errorf("the account holds %s (%v), want %s", got, failed, w.keys)
	}
	tellsNoKey(t, err)
}

// tellsNoKey looks for the values that the stand-in gives to keys.
func tellsNoKey(t *testing.T, told any) {
	t.Helper()
	for _, value := range []string{standin.SigningKey, "stand-in-campaign", "not-a-real-key"} {
		if text := fmt.Sprintf("%+v %[1]v", told); strings.Contains(text, value) {
			t.Errorf("a key is told: %s", text)
		}
	}
}

// A key is made once, and never given another value: whether it is there
// decides before it is asked for, and after an answer that was lost.
func TestCreateSigningKey(t *testing.T) {
	t.Parallel()
	const before = "default=stand-in-signing-key"
	const made = before + " shop=not-a-real-key-1"
	fails := func(handler http.HandlerFunc) func(*standin.Server) {
		return func(s *standin.Server) { s.FailMethod(http.MethodPut, "shop", 1, handler) }
	}
	inJSON := func(status int, body string) func(*standin.Server) {
		return fails(standin.Answer(status, "application/json", body))
	}
	stored := func(answer http.HandlerFunc) func(*standin.Server) {
		return func(s *standin.Server) { fails(after(func() { s.AddKey("shop") }, answer))(s) }
	}
	// The first listing is as it is, and the second one another.
	listedThen := func(more func(*standin.Server), second http.HandlerFunc) func(*standin.Server) {
		return func(s *standin.Server) {
			more(s)
			s.FailMethod(http.MethodGet, "keys", 1, standin.Answer(200, "application/json",
				success(`{"keys":[{"name":"default","value":"stand-in-signing-key"}]}`)))
			s.FailMethod(http.MethodGet, "keys", 1, second)
		}
	}
	noPermission := standin.Answer(403, "application/json", failure(`{"code":10000,"message":"no"}`))
	once, looked := []string{listKeys, putShop}, []string{listKeys, putShop, listKeys}
	again := []string{listKeys, putShop, putShop}
	tests := map[string]struct {
		prepare func(*standin.Server)
		want    wantsKeys
	}{
		"plain":         {func(*standin.Server) {}, wantsKeys{once, "", false, made}},
		"exists":        {func(s *standin.Server) { s.AddKey("shop") }, wantsKeys{[]string{listKeys}, Exists, false, made}},
		"request lost":  {func(s *standin.Server) { s.CutBefore(1) }, wantsKeys{looked, Unreachable, true, before}},
		"request torn":  {func(s *standin.Server) { s.CutMidRequest(1) }, wantsKeys{looked, Unreachable, true, before}},
		"all cut":       {func(s *standin.Server) { s.CutBefore(-1) }, wantsKeys{looked, Unreachable, true, before}},
		"answer lost":   {func(s *standin.Server) { s.CutAfterStoring(1) }, wantsKeys{looked, "", false, made}},
		"answer torn":   {func(s *standin.Server) { s.CutMidAnswer(1) }, wantsKeys{looked, "", false, made}},
		"502, not made": {inJSON(502, "{}"), wantsKeys{looked, Unavailable, true, before}},
		"502, but made": {stored(standin.Answer(502, "text/html", "<title>502</title>")), wantsKeys{looked, "", false, made}},
		"answer lists nothing, but made": {
			stored(standin.Answer(200, "application/json", success(`{}`))), wantsKeys{looked, "", false, made},
		},
		"answer lists nothing": {inJSON(200, success(`{}`)), wantsKeys{looked, WrongAnswer, true, before}},
		"answer lists others only": {
			inJSON(200, success(`{"keys":[{"name":"default","value":"v"}]}`)), wantsKeys{looked, WrongAnswer, true, before},
		},
		"throttled":                {inJSON(429, failure(`{"code":971,"message":"wait"}`)), wantsKeys{again, "", false, made}},
		"not received, it says":    {inJSON(500, failure(`{"code":5450,"message":"x"}`)), wantsKeys{again, "", false, made}},
		"bad":                      {inJSON(400, failure(`{"code":5400,"message":"Bad Request"}`)), wantsKeys{once, Rejected, false, before}},
		"without paid Images":      {inJSON(403, failure(`{"code":5403,"message":"no"}`)), wantsKeys{once, NotEnabled, false, before}},
		"success is false":         {inJSON(200, failure(`{"code":5400,"message":"no"}`)), wantsKeys{once, WrongAnswer, false, before}},
		"the listing is forbidden": {listingFails(noPermission), wantsKeys{[]string{listKeys}, NotPermitted, false, before}},
		"the listing is a page":    {listingFails(inHTML), wantsKeys{[]string{listKeys}, NotTheAPI, false, before}},
		"answer lost, and no listing": {
			listedThen(func(s *standin.Server) { s.CutAfterStoring(1) }, noPermission), wantsKeys{looked, Unreachable, true, made},
		},
		"answer lost, and listed late": {
			listedThen(func(s *standin.Server) { s.CutAfterStoring(1) }, pageOf(`{"keys":[{"name":"default","value":"v"}]}`)),
			wantsKeys{looked, Unreachable, true, made},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			standIn := standin.New()
			standIn.RemoveKey("campaign")
			test.prepare(standIn)
			messages, err := writing(t, standIn).CreateSigningKey(t.Context(), standin.AccountID, "shop")
			test.want.check(t, standIn, err)
			tellsNoKey(t, messages)
			for _, r := range standIn.Requests() {
				if _, has := r.Header["Content-Type"]; has || r.Body != "" {
					t.Errorf("%s %s has a type or a body: %v %q", r.Method, r.URI, r.Header, r.Body)
				}
			}
		})
	}
}

// Of those who ask for the same key at the same time, one gets it, and nobody
// gives it another value.
func TestCreateSigningKeyAtOnce(t *testing.T) {
	t.Parallel()
	standIn := standin.New()
	standIn.RemoveKey("campaign")
	standIn.Delay(20 * time.Millisecond)
	c := writing(t, standIn)
	ends := make(chan error)
	for range 5 {
		go func() {
			_, err := c.CreateSigningKey(t.Context(), standin.AccountID, "shop")
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
	wantsKeys{requests: want, keys: "default=stand-in-signing-key shop=not-a-real-key-1"}.check(t, standIn, nil)
	if made != 1 {
		t.Errorf("%d were told that they have made it", made)
	}
}

// listingFails makes the first listing fail.
func listingFails(answer http.HandlerFunc) func(*standin.Server) {
	return func(s *standin.Server) { s.FailMethod(http.MethodGet, "keys", 1, answer) }
}

// A third key is refused with a code that tells why, and a name that differs
// in case only is another one.
func TestCreateSigningKeyBeyondTwo(t *testing.T) {
	t.Parallel()
	const both = "default=stand-in-signing-key campaign=stand-in-campaign-key"
	for _, inText := range []bool{false, true} {
		standIn := standin.New()
		standIn.TextErrors(inText)
		_, err := writing(t, standIn).CreateSigningKey(t.Context(), standin.AccountID, "Default")
		if !asError(t, err).HasCode(CodeLimit) || asError(t, err).HasCode(codeExists) {
			t.Errorf("in text: %t: got %v, want the code of the limit", inText, err)
		}
		wantsKeys{[]string{listKeys, "PUT keys/Default"}, Rejected, false, both}.check(t, standIn, err)
	}
}

// Who has gone away is told so, and the keys are not looked at for them.
func TestCreateSigningKeyCanceled(t *testing.T) {
	t.Parallel()
	standIn := standin.New()
	standIn.RemoveKey("campaign")
	ctx, cancel := context.WithCancel(t.Context())
	standIn.FailMethod(http.MethodPut, "shop", 1, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a server notices who goes away only after it
		cancel()
		<-r.Context().Done()
	})
	_, err := writing(t, standIn).CreateSigningKey(ctx, standin.AccountID, "shop")
	wantsKeys{[]string{listKeys, putShop, listKeys}, Canceled, true, "default=stand-in-signing-key"}.check(t, standIn, err)

	standIn = standin.New()
	_, err = writing(t, standIn).CreateSigningKey(ctx, standin.AccountID, "shop")
	wantsKeys{nil, Canceled, false, "default=stand-in-signing-key campaign=stand-in-campaign-key"}.check(t, standIn, err)
}

// What is gone is gone, whoever has removed it; and no other key is.
func TestDeleteSigningKey(t *testing.T) {
	t.Parallel()
	const both = "default=stand-in-signing-key campaign=stand-in-campaign-key"
	const left = "default=stand-in-signing-key"
	const removed = "DELETE keys/campaign"
	answers := func(status int, body string) func(*standin.Server) {
		return func(s *standin.Server) {
			s.FailMethod(http.MethodDelete, "campaign", 1, standin.Answer(status, "application/json", body))
		}
	}
	gone := func(more func(*standin.Server)) func(*standin.Server) {
		return func(s *standin.Server) {
			s.RemoveKey("campaign")
			more(s)
		}
	}
	once, twice := []string{listKeys, removed}, []string{listKeys, removed, removed}
	tests := map[string]struct {
		prepare func(*standin.Server)
		want    wantsKeys
	}{
		"plain":              {func(*standin.Server) {}, wantsKeys{once, "", false, left}},
		"missing":            {gone(func(*standin.Server) {}), wantsKeys{once, "", false, left}},
		"missing, in text":   {gone(func(s *standin.Server) { s.TextErrors(true) }), wantsKeys{once, "", false, left}},
		"answer lost":        {func(s *standin.Server) { s.CutAfterStoring(1) }, wantsKeys{twice, "", false, left}},
		"answer torn":        {func(s *standin.Server) { s.CutMidAnswer(1) }, wantsKeys{twice, "", false, left}},
		"request lost":       {func(s *standin.Server) { s.CutBefore(1) }, wantsKeys{twice, "", false, left}},
		"all cut":            {func(s *standin.Server) { s.CutBefore(-1) }, wantsKeys{append(twice, removed), Unreachable, true, both}},
		"result is null":     {answers(200, `{"result":null,"success":true}`), wantsKeys{once, "", false, both}},
		"no result":          {answers(200, `{"success":true}`), wantsKeys{once, "", false, both}},
		"success is false":   {answers(200, failure(`{"code":5400,"message":"no"}`)), wantsKeys{once, WrongAnswer, false, both}},
		"the last is kept":   {answers(400, failure(`{"code":5400,"message":"no"}`)), wantsKeys{once, Rejected, false, both}},
		"404 of the router":  {answers(404, failure(`{"code":7003,"message":"no"}`)), wantsKeys{once, NoRoute, false, both}},
		"404 of a page":      {answers(404, "<title>x</title>"), wantsKeys{once, NotTheAPI, false, both}},
		"404 that says keys": {answers(404, `{"keys":[{"name":"a","value":"stand-in-signing-key"}]}`), wantsKeys{once, NotTheAPI, false, both}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			standIn := standin.New()
			test.prepare(standIn)
			messages, err := writing(t, standIn).DeleteSigningKey(t.Context(), standin.AccountID, "campaign", time.Time{})
			test.want.check(t, standIn, err)
			tellsNoKey(t, messages)
		})
	}
}

// Whatever an answer to a write is, and however it holds the keys, none is in
// the error or the messages.
func TestSigningKeyWritesTellNoKey(t *testing.T) {
	t.Parallel()
	const keys = `{"keys":[{"name":"default","value":"stand-in-signing-key"},{"name":"shop","value":"not-a-real-key-1"}]}`
	bodies := []string{
		success(keys), keys, success(keys)[:100], `{"result":` + keys + `,"success":false}`, `{"result":` + keys + `}`,
		success(keys) + "\xff", success(`["stand-in-signing-key"]`), success(`"stand-in-signing-key"`), "stand-in-signing-key",
		`["not-a-real-key-1"]`, success(`{"keys":{"not-a-real-key-1":1}}`), `{"title":5,"keys":["not-a-real-key-1"]}`,
		success(`{"keys":[{"name":"a","value":["not-a-real-key-1"]}]}`), success(`{"keys":"not-a-real-key-1"}`),
	}
	for i, body := range bodies {
		for _, status := range []int{200, 201, 206, 302, 400, 401, 403, 404, 409, 429, 500, 501} {
			for _, contentType := range []string{"application/json", "text/html"} {
				t.Run(fmt.Sprintf("body %d, %d, %s", i, status, contentType), func(t *testing.T) {
					t.Parallel()
					standIn := standin.New()
					standIn.RemoveKey("campaign")
					answer := standin.Answer(status, contentType, body)
					standIn.FailMethod(http.MethodPut, "shop", -1, answer)
					standIn.FailMethod(http.MethodDelete, "shop", -1, answer)
					c := writing(t, standIn)
					made, err := c.CreateSigningKey(t.Context(), standin.AccountID, "shop")
					if (err == nil) != (status == 200 && i == 0) {
						t.Errorf("got %v", err)
					}
					removed, failed := c.DeleteSigningKey(t.Context(), standin.AccountID, "shop", time.Time{})
					for _, told := range []any{err, made, removed, failed} {
						tellsNoKey(t, told)
					}
				})
			}
		}
	}
}

// Whether there is a key is told by its exact name.
func TestHasSigningKey(t *testing.T) {
	t.Parallel()
	standIn := standin.New()
	c := start(t, standIn)
	for name, want := range map[string]bool{"default": true, "campaign": true, "Default": false, "shop": false, "": false, "defaul": false} {
		if got, _, err := c.HasSigningKey(t.Context(), standin.AccountID, name); got != want || err != nil {
			t.Errorf("%q: got %t, %v, want %t", name, got, err, want)
		}
	}
	standIn.FailMethod(http.MethodGet, "keys", 1, inHTML)
	if got, _, err := c.HasSigningKey(t.Context(), standin.AccountID, "default"); got || !errors.Is(err, NotTheAPI) {
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
		standIn := standin.New()
		standIn.FailMethod(http.MethodPut, "shop", 1, pageOf(result))
		_, err := writing(t, standIn).CreateSigningKey(t.Context(), standin.AccountID, "shop")
		if !errors.Is(err, WrongAnswer) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", result, err, want)
		}
	}
}
