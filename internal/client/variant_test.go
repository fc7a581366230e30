package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

func assertNoRequests() {}

// A variant is created once. If the response is lost, a listing decides whether
// the request is sent again.
func TestCreateVariant(t *testing.T) {
	t.Parallel()
	const another = `{"fit":"pad","width":9}`
	const anotherHeld = `{"id":"card","options":` + another + `,"neverRequireSignedURLs":false}`
	fails := func(handler http.HandlerFunc) func(*fakeapi.Server) {
		return func(s *fakeapi.Server) { s.FailMethod(http.MethodPost, "variants", 1, handler) }
	}
	stored := func(options string, never bool, response http.HandlerFunc) func(*fakeapi.Server) {
		return func(s *fakeapi.Server) {
			fails(after(func() { s.PutVariant("card", options, never) }, response))(s)
		}
	}
	signedHeld := strings.Replace(cardHeld, "true", "false", 1)
	badGateway := fakeapi.Respond(502, "text/html", "<title>502</title>")
	once, found := []string{getAll, cardPosted}, []string{getAll, cardPosted, getAll}
	twice := []string{getAll, cardPosted, getAll, cardPosted} // or the first one is applied, and the second confirms it
	inVain := []string{getAll, cardPosted, getAll, cardPosted, getAll, cardPosted, getAll}
	halfPosted := cardPosted[:len("POST variants ")+(len(cardPosted)-len("POST variants "))/2]
	tests := map[string]struct {
		prepare      func(*fakeapi.Server)
		requests     []string
		kind         Kind
		maybeApplied bool
		holds        string
	}{
		"plain":              {prepare: func(*fakeapi.Server) {}, requests: once, holds: cardHeld},
		"response lost":      {prepare: func(s *fakeapi.Server) { s.DropResponseAfterCommit(1) }, requests: twice, holds: cardHeld},
		"response truncated": {prepare: func(s *fakeapi.Server) { s.DropDuringResponse(1) }, requests: twice, holds: cardHeld},
		"request lost":       {prepare: func(s *fakeapi.Server) { s.DropBeforeRequest(1) }, requests: twice, holds: cardHeld},
		"all cut": {
			prepare:      func(s *fakeapi.Server) { s.DropBeforeRequest(-1) },
			requests:     inVain,
			kind:         Unreachable,
			maybeApplied: true,
		},
		"request truncated": {
			prepare:  func(s *fakeapi.Server) { s.DropDuringRequest(1) },
			requests: []string{getAll, halfPosted, getAll, cardPosted}, holds: cardHeld,
		},
		"502, not created": {prepare: fails(after(assertNoRequests, badGateway)), requests: twice, holds: cardHeld},
		"502, but created": {prepare: stored(cardOptions, true, badGateway), requests: twice, holds: cardHeld},
		"502, not created, a stale listing has it": {
			prepare: func(s *fakeapi.Server) {
				fails(after(assertNoRequests, badGateway))(s)
				s.FailMethod(http.MethodGet, "variants", 1, pageOf(`{"variants":{}}`))
				s.FailMethod(http.MethodGet, "variants", 1, pageOf(`{"variants":{"card":`+cardHeld+`}}`))
			}, requests: twice, holds: cardHeld,
		},
		"created, with more options by the API": {
			prepare: stored(
				`{"blur":5,`+cardOptions[1:],
				true,
				fakeapi.Reset,
			), requests: twice, holds: strings.Replace(cardHeld, `{"browser`, `{"blur":5,"browser`, 1),
		},
		"response lost, and listed late": {
			prepare:  func(s *fakeapi.Server) { s.StaleReads(1); s.DropResponseAfterCommit(1) },
			requests: twice, kind: Exists, maybeApplied: true, holds: cardHeld,
		},
		"response lost, but listed before": {
			prepare: func(s *fakeapi.Server) {
				s.FailMethod(http.MethodGet, "variants", 1, pageOf(`{"variants":{"card":{"id":"card"}}}`))
				s.DropResponseAfterCommit(1)
			}, requests: []string{getAll, cardPosted, cardPosted}, kind: Exists, maybeApplied: true, holds: cardHeld,
		},
		"response lost, another exists": {
			prepare:  stored(another, false, fakeapi.Reset),
			requests: found,
			kind:     Exists,
			holds:    anotherHeld,
		},
		"response lost, equal except for signed access": {
			prepare:  stored(cardOptions, false, fakeapi.Reset),
			requests: found,
			kind:     Exists,
			holds:    signedHeld,
		},
		"not created, an equal one comes with the second": {
			prepare: func(s *fakeapi.Server) {
				fails(after(assertNoRequests, badGateway))(s)
				s.FailMethod(http.MethodPost, "variants", 1, func(w http.ResponseWriter, r *http.Request) {
					s.PutVariant("card", cardOptions, true)
					s.ServeHTTP(w, r)
				})
			}, requests: append(slices.Clone(twice), cardPosted), kind: Exists, maybeApplied: true, holds: cardHeld,
		},
		"response lost, and the listing as well": {
			prepare: func(s *fakeapi.Server) {
				s.DropResponseAfterCommit(1)
				s.FailMethod(http.MethodGet, "variants", 1, pageOf(`{"variants":{}}`))
				s.FailMethod(
					http.MethodGet,
					"variants",
					1,
					fakeapi.Respond(403, "application/json", failure(`{"code":10000,"message":"no"}`)),
				)
			}, requests: found, kind: Unreachable, maybeApplied: true, holds: cardHeld,
		},
		"response is another variant's": {
			prepare: stored(cardOptions, true, pageOf(`{"variant":{"id":"Card"}}`)), requests: twice, holds: cardHeld,
		},
		"response is empty, not created": {
			prepare: fails(after(assertNoRequests, pageOf(`{}`))), requests: twice, holds: cardHeld,
		},
		"the listing is forbidden": {
			prepare: func(s *fakeapi.Server) {
				s.FailMethod(
					http.MethodGet,
					"variants",
					1,
					fakeapi.Respond(403, "application/json", failure(`{"code":10000,"message":"no"}`)),
				)
			}, requests: []string{getAll}, kind: NotPermitted,
		},
		"taken": {
			prepare:  func(s *fakeapi.Server) { s.PutVariant("card", another, false) },
			requests: once,
			kind:     Exists,
			holds:    anotherHeld,
		},
		"taken, in text": {prepare: func(s *fakeapi.Server) {
			s.PutVariant("card", another, false)
			s.PlainTextErrors(true)
		}, requests: once, kind: Exists, holds: anotherHeld},
		"taken, and equal": {
			prepare:  func(s *fakeapi.Server) { s.PutVariant("card", cardOptions, true) },
			requests: once,
			kind:     Exists,
			holds:    cardHeld,
		},
		"throttled": {
			prepare: fails(
				after(assertNoRequests, fakeapi.Respond(429, "application/json", failure(`{"code":971,"message":"wait"}`))),
			),
			requests: []string{getAll, cardPosted, cardPosted},
			holds:    cardHeld,
		},
		"interrupted, as the API says": {
			prepare: fails(
				after(assertNoRequests, fakeapi.Respond(500, "text/plain", "ERROR 5450: Error", "Cf-Images", "err=5450")),
			),
			requests: []string{getAll, cardPosted, cardPosted},
			holds:    cardHeld,
		},
		"bad": {
			prepare: fails(
				after(assertNoRequests, fakeapi.Respond(400, "application/json", failure(`{"code":5400,"message":"Bad Request"}`))),
			),
			requests: once, kind: Rejected,
		},
		"success is false": {
			prepare: fails(
				after(assertNoRequests, fakeapi.Respond(200, "application/json", failure(`{"code":5400,"message":"Bad Request"}`))),
			),
			requests: once, kind: InvalidResponse,
		},
		"all are there": {prepare: func(s *fakeapi.Server) {
			for i := range 97 {
				s.PutVariant(fmt.Sprint("v", i), another, false)
			}
		}, requests: once, kind: Rejected},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			test.prepare(fake)
			got, _, err := newWriteClient(t, fake).CreateVariant(t.Context(), fakeapi.AccountID, newCard())
			wantRequests{
				requests:     test.requests,
				kind:         test.kind,
				maybeApplied: test.maybeApplied,
				id:           "card",
				holds:        test.holds,
			}.check(
				t,
				fake,
				err,
			)
			if err == nil {
				got.UnknownOptions = nil
			}
			if want := newCard(); err == nil && !cmp.Equal(got, want) || err != nil && got != nil {
				t.Errorf("got %+v, want %+v, or nil with an error", got, want)
			}
			if name == "all are there" && !asError(t, err).HasCode(CodeLimit) {
				t.Errorf("got %v, want the code of the limit", err)
			}
		})
	}
}

