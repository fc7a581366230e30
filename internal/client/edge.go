package client

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/redact"
	"terraform.local/images/terraform-provider-cloudflare/internal/client/internal/strictjson"
)

// edgeError is what Cloudflare's edge says where it answers before the API sees
// a request: a problem object of RFC 9457 to clients that accept JSON, else
// text or a page. Any part of it may be missing.
type edgeError struct {
	code       int
	title      string
	detail     string
	advice     string
	retryAfter string
	ray        string
}

// looseFields are the members of a JSON object, in whose form nothing is trusted: a
// text as it is, null as nothing, and anything else as it is written. The
// names stand in the order of the object.
func looseFields(object []byte) (values map[string]string, names []string) {
	values = map[string]string{}
	for rawName, raw := range strictjson.Fields(object) {
		name, _ := strictjson.DecodeString(rawName)
		value := string(raw)
		if decoded, ok := strictjson.DecodeString(raw); ok {
			value = decoded
		}
		if value == "null" && raw[0] == 'n' {
			value = ""
		}
		values[name] = value
		names = append(names, name)
	}
	return values, names
}

// The forms of an edge's answer that are not JSON.
var (
	edgeTextError = regexp.MustCompile(`(?i)^\x{feff}?error code: (\d{3,5})\.?$`)
	edgePage      = regexp.MustCompile(`(?i)used Cloudflare to restrict access|\| Cloudflare</title>|cdn-cgi/styles/cf\.errors`)
	titleCode     = regexp.MustCompile(`^Error (1\d{3}|5\d\d)\b`)
	edgeCode      = regexp.MustCompile(`(?i)\berror(?: code:?|\s)?(?:<[^>]*>|\s)*(1\d{3}|5[0-3]\d)\b`)
)

// parseEdgeError finds what the edge said, and is whether it was the edge.
func parseEdgeError(body []byte, show redact.Redactor) (p edgeError, ok bool) {
	if strictjson.IsObject(body) {
		return parseEdgeErrorObject(body)
	}
	said := bodyPrefix(body, show)
	if match := edgeTextError.FindStringSubmatch(said); match != nil {
		p.code, _ = strconv.Atoi(match[1]) // five digits always fit
		return p, true
	}
	if !edgePage.MatchString(said) {
		return p, false
	}
	if title := htmlTitle.FindStringSubmatch(said); title != nil {
		p.title = title[1]
	}
	p.code = findCode(edgeCode, said)
	return p, true
}

func parseEdgeErrorObject(body []byte) (p edgeError, ok bool) {
	values, _ := looseFields(body)
	_, hasSuccess := values["success"]
	_, hasErrors := values["errors"]
	if hasSuccess || hasErrors {
		return p, false // the API's own envelope
	}
	p = edgeError{
		title: values["title"], detail: values["detail"], retryAfter: values["retry_after"], ray: cmp.Or(values["ray_id"], values["instance"]),
		advice: strings.ReplaceAll(values["what_you_should_do"], "**", ""),
	}
	p.code, _ = strconv.Atoi(values["error_code"]) // no number is none
	p.code = cmp.Or(p.code, findCode(titleCode, p.title))
	isEdge := values["cloudflare_error"] == "true" || isEdgeCode(p.code) || p.advice != "" || rayForm.MatchString(p.ray) ||
		values["error_name"] != "" && p.detail != "" || strings.HasPrefix(values["type"], "https://developers.cloudflare.com/")
	return p, isEdge
}

// isEdgeCode is whether a number is one that the edge gives its errors.
func isEdgeCode(code int) bool { return code >= 1000 && code < 2000 || code >= 500 && code < 600 }

// message is the problem as a message, in the order in which it is read.
func (p edgeError) message() Message {
	parts := []string{"Cloudflare's edge"}
	for _, part := range []string{p.title, p.detail} {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return Message{Code: p.code, Text: strings.Join(parts, ": ")}
}
