package provider

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

// Two IDs, one of each form.
const (
	customID     = "brand/logo"
	cloudflareID = "083eb7b2-5392-4565-b69e-aff66acddd00"
)

// greyPNG is a picture of its own for each width.
func greyPNG(tb testing.TB, width int) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, width, 5))); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// imageFolder is a folder with some files.
type imageFolder string

// newImageFolder has old.png, new.png, same.png with the bytes of old.png, and
// page.html, which is no picture.
func newImageFolder(tb testing.TB) imageFolder {
	tb.Helper()
	folder := imageFolder(tb.TempDir())
	folder.write(tb, "old.png", greyPNG(tb, 8))
	folder.write(tb, "same.png", greyPNG(tb, 8))
	folder.write(tb, "new.png", greyPNG(tb, 9))
	folder.write(tb, "page.html", []byte("<!doctype html><title>Sign in</title>"))
	return folder
}

func (f imageFolder) path(name string) string { return filepath.Join(string(f), name) }

func (f imageFolder) write(tb testing.TB, name string, content []byte) {
	tb.Helper()
	if err := os.WriteFile(f.path(name), content, 0o600); err != nil {
		tb.Fatal(err)
	}
}

// text is the path of a file as an attribute.
func (f imageFolder) text(name string) types.String { return types.StringValue(f.path(name)) }

// hash is that of a file.
func (f imageFolder) hash(tb testing.TB, name string) types.String {
	tb.Helper()
	content, err := os.ReadFile(f.path(name))
	if err != nil {
		tb.Fatal(err)
	}
	return types.StringValue(hexHash(content))
}

func hexHash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// state is that of an image that old.png was uploaded as.
func (f imageFolder) state(tb testing.TB, id string) *imageResourceModel {
	tb.Helper()
	m := &imageResourceModel{
		AccountID: types.StringValue("account"),
		Source:    f.text("old.png"),
		SHA256:    f.hash(tb, "old.png"),
	}
	m.imageInfoModel = infoOf("png", 8, 5, len(greyPNG(tb, 8)))
	m.fill(&client.Image{
		ID:       id,
		Filename: new("old.png"),
		Uploaded: new("2026-03-02T08:15:30.120Z"),
		Variants: []string{"https://imagedelivery.net/hash/" + id + "/hero"},
	}, new(unrecognizedURLs))
	return m
}

// importedState is that after an import: nothing is known of the picture.
func (f imageFolder) importedState(tb testing.TB, id string) *imageResourceModel {
	tb.Helper()
	m := f.state(tb, id)
	m.Source, m.SHA256, m.imageInfoModel = types.StringNull(), types.StringNull(), imageInfoModel{}
	return m
}

// urlState is that of an image that Cloudflare has fetched.
func (f imageFolder) urlState(tb testing.TB, id string) *imageResourceModel {
	tb.Helper()
	m := f.importedState(tb, id)
	m.URL = types.StringValue("https://example.com/old.png")
	return m
}

// metadataState is that of an image with metadata.
func (f imageFolder) metadataState(tb testing.TB, metadata string) *imageResourceModel {
	tb.Helper()
	m := f.state(tb, customID)
	m.Metadata = jsontypes.NewNormalizedValue(metadata)
	m.fillMeta(json.RawMessage(metadata))
	return m
}

// planTest is a plan, and what comes of it.
type planTest struct {
	before *imageResourceModel // nil for a new image
	// of what is configured, beside the ID if it is a custom one, and old.png
	config    func(c *imageResourceModel)
	limitsOff bool

	want     string // all that is not as before, with ? for unknown and - for null
	replace  string // the attribute that makes another image of it
	problems []string
	words    []string // that are in the details of the problems
}

