package fakeapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// response is the response to one request.
type response struct {
	status      int
	contentType string
	body        string
	header      []string // pairs of name and value
}

func (a response) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", a.contentType)
	for i := 0; i+1 < len(a.header); i += 2 {
		w.Header().Set(a.header[i], a.header[i+1])
	}
	w.WriteHeader(a.status)
	_, _ = w.Write([]byte(a.body)) // the client may have disconnected
}

// jsonResponse returns a response with a JSON body.
func jsonResponse(status int, body string) response {
	return response{status: status, contentType: "application/json", body: body}
}

// success returns a result in the envelope.
func success(result string) response {
	return jsonResponse(http.StatusOK, `{"result":`+result+`,"success":true,"errors":[],"messages":[]}`)
}

// apiError is an error of the Images service.
type apiError struct {
	status       int
	code         int
	message      string
	plainMessage string // the message in plain text, if different
	plain        bool   // plain text whatever the request accepts
}

// The errors, as far as they are known. The statuses of 5410, 5411, 5453 and
// 5454 are unknown; 400 is the service's status for other bad requests.
var (
	badRequest    = apiError{status: 400, code: 5400, message: "Bad Request"}
	noSuchVariant = apiError{status: 404, code: 5401, message: "Variant name not found"}
	noImages      = apiError{status: 403, code: 5403, message: "The given account is not valid or is not authorized to access this service"}
	noSuchImage   = apiError{status: 404, code: 5404, message: "Image not found"}
	noSuchKey     = apiError{status: 404, code: 5404, message: "Key not found"} // only the code is known
	imageIsGone   = apiError{status: 404, code: 5404, message: "Image not found\n", plain: true}
	alreadyExists = apiError{
		status: 409, code: 5409, message: alreadyExistsLong, plainMessage: "Resource already exists",
	}
	notAForm          = apiError{status: 415, code: 5415, message: notAFormMessage, plain: true}
	tooLarge          = apiError{status: 413, code: 5413, message: "Maximum image size of 10 MB is reached", plain: true}
	customAndPrivate  = apiError{status: 400, code: 5410, message: customAndPrivateMessage}
	notFetched        = apiError{status: 400, code: 5454, message: "The URL could not be fetched"} // message unknown
	unsupportedFormat = apiError{status: 415, code: 5455, message: "Unsupported image format"}
	limitIsReached    = apiError{status: 400, code: 5453, message: "The given account has reached a service limit"}
)

const (
	alreadyExistsLong       = "Resource already exists. Verify the resource information and try again."
	customAndPrivateMessage = "The image contains a custom ID and cannot be set to private. To make the image private, delete and " +
		"upload the image again using a regular ID."
	notAFormMessage = "Images must be uploaded as a form, not as raw image data. Please use multipart/form-data format"
)

// asText returns the error in its plain-text form, without an envelope.
func (why apiError) asText() apiError {
	why.plain = true
	return why
}

func (why apiError) object() string {
	return fmt.Sprintf(`{"code":%d,"message":%q}`, why.code, why.message)
}

// reject returns an error of the Images service. In plain text, a header
// repeats the code.
func (s *Server) reject(r *http.Request, why apiError) response {
	if !why.plain && !s.textErrors.Load() && acceptsJSON(r) {
		return errorResponse(r, why.status, why.object())
	}
	text := why.plainMessage
	if text == "" {
		text = why.message
	}
	return response{
		status: why.status, contentType: "text/plain;charset=utf-8", body: fmt.Sprintf("ERROR %d: %s", why.code, text),
		header: []string{"cf-images", fmt.Sprintf("err=%d", why.code)},
	}
}

// errorResponse returns an error: in the envelope if the request accepts JSON,
// otherwise as plain text.
func errorResponse(r *http.Request, status int, errorObject string) response {
	if acceptsJSON(r) {
		return jsonResponse(status, `{"result":null,"success":false,"errors":[`+errorObject+`],"messages":[]}`)
	}
	var plain struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal([]byte(errorObject), &plain); err != nil {
		panic(err)
	}
	return response{status: status, contentType: "text/plain", body: fmt.Sprintf("ERROR %d: %s", plain.Code, plain.Message)}
}

func acceptsJSON(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "application/json")
}