// Nil fields are not sent.
func TestCreateVariantMinimal(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	variant := &Variant{ID: "a", Height: new(0.5 + 0.5)}
	_, _, err := newWriteClient(t, fake).CreateVariant(t.Context(), fakeapi.AccountID, variant)
	wantRequests{
		requests: []string{getAll, `POST variants {"id":"a","neverRequireSignedURLs":false,"options":{"height":1}}`},
		id:       "a", holds: `{"id":"a","options":{"height":1},"neverRequireSignedURLs":false}`,
	}.check(t, fake, err)
}

// A canceled create is reported as such. If the outcome was unknown, no listing
// counts: another block whose delete was canceled too may have the variant.
func TestCreateVariantCanceled(t *testing.T) {
	t.Parallel()
	gone := errors.New("operator pressed Ctrl-C")
	isListed := []string{getAll, cardPosted, getAll, cardPosted}
	tests := map[string]struct {
		method   string // of the request during which the context ends
		number   int    // of this method, counted from 1; 0 for before the first request
		delay    time.Duration
		requests []string
	}{
		"before":                 {},
		"during the create":      {method: http.MethodPost, number: 1, requests: isListed},
		"during the listing":     {method: http.MethodGet, number: 2, requests: isListed},
		"during the other try":   {method: http.MethodPost, number: 2, requests: isListed},
		"waiting for a deletion": {method: http.MethodPost, number: 2, delay: 50 * time.Millisecond, requests: isListed},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.PutVariant("card", cardOptions, true)
			ctx, cancel := context.WithCancelCause(t.Context())
			if test.number == 0 {
				cancel(gone)
			}
			respond := func(number int, response http.HandlerFunc) http.HandlerFunc {
				return func(w http.ResponseWriter, r *http.Request) {
					isLast := r.Method == test.method && number == test.number
					if isLast && test.delay == 0 {
						cancel(gone)
					} else if isLast {
						time.AfterFunc(test.delay, func() { cancel(gone) })
					}
					response(w, r)
				}
			}
			fake.FailMethod(http.MethodGet, "variants", 1, respond(1, pageOf(`{"variants":{}}`))) // stale
			fake.FailMethod(http.MethodGet, "variants", 1, respond(2, pageOf(`{"variants":{"card":`+cardHeld+`}}`)))
			fake.FailMethod(http.MethodPost, "variants", 1,
				after(assertNoRequests, respond(1, fakeapi.Respond(502, "text/html", ""))))
			fake.FailMethod(http.MethodPost, "variants", 1,
				after(assertNoRequests, respond(2, fakeapi.Respond(409, "application/json", failure(`{"code":5409,"message":"exists"}`)))))
			c := newWriteClient(t, fake)
			c.deleteWait = time.Minute
			created, _, err := c.CreateVariant(ctx, fakeapi.AccountID, newCard())
			wantRequests{
				requests: test.requests, kind: Canceled, maybeApplied: test.number > 0, id: "card", holds: cardHeld,
			}.check(t, fake, err)
			if created != nil || !errors.Is(err, gone) {
				t.Errorf("got %+v and %v, want the reason of the cancellation", created, err)
			}
		})
	}
}

