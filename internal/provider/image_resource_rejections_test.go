package provider

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
)

// claimingPNG returns a small file whose header claims side x side pixels.
func claimingPNG(side uint32) []byte {
	const header = 8 + 4 // of the file, and the length of the first chunk
	content := pngOf(1)
	binary.BigEndian.PutUint32(content[header+4:], side)
	binary.BigEndian.PutUint32(content[header+8:], side)
	binary.BigEndian.PutUint32(content[header+17:], crc32.ChecksumIEEE(content[header:header+17]))
	return content
}

// rejection is a resource that is rejected, and part of the error.
type rejection struct {
	arguments string
	want      string
}

// blocks returns resources x0, x1 and so on with these arguments, in the order
// of the names.
func blocks(tests map[string]rejection, names []string) string {
	config := requiredProviders
	for i, name := range names {
		config += fmt.Sprintf("resource \"cloudflare_image\" \"x%d\" {\n%s\n}\n", i, tests[name].arguments)
	}
	return config
}

// assertRejections checks that each resource has its error.
func assertRejections(t *testing.T, tests map[string]rejection, names []string, found []diagnostic) {
	t.Helper()
	for i, name := range names {
		var reported []string
		for _, d := range found {
			if d.Address == fmt.Sprintf("cloudflare_image.x%d", i) {
				reported = append(reported, d.Severity+" "+d.line())
			}
		}
		if !slices.ContainsFunc(reported, func(line string) bool { return strings.Contains(line, tests[name].want) }) {
			t.Errorf("%s: got %q\nwant %s", name, reported, tests[name].want)
		}
	}
}

