package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
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

// The error of a malformed response contains no key.
func TestListSigningKeysErrors(t *testing.T) {
	t.Parallel()
	const key = `{"name":"default","value":"fake-api-signing-key"}`
	tests := map[string]struct{ body, want string }{
		"truncated":  {`{"result":{"keys":[` + key, "not valid JSON"},
		"not a list": {success(`{"keys":` + key + `}`), "keys: expected an array of keys, got an object"},
		"missing":    {success(`{"key":` + key + `}`), "keys: expected an array of keys, got nothing"},
		"value is a list": {
			success(`{"keys":[{"name":"default","value":["fake-api-signing-key"]}]}`),
			"value: expected a string, got an array",
		},
		"value is missing":  {success(`{"keys":[{"name":"fake-api-signing-key"}]}`), "name or value is missing or empty"},
		"success is false":  {`{"result":{"keys":[` + key + `]},"success":false}`, `"success" is false`},
		"not UTF-8":         {success(`{"keys":[`+key+`]}`) + "\xff", "not UTF-8"},
		"compressed badly":  {"", ""},
		"no success at all": {`{"result":{"keys":[` + key + `]}}`, `"success" is missing`},
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

// wantsKeys contains the expected requests, the kind of the error or "", its
// MaybeApplied, and the names and values of the keys in the account.
type wantsKeys struct {
	requests     []string
	kind         Kind
	maybeApplied bool
	keys         string
}

func (w wantsKeys) check(t *testing.T, fake *fakeapi.Server, err error) {
	t.Helper()
	wantRequests{requests: w.requests, kind: w.kind, maybeApplied: w.maybeApplied}.check(t, fake, err)
	var keys []string
	held, _, failed := start(t, fake).ListSigningKeys(t.Context(), fakeapi.AccountID)
	for _, key := range held {
		keys = append(keys, key.Name+"="+key.Value)
	}
	if got := strings.Join(keys, " "); failed != nil || got != w.keys {
		t.Errorf("account: got %s (%v), want %s", got, failed, w.keys)
	}
	assertNoKeyLeaked(t, err)
}

// assertNoKeyLeaked fails the test if a value contains the value of a key.
func assertNoKeyLeaked(t *testing.T, reported any) {
	t.Helper()
	for _, value := range []string{fakeapi.SigningKey, "fake-api-campaign", "not-a-real-key"} {
		if text := fmt.Sprintf("%+v %[1]v", reported); strings.Contains(text, value) {
			t.Errorf("%s contains a key", text)
		}
	}
}

// A key is created once, and never gets another value: a listing decides before
// each request, and no listing is trusted after a lost response.
func TestCreateSigningKey(t *testing.T) {
	t.Parallel()
	const before = "default=fake-api-signing-key"
	const created = before + " shop=not-a-real-key-1"
	fails := func(handler http.HandlerFunc) func(*fakeapi.Server) {
		return func(s *fakeapi.Server) { s.FailMethod(http.MethodPut, "shop", 1, handler) }
	}
	inJSON := func(status int, body string) func(*fakeapi.Server) {
		return fails(fakeapi.Respond(status, "application/json", body))
	}
	stored := func(response http.HandlerFunc) func(*fakeapi.Server) {
		return func(s *fakeapi.Server) { fails(after(func() { s.AddKey("shop") }, response))(s) }
	}
	noPermission := fakeapi.Respond(403, "application/json", failure(`{"code":10000,"message":"no"}`))
	once, looked := []string{listKeys, putShop}, []string{listKeys, putShop, listKeys}
	again := []string{listKeys, putShop, listKeys, putShop}
	tests := map[string]struct {
		prepare func(*fakeapi.Server)
		want    wantsKeys
	}{
		"plain": {func(*fakeapi.Server) {}, wantsKeys{requests: once, keys: created}},
		"exists": {
			func(s *fakeapi.Server) { s.AddKey("shop") },
			wantsKeys{requests: []string{listKeys}, kind: Exists, keys: created},
		},
		"request lost": {
			func(s *fakeapi.Server) { s.DropBeforeRequest(1) },
			wantsKeys{requests: once, kind: Unreachable, maybeApplied: true, keys: before},
		},
		"request truncated": {
			func(s *fakeapi.Server) { s.DropDuringRequest(1) },
			wantsKeys{requests: once, kind: Unreachable, maybeApplied: true, keys: before},
		},
		"all cut": {
			func(s *fakeapi.Server) { s.DropBeforeRequest(-1) },
			wantsKeys{requests: once, kind: Unreachable, maybeApplied: true, keys: before},
		},
		"response lost": {
			func(s *fakeapi.Server) { s.DropResponseAfterCommit(1) },
			wantsKeys{requests: once, kind: Unreachable, maybeApplied: true, keys: created},
		},
		"response truncated": {
			func(s *fakeapi.Server) { s.DropDuringResponse(1) },
			wantsKeys{requests: once, kind: Unreachable, maybeApplied: true, keys: created},
		},
		"502, not created": {inJSON(502, "{}"), wantsKeys{requests: once, kind: Unavailable, maybeApplied: true, keys: before}},
		"502, but created": {
			stored(fakeapi.Respond(502, "text/html", "<title>502</title>")),
			wantsKeys{requests: once, kind: Unavailable, maybeApplied: true, keys: created},
		},
		"response lists nothing, but created": {
			stored(fakeapi.Respond(200, "application/json", success(`{}`))),
			wantsKeys{requests: once, kind: InvalidResponse, maybeApplied: true, keys: created},
		},
		"response lists nothing": {
			inJSON(200, success(`{}`)),
			wantsKeys{requests: once, kind: InvalidResponse, maybeApplied: true, keys: before},
		},
		"response lists only others": {
			inJSON(
				200,
				success(`{"keys":[{"name":"default","value":"v"}]}`),
			), wantsKeys{requests: once, kind: InvalidResponse, maybeApplied: true, keys: before},
		},
		"throttled": {
			inJSON(429, failure(`{"code":971,"message":"wait"}`)),
			wantsKeys{requests: again, keys: created},
		},
		"throttled, and somebody else creates it": {
			stored(fakeapi.Respond(429, "text/plain", "")),
			wantsKeys{requests: looked, kind: Exists, keys: created},
		},
		"not received, it says": {
			inJSON(500, failure(`{"code":5450,"message":"x"}`)),
			wantsKeys{requests: again, keys: created},
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
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.RemoveKey("campaign")
			test.prepare(fake)
			messages, err := newWriteClient(t, fake).CreateSigningKey(t.Context(), fakeapi.AccountID, "shop")
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

// If one key is created concurrently, one create succeeds, and none changes its
// value.
func TestCreateSigningKeyConcurrently(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	fake.RemoveKey("campaign")
	fake.Delay(20 * time.Millisecond)
	c := newWriteClient(t, fake)
	ends := make(chan error)
	for range 5 {
		go func() {
			_, err := c.CreateSigningKey(t.Context(), fakeapi.AccountID, "shop")
			ends <- err
		}()
	}
	created := 0
	for range 5 {
		switch err := <-ends; {
		case err == nil:
			created++
		case !errors.Is(err, Exists):
			t.Errorf("got %v", err)
		}
	}
	want := []string{listKeys, putShop, listKeys, listKeys, listKeys, listKeys}
	wantsKeys{requests: want, keys: "default=fake-api-signing-key shop=not-a-real-key-1"}.check(t, fake, nil)
	if created != 1 {
		t.Errorf("%d creates succeeded, want 1", created)
	}
}

// listingFails makes the first listing fail.
func listingFails(response http.HandlerFunc) func(*fakeapi.Server) {
	return func(s *fakeapi.Server) { s.FailMethod(http.MethodGet, "keys", 1, response) }
}

// A third key is rejected with a code. Names are case-sensitive.
func TestCreateSigningKeyBeyondTwo(t *testing.T) {
	t.Parallel()
	const both = "default=fake-api-signing-key campaign=fake-api-campaign-key"
	for _, inText := range []bool{false, true} {
		fake := fakeapi.New()
		fake.PlainTextErrors(inText)
		_, err := newWriteClient(t, fake).CreateSigningKey(t.Context(), fakeapi.AccountID, "Default")
		if !asError(t, err).HasCode(CodeLimit) || asError(t, err).HasCode(codeExists) {
			t.Errorf("in text: %t: got %v, want the code of the limit", inText, err)
		}
		wantsKeys{requests: []string{listKeys, "PUT keys/Default"}, kind: Rejected, keys: both}.check(t, fake, err)
	}
}

// A canceled create is reported as such, without a listing after it.
func TestCreateSigningKeyCanceled(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	fake.RemoveKey("campaign")
	ctx, cancel := context.WithCancel(t.Context())
	fake.FailMethod(http.MethodPut, "shop", 1, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // before that, the server doesn't detect a closed connection
		cancel()
		<-r.Context().Done()
	})
	_, err := newWriteClient(t, fake).CreateSigningKey(ctx, fakeapi.AccountID, "shop")
	wantsKeys{
		requests:     []string{listKeys, putShop},
		kind:         Canceled,
		maybeApplied: true,
		keys:         "default=fake-api-signing-key",
	}.check(
		t,
		fake,
		err,
	)

	fake = fakeapi.New()
	_, err = newWriteClient(t, fake).CreateSigningKey(ctx, fakeapi.AccountID, "shop")
	wantsKeys{kind: Canceled, keys: "default=fake-api-signing-key campaign=fake-api-campaign-key"}.check(t, fake, err)
}

// A missing key is not an error, whoever has deleted it, and no other key is
// deleted.
func TestDeleteSigningKey(t *testing.T) {
	t.Parallel()
	const both = "default=fake-api-signing-key campaign=fake-api-campaign-key"
	const left = "default=fake-api-signing-key"
	const removed = "DELETE keys/campaign"
	responses := func(status int, body string) func(*fakeapi.Server) {
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
	once, looked := []string{listKeys, removed}, []string{listKeys, removed, listKeys}
	twice := append(slices.Clone(looked), removed)
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
		"response lost": {
			func(s *fakeapi.Server) { s.DropResponseAfterCommit(1) },
			wantsKeys{requests: looked, keys: left},
		},
		"response truncated": {func(s *fakeapi.Server) { s.DropDuringResponse(1) }, wantsKeys{requests: looked, keys: left}},
		"request lost":       {func(s *fakeapi.Server) { s.DropBeforeRequest(1) }, wantsKeys{requests: twice, keys: left}},
		"all cut": {
			func(s *fakeapi.Server) { s.DropBeforeRequest(-1) },
			wantsKeys{requests: append(twice, listKeys, removed), kind: Unreachable, maybeApplied: true, keys: both},
		},
		"result is null": {responses(200, `{"result":null,"success":true}`), wantsKeys{requests: once, keys: both}},
		"no result":      {responses(200, `{"success":true}`), wantsKeys{requests: once, keys: both}},
		"success is false": {
			responses(200, failure(`{"code":5400,"message":"no"}`)),
			wantsKeys{requests: once, kind: InvalidResponse, keys: both},
		},
		"the last is kept": {
			responses(400, failure(`{"code":5400,"message":"no"}`)),
			wantsKeys{requests: once, kind: Rejected, keys: both},
		},
		"404 of the router": {
			responses(404, failure(`{"code":7003,"message":"no"}`)),
			wantsKeys{requests: once, kind: NoRoute, keys: both},
		},
		"404 of a page": {responses(404, "<title>x</title>"), wantsKeys{requests: once, kind: NotFromAPI, keys: both}},
		"404 that says keys": {
			responses(404, `{"keys":[{"name":"a","value":"fake-api-signing-key"}]}`),
			wantsKeys{requests: once, kind: NotFromAPI, keys: both},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			test.prepare(fake)
			c := newWriteClient(t, fake)
			_, messages, err := c.DeleteSigningKey(t.Context(), fakeapi.AccountID, "campaign", time.Time{}, "")
			test.want.check(t, fake, err)
			assertNoKeyLeaked(t, messages)
		})
	}
}

// No response to a write leaks a key into the error or the messages.
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
					response := fakeapi.Respond(status, contentType, body)
					fake.FailMethod(http.MethodPut, "shop", -1, response)
					fake.FailMethod(http.MethodDelete, "shop", -1, response)
					c := newWriteClient(t, fake)
					created, err := c.CreateSigningKey(t.Context(), fakeapi.AccountID, "shop")
					if (err == nil) != (status == 200 && i == 0) {
						t.Errorf("got %v", err)
					}
					_, removed, failed := c.DeleteSigningKey(t.Context(), fakeapi.AccountID, "shop", time.Time{}, "")
					for _, reported := range []any{err, created, removed, failed} {
						assertNoKeyLeaked(t, reported)
					}
				})
			}
		}
	}
}