// Fields that a response omits have the values of the request; others have
// those of the response.
func TestVariantWritesPartialResponse(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		response string
		want     bool
	}{
		"left out": {`{"variant":{"id":"card"}}`, true},
		"null":     {`{"variant":{"id":"card","neverRequireSignedURLs":null}}`, true},
		"false":    {`{"variant":{"id":"card","neverRequireSignedURLs":false}}`, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.FailMethod(http.MethodPost, "variants", 1, after(assertNoRequests, pageOf(test.response)))
			fake.FailMethod(http.MethodPatch, "card", 1, after(assertNoRequests, pageOf(test.response)))
			c := newWriteClient(t, fake)
			created, _, failed := c.CreateVariant(t.Context(), fakeapi.AccountID, newCard())
			changed, _, err := c.UpdateVariant(t.Context(), fakeapi.AccountID, newCard(), nil)
			if failed != nil || err != nil {
				t.Fatalf("got %v, %v", failed, err)
			}
			if created.NeverRequireSignedURLs != test.want || changed.NeverRequireSignedURLs != test.want {
				t.Errorf("got %+v and %+v, want %t", created, changed, test.want)
			}
		})
	}
}

// An update sends all fields, and keeps the options without a field.
func TestUpdateVariant(t *testing.T) {
	t.Parallel()
	const before = `{"fit":"pad","width":9,"blur":5}`
	const patched = `PATCH variants/card {"neverRequireSignedURLs":false,"options":{"blur":5,"width":320}}`
	const blind = `PATCH variants/card {"neverRequireSignedURLs":false,"options":{"width":320}}`
	const held = `{"id":"card","options":{"blur":5,"width":320},"neverRequireSignedURLs":false}`
	const heldBlind = `{"id":"card","options":{"width":320},"neverRequireSignedURLs":false}`
	const heldBefore = `{"id":"card","options":` + before + `,"neverRequireSignedURLs":true}`
	put := func(more func(*fakeapi.Server)) func(*fakeapi.Server) {
		return func(s *fakeapi.Server) {
			s.PutVariant("card", before, true)
			more(s)
		}
	}
	once, twice := []string{getCard, patched}, []string{getCard, patched, patched}
	tests := map[string]struct {
		prepare      func(*fakeapi.Server)
		requests     []string
		kind         Kind
		maybeApplied bool
		holds        string
	}{
		"plain": {prepare: put(func(*fakeapi.Server) {}), requests: once, holds: held},
		"response lost": {
			prepare:  put(func(s *fakeapi.Server) { s.DropResponseAfterCommit(1) }),
			requests: twice,
			holds:    held,
		},
		"response truncated": {prepare: put(func(s *fakeapi.Server) { s.DropDuringResponse(1) }), requests: twice, holds: held},
		"request lost":       {prepare: put(func(s *fakeapi.Server) { s.DropBeforeRequest(1) }), requests: twice, holds: held},
		"lost to the end": {
			prepare: put(
				func(s *fakeapi.Server) { s.DropResponseAfterCommit(-1) },
			), requests: []string{getCard, patched, patched, patched}, kind: Unreachable, maybeApplied: true, holds: held,
		},
		"the read is old": {prepare: func(s *fakeapi.Server) {
			s.PutVariant("card", `{"fit":"crop","width":8,"blur":5}`, true)
			s.StaleReads(1)
			s.PutVariant("card", before, true)
		}, requests: once, holds: held},
		"recently created, and not found yet": {prepare: func(s *fakeapi.Server) {
			s.StaleReads(2)
			s.PutVariant("card", `{"width":9}`, true)
		}, requests: []string{getCard, getAll, blind}, holds: heldBlind},
		"missing": {prepare: func(*fakeapi.Server) {}, requests: []string{getCard, getAll, blind}, kind: NotFound},
		"missing, in text": {
			prepare:  func(s *fakeapi.Server) { s.PlainTextErrors(true) },
			requests: []string{getCard, getAll, blind},
			kind:     NotFound,
		},
		"gone after the read": {prepare: put(func(s *fakeapi.Server) {
			s.FailMethod(http.MethodGet, "card", 1,
				after(func() { s.RemoveVariant("card") }, pageOf(`{"variant":{"id":"card","options":{"blur":5}}}`)))
		}), requests: once, kind: NotFound},
		"may not be read": {prepare: put(func(s *fakeapi.Server) {
			s.FailMethod(
				http.MethodGet,
				"card",
				1,
				fakeapi.Respond(403, "application/json", failure(`{"code":10000,"message":"no"}`)),
			)
		}), requests: []string{getCard}, kind: NotPermitted, holds: heldBefore},
		"read by something else": {prepare: put(func(s *fakeapi.Server) {
			s.FailMethod(http.MethodGet, "card", -1, inHTML)
			s.FailMethod(http.MethodGet, "variants", -1, inHTML)
		}), requests: []string{getCard, getAll}, kind: NotFromAPI, holds: heldBefore},
		"bad": {prepare: put(func(s *fakeapi.Server) {
			s.FailMethod(http.MethodPatch, "card", 1,
				after(assertNoRequests, fakeapi.Respond(400, "application/json", failure(`{"code":5400,"message":"Bad Request"}`))))
		}), requests: once, kind: Rejected, holds: heldBefore},
		"response is another variant's": {prepare: put(func(s *fakeapi.Server) {
			s.FailMethod(
				http.MethodPatch,
				"card",
				1,
				after(assertNoRequests, pageOf(`{"variant":{"id":"hero","options":{"width":1}}}`)),
			)
		}), requests: once, kind: InvalidResponse, maybeApplied: true, holds: heldBefore},
		"response has no variant": {prepare: put(func(s *fakeapi.Server) {
			s.FailMethod(http.MethodPatch, "card", 1, after(assertNoRequests, pageOf(`{"variant":null}`)))
		}), requests: once, kind: InvalidResponse, maybeApplied: true, holds: heldBefore},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			test.prepare(fake)
			sent := &Variant{ID: "card", Width: new(320.0)}
			got, _, err := newWriteClient(t, fake).UpdateVariant(t.Context(), fakeapi.AccountID, sent, nil)
			wantRequests{
				requests:     test.requests,
				kind:         test.kind,
				maybeApplied: test.maybeApplied,
				id:           "card",
				holds:        test.holds,
			}.check(
				t,
				fake,
				err,
			)
			if sent.UnknownOptions != nil {
				t.Errorf("the argument was modified: %+v", sent)
			}
			if got != nil {
				got.UnknownOptions = nil
			}
			if err == nil && !cmp.Equal(got, sent) || err != nil && got != nil {
				t.Errorf("got %+v, want %+v, or nil with an error", got, sent)
			}
		})
	}
}