func sortedNames(tests map[string]rejection) (names []string) {
	for name := range tests {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Invalid configurations are reported by validate, with the remedy.
func TestImageResourceValidate(t *testing.T) {
	t.Parallel()
	const source = "source = \"a.png\"\n"
	const both = "error Invalid Attribute Combination: Attribute "
	tests := map[string]rejection{
		"a custom ID that is private": {
			source + "id = \"logo\"\nrequire_signed_urls = true", "error Images with a custom ID can't be private: Omit id",
		},
		"source and url": {
			source + `url = "https://example.com/a.png"`, both + `"url" cannot be specified when "source" is specified`,
		},
		"source and file": {source + `file = "AAAA"`, both + `"file" cannot be specified when "source" is specified`},
		"url and file": {
			"url = \"https://example.com/a.png\"\nfile = \"AAAA\"",
			both + `"file" cannot be specified when "url" is specified`,
		},
		"no source": {`source = ""`, "error Invalid source: The value must not be empty"},
		"a URL with another scheme": {
			`url = "ftp://example.com/a.png"`, "error Invalid url: The value must be a URL that begins with https://",
		},
		"a hash of a URL's content": {
			"url = \"https://example.com/a.png\"\nsha256 = \"" + hashed(nil) + `"`,
			both + `"url" cannot be specified when "sha256" is`,
		},
		"Cloudflare's own URL": {
			`url = "https://imagedelivery.net/h/a/public"`, "error Invalid url: The value must not point to imagedelivery.net",
		},
		"not a SHA-256": {
			source + `sha256 = "ABC"`,
			"error Invalid sha256: The value must be 64 lower-case hexadecimal digits",
		},
		"metadata that isn't an object": {
			source + `metadata = "[1]"`, "error Invalid metadata: The value must be a JSON object, such as jsonencode(",
		},
		"metadata that isn't JSON": {source + `metadata = "team: web"`, "error Invalid JSON String Value"},
		"too much metadata": {
			source + `metadata = jsonencode({ a = "` + strings.Repeat("x", 1025) + `" })`,
			"must be at most 1024 bytes without whitespace; it is 1033",
		},
		"a long creator": {
			source + `creator = "` + strings.Repeat("x", 1025) + `"`, "UTF-8 character count must be between 1 and 1024",
		},
		"empty creator":                {source + `creator = ""`, "UTF-8 character count must be between 1 and 1024"},
		"the name of an endpoint":      {source + `id = "config"`, "error Invalid id: The value "},
		"the path of a signing key":    {source + `id = "keys/default"`, "error Invalid id: The value "},
		"an ID that begins with slash": {source + `id = "/logo"`, "error Invalid id: The value must not"},
	}
	r, names := newTestEnv(t), sortedNames(tests)
	found, code := r.cli(t, blocks(tests, names)).diagnostics("validate")
	if code != 1 {
		t.Errorf("validate ended with %d", code)
	}
	assertRejections(t, tests, names, found)
	r.assertRequests(t)
}

// A file that Cloudflare would reject fails in the plan, at the attribute that
// names it, with the remedy.
func TestImageResourcePlanErrors(t *testing.T) {
	t.Parallel()
	file := func(name string) string { return fmt.Sprintf("source = %q", name) }
	rejected := func(name string) string { return fmt.Sprintf("error Invalid image file %q: %[1]s ", name) }
	tests := map[string]rejection{
		"no content at all": {
			`id = "logo"`,
			"error Missing image content: Set source to the path of an image file, url",
		},
		"an HTML page":      {file("page.png"), rejected("page.png") + "contains an HTML page, not an image"},
		"a PDF":             {file("paper.pdf"), rejected("paper.pdf") + "is a PDF document, not an image"},
		"a Git LFS pointer": {file("pointer.png"), "git lfs pull"},
		"an empty file":     {file("empty.png"), rejected("empty.png") + "is empty. Check the step"},
		"a corrupt file":    {file("damaged.png"), rejected("damaged.png") + "is a damaged PNG file"},
		"a folder":          {file("folder"), `error Unreadable image file "folder": `},
		"a missing file":    {file("absent.png"), "such as local_file.example.content_sha256"},
		"too many bytes":    {file("large.svg"), rejected("large.svg") + "is 10485761 bytes; the limit is 10 MB"},
		"too many pixels": {
			file("wide.png"),
			rejected("wide.png") + "is 11000 x 11000 pixels, 121 megapixels; the limit",
		},
		"another hash": {
			file("a.png") + "\nsha256 = \"" + hashed(pngOf(11)) + `"`,
			"error sha256 doesn't match the image file: Correct sha256, or omit it to have it computed: " +
				"the image file has the SHA-256 " + hashed(pngOf(10)),
		},
		"a generated ID": {
			file("a.png") + "\nid = \"57a4d0ff-ac1d-4e57-0b5e-00000000ff00\"", `error Image ID "57a4d0ff-ac1d-4e57-0b5e-00000000ff00" has a reserved format`,
		},
		"an ID that no URL can contain": {
			file("a.png") + "\nid = \"a/../b\"",
			`error Image ID "a/../b" can't be part of a URL: Choose another ID.`,
		},
		"an ID with another extension": {
			file("a.png") + "\nid = \"paper.pdf\"",
			`warning Image ID "paper.pdf" has a non-image file extension`,
		},
		"a custom ID unknown until apply": {
			file("a.png") + "\nid = terraform_data.private.input\nrequire_signed_urls = true",
			"error Images with a custom ID can't be private",
		},
		"a limit and the switch": {file("wide.png"), "set enforce_upload_limits = false in the provider block"},
		"a hash without content": {`sha256 = "` + hashed(pngOf(10)) + `"`, "error Missing image content"},
		"an HTML page, and an unknown value": {
			file("page.png") + "\ncreator = terraform_data.private.id",
			`warning Invalid image file "page.png": page.png contains an HTML page`,
		},
		"a truncated file": {file("cut.png"), `warning Image file "cut.png" may be rejected by Cloudflare: cut.png is truncated`},
	}
	r, names := newTestEnv(t), sortedNames(tests)
	c := r.cli(t, blocks(tests, names)+"resource \"terraform_data\" \"private\" {\n  input = \"logo\"\n}\n")
	for name, content := range map[string][]byte{
		"a.png":       pngOf(10),
		"page.png":    []byte("<!DOCTYPE html><html><title>Sign in</title></html>"),
		"paper.pdf":   []byte("%PDF-1.7\n"),
		"pointer.png": []byte("version https://git-lfs.github.com/spec/v1\noid sha256:" + hashed(nil) + "\nsize 12345\n"),
		"empty.png":   {},
		"damaged.png": pngOf(10)[:20],
		"cut.png":     pngOf(10)[:len(pngOf(10))-20],
		"folder/x":    {1},
		"large.svg":   svgOf("", 10<<20-9),
		"wide.png":    claimingPNG(11_000),
	} {
		put(t, filepath.Join(c.Dir, name), content)
	}
	_, found, code := c.planned()
	if code != 1 {
		t.Errorf("plan ended with %d", code)
	}
	assertRejections(t, tests, names, found)
	r.assertRequests(t)
}

// Terraform shows only the first of several warnings with the same summary, so
// each one has the name of its file. Several problems of a file are one
// warning.
func TestImageResourcePlanShowsEveryWarning(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, requiredProviders+`
resource "cloudflare_image" "cut" {
  for_each = toset(["a/cut.png", "b/cut.png"])
  source   = each.key
}
resource "cloudflare_image" "late" {
  for_each = toset(["a.html", "b.html"])
  source   = each.key
  creator  = terraform_data.late.id
}
resource "cloudflare_image" "content" {
  for_each = toset(["a/cut.png", "b/cut.png"])
  file     = filebase64(each.key)
}
resource "cloudflare_image" "named" {
  for_each = toset(["a.js", "b.js"])
  id       = each.key
  file     = filebase64("a/cut.png")
}
resource "terraform_data" "late" {
}
`)
	first, second := pngOf(10)[:len(pngOf(10))-20], pngOf(11)[:len(pngOf(11))-20]
	for name, content := range map[string][]byte{
		"a/cut.png": first, "b/cut.png": second, "a.html": []byte("<html>"), "b.html": []byte("<html>"),
	} {
		put(t, filepath.Join(c.Dir, name), content)
	}
	output, code := c.run("plan", "-no-color")
	if code != 0 || strings.Contains(output, "similar warning") {
		t.Errorf("plan ended with %d:\n%s", code, output)
	}
	for _, want := range []string{
		`Image file "a/cut.png" may be`, `Image file "b/cut.png" may be`,
		`Invalid image file "a.html"`, `Invalid image file "b.html"`,
		`Image file with SHA-256 ` + hashed(first),
		`Image file with SHA-256 ` + hashed(second),
		`Image file of image "a.js" may be`, `Image file of image "b.js" may be`,
		`Image ID "a.js" has a non-image file extension`, `Image ID "b.js" has a non-image file extension`,
	} {
		if !outputMatching("Warning: " + want).MatchString(output) {
			t.Errorf("the plan does not show %q:\n%s", want, output)
		}
	}
}

// With limits off, the plan accepts every size. If the API rejects a file, its
// error is reported, and the state stays empty.
func TestImageResourceLimitsOff(t *testing.T) {
	t.Parallel()
	r := newEmptyTestEnv(t)
	c := r.cli(t, requiredProviders+`
provider "cloudflare" {
  enforce_upload_limits = false
}
resource "cloudflare_image" "wide" {
  id     = "wide"
  source = "wide.png"
}
resource "cloudflare_image" "large" {
  id     = "large"
  source = "large.svg"
}
`)
	put(t, filepath.Join(c.Dir, "wide.png"), claimingPNG(11_000))
	put(t, filepath.Join(c.Dir, "large.svg"), svgOf("", 10<<20-9))
	failed := c.onlyError("apply", "-auto-approve")
	if want := "cloudflare_image.large"; failed.Address != want {
		t.Errorf("address: got %s, want %s", failed.Address, want)
	}
	for _, want := range []string{
		`image "large": request rejected: Compress the image file, or scale it down: it exceeds Cloudflare's limit of 10 MB`,
		"Maximum image size of 10 MB is reached (code 5413)",
	} {
		if !strings.Contains(failed.line(), want) {
			t.Errorf("got %s, want %s in it", failed.line(), want)
		}
	}
	r.assertManaged(c)
	r.assertContent(t, "wide", claimingPNG(11_000))
}

// An existing image is never overwritten: the error has an import block, which
// works unchanged in a second run.
func TestImageResourceExists(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]bool{"JSON": false, "text": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			r.PlainTextErrors(text)
			before, _ := r.Image("brand/logo")
			c := r.cli(t, requiredProviders+`
resource "cloudflare_image" "logo" {
  id       = "brand/logo"
  source   = "a.png"
  creator  = "design-team"
  metadata = jsonencode({ year = 2026, alt = "The logo on a light background" })
}
`)
			put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
			failed := c.onlyError("apply", "-auto-approve")
			if want := `Unable to create Cloudflare image "brand/logo": already exists`; failed.Summary != want {
				t.Errorf("summary: got %s, want %s", failed.Summary, want)
			}
			c.importFrom(failed, "logo", "1 imported, 0 added, 1 changed, 0 destroyed")
			if got := writes(r.requests()); len(got) != 1 {
				t.Errorf("got %q, want the first upload alone", got)
			}
			if after, _ := r.Image("brand/logo"); after != before {
				t.Errorf("the image changed from %s to %s", before, after)
			}
			c.want(0, "plan", "-detailed-exitcode")
		})
	}
}