// run plans as ModifyPlan does, and compares.
func (test planTest) run(t *testing.T, folder imageFolder) {
	t.Helper()
	config := imageResourceModel{Source: folder.text("old.png")}
	if test.before == nil || !isGeneratedID(test.before.ID.ValueString()) {
		config.ID = types.StringValue(customID)
	}
	if test.config != nil {
		test.config(&config)
	}
	p := imagePlan{config: config, before: test.before, planned: proposed(config), limits: !test.limitsOff}
	p.run()

	if diff := cmp.Diff(test.problems, summariesOfDiags(p.diags)); diff != "" {
		t.Errorf("diagnostics (-want +got):\n%s", diff)
	}
	for _, word := range test.words {
		if !strings.Contains(detailsOfDiags(p.diags), word) {
			t.Errorf("%q is not in:\n%s", word, detailsOfDiags(p.diags))
		}
	}
	if p.diags.HasError() {
		return
	}
	from := test.before
	if from == nil {
		from = new(imageResourceModel)
	}
	if got := folder.changes(t, from, &p.planned); got != test.want {
		t.Errorf("planned  %s\nwant     %s", got, test.want)
	}
	var replace []string
	for _, at := range p.replace {
		replace = append(replace, at.String())
	}
	if got := strings.Join(replace, " "); got != test.replace {
		t.Errorf("replaced because of %q, want %q", got, test.replace)
	}
	checkPromises(t, &config, test.before, &p.planned)
}

// proposed is what the framework makes of a configuration before ModifyPlan:
// what is computed and not configured is unknown.
func proposed(config imageResourceModel) imageResourceModel {
	m := config
	m.File = types.StringNull() // as it is write-only
	for name, value := range values(&m) {
		if text, ok := value.(*types.String); ok && text.IsNull() && !slices.Contains(configured, name) {
			*text = types.StringUnknown()
		}
	}
	if config.AccountID.IsNull() {
		m.AccountID = types.StringValue("account")
	}
	if m.RequireSignedURLs.IsNull() {
		m.RequireSignedURLs = types.BoolValue(false)
	}
	m.Draft = types.BoolUnknown()
	m.Variants, m.VariantURLs = types.ListUnknown(types.StringType), types.MapUnknown(types.StringType)
	m.Meta = types.MapUnknown(types.StringType)
	return m
}

// configured are the attributes that are null where the configuration has none.
var configured = []string{"source", "url", "file", "creator", "metadata"}

// values are pointers to those of a model by the names of the attributes.
func values(m *imageResourceModel) map[string]any {
	found := map[string]any{}
	from := reflect.ValueOf(m).Elem()
	for _, field := range reflect.VisibleFields(from.Type()) {
		if name := field.Tag.Get("tfsdk"); name != "" {
			found[name] = from.FieldByIndex(field.Index).Addr().Interface()
		}
	}
	return found
}

// value is that of an attribute.
func value(m *imageResourceModel, name string) attr.Value {
	return reflect.ValueOf(values(m)[name]).Elem().Interface().(attr.Value)
}

// changes lists what differs between two models, by the names of attributes.
func (f imageFolder) changes(tb testing.TB, from, to *imageResourceModel) string {
	tb.Helper()
	var lines []string
	for name := range values(to) {
		switch got := value(to, name); {
		case slices.Contains(infoAttributes, name): // TestImagePlanInfo compares these
		case got.Equal(value(from, name)):
		case got.IsUnknown():
			lines = append(lines, name+"=?")
		case got.IsNull():
			lines = append(lines, name+"=-")
		default:
			lines = append(lines, name+"="+strings.Trim(got.String(), `"`))
		}
	}
	slices.Sort(lines)
	return strings.NewReplacer(
		string(
			f,
		)+string(
			filepath.Separator,
		),
		"",
		f.hash(tb, "old.png").ValueString(),
		"OLD",
		f.hash(tb, "new.png").ValueString(),
		"NEW",
	).Replace(strings.Join(lines, " "))
}

// checkPromises holds a plan against what Terraform refuses as an invalid plan:
// what is configured is planned as it is configured, or stays as it was; and
// what only a configuration can set is null without one.
func checkPromises(t *testing.T, config, before, planned *imageResourceModel) {
	t.Helper()
	for name := range values(config) {
		want, got := value(config, name), value(planned, name)
		switch {
		case name == "file" && !got.IsNull():
			t.Error("file is in the plan, and with it in the state")
		case name == "file" || got.Equal(want):
		case want.IsNull() && !slices.Contains(configured, name): // is computed
		case !want.IsNull() && before != nil && got.Equal(value(before, name)):
		default:
			t.Errorf("%s is planned as %s, but %s is configured", name, got, want)
		}
	}
}