// A missing variant is not an error, whoever has deleted it.
func TestDeleteVariant(t *testing.T) {
	t.Parallel()
	const removed = "DELETE variants/card"
	responses := func(handler http.HandlerFunc) func(*fakeapi.Server) {
		return func(s *fakeapi.Server) { s.FailMethod(http.MethodDelete, "card", 1, handler) }
	}
	inJSON := func(status int, body string) func(*fakeapi.Server) {
		return responses(fakeapi.Respond(status, "application/json", body))
	}
	missing := func(more func(*fakeapi.Server)) func(*fakeapi.Server) {
		return func(s *fakeapi.Server) {
			s.RemoveVariant("card")
			more(s)
		}
	}
	once, looked := []string{removed}, []string{removed, getAll}
	twice := append(slices.Clone(looked), removed)
	tests := map[string]struct {
		prepare      func(*fakeapi.Server)
		requests     []string
		kind         Kind
		maybeApplied bool
		stays        bool
	}{
		"plain":              {prepare: func(*fakeapi.Server) {}, requests: once},
		"missing":            {prepare: missing(func(*fakeapi.Server) {}), requests: once},
		"missing, in text":   {prepare: missing(func(s *fakeapi.Server) { s.PlainTextErrors(true) }), requests: once},
		"response lost":      {prepare: func(s *fakeapi.Server) { s.DropResponseAfterCommit(1) }, requests: looked},
		"response truncated": {prepare: func(s *fakeapi.Server) { s.DropDuringResponse(1) }, requests: looked},
		"request lost":       {prepare: func(s *fakeapi.Server) { s.DropBeforeRequest(1) }, requests: twice},
		"lost to the end": {
			prepare:      func(s *fakeapi.Server) { s.DropBeforeRequest(-1) },
			requests:     []string{removed, getAll, removed, getAll, removed},
			kind:         Unreachable,
			maybeApplied: true,
			stays:        true,
		},
		"result is null": {
			prepare:  inJSON(200, `{"result":null,"success":true,"errors":[],"messages":[]}`),
			requests: once,
			stays:    true,
		},
		"no result":          {prepare: inJSON(200, `{"success":true}`), requests: once, stays: true},
		"result is a string": {prepare: inJSON(200, success(`"gone"`)), requests: once, stays: true},
		"success is false": {
			prepare:  inJSON(200, failure(`{"code":5400,"message":"no"}`)),
			requests: once,
			kind:     InvalidResponse,
			stays:    true,
		},
		"no success": {prepare: inJSON(200, `{"result":{}}`), requests: twice},
		"empty body": {prepare: inJSON(200, ""), requests: twice},
		"404 of the router": {
			prepare:  inJSON(404, failure(`{"code":7003,"message":"Could not route"}`)),
			requests: once,
			kind:     NoRoute,
			stays:    true,
		},
		"404 of a page":    {prepare: responses(inHTML), requests: once, kind: NotFromAPI, stays: true},
		"404 of some text": {prepare: responses(inText), requests: once, kind: NotFromAPI, stays: true},
		"may not": {
			prepare:  inJSON(403, failure(`{"code":10000,"message":"no"}`)),
			requests: once,
			kind:     NotPermitted,
			stays:    true,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.PutVariant("card", cardOptions, true)
			test.prepare(fake)
			holds := ""
			if test.stays {
				holds = cardHeld
			}
			_, err := newWriteClient(t, fake).DeleteVariant(t.Context(), fakeapi.AccountID, newCard(), time.Time{}, false)
			wantRequests{
				requests:     test.requests,
				kind:         test.kind,
				maybeApplied: test.maybeApplied,
				id:           "card",
				holds:        holds,
			}.check(
				t,
				fake,
				err,
			)
		})
	}
}

