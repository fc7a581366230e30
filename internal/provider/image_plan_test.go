package provider

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
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
	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// Two IDs, one generated and one custom.
const (
	customID     = "brand/logo"
	cloudflareID = "083eb7b2-5392-4565-b69e-aff66acddd00"
)

// imageFolder is a folder with some files.
type imageFolder string

// newImageFolder returns a folder with old.png, new.png, same.png with the
// content of old.png, and page.html, which isn't an image.
func newImageFolder(tb testing.TB) imageFolder {
	tb.Helper()
	folder := imageFolder(tb.TempDir())
	folder.write(tb, "old.png", pngOf(8))
	folder.write(tb, "same.png", pngOf(8))
	folder.write(tb, "new.png", pngOf(9))
	folder.write(tb, "page.html", []byte("<!doctype html><title>Sign in</title>"))
	return folder
}

// newImage returns the arguments of an image of old.png with a custom ID.
func (f imageFolder) newImage() map[string]any {
	return map[string]any{
		"account_id": fakeapi.AccountID, "id": "brand/new", "source": f.path("old.png"), "require_signed_urls": false,
	}
}

func (f imageFolder) path(name string) string { return filepath.Join(string(f), name) }

func (f imageFolder) write(tb testing.TB, name string, content []byte) {
	tb.Helper()
	if err := os.WriteFile(f.path(name), content, 0o600); err != nil {
		tb.Fatal(err)
	}
}

// text returns the path of a file as an attribute.
func (f imageFolder) text(name string) types.String { return types.StringValue(f.path(name)) }

// hash returns the hash of a file.
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

// state returns the state of an image that was uploaded from old.png.
func (f imageFolder) state(tb testing.TB, id string) *imageResourceModel {
	tb.Helper()
	m := &imageResourceModel{
		AccountID: types.StringValue("account"),
		Source:    f.text("old.png"),
		SHA256:    f.hash(tb, "old.png"),
	}
	m.imageInfoModel = infoOf("png", 8, 5, len(pngOf(8)))
	m.fill(&client.Image{
		ID:       id,
		Filename: new("old.png"),
		Uploaded: new("2026-03-02T08:15:30.120Z"),
		Variants: []string{"https://imagedelivery.net/hash/" + id + "/hero"},
	}, new(unrecognizedURLs))
	return m
}

// importedState returns the state after an import, in which the content is
// unknown.
func (f imageFolder) importedState(tb testing.TB, id string) *imageResourceModel {
	tb.Helper()
	m := f.state(tb, id)
	m.Source, m.SHA256, m.imageInfoModel = types.StringNull(), types.StringNull(), imageInfoModel{}
	return m
}

// urlState returns the state of an image that was uploaded by URL.
func (f imageFolder) urlState(tb testing.TB, id string) *imageResourceModel {
	tb.Helper()
	m := f.importedState(tb, id)
	m.URL = types.StringValue("https://example.com/old.png")
	return m
}

// metadataState returns the state of an image with metadata.
func (f imageFolder) metadataState(tb testing.TB, metadata string) *imageResourceModel {
	tb.Helper()
	m := f.state(tb, customID)
	m.Metadata = jsontypes.NewNormalizedValue(metadata)
	m.fillMeta(json.RawMessage(metadata))
	return m
}

// planTest is a plan and its expected result.
type planTest struct {
	before *imageResourceModel // nil for a new image
	// changes the default configuration, which has old.png, and a custom ID
	// unless before has a generated one
	config    func(c *imageResourceModel)
	limitsOff bool

	want     string // all changes, with ? for unknown and - for null
	replace  string // the attribute that forces replacement
	problems []string
	words    []string // substrings of the details of the problems
}

// run plans as ModifyPlan does, and compares the result.
func (test planTest) run(t *testing.T, folder imageFolder) {
	t.Helper()
	config := imageResourceModel{Source: folder.text("old.png")}
	if test.before == nil || !delivery.IsGeneratedID(test.before.ID.ValueString()) {
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
		t.Errorf("replaced due to %q, want %q", got, test.replace)
	}
	checkPlanRules(t, &config, test.before, &p.planned)
}