// summariesOfDiags are diagnostics as severity, attribute and summary.
func summariesOfDiags(diags diag.Diagnostics) (lines []string) {
	for _, d := range diags {
		at := "-"
		if with, ok := d.(diag.DiagnosticWithPath); ok {
			at = with.Path().String()
		}
		lines = append(lines, fmt.Sprintf("%s %s: %s", d.Severity(), at, d.Summary()))
	}
	return lines
}

func detailsOfDiags(diags diag.Diagnostics) string {
	var all []string
	for _, d := range diags {
		all = append(all, d.Detail())
	}
	return strings.Join(all, "\n")
}

// without is a configuration without a picture.
func without(c *imageResourceModel) { c.Source = types.StringNull() }

func runPlans(t *testing.T, folder imageFolder, tests map[string]planTest) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.run(t, folder)
		})
	}
}

// What is planned of a new image beside its picture, with a custom ID.
const newImage = "account_hash=? account_id=account delivery_base_url=? draft=false "

func TestImagePlanNewImage(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	const rest = " uploaded=? variant_urls=? variants=?"
	const noMeta = " meta={} meta_json={} require_signed_urls=false"
	runPlans(t, f, map[string]planTest{
		"a file": {want: newImage + "filename=old.png id=brand/logo" + noMeta + " sha256=OLD source=old.png" + rest},
		"a file, and an ID of Cloudflare's": {
			config: func(c *imageResourceModel) { c.ID = types.StringNull() },
			want:   newImage + "filename=old.png id=?" + noMeta + " sha256=OLD source=old.png" + rest,
		},
		"a private one": {
			config: func(c *imageResourceModel) { c.ID, c.RequireSignedURLs = types.StringNull(), types.BoolValue(true) },
			want:   newImage + "filename=old.png id=? meta={} meta_json={} require_signed_urls=true sha256=OLD source=old.png" + rest,
		},
		"bytes": {
			config: func(c *imageResourceModel) {
				c.Source, c.File = types.StringNull(), types.StringValue(base64.StdEncoding.EncodeToString(greyPNG(t, 9)))
			},
			want: newImage + "filename=? id=brand/logo" + noMeta + " sha256=NEW" + rest,
		},
		"bytes that only the apply knows": {
			config: func(c *imageResourceModel) { c.Source, c.File = types.StringNull(), types.StringUnknown() },
			want:   newImage + "filename=? id=brand/logo" + noMeta + " sha256=?" + rest,
		},
		"bytes, unless there is a path": {
			config: func(c *imageResourceModel) {
				c.Source, c.File = types.StringUnknown(), types.StringValue(base64.StdEncoding.EncodeToString(greyPNG(t, 9)))
			},
			want: newImage + "filename=? id=brand/logo" + noMeta + " sha256=? source=?" + rest,
		},
		"a URL": {
			config: func(c *imageResourceModel) {
				c.Source, c.URL = types.StringNull(), types.StringValue("https://example.com/a.png")
			},
			want: newImage + "filename=? id=brand/logo" + noMeta + " uploaded=? url=https://example.com/a.png variant_urls=? variants=?",
		},
		"a URL that only the apply knows, if there is one": {
			config: func(c *imageResourceModel) { c.Source, c.URL = types.StringNull(), types.StringUnknown() },
			want:   newImage + "filename=? id=brand/logo" + noMeta + " sha256=?" + " uploaded=? url=? variant_urls=? variants=?",
		},
		"metadata and a creator": {
			config: func(c *imageResourceModel) {
				c.Metadata, c.Creator = jsontypes.NewNormalizedValue("{ \"n\": 1 }"), types.StringValue("web")
			},
			want: "account_hash=? account_id=account creator=web delivery_base_url=? draft=false " +
				`filename=old.png id=brand/logo meta={"n":"1"} meta_json={\"n\":1} metadata={ \"n\": 1 } ` +
				"require_signed_urls=false sha256=OLD source=old.png" + rest,
		},
		"no picture": {
			config:   without,
			problems: []string{"Error source: Missing image content"},
			words: []string{
				"set source to the path of an image file",
				"url to a URL that Cloudflare fetches",
				"file to Base64-encoded content",
				"Imported",
			},
		},
		"a hash, but no picture": {
			config:   func(c *imageResourceModel) { without(c); c.SHA256 = f.hash(t, "old.png") },
			problems: []string{"Error source: Missing image content"},
		},
		"a hash that only the apply knows, but no picture": {
			config:   func(c *imageResourceModel) { without(c); c.SHA256 = types.StringUnknown() },
			problems: []string{"Error source: Missing image content"},
		},
	})
}

