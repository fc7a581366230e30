package standin

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"time"
)

// Answer is a literal answer, for Fail. Header values come in pairs of name
// and value.
func Answer(status int, contentType, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body)) //nolint:gosec // a client that went away is its own affair, and the body a literal of the tests
	}
}

// Reset drops the connection without an answer.
func Reset(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// Truncated promises a longer body than it sends, and drops the connection.
func Truncated(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(2*len(body)+1))
		Answer(http.StatusOK, "application/json", body)(w, r)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// Dripping sends the headers and then a space at each interval, until the
// client has had enough or the test is over.
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

// Endless sends size bytes of JSON white space, compressed where the client
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