// After a delete with an unknown outcome, a variant with another definition isn't
// deleted, and a missing one only if listings may not show it yet.
func TestDeleteVariantAfterUnknownOutcome(t *testing.T) {
	t.Parallel()
	const removed = "DELETE variants/card"
	old := time.Now().Add(-time.Hour)
	const another = `{"width":7,"fit":"pad","metadata":"none"}`
	keep := func(*fakeapi.Server) {}
	remove := func(s *fakeapi.Server) { s.RemoveVariant("card") }
	replace := func(s *fakeapi.Server) { s.PutVariant("card", another, true) }
	failListing := func(s *fakeapi.Server) { s.FailMethod(http.MethodGet, "variants", 1, inHTML) }
	tests := map[string]struct {
		prepare  func(*fakeapi.Server)
		created  time.Time
		requests []string
		kind     Kind
		holds    string
	}{
		"same definition":  {prepare: keep, created: old, requests: []string{getAll, removed}},
		"of unknown age":   {prepare: keep, requests: []string{getAll, removed}},
		"missing":          {prepare: remove, created: old, requests: []string{getAll}},
		"missing, but new": {prepare: remove, created: time.Now(), requests: []string{getAll, removed}},
		"another definition": {
			prepare: replace, created: old, requests: []string{getAll}, kind: Replaced,
			holds: `{"id":"card","options":` + another + `,"neverRequireSignedURLs":true}`,
		},
		"no listing": {
			prepare: failListing, created: old, requests: []string{getAll}, kind: NotFromAPI, holds: cardHeld,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New()
			fake.PutVariant("card", cardOptions, true)
			test.prepare(fake)
			_, err := newWriteClient(t, fake).DeleteVariant(t.Context(), fakeapi.AccountID, newCard(), test.created, true)
			wantRequests{requests: test.requests, kind: test.kind, id: "card", holds: test.holds}.check(t, fake, err)
		})
	}
}