// Of a new image that depends on what only the apply tells, a bad picture is no
// error: it may not be the last word on its file.
func TestImagePlanNewUnknown(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	unknown := types.StringUnknown()
	tests := map[string]struct {
		config func(c *imageResourceModel)
		want   map[string]string // beside the hash
		warned string            // the attribute with the picture
	}{
		"the metadata": {
			config: func(c *imageResourceModel) { c.Metadata = jsontypes.NewNormalizedUnknown() },
			want:   map[string]string{"meta": "?", "meta_json": "?", "metadata": "?"},
			warned: "source",
		},
		"the access": {
			config: func(c *imageResourceModel) { c.RequireSignedURLs = types.BoolUnknown() },
			want:   map[string]string{"require_signed_urls": "?"},
			warned: "source",
		},
		"the creator": {
			config: func(c *imageResourceModel) { c.Creator = unknown },
			want:   map[string]string{"creator": "?"},
			warned: "source",
		},
		"the account": {
			config: func(c *imageResourceModel) { c.AccountID = unknown },
			want:   map[string]string{"account_id": "?"},
			warned: "source",
		},
		"the ID": {
			config: func(c *imageResourceModel) { c.ID = unknown },
			want:   map[string]string{"id": "?"},
			warned: "source",
		},
		"the creator, of a text in Base64": {
			config: func(c *imageResourceModel) {
				c.Creator, c.Source, c.File = unknown, types.StringNull(), types.StringValue("aGVsbG8=")
			},
			want:   map[string]string{"creator": "?", "filename": "?", "source": ""},
			warned: "file",
		},
		"the creator, of a file to come": {
			config: func(c *imageResourceModel) { c.Creator, c.Source = unknown, f.text("later.png") },
			want:   map[string]string{"creator": "?", "filename": "later.png", "source": "later.png"},
		},
		"the hash": {config: func(c *imageResourceModel) { c.SHA256 = unknown }},
		"the path": {
			config: func(c *imageResourceModel) { c.Source = unknown },
			want:   map[string]string{"source": "?", "filename": "?"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := map[string]string{
				"account_hash": "?", "account_id": "account", "delivery_base_url": "?", "draft": "false", "filename": "page.html", "id": customID,
				"meta": "{}", "meta_json": "{}", "require_signed_urls": "false", "sha256": "?", "source": "page.html", "uploaded": "?",
				"variant_urls": "?", "variants": "?",
			}
			maps.Copy(want, test.want)
			var lines []string
			for _, name := range slices.Sorted(maps.Keys(want)) {
				if want[name] != "" {
					lines = append(lines, name+"="+want[name])
				}
			}
			row := planTest{
				config: func(c *imageResourceModel) { c.Source = f.text("page.html"); test.config(c) },
				want:   strings.Join(lines, " "),
			}
			if test.warned != "" {
				content := map[string]string{
					"source": strconv.Quote(f.path("page.html")),
					"file":   `of image "brand/logo"`,
				}
				row.problems = []string{"Warning " + test.warned + ": Invalid image file " + content[test.warned]}
				row.words = []string{"not an image", "Fix the file before applying, unless the apply regenerates it"}
			}
			row.run(t, f)
		})
	}
}

