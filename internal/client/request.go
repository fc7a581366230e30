package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// request describes a request to the API, and how to send it.
type request struct {
	method        string
	segments      []string                    // of the path below the base URL, not escaped
	query         url.Values                  // may be nil
	body          body                        // nil for none
	contentType   string                      // of the body
	limit         int64                       // largest body of a response, in bytes
	sensitive     bool                        // the response contains secrets, and is never quoted
	redact        []string                    // secrets in the body, which a response may repeat
	bestEffort    bool                        // at most one retry
	retryNotFound bool                        // the object was created recently
	retryConflict bool                        // the ID was deleted recently
	precondition  func(context.Context) error // checked before each attempt; may be nil
	idempotent    bool
	uploadTimeout time.Duration // for sending the body, in addition to the request timeout
}

// newGet returns a read request.
func newGet(limit int64, segments ...string) request {
	return request{method: http.MethodGet, segments: segments, limit: limit, idempotent: true}
}

// newMutation returns a write request. A value that isn't nil is sent as JSON.
func newMutation(method string, value any, idempotent bool, limit int64, segments ...string) request {
	r := request{method: method, segments: segments, limit: limit, idempotent: idempotent}
	if value != nil {
		r.body, r.contentType = jsonBody(value), "application/json"
	}
	return r
}

func (r request) isRead() bool { return r.method == http.MethodGet }

// account returns the ID of the account in the path.
func (r request) account() string { return r.segments[1] }

// path returns the path below the base URL, escaped as it is sent.
func (r request) path() string { return escapedPath(r.segments...) }

// newError returns the error of a request that was not sent.
func (r request) newError(kind Kind, err error) *Error {
	return &Error{Kind: kind, Method: r.method, Path: r.path(), Err: err}
}

// endpoint appends segments to the path of the base URL. Each is escaped, so that
// an ID remains one segment, and can't select another endpoint.
func endpoint(base *url.URL, segments ...string) (*url.URL, error) {
	for _, segment := range segments {
		// url.PathEscape doesn't escape dots, and servers resolve these two.
		if segment == "" || segment == "." || segment == ".." {
			return nil, fmt.Errorf("path segment %q cannot be sent", segment)
		}
	}
	target := *base
	var err error
	target.RawPath = strings.TrimRight(base.EscapedPath(), "/") + escapedPath(segments...)
	target.Path, err = url.PathUnescape(target.RawPath)
	return &target, err
}

// escapedPath joins segments to an escaped path that begins with a slash.
func escapedPath(segments ...string) string {
	var path strings.Builder
	for _, segment := range segments {
		path.WriteByte('/')
		path.WriteString(url.PathEscape(segment))
	}
	return path.String()
}

// ParseBaseURL parses the root URL of the API: https, or http to a loopback
// address; a host; no user info, query or fragment.
func ParseBaseURL(s string) (*url.URL, error) {
	base, err := url.Parse(s)
	if err != nil {
		// The error of url.Parse contains the URL, which may contain a password.
		return nil, errors.New("is not a valid URL")
	}
	base.Host = strings.ToLower(base.Host)
	switch {
	case base.User != nil:
		return nil, errors.New("must not contain a user name or password")
	case base.Scheme != "https" && base.Scheme != "http":
		return nil, errors.New("must begin with https://")
	case base.Hostname() == "":
		return nil, errors.New("has no host name")
	case base.RawQuery != "" || base.ForceQuery:
		return nil, errors.New("must not contain a query")
	case base.Fragment != "" || strings.HasSuffix(s, "#"):
		return nil, errors.New("must not contain a fragment")
	case base.Scheme == "http" && !isLoopback(base.Hostname()):
		return nil, errors.New("must use https: http would send the credentials in the clear, and is accepted for a loopback address only")
	}
	return base, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || (ip != nil && ip.IsLoopback())
}
