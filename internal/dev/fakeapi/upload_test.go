package fakeapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// dot begins like a PNG file, so that the fake API accepts it.
const dot = "\x89PNG\r\n\x1a\n..."

// part returns a field of a form, and file a field with an image file.
func part(name, value string) string {
	return `Content-Disposition: form-data; name="` + name + "\"\r\n\r\n" + value
}

func file(content string) string {
	return "Content-Disposition: form-data; name=\"file\"; filename=\"logo.png\"\r\nContent-Type: image/png\r\n\r\n" + content
}

// post uploads a form of these parts.
func (a account) post(parts ...string) reply {
	a.t.Helper()
	body := ""
	for _, p := range parts {
		body += "--B\r\n" + p + "\r\n"
	}
	return a.request(http.MethodPost, "images/v1", body+"--B--\r\n", "Content-Type", "multipart/form-data; boundary=B")
}

// uploadedImage is the response to an upload.
type uploadedImage struct {
	ID       string          `json:"id"`
	Filename *string         `json:"filename"`
	Meta     json.RawMessage `json:"meta"`
	Uploaded string          `json:"uploaded"`
	Private  bool            `json:"requireSignedURLs"`
	Creator  json.RawMessage `json:"creator"`
	Variants []string        `json:"variants"`
}

func (r reply) image(t *testing.T) uploadedImage {
	t.Helper()
	var response struct {
		Result uploadedImage `json:"result"`
	}
	if err := json.Unmarshal([]byte(r.body), &response); err != nil || r.status != http.StatusOK {
		t.Fatalf("got %d %s, %v; want an image", r.status, r.body, err)
	}
	return response.Result
}

// The API returns an image as it was uploaded.
func TestUpload(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.DeliverFrom("https://example.com")
	whole := a.post(
		part("id", "brand/50% ä"),
		part("metadata", `{"team": "web"}`+"\n"),
		part("creator", "web-team"),
		file(dot),
	)
	image := whole.image(t)
	want := `{"result":{"id":"brand/50% ä","filename":"logo.png","meta":{"team":"web"},"uploaded":"` + image.Uploaded +
		`","requireSignedURLs":false,"creator":"web-team","variants":[`
	if !strings.HasPrefix(whole.body, want) {
		t.Errorf("got %s, want %s", whole.body, want)
	}
	base := "https://example.com/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/brand/50%25%20%C3%A4/"
	if got := slices.Sorted(slices.Values(image.Variants)); !slices.Equal(
		got,
		[]string{base + "hero", base + "public", base + "thumbnail"},
	) {
		t.Errorf("got the variants %v", got)
	}
	if len(image.Uploaded) != len("2026-11-02T09:15:00.949Z") {
		t.Errorf("uploaded at %s, want three digits of a fraction", image.Uploaded)
	}
	again := a.request(http.MethodGet, "images/v1/brand%2F50%25%20%C3%A4", "").image(t)
	if slices.Equal(again.Variants, image.Variants) || len(again.Variants) != 3 {
		t.Errorf("got the variants %v again, want another order", again.Variants)
	}
	bare := a.post(file(dot), part("requireSignedURLs", "true")).image(t)
	if bare.ID != "57a4d001-ac1d-4e57-0b5e-000000000100" || bare.Meta != nil || bare.Creator != nil || !bare.Private {
		t.Errorf("got %+v, want a private image without metadata and creator", bare)
	}
	list := a.request(http.MethodGet, "images/v2?creator=web-team&per_page=10&meta.team%5Beq:string%5D=web", "").body
	if !strings.HasPrefix(list, `{"result":{"images":[{"id":"brand/50% ä",`) {
		t.Errorf("got the list %s", list)
	}
	if list := a.request(http.MethodGet, "images/v2", "").body; !strings.HasPrefix(
		list,
		`{"result":{"images":[{"id":"57a4d001-`,
	) {
		t.Errorf("the newest is not the first of %s", list)
	}
	a.want(200, result(`{"count":{"current":18,"allowed":100000}}`), http.MethodGet, "images/v1/stats", "")
	if got := a.Images(); len(got) != 18 || got[17] != bare.ID || string(a.Content(bare.ID)) != dot {
		t.Errorf("holds %v", got)
	}
}

