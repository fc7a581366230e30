package client

import (
	"cmp"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// edgeError is an error of Cloudflare's edge, which responds before the API sees a
// request: with a problem object of RFC 9457 to clients that accept JSON,
// otherwise with text or a page. Every field may be empty.
type edgeError struct {
	code       int
	title      string
	detail     string
	advice     string
	retryAfter string
	ray        string
}

// Errors of the edge that are not JSON.
var (
	edgeTextError = regexp.MustCompile(`(?i)^\x{feff}?error code: (\d{3,5})\.?$`)
	edgePage      = regexp.MustCompile(`(?i)used Cloudflare to restrict access|\| Cloudflare</title>|cdn-cgi/styles/cf\.errors`)
	titleCode     = regexp.MustCompile(`^Error (1\d{3}|5\d\d)\b`)
	edgeCode      = regexp.MustCompile(`(?i)\berror(?: code:?|\s)?(?:<[^>]*>|\s)*(1\d{3}|5[0-3]\d)\b`)
)

// parseEdgeText parses an error that is text or a page. It returns nil if the
// body is not from the edge.
func parseEdgeText(text string) *edgeError {
	if edgeTextError.MatchString(text) {
		return &edgeError{code: findCode(edgeTextError, text)}
	}
	if !edgePage.MatchString(text) {
		return nil
	}
	p := &edgeError{code: findCode(edgeCode, text)}
	if title := htmlTitle.FindStringSubmatch(text); title != nil {
		p.title = title[1]
	}
	return p
}

// parseEdgeObject parses a problem object. It returns nil if the object is not
// from the edge.
func parseEdgeObject(fields map[string]json.RawMessage) *edgeError {
	if fields["success"] != nil || fields["errors"] != nil {
		return nil // the envelope of the API
	}
	value := func(key string) string { return looseString(fields[key]) }
	p := &edgeError{
		title: value("title"), detail: value("detail"), retryAfter: value("retry_after"),
		advice: strings.ReplaceAll(value("what_you_should_do"), "**", ""),
		ray:    cmp.Or(value("ray_id"), value("instance")),
	}
	p.code, _ = strconv.Atoi(value("error_code")) // 0 if it is malformed
	p.code = cmp.Or(p.code, findCode(titleCode, p.title))
	isEdge := value("cloudflare_error") == "true" || isEdgeCode(p.code) || p.advice != "" || rayPattern.MatchString(p.ray) ||
		value("error_name") != "" && p.detail != "" || strings.HasPrefix(value("type"), "https://developers.cloudflare.com/")
	if !isEdge {
		return nil
	}
	return p
}

// isEdgeCode reports whether a number is in the ranges of edge errors.
func isEdgeCode(code int) bool { return code >= 1000 && code < 2000 || code >= 500 && code < 600 }

// apply copies the details of the edge error into e. Only the status decides
// the Kind, as the codes of the edge have other meanings in the API.
func (p *edgeError) apply(e *Error, excerpt string) {
	e.Kind = kindOf(e.Status, nil)
	if slices.Contains([]Kind{NotPermitted, NotFound, Rejected}, e.Kind) {
		e.Kind = BlockedAtEdge
	}
	parts := []string{"Cloudflare's edge", strings.TrimSpace(p.title), strings.TrimSpace(p.detail)}
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	e.Messages, e.Notes = sanitize(e.redactor, []Message{{Code: p.code, Text: strings.Join(parts, ": ")}}), nil
	if advice := strings.TrimSpace(p.advice); advice != "" {
		e.Notes = sanitize(e.redactor, []Message{{Text: advice}})
	}
	e.Excerpt = ""
	if p.title == "" && p.detail == "" {
		e.Excerpt = excerpt
	}
	e.Ray = cmp.Or(e.Ray, rayOf(http.Header{"Cf-Ray": {p.ray}}))
}
