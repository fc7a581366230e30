package fakeapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"unicode/utf8"
)

const (
	maxFileSize = 10 << 20
	maxMetadata = 1024 // bytes
	maxCreator  = 1024 // characters
)

// form is the multipart form of an upload.
type form struct {
	id, url, creator string
	meta             string // compact; empty for none
	private          bool
	filename         string
	content          []byte
}

// readForm reads the form of an upload. It returns the error to respond with if
// the form is invalid, or its file larger than the limit.
func readForm(r *http.Request, sizeLimit int) (form, *apiError) {
	mediaType, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "multipart/form-data" {
		return form{}, &notAForm
	}
	body, isKept := r.Body.(*keptBody)
	if !isKept || body.length > maxKept {
		return form{}, &tooLarge
	}
	var f form
	reader, seen := multipart.NewReader(bytes.NewReader(body.kept), parameters["boundary"]), []string{}
	for {
		part, err := reader.NextRawPart()
		switch {
		case errors.Is(err, io.EOF) && len(seen) == 0:
			return f, &notAForm // not the announced boundary
		case errors.Is(err, io.EOF) && isWholeForm(body.kept, parameters["boundary"]):
			return f, f.check(seen, sizeLimit)
		case err != nil:
			return f, &badRequest
		}
		content, err := io.ReadAll(part)
		name := part.FormName()
		if err != nil || len(content) == 0 || slices.Contains(seen, name) {
			return f, &badRequest
		}
		seen = append(seen, name)
		if rejection := f.addPart(part, content); rejection != nil {
			return f, rejection
		}
	}
}

// addPart records a part. Parts with other names are ignored.
func (f *form) addPart(part *multipart.Part, content []byte) *apiError {
	ok := true
	switch part.FormName() {
	case "file":
		if part.FileName() == "" || part.Header.Get("Content-Type") == "" {
			return &unsupportedFormat // a field without a file name isn't a file
		}
		f.filename, f.content = part.FileName(), content
	case "url":
		f.url = string(content)
	case "id":
		f.id = string(content)
	case "metadata":
		f.meta, ok = readMetadata(content)
	case "requireSignedURLs":
		f.private = string(content) == "true"
		ok = f.private || string(content) == "false"
	case "creator":
		f.creator = string(content)
		ok = utf8.RuneCount(content) <= maxCreator
	}
	if !ok {
		return &badRequest
	}
	return nil
}

// check validates the combination of the parts.
func (f *form) check(seen []string, sizeLimit int) *apiError {
	hasID := slices.Contains(seen, "id")
	switch {
	case slices.Contains(seen, "file") == slices.Contains(seen, "url"):
		return &badRequest
	case len(f.content) > sizeLimit:
		return &tooLarge
	case hasID && checkCustomID(f.id) != "":
		return &apiError{status: 400, code: 5411, message: invalidID + checkCustomID(f.id)}
	case hasID && f.private:
		return &customAndPrivate
	case f.content != nil && mediaTypeOf(f.content) == "":
		return &unsupportedFormat
	}
	return nil
}

// readMetadata reads a JSON object of up to 1,024 bytes. An empty object means
// no metadata.
func readMetadata(raw []byte) (meta string, ok bool) {
	var members map[string]any
	raw = bytes.TrimSpace(raw)
	if err := json.Unmarshal(raw, &members); err != nil || members == nil || len(raw) > maxMetadata {
		return "", false
	}
	if len(members) == 0 {
		return "", true
	}
	return compact(raw), true
}