// Names of keys match exactly, and a version changes with the value.
func TestGetSigningKeyVersion(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	c := start(t, fake)
	for name, want := range map[string]bool{"default": true, "campaign": true, "Default": false, "shop": false, "": false, "defaul": false} {
		if got, _, err := c.GetSigningKeyVersion(t.Context(), fakeapi.AccountID, name); (got != "") != want || err != nil {
			t.Errorf("%q: got %q, %v, want one: %t", name, got, err, want)
		}
	}
	before, _, _ := c.GetSigningKeyVersion(t.Context(), fakeapi.AccountID, "campaign")
	fake.AddKey("campaign")
	after, _, _ := c.GetSigningKeyVersion(t.Context(), fakeapi.AccountID, "campaign")
	if before == after || len(before) != 16 {
		t.Errorf("got %q, and %q for another value", before, after)
	}
	fake.FailMethod(http.MethodGet, "keys", 1, inHTML)
	got, _, err := c.GetSigningKeyVersion(t.Context(), fakeapi.AccountID, "default")
	if got != "" || !errors.Is(err, NotFromAPI) {
		t.Errorf("without a listing: got %q, %v, want the listing's error", got, err)
	}
}

// A malformed response to a create is an error that names the difference.
func TestCreateSigningKeyErrors(t *testing.T) {
	t.Parallel()
	for result, want := range map[string]string{
		`{}`:          "keys: expected an array of keys, got nothing",
		`{"keys":{}}`: "keys: expected an array of keys, got an object",
		`{"keys":[]}`: `keys: missing "shop"`,
	} {
		fake := fakeapi.New()
		fake.FailMethod(http.MethodPut, "shop", 1, pageOf(result))
		_, err := newWriteClient(t, fake).CreateSigningKey(t.Context(), fakeapi.AccountID, "shop")
		if !errors.Is(err, InvalidResponse) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", result, err, want)
		}
	}
}

