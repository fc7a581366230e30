package fakeapi

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// Stale reads show the account as it was, for as long as the window, and a
// deleted ID stays taken for its time.
func TestLagReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := New()
		s.LagReads(time.Minute, func() time.Duration { return time.Hour })
		status := func(method, path string) int {
			r := httptest.NewRequestWithContext(
				t.Context(),
				method,
				BasePath+"/accounts/"+AccountID+"/images/"+path,
				http.NoBody,
			)
			r.Header.Set("Authorization", "Bearer "+Token)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			return w.Code
		}
		<-time.After(2 * time.Minute)
		for path, id := range map[string]string{"v1/variants/hero": "hero", "v1/brand%2Flogo": "brand/logo"} {
			if got := status(http.MethodDelete, path); got != http.StatusOK {
				t.Fatalf("DELETE %s: got %d", path, got)
			}
			if got := status(http.MethodGet, path); got != http.StatusOK {
				t.Errorf("%s right after its end: got %d, want a stale read", id, got)
			}
		}
		<-time.After(2 * time.Minute)
		for _, path := range []string{"v1/variants/hero", "v1/brand%2Flogo"} {
			if got := status(http.MethodGet, path); got != http.StatusNotFound {
				t.Errorf("%s after the window: got %d, want 404", path, got)
			}
		}
	})
}

func TestReserveDeleted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := New()
		s.ReserveDeleted(func() time.Duration { return 10 * time.Second })
		s.mu.Lock()
		s.reserve("brand/logo")
		reserved := s.isReserved("brand/logo")
		s.mu.Unlock()
		<-time.After(10 * time.Second)
		if !reserved || s.isReserved("brand/logo") {
			t.Errorf("taken: %t, and %t after its time", reserved, s.isReserved("brand/logo"))
		}
	})
}
