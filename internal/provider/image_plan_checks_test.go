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

// Metadata changes in place, and only where it says something else.
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
		"first of all": {
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
		"none, not written any more":       {before: f.metadataState(t, "{}"), want: "metadata=-"},
		"removed by an empty object": {
			before: f.metadataState(t, `{"a":1}`), config: metadata("{ }"), want: "meta={} meta_json={} metadata={ } uploaded=?",
		},
		"that no configuration names": {before: foreign},
		"of the image, named now":     {before: foreign, config: metadata(`{ "a":1}`), want: `metadata={ \"a\":1}`},
		"of the image in another form, named now": {
			before: spread, config: metadata(`{"b":[2],"a":1}`), want: `metadata={\"b\":[2],\"a\":1}`,
		},
		"that the state has not spread yet": {
			before: unfilled,
			config: metadata(`{"a":1}`),
			want:   `meta={"a":"1"} meta_json={\"a\":1}`,
		},
		"that only the apply knows": {
			before: f.metadataState(
				t,
				`{"a":1}`,
			), config: func(c *imageResourceModel) { c.Metadata = jsontypes.NewNormalizedUnknown() },
			want: "meta=? meta_json=? metadata=? uploaded=?",
		},
		"none, and what only the apply knows": {
			before: f.metadataState(
				t,
				"{}",
			), config: func(c *imageResourceModel) { c.Metadata = jsontypes.NewNormalizedUnknown() },
			want: "meta=? meta_json=? metadata=?",
		},
	})
}

// Creator and access change in place, also together with a picture.
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
		"a creator that is unknown": {
			before: created, config: func(c *imageResourceModel) { c.Creator = types.StringUnknown() },
			want: "creator=? uploaded=?",
		},
		"no creator any more": {before: created, want: "creator=- uploaded=?"},
		"private": {
			before: f.state(t, cloudflareID), config: private(types.BoolValue(true)), want: moved + "true" + rest,
		},
		"public": {
			before: hidden,
			config: private(types.BoolValue(false)),
			want:   moved + "false" + rest,
		},
		"public, as nothing is said":       {before: hidden, want: moved + "false" + rest},
		"still private":                    {before: hidden, config: private(types.BoolValue(true))},
		"access that only the apply knows": {before: hidden, config: private(types.BoolUnknown()), want: moved + "?" + rest},
		"such access, and a custom ID": {
			before: f.state(t, customID), config: private(types.BoolUnknown()), want: "require_signed_urls=? uploaded=?",
		},
		"such access, and a custom ID of the state alone": {
			before: f.state(t, customID),
			config: func(c *imageResourceModel) { c.ID, c.RequireSignedURLs = types.StringNull(), types.BoolUnknown() },
			want:   moved + "?" + rest,
		},
		"private, with another picture": {
			before:  f.state(t, cloudflareID),
			config:  func(c *imageResourceModel) { c.Source, c.RequireSignedURLs = f.text("new.png"), types.BoolValue(true) },
			want:    moved + "true sha256=NEW source=new.png" + rest,
			replace: "sha256",
		},
		"private, with the ID that it has": {
			before: f.state(t, cloudflareID),
			config: func(c *imageResourceModel) {
				c.ID, c.RequireSignedURLs = types.StringValue(cloudflareID), types.BoolValue(true)
			},
			problems: []string{fmt.Sprintf("Error id: Image ID %q may change with require_signed_urls", cloudflareID)}, words: []string{"Remove id"},
		},
		"still private, with the ID that it has": {
			before: hidden,
			config: func(c *imageResourceModel) {
				c.ID, c.RequireSignedURLs = types.StringValue(cloudflareID), types.BoolValue(true)
			},
		},
		"private, and a custom ID": {
			before: f.state(t, customID), config: private(types.BoolValue(true)),
			problems: []string{"Error require_signed_urls: Images with a custom ID can't be private"},
		},
		"private, and a custom ID of the state alone": {
			before: f.importedState(t, customID),
			config: func(c *imageResourceModel) {
				c.ID, c.Source, c.RequireSignedURLs = types.StringNull(), types.StringNull(), types.BoolValue(true)
			},
			problems: []string{
				"Error require_signed_urls: Images with a custom ID can't be private",
			}, words: []string{"set source, url or file"},
		},
		"private, and a custom ID of the state alone, with content": {
			before: f.state(t, customID),
			config: func(c *imageResourceModel) { c.ID, c.RequireSignedURLs = types.StringNull(), types.BoolValue(true) },
			want:   "id=? require_signed_urls=true uploaded=?", replace: "require_signed_urls",
		},
		"private, and a custom ID, from the start": {
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

// What else of an image is unknown does not hide what is wrong with its picture,
// but for one that is not there yet.
func TestImagePlanUnknownOnUpdate(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	beside := func(file string) func(*imageResourceModel) {
		return func(c *imageResourceModel) { c.Source, c.Creator = f.text(file), types.StringUnknown() }
	}
	runPlans(t, f, map[string]planTest{
		"the same picture": {
			before: f.state(t, cloudflareID),
			config: beside("same.png"),
			want:   "creator=? source=same.png uploaded=?",
		},
		"another picture": {
			before: f.state(
				t,
				cloudflareID,
			), config: beside("new.png"), want: "creator=? sha256=NEW source=new.png", replace: "sha256",
		},
		"a file to come": {
			before: f.state(
				t,
				cloudflareID,
			), config: beside("later.png"), want: "creator=? sha256=? source=later.png", replace: "sha256",
		},
		"no picture": {
			before: f.state(t, cloudflareID), config: beside("page.html"),
			problems: []string{"Error source: Invalid image file " + strconv.Quote(f.path("page.html"))},
		},
		"nothing else": {
			before: f.state(t, cloudflareID), config: func(c *imageResourceModel) { c.Source = f.text("later.png") },
			problems: []string{fmt.Sprintf("Error source: Image file %q not found", f.path("later.png"))},
		},
	})
}

// What is wrong with a picture is told at the attribute that names it, with all
// that is wrong with it.
func TestImagePlanRejectedFile(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	huge := append(greyPNG(t, 12001), bytes.Repeat([]byte{0}, 11<<20)...)
	f.write(t, "huge.png", huge)
	f.write(t, "grey.png", append(greyPNG(t, 20), bytes.Repeat([]byte{0}, 10_000_000)...))
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
		"a file that is not there": {
			config: file("later.png"), problems: []string{fmt.Sprintf("Error source: Image file %q not found", f.path("later.png"))},
			words: []string{
				f.path("later.png") + " does not exist",
				"local_file.example.content_sha256",
				"copy the file to both",
			},
		},
		"a path through a file": {config: file("old.png/a.png"), problems: []string{unreadable("old.png/a.png")}},
		"several limits": {
			config: file(
				"huge.png",
			), problems: []string{invalid("huge.png"), invalid("huge.png")}, words: []string{"bytes", "12000", "enforce_upload_limits = false"},
		},
		"no Base64": {
			config: inBase64("not Base64!"), problems: []string{"Error file: Invalid file"}, words: []string{"filebase64()"},
		},
		"empty Base64": {
			config: inBase64(
				"",
			), problems: []string{`Error file: Invalid image file of image "brand/logo"`}, words: []string{"The content is empty"},
		},
		"a text in Base64": {
			config: inBase64("aGVsbG8="), problems: []string{`Error file: Invalid image file of image "brand/logo"`},
		},
		"limits that do not hold, and no picture": {config: file("page.html"), limitsOff: true, problems: []string{invalid("page.html")}},
	})

	warned := planTest{before: f.importedState(t, cloudflareID), config: file("grey.png")}
	warned.problems = []string{fmt.Sprintf("Warning source: Image file %q may be rejected by Cloudflare", f.path("grey.png"))}
	warned.want = "sha256=" + f.hash(t, "grey.png").ValueString() + " source=grey.png"
	without := planTest{before: f.importedState(t, cloudflareID), config: file("huge.png"), limitsOff: true}
	without.want = "sha256=" + hexHash(huge) + " source=huge.png"
	runPlans(t, f, map[string]planTest{"perhaps too large": warned, "limits that do not hold": without})
}