// A key that somebody else has created under the name of a recent one, whose delete
// got no response, is not deleted, and the outcome remains unknown: a stale listing
// would look the same.
func TestDeleteRecentSigningKeyTaken(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	fake.FailMethod(http.MethodDelete, "campaign", 1, func(w http.ResponseWriter, r *http.Request) {
		fake.RemoveKey("campaign")
		fake.AddKey("campaign")
		fakeapi.Reset(w, r)
	})
	c := newWriteClient(t, fake)
	before, _, _ := c.GetSigningKeyVersion(t.Context(), fakeapi.AccountID, "campaign")
	version, _, err := c.DeleteSigningKey(t.Context(), fakeapi.AccountID, "campaign", time.Now(), "")
	if version != before || version == "" {
		t.Errorf("got the version %q, want that of the deleted key, %q", version, before)
	}
	wantsKeys{
		requests: []string{listKeys, listKeys, "DELETE keys/campaign", listKeys, listKeys}, kind: Unreachable, maybeApplied: true,
		keys: "default=fake-api-signing-key campaign=not-a-real-key-1",
	}.check(t, fake, err)
}

// A key with another version than the one to delete is neither deleted nor, through
// a stale listing that lacks it, created again with a new value.
func TestDeleteSigningKeyReplaced(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	c := newWriteClient(t, fake)
	version, _, _ := c.GetSigningKeyVersion(t.Context(), fakeapi.AccountID, "campaign")
	fake.AddKey("campaign")
	deleted, _, err := c.DeleteSigningKey(t.Context(), fakeapi.AccountID, "campaign", time.Time{}, version)
	if deleted != version {
		t.Errorf("got the version %q, want %q", deleted, version)
	}
	wantsKeys{
		requests: []string{listKeys, listKeys}, kind: Replaced,
		keys: "default=fake-api-signing-key campaign=not-a-real-key-1",
	}.check(t, fake, err)
	if _, err := c.CreateSigningKey(t.Context(), fakeapi.AccountID, "campaign"); !errors.Is(err, DeleteFailed) {
		t.Errorf("create: got %v", err)
	}
}