// After a delete with an unknown outcome, only the variant in the state is updated.
func TestUpdateVariantAfterUnknownOutcome(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New()
	fake.PutVariant("card", cardOptions, true)
	c := newWriteClient(t, fake)
	wider, another := newCard(), newCard()
	wider.Width, another.Width = new(640.0), new(7.0)
	if _, _, err := c.UpdateVariant(t.Context(), fakeapi.AccountID, wider, another); !errors.Is(err, Replaced) {
		t.Errorf("another definition: got %v", err)
	}
	if got, _ := fake.Variant("card"); got != cardHeld {
		t.Errorf("got the variant %s, want %s", got, cardHeld)
	}
	if _, _, err := c.UpdateVariant(t.Context(), fakeapi.AccountID, wider, newCard()); err != nil {
		t.Errorf("same definition: got %v", err)
	}
	fake.FailMethod(http.MethodGet, "card", 1, fakeapi.Respond(404, "text/plain", ""))
	fake.FailMethod(http.MethodGet, "variants", 1, pageOf(`{"variants":{}}`)) // stale
	c = newWriteClient(t, fake)
	if _, _, err := c.UpdateVariant(t.Context(), fakeapi.AccountID, newCard(), wider); !errors.Is(err, NotFound) {
		t.Errorf("missing: got %v", err)
	}
}