// A hash that is given is compared with a file that is there, and stands for one
// that is not.
func TestImagePlanConfiguredHash(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	old, unknown := f.hash(t, "old.png"), types.StringUnknown()
	given := func(hash types.String, file string) func(*imageResourceModel) {
		return func(c *imageResourceModel) { c.SHA256, c.Source = hash, f.text(file) }
	}
	const fresh = " id=brand/logo meta={} meta_json={} require_signed_urls=false "
	const rest = " uploaded=? variant_urls=? variants=?"
	runPlans(t, f, map[string]planTest{
		"new, of the file": {
			config: given(old, "same.png"), want: newImage + "filename=same.png" + fresh + "sha256=OLD source=same.png" + rest,
		},
		"new, of another file": {
			config:   given(old, "new.png"),
			problems: []string{"Error sha256: sha256 doesn't match the image file"},
			words:    []string{f.hash(t, "new.png").ValueString()},
		},
		"new, of a file to come": {
			config: given(
				old,
				"later.png",
			), want: newImage + "filename=later.png" + fresh + "sha256=OLD source=later.png" + rest,
		},
		"new, unknown as the file": {
			config: given(
				unknown,
				"later.png",
			), want: newImage + "filename=later.png" + fresh + "sha256=? source=later.png" + rest,
		},
		"new, of what is refused": {
			config:   given(old, "page.html"),
			problems: []string{"Error source: Invalid image file " + strconv.Quote(f.path("page.html"))},
		},
		"new, with an unknown path": {
			config: func(c *imageResourceModel) { c.SHA256, c.Source = old, unknown },
			want:   newImage + "filename=?" + fresh + "sha256=OLD source=?" + rest,
		},
		"as before, and the file is not opened": {
			before: f.state(t, customID), config: given(old, "page.html"), want: "source=page.html",
		},
		"as before, and the file is not there": {
			before: f.state(t, cloudflareID), config: given(old, "later.png"), want: "source=later.png",
		},
		"as before, a directory is in its place": {
			before: f.state(t, cloudflareID), config: given(old, ""), want: "source=" + string(f),
		},
		"another, of the file": {
			before: f.state(t, customID), config: given(f.hash(t, "new.png"), "new.png"),
			want: "filename=new.png sha256=NEW source=new.png uploaded=?",
		},
		"unknown, behind a custom ID": {
			before: f.state(t, customID), config: given(unknown, "new.png"),
			want: "filename=? sha256=? source=new.png uploaded=?",
		},
		"another, of a file to come": {
			before: f.state(t, cloudflareID), config: given(f.hash(t, "new.png"), "later.png"),
			want: "sha256=NEW source=later.png", replace: "sha256",
		},
		"another, of an old file": {
			before: f.state(t, customID), config: given(f.hash(t, "new.png"), "old.png"),
			problems: []string{"Error sha256: sha256 doesn't match the image file"}, words: []string{old.ValueString()},
		},
		"unknown": {before: f.state(t, cloudflareID), config: given(unknown, "old.png"), want: "sha256=?", replace: "sha256"},
		"another, without a picture": {
			before:   f.state(t, customID),
			config:   func(c *imageResourceModel) { c.SHA256, c.Source = f.hash(t, "new.png"), types.StringNull() },
			problems: []string{"Error source: Missing image content"},
		},
		"after an import, without a picture": {
			before: f.importedState(t, customID),
			config: func(c *imageResourceModel) { c.SHA256, c.Source = old, types.StringNull() },
			want:   "sha256=OLD",
		},
		"bytes that are others": {
			config: func(c *imageResourceModel) {
				c.Source, c.SHA256 = types.StringNull(), old
				c.File = types.StringValue(base64.StdEncoding.EncodeToString(greyPNG(t, 9)))
			},
			problems: []string{"Error sha256: sha256 doesn't match the image file"},
		},
	})
}