// After a delete with an unknown outcome, a key that the listing lacks is gone: a
// DELETE could only hit a key that somebody creates. A recent one may not be listed yet.
func TestDeleteSigningKeyNotListed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		created  time.Time
		requests []string
	}{
		"old":            {time.Now().Add(-time.Hour), []string{listKeys}},
		"of unknown age": {time.Time{}, []string{listKeys}},
		"recent":         {time.Now(), []string{listKeys, "DELETE keys/campaign"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.RemoveKey("campaign")
			c := newWriteClient(t, fake)
			_, _, err := c.DeleteSigningKey(t.Context(), fakeapi.AccountID, "campaign", test.created, "0123456789abcdef")
			wantsKeys{requests: test.requests, keys: "default=fake-api-signing-key"}.check(t, fake, err)
		})
	}
}

// A stale listing may show the predecessor of a recent key: it does not prove
// that the key is gone.
func TestDeleteRecentSigningKeyStale(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	fake.FailMethod(http.MethodDelete, "campaign", 1, fakeapi.Reset)
	for _, value := range []string{"fake-api-campaign-key", "not-a-real-key-0"} {
		listed := pageOf(`{"keys":[{"name":"campaign","value":"` + value + `"}]}`)
		fake.FailMethod(http.MethodGet, "keys", 1, listed)
	}
	_, _, err := newWriteClient(t, fake).DeleteSigningKey(t.Context(), fakeapi.AccountID, "campaign", time.Now(), "")
	wantsKeys{
		requests: []string{listKeys, "DELETE keys/campaign", listKeys, listKeys, "DELETE keys/campaign"},
		keys:     "default=fake-api-signing-key",
	}.check(t, fake, err)
}
