package client

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// endpoint appends the segments to the base URL's path. Each segment is
// escaped, so that it stays the one path segment it was given as: an ID can
// never change which endpoint is called.
func endpoint(base *url.URL, segments ...string) (*url.URL, error) {
	for _, segment := range segments {
		// url.PathEscape leaves dots alone, and a server resolves these two.
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

// escapedPath joins segments to a path that begins with a slash.
func escapedPath(segments ...string) string {
	var path strings.Builder
	for _, segment := range segments {
		path.WriteByte('/')
		path.WriteString(url.PathEscape(segment))
	}
	return path.String()
}

// ParseBaseURL checks the root URL of the API: https, or http to a loopback
// address; a host; no user info, query or fragment.
func ParseBaseURL(s string) (*url.URL, error) {
	base, err := url.Parse(s)
	if err != nil {
		// The parser's own error repeats the URL, which may hold a password.
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
