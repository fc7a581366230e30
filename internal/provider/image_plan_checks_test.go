package provider

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Metadata is updated in place, and only if it differs.
func TestImagePlanMetadata(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	metadata := func(text string) func(*imageResourceModel) {
		return func(c *imageResourceModel) { c.Metadata = jsontypes.NewNormalizedValue(text) }
	}
	foreign := f.metadataState(t, `{"a":1}`)
	foreign.Metadata = jsontypes.NewNormalizedNull()
	spread := f.metadataState(t, `{"a":1,"b":[2]}`)
	spread.Metadata = jsontypes.NewNormalizedNull()
	unfilled := f.metadataState(t, `{"a":1}`)
	unfilled.Meta, unfilled.MetaJSON = types.MapNull(types.StringType), types.StringNull()
	runPlans(t, f, map[string]planTest{
		"the same": {before: f.metadataState(t, `{"a":1,"b":[2]}`), config: metadata(`{"a":1,"b":[2]}`)},
		"another order and white space": {
			before: f.metadataState(t, `{"a":1,"b":[2]}`),
			config: metadata("{\n \"b\": [ 2 ], \"a\": 1 }"),
		},
		"another value": {
			before: f.metadataState(t, `{"a":1,"b":"x"}`), config: metadata(`{ "a": 2 }`),
			want: `meta={"a":"2"} meta_json={\"a\":2} metadata={ \"a\": 2 } uploaded=?`,
		},
		"added": {
			before: f.state(
				t,
				cloudflareID,
			), config: metadata(`{"a":2}`), want: `meta={"a":"2"} meta_json={\"a\":2} metadata={\"a\":2} uploaded=?`,
		},
		"removed": {
			before: f.metadataState(t, `{"a":1}`),
			want:   "meta={} meta_json={} metadata=- uploaded=?",
		},
		"none, written as an empty object": {before: f.state(t, customID), config: metadata("{}"), want: "metadata={}"},
		"none, no longer configured":       {before: f.metadataState(t, "{}"), want: "metadata=-"},
		"removed by an empty object": {
			before: f.metadataState(t, `{"a":1}`), config: metadata("{ }"), want: "meta={} meta_json={} metadata={ } uploaded=?",
		},
		"that isn't configured":        {before: foreign},
		"of the image, now configured": {before: foreign, config: metadata(`{ "a":1}`), want: `metadata={ \"a\":1}`},
		"of the image, now configured differently": {
			before: spread, config: metadata(`{"b":[2],"a":1}`), want: `metadata={\"b\":[2],\"a\":1}`,
		},
		"without meta in the state": {
			before: unfilled,
			config: metadata(`{"a":1}`),
			want:   `meta={"a":"1"} meta_json={\"a\":1}`,
		},
		"unknown until apply": {
			before: f.metadataState(
				t,
				`{"a":1}`,
			), config: func(c *imageResourceModel) { c.Metadata = jsontypes.NewNormalizedUnknown() },
			want: "meta=? meta_json=? metadata=? uploaded=?",
		},
		"none, then unknown until apply": {
			before: f.metadataState(
				t,
				"{}",
			), config: func(c *imageResourceModel) { c.Metadata = jsontypes.NewNormalizedUnknown() },
			want: "meta=? meta_json=? metadata=?",
		},
	})
}