// A password in a URL is rejected, and is nowhere in the output.
func TestImageResourceURLWithPassword(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.variables["TF_LOG"] = "TRACE"
	c := r.cli(t, requiredProviders+`
variable "secret" {
  sensitive = true
}
resource "cloudflare_image" "logo" {
  url = "https://user:${var.secret}@example.com/a.png"
}
`)
	const secret = "not-for-the-log"
	c.Env = append(c.Env, "TF_VAR_secret="+secret)
	output, code := c.run("plan", "-no-color")
	if code != 1 {
		t.Errorf("plan ended with %d, want 1:\n%s", code, output)
	}
	for _, want := range []string{
		"Invalid url",
		"must not contain a user name or password",
	} {
		if !outputMatching(want).MatchString(output) {
			t.Errorf("got:\n%s\nwant %s", output, want)
		}
	}
	if lines := fromLog(output, secret); len(lines) > 0 {
		t.Errorf("the output contains the password: %q", lines)
	}
	r.assertRequests(t)
}

// The example of the official provider's documentation fails with errors that
// name the conflicts; once fixed, each of its three sources is uploaded.
func TestImageResourceOfficialExample(t *testing.T) {
	t.Parallel()
	requireFeature(t, engine.WriteOnlyArguments)
	const example = requiredProviders + `
resource "cloudflare_image" "example_image" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  id = "id"
  creator = "creator"
  file = "Example data"
  metadata = "{\"key\": \"value\"}"
  require_signed_urls = true
  url = "https://example.com/path/to/logo.png"
}
`
	r := newEmptyTestEnv(t)
	address := origin(t, map[string][]byte{"/path/to/logo.png": pngOf(10)})
	c := r.cli(t, example)
	wantErrors := func(config string, want ...string) {
		t.Helper()
		c.write("main.tf", config)
		_, found, code := c.planned()
		reported := fmt.Sprintln(found)
		for _, words := range want {
			if code != 1 || !strings.Contains(reported, words) {
				t.Errorf("plan ended with %d and %s\nwant %s", code, reported, words)
			}
		}
	}
	wantErrors(example, "Images with a custom ID can't be private", `"file" cannot be specified when "url" is specified`)
	without := func(config string, lines ...string) string {
		for _, line := range lines {
			config = strings.Replace(config, "  "+line+"\n", "", 1)
		}
		return config
	}
	const private, url, file = "require_signed_urls = true", `url = "https://example.com/path/to/logo.png"`, `file = "Example data"`
	public := without(example, private)
	wantErrors(
		without(public, url),
		"Invalid file",
		"The value must be the Base64-encoded content of an image file, as returned by filebase64()",
	)

	put(t, filepath.Join(c.Dir, "logo.png"), pngOf(10))
	const parts = "metadata: {\"key\":\"value\"}\ncreator: creator\n"
	sent := fmt.Sprintf(`file: "%%s", image/png, %d bytes`, len(pngOf(10)))
	for name, step := range map[string]struct{ config, want string }{
		"url": {
			strings.Replace(without(public, file), "https://example.com", address, 1),
			"POST  id: id\n" + parts + "url: " + address + "/path/to/logo.png",
		},
		"file": {
			strings.Replace(without(public, url), `"Example data"`, `filebase64("logo.png")`, 1),
			"POST  id: id\n" + parts + fmt.Sprintf(sent, "id"),
		},
		"source": {
			strings.Replace(without(public, url), file, `source = "logo.png"`, 1),
			"POST  id: id\n" + parts + fmt.Sprintf(sent, "logo.png"),
		},
		"private": {
			strings.Replace(without(example, url, `id = "id"`), file, `source = "logo.png"`, 1),
			"POST  " + parts + "requireSignedURLs: true\n" + fmt.Sprintf(sent, "logo.png"),
		},
	} {
		r.requests()
		c.write("main.tf", step.config)
		output, code := c.run("apply", "-auto-approve", "-no-color")
		if got := writes(r.requests()); code != 0 || !slices.Equal(got, []string{step.want}) {
			t.Errorf("%s: apply ended with %d and sent %q\nwant %q\n%s", name, code, got, step.want, output)
		}
		c.want(0, "destroy", "-auto-approve")
	}
}