// Names and options without a field don't matter for equality.
func TestVariantCanonical(t *testing.T) {
	t.Parallel()
	const whole = `{"neverRequireSignedURLs":true,"options":` + cardOptions + `}`
	const signed = `{"neverRequireSignedURLs":false,"options":`
	tests := map[string]struct {
		change func(*Variant)
		want   string
	}{
		"all":                  {func(*Variant) {}, whole},
		"another name":         {func(v *Variant) { v.ID = "other" }, whole},
		"others":               {func(v *Variant) { v.UnknownOptions = map[string]json.RawMessage{"blur": []byte("5")} }, whole},
		"signed":               {func(v *Variant) { v.NeverRequireSignedURLs = false }, signed + cardOptions + `}`},
		"no options":           {func(v *Variant) { *v = Variant{ID: v.ID} }, signed + `{}}`},
		"malformed characters": {func(v *Variant) { *v = Variant{Fit: new("<&>")} }, signed + `{"fit":"<&>"}}`},
		"a large number":       {func(v *Variant) { *v = Variant{Width: new(31536000.0)} }, signed + `{"width":31536000}}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			variant := newCard()
			test.change(variant)
			others := len(variant.UnknownOptions)
			if got := string(variant.Canonical()); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if len(variant.UnknownOptions) != others {
				t.Errorf("the argument was modified: %+v", variant)
			}
		})
	}
}

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
		"none":                {`{"variants":{}}`, ""},
		"bare":                {`{"variants":{"a":{}}}`, ""},
		"null options":        {`{"variants":{"a":{"id":"a","options":null,"neverRequireSignedURLs":null}}}`, ""},
		"a list":              {`{"variants":[]}`, "variants: expected an object of variants, got an array"},
		"missing":             {`{}`, "variants: expected an object of variants, got nothing"},
		"null":                {`{"variants":null}`, "variants: expected an object of variants, got nothing"},
		"variant is a string": {`{"variants":{"a":"x"}}`, `variants: "a": expected an object, got a string`},
		"variant is null":     {`{"variants":{"a":null}}`, `variants: "a": expected an object, got null`},
		"another ID":          {`{"variants":{"a":{"id":"b"}}}`, `variants: "a": unexpected id "b"`},
		"width is a string": {
			`{"variants":{"a":{"options":{"width":"5"}}}}`,
			`variants: "a": options: width: expected a number, got a string`,
		},
		"options is a list":    {`{"variants":{"a":{"options":[]}}}`, `variants: "a": options: expected an object, got an array`},
		"the first one counts": {`{"variants":{"c":1,"a":2,"b":3}}`, `variants: "c": expected`},
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

// A variant counts as not found only if the read and the listing lack it, and
// the listing is from the API.
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
		at       string // the ID in the error
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
			got, _, err := newWriteClient(t, fake).GetVariant(t.Context(), fakeapi.AccountID, "card", ReadOptions{})
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

// A malformed response is reported as such, not as a missing variant.
func TestGetVariantErrors(t *testing.T) {
	t.Parallel()
	for result, want := range map[string]string{
		`{"variant":[]}`:                             "variant: expected an object, got an array",
		`{"variant":{"id":"Card"}}`:                  `variant: unexpected id "Card", want "card"`,
		`{"variant":{"id":"card","options":"none"}}`: "variant: options: expected an object, got a string",
	} {
		fake := fakeapi.New()
		fake.FailMethod(http.MethodGet, "card", 1, pageOf(result))
		_, _, err := start(t, fake).GetVariant(t.Context(), fakeapi.AccountID, "card", ReadOptions{})
		if !errors.Is(err, InvalidResponse) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", result, err, want)
		}
	}
}

// The messages of the API are returned, from either response.
func TestGetVariantMessages(t *testing.T) {
	t.Parallel()
	response := func(result string) http.HandlerFunc {
		return fakeapi.Respond(200, "application/json",
			`{"result":`+result+`,"success":true,"errors":[],"messages":[{"code":10,"message":"renamed soon"}]}`)
	}
	for name, prepare := range map[string]func(*fakeapi.Server){
		"alone": func(s *fakeapi.Server) {
			s.FailMethod(http.MethodGet, "card", 1, response(`{"variant":{"id":"card"}}`))
		},
		"in the listing": func(s *fakeapi.Server) {
			s.FailMethod(http.MethodGet, "card", 1, inText)
			s.FailMethod(http.MethodGet, "variants", 1, response(`{"variants":{"card":{"id":"card"}}}`))
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

// A new variant that is not found is read again, whether or not the response
// has a sign of the API; any other is not.
func TestGetVariantRetryNotFound(t *testing.T) {
	t.Parallel()
	const inEnvelope = `{"result":null,"success":false,"errors":[{"code":5401,"message":"Variant name not found"}],"messages":[]}`
	const none, whole = `{"variants":{}}`, `{"variant":{"id":"a"}}`
	absent := func(body string) step { return step{status: 404, body: strings.NewReader(body)} }
	rejected := func(status, code int) step {
		return step{status: status, body: strings.NewReader(failure(fmt.Sprintf(`{"code":%d}`, code)))}
	}
	fine := func(result string) step { return step{status: 200, body: strings.NewReader(success(result))} }
	five := func(body string) []step {
		return []step{absent(body), absent(body), absent(body), absent(body), absent(body), fine(none)}
	}
	tests := map[string]struct {
		fresh bool
		steps []step
		want  string // time of each request
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
			steps: []step{rejected(403, 10000)},
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
			steps: []step{rejected(404, 7003), rejected(404, 7003)},
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

// A read that retries a 404 does not join one that doesn't.
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
				t.Errorf("a new variant: got %v", err)
			}
		})
		readers.Wait()
		if singles != 3 {
			t.Errorf("requests: got %d, want 3", singles)
		}
	})
}