// Creator and access are updated in place, also together with content.
func TestImagePlanUpdate(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	created := f.state(t, cloudflareID)
	created.Creator = types.StringValue("web")
	hidden := f.state(t, cloudflareID)
	hidden.RequireSignedURLs = types.BoolValue(true)
	private := func(value types.Bool) func(*imageResourceModel) {
		return func(c *imageResourceModel) { c.RequireSignedURLs = value }
	}
	const moved = "delivery_base_url=? filename=? id=? require_signed_urls="
	const rest = " uploaded=? variant_urls=? variants=?"
	runPlans(t, f, map[string]planTest{
		"a creator": {
			before: f.state(t, customID), config: func(c *imageResourceModel) { c.Creator = types.StringValue("web") },
			want: "creator=web uploaded=?",
		},
		"an unknown creator": {
			before: created, config: func(c *imageResourceModel) { c.Creator = types.StringUnknown() },
			want: "creator=? uploaded=?",
		},
		"creator removed": {before: created, want: "creator=- uploaded=?"},
		"private": {
			before: f.state(t, cloudflareID), config: private(types.BoolValue(true)), want: moved + "true" + rest,
		},
		"public": {
			before: hidden,
			config: private(types.BoolValue(false)),
			want:   moved + "false" + rest,
		},
		"public by default":          {before: hidden, want: moved + "false" + rest},
		"still private":              {before: hidden, config: private(types.BoolValue(true))},
		"access unknown until apply": {before: hidden, config: private(types.BoolUnknown()), want: moved + "?" + rest},
		"unknown access, and a custom ID": {
			before: f.state(t, customID), config: private(types.BoolUnknown()), want: "require_signed_urls=? uploaded=?",
		},
		"unknown access, and a custom ID only in the state": {
			before: f.state(t, customID),
			config: func(c *imageResourceModel) { c.ID, c.RequireSignedURLs = types.StringNull(), types.BoolUnknown() },
			want:   moved + "?" + rest,
		},
		"private, with other content": {
			before:  f.state(t, cloudflareID),
			config:  func(c *imageResourceModel) { c.Source, c.RequireSignedURLs = f.text("new.png"), types.BoolValue(true) },
			want:    moved + "true sha256=NEW source=new.png" + rest,
			replace: "sha256",
		},
		"private, with the existing ID": {
			before: f.state(t, cloudflareID),
			config: func(c *imageResourceModel) {
				c.ID, c.RequireSignedURLs = types.StringValue(cloudflareID), types.BoolValue(true)
			},
			problems: []string{fmt.Sprintf("Error id: Image ID %q may change with require_signed_urls", cloudflareID)}, words: []string{"Remove id"},
		},
		"still private, with the existing ID": {
			before: hidden,
			config: func(c *imageResourceModel) {
				c.ID, c.RequireSignedURLs = types.StringValue(cloudflareID), types.BoolValue(true)
			},
		},
		"private, and a custom ID": {
			before: f.state(t, customID), config: private(types.BoolValue(true)),
			problems: []string{"Error require_signed_urls: Images with a custom ID can't be private"},
		},
		"private, and a custom ID only in the state": {
			before: f.importedState(t, customID),
			config: func(c *imageResourceModel) {
				c.ID, c.Source, c.RequireSignedURLs = types.StringNull(), types.StringNull(), types.BoolValue(true)
			},
			problems: []string{
				"Error require_signed_urls: Images with a custom ID can't be private",
			}, words: []string{"set source, url or file"},
		},
		"private, and a custom ID only in the state, with content": {
			before: f.state(t, customID),
			config: func(c *imageResourceModel) { c.ID, c.RequireSignedURLs = types.StringNull(), types.BoolValue(true) },
			want:   "id=? require_signed_urls=true uploaded=?", replace: "require_signed_urls",
		},
		"created private, with a custom ID": {
			config:   private(types.BoolValue(true)),
			problems: []string{"Error require_signed_urls: Images with a custom ID can't be private"},
		},
		"another ID": {
			before: f.state(
				t,
				customID,
			), config: func(c *imageResourceModel) { c.ID = types.StringValue("brand/b") }, want: "id=brand/b",
		},
	})
}