// Another picture is exchanged behind a custom ID, and makes another image where
// Cloudflare gave the ID.
func TestImagePlanNewContent(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	file := func(name string) func(*imageResourceModel) {
		return func(c *imageResourceModel) { c.Source = f.text(name) }
	}
	url := func(text types.String) func(*imageResourceModel) {
		return func(c *imageResourceModel) { c.Source, c.URL = types.StringNull(), text }
	}
	encoded := func(width int) func(*imageResourceModel) {
		return func(c *imageResourceModel) {
			c.Source, c.File = types.StringNull(), types.StringValue(base64.StdEncoding.EncodeToString(greyPNG(t, width)))
		}
	}
	same, other := types.StringValue("https://example.com/old.png"), types.StringValue("https://example.com/new.png")
	const inPlace = " uploaded=?"
	runPlans(t, f, map[string]planTest{
		"nothing":                             {before: f.state(t, cloudflareID)},
		"the same picture under another path": {before: f.state(t, cloudflareID), config: file("same.png")},
		"the same, behind a custom ID":        {before: f.state(t, customID), config: file("same.png")},
		"the same, in Base64":                 {before: f.state(t, cloudflareID), config: encoded(8), want: "source=-"},
		"a file, generated": {
			before: f.state(t, cloudflareID), config: file("new.png"), want: "sha256=NEW source=new.png", replace: "sha256",
		},
		"a file, custom": {
			before: f.state(t, customID), config: file("new.png"), want: "filename=new.png sha256=NEW source=new.png" + inPlace,
		},
		"other bytes, generated": {
			before: f.state(t, cloudflareID), config: encoded(9), want: "sha256=NEW source=-", replace: "sha256",
		},
		"other bytes, custom": {
			before: f.state(t, customID),
			config: encoded(9),
			want:   "filename=? sha256=NEW source=-" + inPlace,
		},
		"the same URL": {before: f.urlState(t, cloudflareID), config: url(same)},
		"another URL, generated": {
			before: f.urlState(t, cloudflareID), config: url(other), want: "url=" + other.ValueString(), replace: "url",
		},
		"another URL, custom": {
			before: f.urlState(t, customID), config: url(other),
			want: "filename=? uploaded=? url=" + other.ValueString(),
		},
		"a URL that only the apply knows": {
			before: f.urlState(t, cloudflareID), config: url(types.StringUnknown()), want: "sha256=? url=?", replace: "url",
		},
		"a URL for a file, generated": {
			before: f.state(
				t,
				cloudflareID,
			), config: url(other), want: "sha256=- source=- url=" + other.ValueString(), replace: "url",
		},
		"a URL for a file, custom": {
			before: f.state(t, customID), config: url(other),
			want: "filename=? sha256=- source=- uploaded=? url=" + other.ValueString(),
		},
		"a file for a URL, generated": {
			before: f.urlState(t, cloudflareID), want: "sha256=OLD source=old.png url=-", replace: "sha256",
		},
		"a file for a URL, custom": { // its name happens to be the one that Cloudflare took from the URL
			before: f.urlState(t, customID), want: "sha256=OLD source=old.png uploaded=? url=-",
		},
		"a path that only the apply knows": {
			before: f.state(t, cloudflareID), config: func(c *imageResourceModel) { c.Source = types.StringUnknown() },
			want: "sha256=? source=?", replace: "sha256",
		},
		"bytes that only the apply knows, custom": {
			before: f.state(t, customID),
			config: func(c *imageResourceModel) { c.Source, c.File = types.StringNull(), types.StringUnknown() },
			want:   "filename=? sha256=? source=-" + inPlace,
		},
		"no picture any more": {before: f.state(t, cloudflareID), config: without, want: "source=-"},
		"no URL any more":     {before: f.urlState(t, customID), config: without, want: "url=-"},
	})
}

// After an import, the first picture that is configured is taken for the one
// that is there, and nothing is uploaded.
func TestImagePlanAfterImport(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	url := func(c *imageResourceModel) {
		c.Source, c.URL = types.StringNull(), types.StringValue("https://example.com/a.png")
	}
	runPlans(t, f, map[string]planTest{
		"no picture":     {before: f.importedState(t, cloudflareID), config: without},
		"a file":         {before: f.importedState(t, cloudflareID), want: "sha256=OLD source=old.png"},
		"a file, custom": {before: f.importedState(t, customID), want: "sha256=OLD source=old.png"},
		"a URL":          {before: f.importedState(t, customID), config: url, want: "url=https://example.com/a.png"},
		"the ID is not repeated": {
			before: f.importedState(t, customID), config: func(c *imageResourceModel) { without(c); c.ID = types.StringNull() },
		},
		"the ID is repeated": {
			before: f.importedState(
				t,
				cloudflareID,
			), config: func(c *imageResourceModel) { without(c); c.ID = types.StringValue(cloudflareID) },
		},
		"it is replaced by one without a picture": {config: without, problems: []string{"Error source: Missing image content"}},
	})
}
