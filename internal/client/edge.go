package client

import (
	"cmp"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// problem is what Cloudflare's edge says where it answers before the API sees
// a request: a problem object of RFC 9457 to clients that accept JSON, else
// text or a page. Any part of it may be missing.
type problem struct {
	code       int
	title      string
	detail     string
	advice     string
	retryAfter string
	ray        string
}

// lenient is a value that is taken as text, whatever it is.
type lenient string

// UnmarshalJSON takes a text as it is, and anything else as it is written.
func (l *lenient) UnmarshalJSON(data []byte) error {
	*l = lenient(data)
	if decoded, ok := text(data); ok {
		*l = lenient(decoded)
	}
	if string(data) == "null" {
		*l = ""
	}
	return nil
}

// The forms of an edge's answer that are not JSON.
var (
	edgeText  = regexp.MustCompile(`(?i)^\x{feff}?error code: (\d{3,5})\.?$`)
	edgePage  = regexp.MustCompile(`(?i)used Cloudflare to restrict access|\| Cloudflare</title>|cdn-cgi/styles/cf\.errors`)
	titleCode = regexp.MustCompile(`^Error (1\d{3}|5\d\d)\b`)
	edgeCode  = regexp.MustCompile(`(?i)\berror(?: code:?|\s)?(?:<[^>]*>|\s)*(1\d{3}|5[0-3]\d)\b`)
)

// readProblem finds what the edge said, and is whether it was the edge.
func readProblem(body []byte, show redactor) (p problem, ok bool) {
	if json.Valid(body) && jsonKind(body) == "an object" {
		return readProblemObject(body)
	}
	said := beginning(body, show)
	if match := edgeText.FindStringSubmatch(said); match != nil {
		p.code, _ = strconv.Atoi(match[1]) // five digits always fit
		return p, true
	}
	if !edgePage.MatchString(said) {
		return p, false
	}
	if title := htmlTitle.FindStringSubmatch(said); title != nil {
		p.title = title[1]
	}
	if match := edgeCode.FindStringSubmatch(said); match != nil {
		p.code, _ = strconv.Atoi(match[1]) // four digits always fit
	}
	return p, true
}

func readProblemObject(body []byte) (p problem, ok bool) {
	fields := map[string]*lenient{}
	for rawName, raw := range members(body) {
		name, _ := text(rawName)
		fields[name] = new(lenient)
		_ = fields[name].UnmarshalJSON(raw) // it takes anything
	}
	get := func(name string) string {
		if value := fields[name]; value != nil {
			return string(*value)
		}
		return ""
	}
	if fields["success"] != nil || fields["errors"] != nil {
		return p, false // the API's own envelope
	}
	p = problem{
		title: get("title"), detail: get("detail"), retryAfter: get("retry_after"), ray: cmp.Or(get("ray_id"), get("instance")),
		advice: strings.ReplaceAll(get("what_you_should_do"), "**", ""),
	}
	p.code, _ = strconv.Atoi(get("error_code")) // no number is none
	if match := titleCode.FindStringSubmatch(p.title); match != nil && p.code == 0 {
		p.code, _ = strconv.Atoi(match[1]) // four digits always fit
	}
	isEdge := get("cloudflare_error") == "true" || isEdgeCode(p.code) || p.advice != "" || rayForm.MatchString(p.ray) ||
		get("error_name") != "" && p.detail != "" || strings.HasPrefix(get("type"), "https://developers.cloudflare.com/")
	return p, isEdge
}

// isEdgeCode is whether a number is one that the edge gives its errors.
func isEdgeCode(code int) bool { return code >= 1000 && code < 2000 || code >= 500 && code < 600 }

// message is the problem as a message, in the order in which it is read.
func (p problem) message() Message {
	parts := []string{"Cloudflare's edge"}
	for _, part := range []string{p.title, p.detail} {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return Message{Code: p.code, Text: strings.Join(parts, ": ")}
}
