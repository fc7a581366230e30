package provider

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// Others write to the same account.

// strangers is the run of all others, which has no faults.
var strangers = &process{state: others}

func (a *account) request(method, path, contentType string, body []byte) *exchange {
	request, err := http.NewRequestWithContext(context.Background(), method,
		"http://127.0.0.1"+fakeapi.BasePath+"/accounts/"+fakeapi.AccountID+"/images/"+path, http.NoBody)
	if err != nil {
		panic(err)
	}
	request.Header.Set("Authorization", "Bearer "+fakeapi.Token)
	request.Header.Set("Accept", "application/json")
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	return &exchange{run: strangers, request: request, body: body}
}

// act has others write in the middle of a request.
func (a *account) act(e *exchange) {
	serving := a.serving
	a.serving = strangers
	defer func() { a.serving = serving }()
	a.carryOut(e, "")
}

// strangerUploads uploads a file that looks like the one in another upload, or
// an image by URL without any metadata. Under a custom ID, its content
// differs.
func (a *account) strangerUploads(like *exchange, kind string) {
	for _, p := range like.parts() {
		if p.name == "id" { // metadata shows the owner
			a.act(a.upload(map[string]string{"id": p.content, "url": urlOf(contents - 1), "metadata": `{"theirs":true}`}))
			return
		}
	}
	if kind == "same upload" {
		a.act(a.request(http.MethodPost, "v1", like.request.Header.Get("Content-Type"), like.body))
		return
	}
	a.act(a.upload(map[string]string{"url": urlOf(a.uploads % contents)}))
	a.uploads++
}

// strangerTakes uploads an image under a custom ID that was just deleted, from
// a URL that no block uses.
func (a *account) strangerTakes(deleted *exchange) {
	id, isImage := strings.CutPrefix(keyOf(deleted.request.URL.EscapedPath()), "image/")
	if name, ok := strings.CutPrefix(id, "variant/"); ok {
		a.act(a.request(http.MethodPost, "v1/variants", "application/json",
			[]byte(`{"id":"`+name+`","options":{"width":777,"fit":"pad","metadata":"none"}}`)))
	}
	if name, ok := strings.CutPrefix(id, "key/"); ok && a.objects[id] == nil { // others rotate no key
		a.act(a.request(http.MethodPut, "v1/keys/"+name, "", nil))
	}
	if isImage && !delivery.IsGeneratedID(id) {
		a.act(a.upload(map[string]string{"id": id, "url": urlOf(contents)}))
	}
}

func (a *account) upload(fields map[string]string) *exchange {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, name := range sortedKeys(fields) {
		part, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + name + `"`}})
		if err == nil {
			_, err = part.Write([]byte(fields[name]))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := form.Close(); err != nil {
		panic(err)
	}
	return a.request(http.MethodPost, "v1", form.FormDataContentType(), body.Bytes())
}

// Writes by others to a managed object.
const (
	theyDelete = iota
	theyChange
	theySetStringMetadata
)

// theirs updates or deletes a managed object in the dashboard.
func (a *account) theirs(key string, what int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	kind, id, _ := strings.Cut(key, "/")
	if id == "shared/hero" && what == theyDelete {
		return
	}
	path := map[string]string{"image": "v1/", "variant": "v1/variants/", "key": "v1/keys/"}[kind] + strings.ReplaceAll(
		id,
		"/",
		"%2F",
	)
	switch {
	case what == theyDelete:
		a.act(a.request(http.MethodDelete, path, "", nil))
	case kind == "image" && what == theySetStringMetadata:
		a.SetMetadata(id, `"theirs"`)
		a.touched[key] = time.Now()
		a.notef("others set the metadata of %s to a string", key)
	case kind == "image":
		a.act(a.request(http.MethodPatch, path, "application/json", []byte(`{"metadata":{"theirs":true}}`)))
	case kind == "variant":
		a.act(
			a.request(
				http.MethodPatch,
				path,
				"application/json",
				[]byte(`{"options":{"width":999,"fit":"pad","metadata":"none"}}`),
			),
		)
	}
}