// A saved plan is applied elsewhere, as in CI. If the file is missing or has
// changed, nothing is deleted or uploaded; otherwise the plan is applied.
// Terraform itself detects a changed file: it plans again before the apply,
// and reports a provider bug, as a provider can't distinguish that plan from
// the first one.
func TestImageResourceSavedPlan(t *testing.T) {
	t.Parallel()
	r := newEmptyTestEnv(t)
	c := r.cli(t, requiredProviders+`
resource "cloudflare_image" "there" {
  id     = "there"
  source = "there.png"
}
`)
	put(t, filepath.Join(c.Dir, "there.png"), pngOf(10))
	c.appliedState()
	put(t, filepath.Join(c.Dir, "there.png"), pngOf(11))
	put(t, filepath.Join(c.Dir, "new.png"), pngOf(12))
	c.write("new.tf", "resource \"cloudflare_image\" \"new\" {\n  source = \"new.png\"\n}\n")
	c.want(0, "plan", "-out=saved")
	for _, test := range []struct {
		name      string
		change    func(dir string)
		summaries []string
	}{
		{name: "absent", change: func(dir string) {
			for _, name := range []string{"there.png", "new.png"} {
				if err := os.Remove(filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
			}
		}, summaries: []string{`Image file "new.png" not found`, `Image file "there.png" not found`}},
		{name: "changed", change: func(dir string) {
			put(t, filepath.Join(dir, "there.png"), pngOf(13))
			put(t, filepath.Join(dir, "new.png"), pngOf(14))
		}, summaries: []string{"Provider produced inconsistent final plan"}},
		{name: "present", change: func(string) {}},
	} {
		elsewhere := c.copied()
		test.change(elsewhere.Dir)
		r.requests()
		found, code := elsewhere.diagnostics("apply", "saved")
		var summaries []string
		for _, d := range found {
			summaries = append(summaries, d.Summary)
		}
		slices.Sort(summaries)
		summaries = slices.Compact(summaries) // Terraform reports each attribute
		if !slices.Equal(summaries, test.summaries) || (code == 0) != (test.summaries == nil) {
			t.Errorf("%s: apply ended with %d: %v", test.name, code, found)
		}
		if got := writes(r.requests()); test.summaries != nil && len(got) > 0 {
			t.Errorf("%s: the apply sent %q", test.name, got)
		}
		r.assertManaged(elsewhere)
	}
	r.assertContent(t, "there", pngOf(11))
}