// Unknown values don't hide errors of a file, unless it doesn't exist yet.
func TestImagePlanUnknownOnUpdate(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	withUnknown := func(file string) func(*imageResourceModel) {
		return func(c *imageResourceModel) { c.Source, c.Creator = f.text(file), types.StringUnknown() }
	}
	runPlans(t, f, map[string]planTest{
		"the same content": {
			before: f.state(t, cloudflareID),
			config: withUnknown("same.png"),
			want:   "creator=? source=same.png uploaded=?",
		},
		"other content": {
			before: f.state(
				t,
				cloudflareID,
			), config: withUnknown("new.png"), want: "creator=? sha256=NEW source=new.png", replace: "sha256",
		},
		"a file that doesn't exist yet": {
			before: f.state(
				t,
				cloudflareID,
			), config: withUnknown("later.png"), want: "creator=? sha256=? source=later.png", replace: "sha256",
		},
		"no content": {
			before: f.state(t, cloudflareID), config: withUnknown("page.html"),
			problems: []string{"Error source: Invalid image file " + strconv.Quote(f.path("page.html"))},
		},
		"everything else known": {
			before: f.state(t, cloudflareID), config: func(c *imageResourceModel) { c.Source = f.text("later.png") },
			problems: []string{fmt.Sprintf("Error source: Image file %q not found", f.path("later.png"))},
		},
	})
}

// Everything wrong with a file is reported at the attribute that names it.
func TestImagePlanRejectedFile(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	huge := append(pngOf(12001), bytes.Repeat([]byte{0}, 11<<20)...)
	f.write(t, "huge.png", huge)
	f.write(t, "grey.png", append(pngOf(20), bytes.Repeat([]byte{0}, 10_000_000)...))
	f.write(t, "empty.png", nil)
	f.write(t, "ärger.png", []byte("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"))
	invalid := func(name string) string { return "Error source: Invalid image file " + strconv.Quote(f.path(name)) }
	unreadable := func(name string) string { return "Error source: Unreadable image file " + strconv.Quote(f.path(name)) }
	file := func(name string) func(*imageResourceModel) {
		return func(c *imageResourceModel) { c.Source = f.text(name) }
	}
	inBase64 := func(text string) func(*imageResourceModel) {
		return func(c *imageResourceModel) { c.Source, c.File = types.StringNull(), types.StringValue(text) }
	}
	runPlans(t, f, map[string]planTest{
		"a page": {config: file("page.html"), problems: []string{invalid("page.html")}, words: []string{f.path("page.html") + " is "}},
		"nothing": {
			config:   file("empty.png"),
			problems: []string{invalid("empty.png")},
			words:    []string{f.path("empty.png") + " is empty"},
		},
		"an LFS file": {
			config:   file("ärger.png"),
			problems: []string{invalid("ärger.png")},
			words:    []string{f.path("ärger.png"), "git lfs pull"},
		},
		"a folder": {
			config:   file(""),
			problems: []string{unreadable("")},
			words:    []string{string(f) + " is a directory"},
		},
		"a missing file": {
			config: file("later.png"), problems: []string{fmt.Sprintf("Error source: Image file %q not found", f.path("later.png"))},
			words: []string{
				f.path("later.png") + " does not exist",
				"local_file.example.content_sha256",
				"copy the file to both",
			},
		},
		"a path below a file": {config: file("old.png/a.png"), problems: []string{unreadable("old.png/a.png")}},
		"several limits": {
			config: file(
				"huge.png",
			), problems: []string{invalid("huge.png"), invalid("huge.png")}, words: []string{"bytes", "12000", "enforce_upload_limits = false"},
		},
		"not Base64": {
			config: inBase64("not Base64!"), problems: []string{"Error file: Invalid file"}, words: []string{"filebase64()"},
		},
		"empty Base64": {
			config: inBase64(
				"",
			), problems: []string{`Error file: Invalid image file of image "brand/logo"`}, words: []string{"The content is empty"},
		},
		"a string in Base64": {
			config: inBase64("aGVsbG8="), problems: []string{`Error file: Invalid image file of image "brand/logo"`},
		},
		"limits off, and not an image": {config: file("page.html"), limitsOff: true, problems: []string{invalid("page.html")}},
	})

	warned := planTest{before: f.importedState(t, cloudflareID), config: file("grey.png")}
	warned.problems = []string{fmt.Sprintf("Warning source: Image file %q may be rejected by Cloudflare", f.path("grey.png"))}
	warned.want = "sha256=" + f.hash(t, "grey.png").ValueString() + " source=grey.png"
	without := planTest{before: f.importedState(t, cloudflareID), config: file("huge.png"), limitsOff: true}
	without.want = "sha256=" + hexHash(huge) + " source=huge.png"
	runPlans(t, f, map[string]planTest{"perhaps too large": warned, "limits off": without})
}

