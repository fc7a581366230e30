package fakeapi

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// The client receives each fault as its name says.
func TestFaults(t *testing.T) {
	t.Parallel()
	fake := New()
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	// On a reused connection, net/http retries a dropped GET.
	transport := &http.Transport{DisableKeepAlives: true}
	browser := &http.Client{Transport: transport, Timeout: 2 * time.Second}
	for name, test := range map[string]struct {
		handler  http.HandlerFunc
		responds bool // there are headers
		whole    bool // the body is complete
	}{
		"reset":     {handler: Reset},
		"truncated": {handler: Truncated("{"), responds: true},
		"dripping":  {handler: Dripping(10 * time.Millisecond), responds: true},
		"endless":   {handler: Endless(1 << 18), responds: true, whole: true},
		"literal":   {handler: Respond(http.StatusTeapot, "text/plain", "x", "X-Name", "value"), responds: true, whole: true},
	} {
		fake.Fail(name, 1, test.handler)
		url := server.URL + BasePath + "/accounts/" + AccountID + "/images/v1/" + name
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := browser.Do(request)
		if (err == nil) != test.responds {
			t.Errorf("%s: got %v, want a response: %t", name, err, test.responds)
		}
		if err != nil {
			continue
		}
		_, err = io.Copy(io.Discard, response.Body)
		response.Body.Close()
		if (err == nil) != test.whole {
			t.Errorf("%s: got %v, want it whole: %t", name, err, test.whole)
		}
	}
}

// A limit and a delay apply to all later requests.
func TestLimitAndDelay(t *testing.T) {
	t.Parallel()
	fake := New()
	fake.Limit(1, time.Hour)
	fake.Delay(20 * time.Millisecond)
	for _, want := range []int{http.StatusOK, http.StatusTooManyRequests} {
		request := httptest.NewRequestWithContext(
			t.Context(),
			http.MethodGet,
			BasePath+"/accounts/"+AccountID+"/images/v1/stats",
			nil,
		)
		request.Header.Set("Authorization", "Bearer "+Token)
		recorder := httptest.NewRecorder()
		begin := time.Now()
		fake.ServeHTTP(recorder, request)
		if took := time.Since(begin); recorder.Code != want || took < 20*time.Millisecond {
			t.Errorf("got %d after %s, want %d after 20ms", recorder.Code, took, want)
		}
	}
}