// IDs that cannot be chosen, or perhaps not.
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
		"Cloudflare's own form": {
			config: id(
				cloudflareID,
			), problems: []string{reserved(cloudflareID)}, words: []string{"Omit id", `id = "account/` + cloudflareID + `"`},
		},
		"Cloudflare's own form in capitals": {config: id(upper), problems: []string{reserved(upper)}},
		"a path step up": {
			config:   id("a/../b"),
			problems: []string{fmt.Sprintf(noURL, "a/../b")},
			words:    []string{`"." or ".." between`},
		},
		"a path step at the end": {config: id("a/."), problems: []string{fmt.Sprintf(noURL, "a/.")}},
		"Cloudflare's own form, private": {
			config: func(c *imageResourceModel) { id(cloudflareID)(c); c.RequireSignedURLs = types.BoolValue(true) }, problems: []string{reserved(cloudflareID)},
		},
		"Cloudflare's own form, in an account that is not known": {
			config: func(c *imageResourceModel) {
				id(cloudflareID)(c)
				c.AccountID, c.SHA256 = types.StringUnknown(), f.hash(t, "old.png")
			},
			problems: []string{reserved(cloudflareID)}, words: []string{`id = "` + cloudflareID + `"`},
		},
	})
	const rest = "source=old.png uploaded=? variant_urls=? variants=?"
	for name, test := range map[string]struct{ id, extension string }{
		"a page":                       {"docs/index.html", ".html"},
		"a page in capitals":           {"docs/INDEX.HTML", ".HTML"},
		"a picture":                    {"docs/index.png", ""},
		"a dot in a folder":            {"v1.txt/logo", ""},
		"a number with a dot":          {"logo-1.5", ""},
		"dots that are no path step":   {"a/..b/.../c", ""},
		"only nearly Cloudflare's own": {cloudflareID + "0", ""},
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

// All that is wrong is told at once.
func TestImagePlanReportsEverything(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	runPlans(t, f, map[string]planTest{
		"the picture, the access and the ID": {
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