func TestUploadErrors(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	const tooLargeText, uuid = "ERROR 5413: Maximum image size of 10 MB is reached", "083eb7b2-5392-4565-b69e-aff66acddd01"
	rejected := func(code int, message string) string {
		return fmt.Sprintf(
			`{"result":null,"success":false,"errors":[{"code":%d,"message":"%s"}],"messages":[]}`,
			code,
			message,
		)
	}
	badID := func(reason string) string { return rejected(5411, invalidID+reason) }
	const nameless = "Content-Disposition: form-data; name=\"file\"\r\nContent-Type: image/png\r\n\r\n"
	const untyped = "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n"
	tooLong, private := badID("Must not be longer than 1024 characters"), rejected(5410, customAndPrivateMessage)
	notImage := rejected(5455, "Unsupported image format")
	for name, test := range map[string]struct {
		parts  []string
		status int
		want   string
	}{
		"file as a field":          {parts: []string{part("file", dot)}, status: 415, want: notImage},
		"file without a type":      {parts: []string{untyped + dot}, status: 415, want: notImage},
		"file without a name":      {parts: []string{nameless + dot}, status: 415, want: notImage},
		"not an image":             {parts: []string{file("<html>")}, status: 415, want: notImage},
		"XML that is not an image": {parts: []string{file("<?xml version='1.0'?><a/>")}, status: 415, want: notImage},
		"empty file":               {parts: []string{file("")}, status: 400, want: saysBadRequest},
		"empty metadata":           {parts: []string{file(dot), part("metadata", "")}, status: 400, want: saysBadRequest},
		"nothing to upload":        {parts: []string{part("id", "a")}, status: 400, want: saysBadRequest},
		"file and url":             {parts: []string{file(dot), part("url", a.origin)}, status: 400, want: saysBadRequest},
		"twice the same part":      {parts: []string{file(dot), part("id", "a"), part("id", "b")}, status: 400, want: saysBadRequest},
		"metadata are a list":      {parts: []string{file(dot), part("metadata", "[]")}, status: 400, want: saysBadRequest},
		"metadata are null":        {parts: []string{file(dot), part("metadata", "null")}, status: 400, want: saysBadRequest},
		"1,025 bytes of them":      {parts: []string{file(dot), part("metadata", `{"a":"`+strings.Repeat("x", 1017)+`"}`)}, status: 400, want: saysBadRequest},
		"flag of another word":     {parts: []string{file(dot), part("requireSignedURLs", "yes")}, status: 400, want: saysBadRequest},
		"creator too long":         {parts: []string{file(dot), part("creator", strings.Repeat("ä", 1025))}, status: 400, want: saysBadRequest},
		"too large":                {parts: []string{file(dot + strings.Repeat(" ", 10<<20))}, status: 413, want: tooLargeText},
		"far too large":            {parts: []string{file(dot + strings.Repeat(" ", 13<<20))}, status: 413, want: tooLargeText},
		"ID of a UUID":             {parts: []string{file(dot), part("id", uuid)}, status: 400, want: badID("Must not be UUID")},
		"ID of a document":         {parts: []string{file(dot), part("id", "a.pdf")}, status: 400, want: badID("Must not use a non-image file name extension")},
		"ID that begins with /":    {parts: []string{file(dot), part("id", "/a")}, status: 400, want: badID("Must not begin or end with a slash")},
		"ID that ends with /":      {parts: []string{file(dot), part("id", "a/")}, status: 400, want: badID("Must not begin or end with a slash")},
		"ID too long":              {parts: []string{file(dot), part("id", strings.Repeat("ä", 1025))}, status: 400, want: tooLong},
		"ID is not UTF-8":          {parts: []string{file(dot), part("id", "\xff")}, status: 400, want: badID("Must be UTF-8")},
		"ID of an endpoint":        {parts: []string{file(dot), part("id", "keys")}, status: 400, want: badID("Must not be the name of an endpoint")},
		"ID below an endpoint":     {parts: []string{file(dot), part("id", "variants/a")}, status: 400, want: badID("Must not be the name of an endpoint")},
		"private custom ID":        {parts: []string{file(dot), part("id", "a"), part("requireSignedURLs", "true")}, status: 400, want: private},
		"taken":                    {parts: []string{file(dot), part("id", "brand/logo")}, status: 409, want: saysTaken},
		"URL of another machine":   {parts: []string{part("url", "http://192.0.2.1/a.png")}, status: 400, want: rejected(5454, "The URL could not be fetched")},
		"URL of nothing":           {parts: []string{part("url", a.origin+"/nope")}, status: 400, want: rejected(5454, "The URL could not be fetched")},
		"URL of a file":            {parts: []string{part("url", "file:///dev/null")}, status: 400, want: rejected(5454, "The URL could not be fetched")},
	} {
		if got := a.post(test.parts...); got.err != nil || got.status != test.status || got.body != test.want {
			t.Errorf("%s: got %d %.300s, %v; want %d %s", name, got.status, got.body, got.err, test.status, test.want)
		}
	}
	const raw = "ERROR 5415: " + notAFormMessage
	a.want(415, raw, http.MethodPost, "images/v1", dot, "Content-Type", "image/png")
	a.want(415, raw, http.MethodPost, "images/v1", `{"url":"x"}`)
	a.want(
		415,
		raw,
		http.MethodPost,
		"images/v1",
		"--A\r\n"+file(dot)+"\r\n--A--\r\n",
		"Content-Type",
		"multipart/form-data; boundary=B",
	)
	a.want(400, saysBadRequest, http.MethodPost, "images/v1", "--B\r\n"+file(dot)+"\r\n--B\r\n", "Content-Type",
		"multipart/form-data; boundary=B")
	if got := a.Images(); len(got) != 16 {
		t.Errorf("holds %d images, want the 16 of the beginning", len(got))
	}
}