// proposed returns what the framework passes to ModifyPlan for a
// configuration: attributes that are computed and not configured are unknown.
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

// configured lists the attributes that are null unless they are configured.
var configured = []string{"source", "url", "file", "creator", "metadata"}

// values returns pointers to the attributes of a model, by name.
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

// value returns an attribute by name.
func value(m *imageResourceModel, name string) attr.Value {
	return reflect.ValueOf(values(m)[name]).Elem().Interface().(attr.Value)
}

// changes lists the differences between two models by attribute.
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

// checkPlanRules checks that Terraform accepts a plan: configured values are
// planned as configured, or stay unchanged; and attributes that aren't computed
// are null unless they are configured.
func checkPlanRules(t *testing.T, config, before, planned *imageResourceModel) {
	t.Helper()
	for name := range values(config) {
		want, got := value(config, name), value(planned, name)
		switch {
		case name == "file" && !got.IsNull():
			t.Error("file is in the plan, and with it in the state")
		case name == "file" || got.Equal(want):
		case want.IsNull() && !slices.Contains(configured, name): // computed
		case !want.IsNull() && before != nil && got.Equal(value(before, name)):
		default:
			t.Errorf("%s is planned as %s, but %s is configured", name, got, want)
		}
	}
}

// summariesOfDiags returns the severity, attribute and summary of diagnostics.
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

// without removes the content from a configuration.
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

// The plan of a new image with a custom ID, apart from its content.
const newImage = "account_hash=? account_id=account delivery_base_url=? draft=false "