// IDs that Cloudflare rejects, or may reject.
func TestImagePlanNewID(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	id := func(text string) func(*imageResourceModel) {
		return func(c *imageResourceModel) { c.ID = types.StringValue(text) }
	}
	const noURL = `Error id: Image ID %q can't be part of a URL`
	reserved := func(id string) string { return fmt.Sprintf("Error id: Image ID %q has a reserved format", id) }
	upper := strings.ToUpper(cloudflareID)
	runPlans(t, f, map[string]planTest{
		"a generated ID": {
			config: id(
				cloudflareID,
			), problems: []string{reserved(cloudflareID)}, words: []string{"Omit id", `id = "account/` + cloudflareID + `"`},
		},
		"a generated ID in upper case": {config: id(upper), problems: []string{reserved(upper)}},
		"a parent path segment": {
			config:   id("a/../b"),
			problems: []string{fmt.Sprintf(noURL, "a/../b")},
			words:    []string{`"." or ".." between`},
		},
		"a dot segment at the end": {config: id("a/."), problems: []string{fmt.Sprintf(noURL, "a/.")}},
		"a generated ID, private": {
			config:   func(c *imageResourceModel) { id(cloudflareID)(c); c.RequireSignedURLs = types.BoolValue(true) },
			problems: []string{reserved(cloudflareID)},
		},
		"a generated ID, in an unknown account": {
			config: func(c *imageResourceModel) {
				id(cloudflareID)(c)
				c.AccountID, c.SHA256 = types.StringUnknown(), f.hash(t, "old.png")
			},
			problems: []string{reserved(cloudflareID)}, words: []string{`id = "` + cloudflareID + `"`},
		},
	})
	const rest = "source=old.png uploaded=? variant_urls=? variants=?"
	for name, test := range map[string]struct{ id, extension string }{
		"a page":                {"docs/index.html", ".html"},
		"a page in upper case":  {"docs/INDEX.HTML", ".HTML"},
		"an image":              {"docs/index.png", ""},
		"a dot in a folder":     {"v1.txt/logo", ""},
		"a number with a dot":   {"logo-1.5", ""},
		"dots inside segments":  {"a/..b/.../c", ""},
		"almost a generated ID": {cloudflareID + "0", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row := planTest{
				config: id(test.id),
				want:   newImage + "filename=old.png id=" + test.id + " meta={} meta_json={} require_signed_urls=false sha256=OLD " + rest,
			}
			if test.extension != "" {
				row.problems = []string{fmt.Sprintf("Warning id: Image ID %q has a non-image file extension", test.id)}
				row.words = []string{test.extension}
			}
			row.run(t, f)
		})
	}
}

// All errors are reported in one plan.
func TestImagePlanReportsEverything(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	runPlans(t, f, map[string]planTest{
		"the file, the access and the ID": {
			config: func(c *imageResourceModel) {
				c.Source, c.ID, c.RequireSignedURLs = f.text("page.html"), types.StringValue("a/../b"), types.BoolValue(true)
			},
			problems: []string{
				"Error source: Invalid image file " + strconv.Quote(f.path("page.html")), "Error require_signed_urls: Images with a custom ID can't be private",
				`Error id: Image ID "a/../b" can't be part of a URL`,
			},
		},
	})
}