// Uploads just within the limits are accepted.
func TestUploadLimits(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	for name, parts := range map[string][]string{
		"10 MiB":              {file(dot + strings.Repeat(" ", 10<<20-len(dot)))},
		"1,024 bytes":         {file(dot), part("metadata", `{"a":"`+strings.Repeat("x", 1016)+`"}`)},
		"1,024 characters":    {file(dot), part("id", strings.Repeat("ä", 1024)), part("creator", strings.Repeat("ä", 1024))},
		"GIF":                 {file("GIF89a")},
		"JPEG":                {file("\xff\xd8\xff")},
		"WebP":                {file("RIFF0000WEBP")},
		"HEIC":                {file("\x00\x00\x00\x18ftypheic")},
		"SVG":                 {file(" <svg/>")},
		"SVG with a prologue": {file("\ufeff<?xml version='1.0'?>\n<!-- x --><svg/>")},
	} {
		if got := a.post(parts...); got.status != http.StatusOK {
			t.Errorf("%s: got %d %s", name, got.status, got.body)
		}
	}
}

// A URL on this machine is fetched, and its last segment is the file name.
func TestUploadFromURL(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch user, _, _ := r.BasicAuth(); {
		case r.URL.Path == "/away":
			http.Redirect(w, r, "/open", http.StatusFound)
		case r.URL.Path == "/page":
			fmt.Fprint(w, "<html>")
		case r.URL.Path == "/large":
			fmt.Fprint(w, dot+strings.Repeat(" ", 10<<20))
		case user == "me", r.URL.Path == "/open":
			fmt.Fprint(w, dot)
		default:
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	t.Cleanup(origin.Close)
	withUser := strings.Replace(origin.URL, "http://", "http://me:x@", 1)
	if got := a.post(part("url", withUser+"/a/logo%201.png?x=1")).image(t); *got.Filename != "logo 1.png" ||
		string(a.Content(got.ID)) != dot {
		t.Errorf("got %+v", got)
	}
	if got := a.post(part("url", withUser+"/")).image(t); got.Filename != nil {
		t.Errorf("got the filename %q, want none", *got.Filename)
	}
	for path, want := range map[string]int{"/logo.png": 400, "/open": 200, "/away": 400, "/page": 415, "/large": 413} {
		if got := a.post(part("url", origin.URL+path)); got.status != want {
			t.Errorf("%s: got %d %s, want %d", path, got.status, got.body, want)
		}
	}
	// The fake API can fetch from itself.
	if got := a.post(part("url", a.origin+"/ZWd9g1K7eljCn_KDTu_MWA/a/b/public")); got.status != http.StatusOK {
		t.Errorf("from itself: got %d %s", got.status, got.body)
	}
}

// Images are delivered in the size of the variant, and never enlarged.
func TestDeliveredUploads(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.PutVariant("tall", `{"height":100}`, false)
	canvas := image.NewPaletted(image.Rect(0, 0, 800, 200), color.Palette{color.Black, color.White})
	encode := func(write func(*bytes.Buffer) error) string {
		var buffer bytes.Buffer
		if err := write(&buffer); err != nil {
			t.Fatal(err)
		}
		return buffer.String()
	}
	webp, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	const svg, wide = `<svg xmlns="http://www.w3.org/2000/svg"/>`, "public 640x160, hero 800x200, thumbnail 160x40, tall 400x100, w=80 80x20"
	for name, test := range map[string]struct{ content, want string }{
		"PNG":  {encode(func(b *bytes.Buffer) error { return png.Encode(b, canvas) }), wide},
		"JPEG": {encode(func(b *bytes.Buffer) error { return jpeg.Encode(b, canvas, nil) }), wide},
		"GIF":  {encode(func(b *bytes.Buffer) error { return gif.Encode(b, canvas, nil) }), wide},
		"WebP": {string(webp), "public 1x1, hero 1x1, thumbnail 1x1, tall 1x1, w=80 1x1"},
		"SVG":  {svg, "public image/svg+xml, hero image/svg+xml, thumbnail image/svg+xml, tall image/svg+xml, w=80 image/svg+xml"},
		"odd":  {dot, "public image/png, hero image/png, thumbnail image/png, tall image/png, w=80 image/png"},
	} {
		id := a.post(file(test.content)).image(t).ID
		var got []string
		for _, variant := range []string{"public", "hero", "thumbnail", "tall", "w=80"} {
			delivered := a.open("/ZWd9g1K7eljCn_KDTu_MWA/" + id + "/" + variant)
			described := delivered.header.Get("Content-Type")
			if delivered.body != test.content {
				config, err := png.DecodeConfig(strings.NewReader(delivered.body))
				if err != nil || described != "image/png" {
					t.Errorf("%s: got %s, %v; want a PNG", name, described, err)
				}
				described = fmt.Sprintf("%dx%d", config.Width, config.Height)
			}
			got = append(got, variant+" "+described)
		}
		if got := strings.Join(got, ", "); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

// open requests a delivery URL.
func (a account) open(path string) reply {
	a.t.Helper()
	request, err := http.NewRequestWithContext(a.t.Context(), http.MethodGet, a.origin+path, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	return a.do(request)
}

// The parts of a form are recorded, as far as they were received.
func TestRecordedForms(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.post(part("id", "a"), part("metadata", `{"k":1}`), file(dot))
	a.DropDuringRequest(1)
	a.post(part("id", "b"), file(dot+strings.Repeat(" ", 1000)))
	a.request(http.MethodPost, "images/v1", dot, "Content-Type", "image/png")
	a.request(http.MethodPatch, "images/v1/a", `{"creator":"`+strings.Repeat("x", 70_000)+`"}`)
	requests := a.Requests()
	for i, want := range []string{
		"id: a\nmetadata: {\"k\":1}\nfile: \"logo.png\", image/png, 11 bytes\n",
		"id: b\nfile: \"logo.png\", image/png, 434 bytes\n(it breaks off)\n",
		"11 bytes",
	} {
		if got := requests[i].Body; got != want {
			t.Errorf("request %d: recorded %q, want %q", i, got, want)
		}
	}
	if got := requests[3].Body; len(got) != 64<<10 || !strings.HasPrefix(got, `{"creator":"xxx`) {
		t.Errorf("recorded %d bytes of JSON, want the first 64 KiB", len(got))
	}
	if _, stored := a.Image("b"); stored {
		t.Error("half an upload was stored")
	}
}