func TestImagePlanNewImage(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	const rest = " uploaded=? variant_urls=? variants=?"
	const noMeta = " meta={} meta_json={} require_signed_urls=false"
	runPlans(t, f, map[string]planTest{
		"a file": {want: newImage + "filename=old.png id=brand/logo" + noMeta + " sha256=OLD source=old.png" + rest},
		"a file, and a generated ID": {
			config: func(c *imageResourceModel) { c.ID = types.StringNull() },
			want:   newImage + "filename=old.png id=?" + noMeta + " sha256=OLD source=old.png" + rest,
		},
		"a private one": {
			config: func(c *imageResourceModel) { c.ID, c.RequireSignedURLs = types.StringNull(), types.BoolValue(true) },
			want:   newImage + "filename=old.png id=? meta={} meta_json={} require_signed_urls=true sha256=OLD source=old.png" + rest,
		},
		"bytes": {
			config: func(c *imageResourceModel) {
				c.Source, c.File = types.StringNull(), types.StringValue(base64.StdEncoding.EncodeToString(pngOf(9)))
			},
			want: newImage + "filename=? id=brand/logo" + noMeta + " sha256=NEW" + rest,
		},
		"Base64 unknown until apply": {
			config: func(c *imageResourceModel) { c.Source, c.File = types.StringNull(), types.StringUnknown() },
			want:   newImage + "filename=? id=brand/logo" + noMeta + " sha256=?" + rest,
		},
		"Base64, unless there is a path": {
			config: func(c *imageResourceModel) {
				c.Source, c.File = types.StringUnknown(), types.StringValue(base64.StdEncoding.EncodeToString(pngOf(9)))
			},
			want: newImage + "filename=? id=brand/logo" + noMeta + " sha256=? source=?" + rest,
		},
		"a URL": {
			config: func(c *imageResourceModel) {
				c.Source, c.URL = types.StringNull(), types.StringValue("https://example.com/a.png")
			},
			want: newImage + "filename=? id=brand/logo" + noMeta + " uploaded=? url=https://example.com/a.png variant_urls=? variants=?",
		},
		"a URL unknown until apply, perhaps null": {
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
		"no content": {
			config:   without,
			problems: []string{"Error source: Missing image content"},
			words: []string{
				"Set source to the path of an image file",
				"url to a URL that Cloudflare fetches",
				"file to Base64-encoded content",
				"Imported",
			},
		},
		"a hash, but no content": {
			config:   func(c *imageResourceModel) { without(c); c.SHA256 = f.hash(t, "old.png") },
			problems: []string{"Error source: Missing image content"},
		},
		"a hash unknown until apply, but no content": {
			config:   func(c *imageResourceModel) { without(c); c.SHA256 = types.StringUnknown() },
			problems: []string{"Error source: Missing image content"},
		},
	})
}

// If a new image depends on values unknown until apply, an invalid file is
// only a warning, as the apply may still replace it.
func TestImagePlanNewUnknown(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	unknown := types.StringUnknown()
	tests := map[string]struct {
		config func(c *imageResourceModel)
		want   map[string]string // overrides of the default plan; "" removes an entry
		warned string            // the attribute of the warning, if any
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
		"the creator, with invalid Base64": {
			config: func(c *imageResourceModel) {
				c.Creator, c.Source, c.File = unknown, types.StringNull(), types.StringValue("aGVsbG8=")
			},
			want:   map[string]string{"creator": "?", "filename": "?", "source": ""},
			warned: "file",
		},
		"the creator, with a missing file": {
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

// A configured hash is compared with that of the file. If the file doesn't
// exist, the configured hash is planned.
func TestImagePlanConfiguredHash(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	old, unknown := f.hash(t, "old.png"), types.StringUnknown()
	withHash := func(hash types.String, file string) func(*imageResourceModel) {
		return func(c *imageResourceModel) { c.SHA256, c.Source = hash, f.text(file) }
	}
	const fresh = " id=brand/logo meta={} meta_json={} require_signed_urls=false "
	const rest = " uploaded=? variant_urls=? variants=?"
	runPlans(t, f, map[string]planTest{
		"new, matching the file": {
			config: withHash(old, "same.png"), want: newImage + "filename=same.png" + fresh + "sha256=OLD source=same.png" + rest,
		},
		"new, of another file": {
			config:   withHash(old, "new.png"),
			problems: []string{"Error sha256: sha256 doesn't match the image file"},
			words:    []string{f.hash(t, "new.png").ValueString()},
		},
		"new, of a missing file": {
			config: withHash(
				old,
				"later.png",
			), want: newImage + "filename=later.png" + fresh + "sha256=OLD source=later.png" + rest,
		},
		"new, as unknown as the file": {
			config: withHash(
				unknown,
				"later.png",
			), want: newImage + "filename=later.png" + fresh + "sha256=? source=later.png" + rest,
		},
		"new, of a rejected file": {
			config:   withHash(old, "page.html"),
			problems: []string{"Error source: Invalid image file " + strconv.Quote(f.path("page.html"))},
		},
		"new, with an unknown path": {
			config: func(c *imageResourceModel) { c.SHA256, c.Source = old, unknown },
			want:   newImage + "filename=?" + fresh + "sha256=OLD source=?" + rest,
		},
		"unchanged, and the file isn't read": {
			before: f.state(t, customID), config: withHash(old, "page.html"), want: "source=page.html",
		},
		"unchanged, and the file is missing": {
			before: f.state(t, cloudflareID), config: withHash(old, "later.png"), want: "source=later.png",
		},
		"unchanged, and the file is a directory": {
			before: f.state(t, cloudflareID), config: withHash(old, ""), want: "source=" + string(f),
		},
		"changed, matching the file": {
			before: f.state(t, customID), config: withHash(f.hash(t, "new.png"), "new.png"),
			want: "filename=new.png sha256=NEW source=new.png uploaded=?",
		},
		"unknown, with a custom ID": {
			before: f.state(t, customID), config: withHash(unknown, "new.png"),
			want: "filename=? sha256=? source=new.png uploaded=?",
		},
		"changed, of a missing file": {
			before: f.state(t, cloudflareID), config: withHash(f.hash(t, "new.png"), "later.png"),
			want: "sha256=NEW source=later.png", replace: "sha256",
		},
		"changed, of an old file": {
			before: f.state(t, customID), config: withHash(f.hash(t, "new.png"), "old.png"),
			problems: []string{"Error sha256: sha256 doesn't match the image file"}, words: []string{old.ValueString()},
		},
		"unknown": {before: f.state(t, cloudflareID), config: withHash(unknown, "old.png"), want: "sha256=?", replace: "sha256"},
		"changed, without content": {
			before:   f.state(t, customID),
			config:   func(c *imageResourceModel) { c.SHA256, c.Source = f.hash(t, "new.png"), types.StringNull() },
			problems: []string{"Error source: Missing image content"},
		},
		"after an import, without content": {
			before: f.importedState(t, customID),
			config: func(c *imageResourceModel) { c.SHA256, c.Source = old, types.StringNull() },
			want:   "sha256=OLD",
		},
		"of other Base64": {
			config: func(c *imageResourceModel) {
				c.Source, c.SHA256 = types.StringNull(), old
				c.File = types.StringValue(base64.StdEncoding.EncodeToString(pngOf(9)))
			},
			problems: []string{"Error sha256: sha256 doesn't match the image file"},
		},
	})
}

// Changed content is re-uploaded under a custom ID, and replaces an image with
// a generated ID.
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
			c.Source, c.File = types.StringNull(), types.StringValue(base64.StdEncoding.EncodeToString(pngOf(width)))
		}
	}
	same, other := types.StringValue("https://example.com/old.png"), types.StringValue("https://example.com/new.png")
	const inPlace = " uploaded=?"
	runPlans(t, f, map[string]planTest{
		"nothing":                             {before: f.state(t, cloudflareID)},
		"the same content under another path": {before: f.state(t, cloudflareID), config: file("same.png")},
		"the same, with a custom ID":          {before: f.state(t, customID), config: file("same.png")},
		"the same, in Base64":                 {before: f.state(t, cloudflareID), config: encoded(8), want: "source=-"},
		"a file, generated": {
			before: f.state(t, cloudflareID), config: file("new.png"), want: "sha256=NEW source=new.png", replace: "sha256",
		},
		"a file, custom": {
			before: f.state(t, customID), config: file("new.png"), want: "filename=new.png sha256=NEW source=new.png" + inPlace,
		},
		"other Base64, generated": {
			before: f.state(t, cloudflareID), config: encoded(9), want: "sha256=NEW source=-", replace: "sha256",
		},
		"other Base64, custom": {
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
		"a URL unknown until apply": {
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
		"a file for a URL, custom": { // the file name is the one from the URL, so it stays
			before: f.urlState(t, customID), want: "sha256=OLD source=old.png uploaded=? url=-",
		},
		"a path unknown until apply": {
			before: f.state(t, cloudflareID), config: func(c *imageResourceModel) { c.Source = types.StringUnknown() },
			want: "sha256=? source=?", replace: "sha256",
		},
		"Base64 unknown until apply, custom": {
			before: f.state(t, customID),
			config: func(c *imageResourceModel) { c.Source, c.File = types.StringNull(), types.StringUnknown() },
			want:   "filename=? sha256=? source=-" + inPlace,
		},
		"content removed": {before: f.state(t, cloudflareID), config: without, want: "source=-"},
		"URL removed":     {before: f.urlState(t, customID), config: without, want: "url=-"},
	})
}

// After an import, the first configured content is assumed to be the existing
// one, and nothing is uploaded.
func TestImagePlanAfterImport(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	url := func(c *imageResourceModel) {
		c.Source, c.URL = types.StringNull(), types.StringValue("https://example.com/a.png")
	}
	runPlans(t, f, map[string]planTest{
		"no content":     {before: f.importedState(t, cloudflareID), config: without},
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
		"replaced by an image without content": {config: without, problems: []string{"Error source: Missing image content"}},
	})
}
