package provider

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/text/unicode/norm"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
	"terraform.local/images/terraform-provider-cloudflare/internal/imagefile"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

func TestImageContentFilename(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", 250)
	for source, want := range map[string]string{
		"logo.png":               "logo.png",
		"a/b c/größe #1 50%.png": "größe #1 50%.png",
		"./../logo.png":          "logo.png",
		"/logo.png":              "logo.png",
		"logo":                   "logo",
		".png":                   ".png",
		"日本語/写真.jpg":             "写真.jpg",
		"a/" + long + "1.png":    long + "1.png",
		"a/" + long + "12.png":   long + "12.pn", // truncated to 255 characters, not bytes
	} {
		if got := filenameOf(source); got != want || utf8.RuneCountInString(got) > 255 {
			t.Errorf("%s is uploaded as %q, want %q", source, got, want)
		}
	}
}

func TestImageContentFileMissing(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	if err := os.Symlink(f.path("nowhere"), f.path("dangling.png")); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		source, file types.String
		want         bool
	}{
		"a file":                   {source: f.text("old.png")},
		"a folder":                 {source: f.text("")},
		"a path below a file":      {source: f.text("old.png/a.png")},
		"no such file":             {source: f.text("later.png"), want: true},
		"no such folder":           {source: f.text("later/a.png"), want: true},
		"a dangling link":          {source: f.text("dangling.png"), want: true},
		"an unknown path":          {source: types.StringUnknown(), want: true},
		"bytes":                    {file: types.StringValue("AA==")},
		"unknown content":          {file: types.StringUnknown(), want: true},
		"neither path nor content": {want: true},
		"empty content":            {file: types.StringValue("")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := imageResourceModel{Source: test.source, File: test.file}
			if got := m.fileMissing(); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

// Base64 may have line breaks, as some tools write them.
func TestImageContentBase64(t *testing.T) {
	t.Parallel()
	content := pngOf(8)
	encoded := base64.StdEncoding.EncodeToString(content)
	lines := strings.Join([]string{encoded[:20], encoded[20:40], encoded[40:]}, "\n") + "\n"
	tests := map[string]struct {
		file   string
		broken bool
	}{
		"on one line":            {file: encoded},
		"with line breaks":       {file: lines},
		"with CRLF line endings": {file: strings.ReplaceAll(lines, "\n", "\r\n")},
		"truncated":              {file: encoded[:len(encoded)-1], broken: true},
		"with another character": {file: encoded[:20] + "*" + encoded[20:], broken: true},
		"URL-safe alphabet":      {file: base64.URLEncoding.EncodeToString([]byte{0xfb, 0xff, 0xbf}), broken: true},
		"twice":                  {file: base64.StdEncoding.EncodeToString([]byte("a")) + encoded, broken: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := imageResourceModel{File: types.StringValue(test.file)}
			var diags diag.Diagnostics
			info := m.inspect(true, &diags)
			switch {
			case test.broken && (info != nil || strings.Join(summariesOfDiags(diags), "") != "Error file: Invalid file"):
				t.Errorf("got %v and %v for malformed Base64", info, diags)
			case !test.broken && (info == nil || info.SHA256 != hexHash(content) || len(diags) > 0):
				t.Errorf("got %v, %v", info, diags)
			case strings.Contains(detailsOfDiags(diags), encoded[:20]):
				t.Errorf("the content is in the message: %s", detailsOfDiags(diags))
			}
		})
	}
}

// A file is uploaded with its name, type and complete content, each time it is
// opened.
func TestImageContent(t *testing.T) {
	t.Parallel()
	samples := filepath.Join("..", "imagefile", "testdata")
	tests := map[string]struct{ file, mediaType, name string }{
		"PNG":  {file: "anim.png", mediaType: "image/png", name: "image.png"},
		"JPEG": {file: "prog.jpg", mediaType: "image/jpeg", name: "image.jpeg"},
		"GIF":  {file: "anim.gif", mediaType: "image/gif", name: "image.gif"},
		"WebP": {file: "simple.webp", mediaType: "image/webp", name: "image.webp"},
		"HEIC": {file: "photo.heic", mediaType: "image/heic", name: "image.heic"},
		"AVIF": {file: "photo.avif", mediaType: "image/avif", name: "image.avif"},
		"SVG":  {mediaType: "image/svg+xml", name: "image.svg"},
	}
	if len(tests) != len(imagefile.Rules()) {
		t.Errorf("got %d formats", len(imagefile.Rules()))
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content := []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`)
			if test.file != "" {
				var err error
				if content, err = os.ReadFile(filepath.Join(samples, test.file)); err != nil {
					t.Fatal(err)
				}
			}
			source := filepath.Join(t.TempDir(), "größe 1")
			if err := os.WriteFile(source, content, 0o600); err != nil {
				t.Fatal(err)
			}
			file := types.StringValue(base64.StdEncoding.EncodeToString(content))
			for _, row := range []struct {
				from     imageResourceModel
				id, name string
			}{
				{from: imageResourceModel{Source: types.StringValue(source)}, id: "brand/logo", name: "größe 1"},
				{from: imageResourceModel{File: file}, id: "brand/logo.x", name: "logo.x"},
				{from: imageResourceModel{File: file}, name: test.name},
				{from: imageResourceModel{File: file}, id: strings.Repeat("ü", 300), name: strings.Repeat("ü", 255)},
			} {
				checkContent(t, &row.from, row.id, client.File{
					Name: row.name, Type: test.mediaType, Size: int64(len(content)), SHA256: hexHash(content),
				}, content)
			}
		})
	}
}

func checkContent(t *testing.T, from *imageResourceModel, id string, want client.File, content []byte) {
	t.Helper()
	var diags diag.Diagnostics
	info := from.inspect(false, &diags)
	if info == nil {
		t.Fatal(diags)
	}
	got := from.content(info, id)
	open := got.Open
	got.Open = nil
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Errorf("content (-want +got):\n%s", diff)
	}
	for range 2 {
		file, err := open()
		if err != nil {
			t.Fatal(err)
		}
		read, err := io.ReadAll(file)
		if err != nil || !bytes.Equal(read, content) {
			t.Errorf("got %d bytes, %v", len(read), err)
		}
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Either the planned content is uploaded, or nothing is.
func TestImageResourceUpload(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	planned := imageResourceModel{Source: f.text("old.png"), SHA256: f.hash(t, "old.png")}
	planned.ID, planned.Creator, planned.RequireSignedURLs = types.StringValue(
		customID,
	), types.StringValue(
		"web",
	), types.BoolValue(
		true,
	)
	planned.Metadata, planned.MetaJSON = jsontypes.NewNormalizedValue(`{ "a": 1 }`), types.StringValue(`{"a":1}`)
	with := func(change func(m *imageResourceModel)) imageResourceModel {
		m := planned
		change(&m)
		return m
	}
	tests := map[string]struct {
		planned imageResourceModel
		config  string
		want    client.Upload // without the content
		hash    types.String
		problem string
		words   []string
	}{
		"a file": {
			planned: planned, config: "old.png",
			want: client.Upload{ID: customID, Metadata: []byte(`{"a":1}`), Creator: new("web"), RequireSignedURLs: true},
			hash: f.hash(t, "old.png"),
		},
		"a file with an unknown hash": {
			planned: imageResourceModel{SHA256: types.StringUnknown()}, config: "new.png", hash: f.hash(t, "new.png"),
		},
		"metadata that isn't configured": {
			planned: with(func(m *imageResourceModel) { m.Metadata = jsontypes.NewNormalizedNull() }), config: "old.png",
			want: client.Upload{ID: customID, Metadata: []byte(`{"a":1}`), Creator: new("web"), RequireSignedURLs: true},
			hash: f.hash(t, "old.png"),
		},
		"a URL": {
			planned: imageResourceModel{URL: types.StringValue("https://example.com/a.png")},
			want:    client.Upload{URL: "https://example.com/a.png"}, hash: types.StringNull(),
		},
		"a changed file": {
			planned: planned, config: "new.png", problem: fmt.Sprintf("Error sha256: Image file %q changed since the plan", f.path("new.png")),
			words: []string{
				f.hash(t, "new.png").ValueString(),
				f.hash(t, "old.png").ValueString(),
				"Nothing was uploaded",
				"local_file",
			},
		},
		"a deleted file": {
			planned: planned, config: "gone.png", problem: fmt.Sprintf("Error source: Image file %q not found", f.path("gone.png")),
			words: []string{f.path("gone.png") + " does not exist", "copy the file to both"},
		},
		"a file that became a folder": {planned: planned, config: "", problem: "Error source: Unreadable image file " + strconv.Quote(string(f))},
		"a file that is no longer an image": {
			planned: planned, config: "page.html", problem: "Error source: Invalid image file " + strconv.Quote(f.path("page.html")),
		},
	}
	r := &imageResource{baseResource{&providerData{enforceLimits: true}}}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := emptyResourceState(t, newImageResource())
			configured := imageResourceModel{imageModel: emptyImage(), Source: f.text(test.config)}
			tfwire.Write(t.Context(), &config, &configured)
			var diags diag.Diagnostics
			upload, ok := r.upload(t.Context(), tfsdk.Config(config), &test.planned, &diags)
			if got := strings.Join(summariesOfDiags(diags), "; "); got != test.problem || ok != (test.problem == "") {
				t.Fatalf("got %t, %s\n%s", ok, got, detailsOfDiags(diags))
			}
			for _, word := range test.words {
				if !strings.Contains(detailsOfDiags(diags), word) {
					t.Errorf("%q is not in: %s", word, detailsOfDiags(diags))
				}
			}
			if !ok {
				if upload.File != nil {
					t.Error("got content to upload")
				}
				return
			}
			if isFile := test.want.URL == ""; (upload.File != nil) != isFile {
				t.Fatalf("got the content %v", upload.File)
			}
			if upload.File != nil && upload.File.SHA256 != test.hash.ValueString() {
				t.Errorf("uploaded with the hash %s", upload.File.SHA256)
			}
			upload.File = nil
			if diff := cmp.Diff(test.want, upload); diff != "" {
				t.Errorf("upload (-want +got):\n%s", diff)
			}
			if !test.planned.SHA256.Equal(test.hash) {
				t.Errorf("got the hash %s", test.planned.SHA256)
			}
		})
	}
}

// TestPathHint checks the hints about why a file that the user can see isn't
// found.
func TestPathHint(t *testing.T) {
	t.Parallel()
	const decomposed = "another Unicode normalization form"
	tests := map[string]struct {
		stored, source string // below a folder, unless the source begins with ~
		want           string // empty if there is no hint
	}{
		"decomposed file":   {stored: "caf\u00e9.png", source: "caf\u00e9.png", want: decomposed},
		"decomposed folder": {stored: "\u00fc/\u00e9/logo.png", source: "\u00fc/\u00e9/logo.png", want: decomposed},
		"missing file":      {stored: "caf\u00e9.png", source: "the\u00e9.png"},
		"ASCII":             {stored: "a.png", source: "b.png"},
		"home folder":       {source: "~/logo.png", want: `source = pathexpand("~/logo.png")`},
		"only the home":     {source: "~", want: `source = pathexpand("~")`},
		"tilde in a name":   {stored: "a.png", source: "~a.png"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := test.source
			if test.stored != "" {
				dir := t.TempDir()
				file := filepath.Join(dir, norm.NFD.String(test.stored))
				if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
					t.Fatal(err)
				}
				source = filepath.Join(dir, test.source)
				if _, err := os.Stat(source); err == nil && runtime.GOOS == "darwin" {
					return // its file systems accept both forms
				}
			}
			var diags diag.Diagnostics
			m := imageResourceModel{Source: types.StringValue(source)}
			if m.inspect(true, &diags) != nil || len(diags) != 1 ||
				diags[0].Summary() != fmt.Sprintf("Image file %q not found", source) {
				t.Fatalf("got %v, want that %s isn't found", diags, source)
			}
			detail := diags[0].Detail()
			if !strings.Contains(detail, test.want) {
				t.Errorf("got %s, want %q in it", detail, test.want)
			}
			if test.want == "" && (strings.Contains(detail, decomposed) || strings.Contains(detail, "pathexpand")) {
				t.Errorf("got %s, want no hint", detail)
			}
		})
	}
}
