package client

import (
	"encoding/json"
	"net/http"
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
	edgeText = regexp.MustCompile(`(?i)^error code: (\d{3,5})$`)
	edgePage = regexp.MustCompile(`(?i)used Cloudflare to restrict access|Attention Required! \| Cloudflare|cdn-cgi/styles/cf\.errors`)
	edgeCode = regexp.MustCompile(`(?i)\berror(?: code:?|\s)?(?:<[^>]*>|\s)*(1\d{3}|5[0-3]\d)\b`)
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
		title: get("title"), detail: get("detail"), retryAfter: get("retry_after"), ray: get("ray_id"),
		advice: strings.ReplaceAll(get("what_you_should_do"), "**", ""),
	}
	p.code, _ = strconv.Atoi(get("error_code")) // no number is none
	return p, p.code != 0 || p.ray != "" || p.advice != "" || get("cloudflare_error") == "true"
}

// message is the problem as a message, in the order in which it is read.
func (p problem) message() Message {
	parts := []string{"Cloudflare's edge"}
	for _, part := range []string{p.title, p.detail, p.advice} {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return Message{Code: p.code, Text: strings.Join(parts, ": ")}
}

// askedPause is what an answer asks for before another attempt: its header,
// or else what the edge says in its body.
func (k *call) askedPause() string {
	if value := k.last.header.Get("Retry-After"); value != "" || k.last.status == http.StatusOK {
		return value
	}
	p, _ := readProblem(k.last.body, k.client.credentials.redactor)
	return p.retryAfter
}
