package fakeapi

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// account sends requests to a fake API over new connections, because net/http
// retries some requests on reused ones.
type account struct {
	*Server

	t      *testing.T
	origin string
	client *http.Client
}

func newAccount(t *testing.T) account {
	t.Helper()
	fake := New()
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	return account{
		Server: fake,
		t:      t,
		origin: server.URL,
		client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
	}
}

// reply is a response; err is set if it is incomplete or missing.
type reply struct {
	status int
	header http.Header
	body   string
	err    error
}

// request sends a request to a path below the account. A body is sent as JSON,
// unless the headers, pairs of name and value, contain another type.
func (a account) request(method, path, body string, header ...string) reply {
	a.t.Helper()
	request, err := http.NewRequestWithContext(
		a.t.Context(),
		method,
		a.origin+BasePath+"/accounts/"+AccountID+"/"+path,
		nil,
	)
	if err != nil {
		a.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+Token)
	request.Header.Set("Accept", "application/json")
	if body != "" {
		request.Body, request.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	return a.do(request)
}

func (a account) do(request *http.Request) reply {
	response, err := a.client.Do(request)
	if err != nil {
		return reply{err: err}
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	return reply{status: response.StatusCode, header: response.Header, body: string(content), err: err}
}

// want sends a request and compares the status and the whole body.
func (a account) want(status int, want, method, path, body string, header ...string) {
	a.t.Helper()
	if got := a.request(method, path, body, header...); got.err != nil || got.status != status || got.body != want {
		a.t.Errorf("%s %s %s: got %d %s, %v; want %d %s", method, path, body, got.status, got.body, got.err, status, want)
	}
}

// Responses of several endpoints, as the API writes them.
const (
	saysBadRequest = `{"result":null,"success":false,"errors":[{"code":5400,"message":"Bad Request"}],"messages":[]}`
	saysNoVariant  = `{"result":null,"success":false,"errors":[{"code":5401,"message":"Variant name not found"}],"messages":[]}`
	saysTaken      = `{"result":null,"success":false,"errors":[{"code":5409,"message":"Resource already exists. ` +
		`Verify the resource information and try again."}],"messages":[]}`
	saysLimit = `{"result":null,"success":false,"errors":[{"code":5453,"message":"The given account has reached a service limit"}],` +
		`"messages":[]}`
	saysDone = `{"result":{},"success":true,"errors":[],"messages":[]}`
)

// Each switch drops the connection at its stage, the given number of times. A
// write that was applied before stays applied.
func TestDroppedConnections(t *testing.T) {
	t.Parallel()
	const body = `{"id":"wide","options":{"width":9}}`
	for name, test := range map[string]struct {
		cut           func(s *Server, times int)
		stored        bool
		status        int // 0 without a response
		recorded      string
		secondOutcome int
	}{
		"mid request":         {cut: (*Server).DropDuringRequest, recorded: body[:len(body)/2], secondOutcome: 200},
		"before":              {cut: (*Server).DropBeforeRequest, recorded: body, secondOutcome: 200},
		"after storing":       {cut: (*Server).DropResponseAfterCommit, stored: true, recorded: body, secondOutcome: 409},
		"during the response": {cut: (*Server).DropDuringResponse, stored: true, status: 200, recorded: body, secondOutcome: 409},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t)
			test.cut(a.Server, 1)
			a.request(http.MethodGet, "images/v1/variants", "") // reads do not count
			got := a.request(http.MethodPost, "images/v1/variants", body)
			if got.err == nil || got.status != test.status {
				t.Errorf("got %+v, want a connection that broke off, and the status %d", got, test.status)
			}
			if test.status != 0 && (!errors.Is(got.err, io.ErrUnexpectedEOF) || got.body == "") {
				t.Errorf("got %q, %v; want half a response", got.body, got.err)
			}
			if _, stored := a.Variant("wide"); stored != test.stored {
				t.Errorf("stored: %t, want %t", stored, test.stored)
			}
			if again := a.request(http.MethodPost, "images/v1/variants", body); again.status != test.secondOutcome {
				t.Errorf("the next request got %d %s, want %d", again.status, again.body, test.secondOutcome)
			}
			requests := a.Requests()
			if requests[1].Body != test.recorded || requests[1].Status != test.status || requests[2].Body != body {
				t.Errorf("recorded %+v, want %q with %d", requests[1:], test.recorded, test.status)
			}
		})
	}
}

// In plain text, every error of the service has its code in a header; those of
// the gateway are unchanged.
func TestTextErrors(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.PlainTextErrors(true)
	for _, test := range []struct{ method, path, body, code, want string }{
		{method: http.MethodGet, path: "images/v1/nope", code: "err=5404", want: "ERROR 5404: Image not found"},
		{method: http.MethodPost, path: "images/v1/variants", body: `{"id":"hero","options":{"width":1}}`, code: "err=5409", want: "ERROR 5409: Resource already exists"},
		{method: http.MethodPost, path: "images/v1/variants", body: `{}`, code: "err=5400", want: "ERROR 5400: Bad Request"},
		{method: http.MethodDelete, path: "images/v1/variants/nope", code: "err=5401", want: "ERROR 5401: Variant name not found"},
	} {
		got := a.request(test.method, test.path, test.body)
		if got.body != test.want || got.header.Get("Cf-Images") != test.code ||
			got.header.Get("Content-Type") != "text/plain;charset=utf-8" {
			t.Errorf("%s %s: got %+v, want %s", test.method, test.path, got, test.want)
		}
	}
	if got := a.request(http.MethodGet, "images/v3", ""); !strings.HasPrefix(got.body, "{") ||
		got.header.Get("Cf-Images") != "" {
		t.Errorf("the gateway: got %+v, want JSON", got)
	}
	a.PlainTextErrors(false)
	a.want(404, saysNoVariant, http.MethodDelete, "images/v1/variants/nope", "")
}

// A fault of one method doesn't affect requests of other methods, and these
// leave it in the queue.
func TestFailMethod(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.FailMethod(http.MethodDelete, "hero", 1, Respond(503, "text/plain", "busy"))
	a.Fail("hero", 1, Respond(429, "text/plain", "slow"))
	a.FailMethod(http.MethodPost, "variants", -1, func(w http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		Respond(500, "text/plain", string(content))(w, r)
	})
	for i, step := range []struct {
		method, path string
		want         int
	}{
		{method: http.MethodGet, path: "images/v1/variants/hero", want: 429},
		{method: http.MethodGet, path: "images/v1/variants/hero", want: 200},
		{method: http.MethodDelete, path: "images/v1/variants/hero", want: 503},
		{method: http.MethodDelete, path: "images/v1/variants/hero", want: 200},
	} {
		if got := a.request(step.method, step.path, ""); got.status != step.want {
			t.Errorf("step %d: got %d, want %d", i, got.status, step.want)
		}
	}
	for range 2 {
		if got := a.request(http.MethodPost, "images/v1/variants", `{"a":1}`); got.status != 500 || got.body != `{"a":1}` {
			t.Errorf("got %+v, want the handler to see the body", got)
		}
	}
	if requests := a.Requests(); requests[5].Body != `{"a":1}` || requests[5].Status != 500 {
		t.Errorf("recorded %+v", requests[5])
	}
}
