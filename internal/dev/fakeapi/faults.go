package fakeapi

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"time"
)

// fault replaces the responses to the next requests for one name.
type fault struct {
	method  string // empty for any
	left    int    // how many more times; negative means always
	handler http.HandlerFunc
}

// Fail routes the next requests for an image ID to the handler; a negative
// count means all of them. Several calls queue up. Requests reach the handler
// whatever their credentials. Faults are matched by the last path segment, so
// "v1", "v2", "variants" and "keys", and the names of variants and keys, work
// like image IDs.
func (s *Server) Fail(imageID string, times int, handler http.HandlerFunc) {
	s.FailMethod("", imageID, times, handler)
}

// FailMethod is like Fail for requests of one method.
func (s *Server) FailMethod(method, name string, times int, handler http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[name] = append(s.faults[name], fault{method, times, handler})
}

func (s *Server) nextFault(method, name string) http.HandlerFunc {
	s.mu.Lock()
	defer s.mu.Unlock()
	queue := s.faults[name]
	for i := range queue {
		next := &queue[i]
		if next.left == 0 || next.method != "" && next.method != method {
			continue
		}
		next.left = max(next.left-1, -1)
		return next.handler
	}
	return nil
}

// Respond returns a handler for Fail that sends a literal response. Header
// values come in pairs of name and value.
func Respond(status int, contentType, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { response{status, contentType, body, header}.write(w) }
}

// Reset drops the connection without a response.
func Reset(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// Truncated promises a longer body than it sends, and drops the connection.
func Truncated(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(2*len(body)+1))
		Respond(http.StatusOK, "application/json", body)(w, r)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// Dripping sends the headers and then a space at each interval, until the
// client disconnects, but at most 10,000 times.
func Dripping(interval time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for range 10_000 {
			select {
			case <-r.Context().Done():
				return
			case <-ticker.C:
				_, _ = w.Write([]byte(" "))
				_ = http.NewResponseController(w).Flush()
			}
		}
	}
}

// Endless sends size bytes of JSON white space, compressed if the client
// accepts it.
func Endless(size int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		chunk := bytes.Repeat([]byte(" "), 1<<16)
		write := w.Write
		if r.Header.Get("Accept-Encoding") == "gzip" {
			w.Header().Set("Content-Encoding", "gzip")
			compressor := gzip.NewWriter(w)
			defer func() { _ = compressor.Close() }()
			write = compressor.Write
		}
		for sent := 0; sent < size; sent += len(chunk) {
			if _, err := write(chunk); err != nil {
				return
			}
		}
	}
}
