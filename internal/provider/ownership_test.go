package provider

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// appliedThen503 applies a request, and responds with a 503.
func appliedThen503(api http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		api.ServeHTTP(httptest.NewRecorder(), r)
		fakeapi.Respond(503, "text/plain", "")(w, r)
	}
}

// notApplied503 reads a request, and responds with a 503 without applying it.
func notApplied503(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	fakeapi.Respond(503, "text/plain", "")(w, r)
}

// oneRetry are arguments of the provider block that shorten the waits of a test.
var oneRetry = map[string]any{"max_retries": 1.0}

// assertInAccount checks that the account has the image in the state, with its
// content, and no other image of these tests.
func (r *testEnv) assertInAccount(c *cli) {
	c.t.Helper()
	managed := c.managed()
	created := slices.DeleteFunc(r.Images(), func(id string) bool { return !strings.HasPrefix(id, "57a4d0") })
	if got := slices.Sorted(maps.Keys(managed)); !slices.Equal(got, created) {
		c.t.Errorf("the state has the images %q, the account %q", got, created)
	}
	for id, hash := range managed {
		if content := r.Content(id); hash != "" && hash != hashed(content) {
			c.t.Errorf("the content of %q is not the one in the state", id)
		}
	}
}

const shiftedList = `
variable "ids" { type = list(string) }

resource "cloudflare_image" "each" {
  count  = length(var.ids)
  id     = var.ids[count.index]
  source = "a.png"
}
`

// An entry is removed from the middle of a list: its image is deleted, and the
// last image is deleted under its old index and created under its new one,
// although its DELETE is applied but reported as failed.
func TestImageResourceShiftedList(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, requiredProviders+shiftedList)
	put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
	c.want(0, "apply", "-auto-approve", `-var=ids=["one","two","three"]`)
	r.FailMethod(http.MethodDelete, "three", 1, appliedThen503(r.Server))
	c.want(0, "apply", "-auto-approve", `-var=ids=["one","three"]`)
	for id, want := range map[string]bool{"one": true, "two": false, "three": true} {
		if _, is := r.Image(id); is != want {
			t.Errorf("image %s exists: %t, want %t", id, is, want)
		}
	}
	c.want(0, "plan", "-detailed-exitcode", `-var=ids=["one","three"]`)
}

// Blocks that are renamed without a moved block keep their objects, whatever the
// order in which Terraform deletes and creates them.
func TestResourceRenamedBlocks(t *testing.T) {
	t.Parallel()
	const blocks = `
resource "cloudflare_image" "%[1]s" {
  id     = "brand/new"
  source = "a.png"
}
resource "cloudflare_image_variant" "%[1]s" {
  id      = "card"
  options = { width = 300 }
}
resource "cloudflare_image_signing_key" "%[1]s" {
  name = "shop"
}
`
	r := newTestEnv(t)
	r.RemoveKey("campaign")
	c := r.cli(t, requiredProviders+fmt.Sprintf(blocks, "before"))
	put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
	c.want(0, "apply", "-auto-approve")
	c.write("main.tf", requiredProviders+fmt.Sprintf(blocks, "after"))
	c.want(0, "apply", "-auto-approve")
	_, image := r.Image("brand/new")
	_, variant := r.Variant("card")
	if key := slices.Contains(r.KeyNames(), "shop"); !image || !variant || !key {
		t.Errorf("the account has the image: %t, the variant: %t, the key: %t", image, variant, key)
	}
	c.want(0, "plan", "-detailed-exitcode")
}

// A variant and a key are replaced while reads and listings are stale, and the
// first request that creates the variant fails.
func TestResourceReplaceWithStaleReads(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	r.RemoveKey("campaign")
	c := r.cli(t, requiredProviders+`
resource "cloudflare_image_variant" "card" {
  id      = "card"
  options = { width = 300 }
}
resource "cloudflare_image_signing_key" "shop" {
  name = "shop"
}
`)
	c.want(0, "apply", "-auto-approve")
	r.StaleReads(-1)
	r.FailMethod(http.MethodPost, "variants", 1, notApplied503)
	c.want(
		0,
		"apply",
		"-auto-approve",
		"-replace=cloudflare_image_variant.card",
		"-replace=cloudflare_image_signing_key.shop",
	)
	if _, is := r.Variant("card"); !is {
		t.Error("the variant is gone")
	}
	if !slices.Contains(r.KeyNames(), "shop") {
		t.Error("the key is gone")
	}
	r.StaleReads(0)
	c.want(0, "plan", "-detailed-exitcode")
}

// Data sources that depend on objects of the same apply wait until these are
// visible.
func TestDataSourcesOfNewObjects(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, requiredProviders+`
resource "cloudflare_image" "new" {
  id     = "brand/new"
  source = "a.png"
}
resource "cloudflare_image_variant" "card" {
  id      = "card"
  options = { width = 300 }
}
data "cloudflare_image" "new" {
  image_id   = "brand/new"
  depends_on = [cloudflare_image.new]
}
data "cloudflare_image_variant" "card" {
  variant_id = "card"
  depends_on = [cloudflare_image_variant.card]
}
`)
	put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
	r.DelayVisibility(2)
	r.StaleReads(2)
	c.want(0, "apply", "-auto-approve")
}

// If the custom ID is removed from the configuration, the image can become
// private: it is replaced by one with a generated ID, also after a taint.
func TestImageResourceCustomIDBecomesPrivate(t *testing.T) {
	t.Parallel()
	for _, taint := range []bool{false, true} {
		t.Run(fmt.Sprintf("tainted %t", taint), func(t *testing.T) {
			t.Parallel()
			const block = "resource \"cloudflare_image\" \"new\" {\n  %s\n  source = \"a.png\"\n}\n"
			r := newTestEnv(t)
			c := r.cli(t, requiredProviders+fmt.Sprintf(block, `id = "brand/new"`))
			put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
			c.want(0, "apply", "-auto-approve")
			c.write("main.tf", requiredProviders+fmt.Sprintf(block, "require_signed_urls = true"))
			if taint {
				c.want(0, "taint", "cloudflare_image.new")
			}
			output, code := c.run("apply", "-auto-approve", "-no-color")
			if code != 0 || !strings.Contains(output, "1 added, 0 changed, 1 destroyed") {
				t.Fatalf("ended with %d:\n%s", code, output)
			}
			if _, is := r.Image("brand/new"); is {
				t.Error("the public image is still there")
			}
			r.assertInAccount(c)
			c.want(0, "plan", "-detailed-exitcode")
		})
	}
}

// Content from a URL that was then removed from the configuration is replaced by
// a file.
func TestImageResourceFileAfterURL(t *testing.T) {
	t.Parallel()
	origin := httptest.NewServer(
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(pngOf(5)) }),
	)
	t.Cleanup(origin.Close)
	const block = "resource \"cloudflare_image\" \"new\" {\n  id = \"brand/new\"\n  %s\n}\n"
	r := newTestEnv(t)
	c := r.cli(t, requiredProviders+fmt.Sprintf(block, fmt.Sprintf("url = %q", origin.URL+"/a.png")))
	put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
	c.want(0, "apply", "-auto-approve")
	c.write("main.tf", requiredProviders+fmt.Sprintf(block, ""))
	c.want(0, "apply", "-auto-approve")
	c.want(0, "plan", "-detailed-exitcode")
	c.write("main.tf", requiredProviders+fmt.Sprintf(block, `source = "a.png"`))
	c.want(0, "apply", "-auto-approve")
	r.assertContent(t, "brand/new", pngOf(10))
	c.want(0, "plan", "-detailed-exitcode")
}

// A hash that is unknown until apply may turn out to be the one in the state:
// then nothing is uploaded, whatever the path.
func TestImageResourceUnknownHashOfSameContent(t *testing.T) {
	t.Parallel()
	const block = `
resource "terraform_data" "hash" {
  input            = filesha256("a.png")
  triggers_replace = %q
}
resource "cloudflare_image" "new" {
  id     = "brand/new"
  source = %[1]q
  sha256 = terraform_data.hash.output
}
`
	for _, path := range []string{"a.png", "b.png"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			c := r.cli(t, requiredProviders+fmt.Sprintf(block, "a.png"))
			put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
			put(t, filepath.Join(c.Dir, "b.png"), pngOf(10))
			c.want(0, "apply", "-auto-approve")
			r.requests()
			c.write(
				"main.tf",
				requiredProviders+strings.Replace(fmt.Sprintf(block, path), "triggers_replace = ", "triggers_replace = \"x\" #", 1),
			)
			c.want(0, "apply", "-auto-approve")
			if got := writes(r.requests()); len(got) > 0 {
				t.Errorf("got %q, want no write", got)
			}
			c.want(0, "plan", "-detailed-exitcode")
		})
	}
}

// The error of an upload whose outcome is unknown lists the candidates, and the
// import block of a candidate works unchanged.
func TestImageResourceImportCandidate(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, requiredProviders+"resource \"cloudflare_image\" \"new\" {\n  source = \"a.png\"\n}\n")
	put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
	r.FailMethod(http.MethodPost, "v1", 1, appliedThen503(r.Server))
	failed := c.onlyError("apply", "-auto-approve")
	if want := "Unable to create Cloudflare image: API unavailable; it may have been created"; failed.Summary != want {
		t.Errorf("summary: got %s, want %s", failed.Summary, want)
	}
	if want := `file name "a.png"`; !strings.Contains(failed.Detail, want) {
		t.Errorf("detail: got %s, want %s in it", failed.Detail, want)
	}
	c.importFrom(failed, "new", "1 imported, 0 added")
	r.assertInAccount(c)
}

// If the response to an access update is lost, and the update gave the image
// another ID, the error names that image; after terraform state rm, its import
// block works.
func TestImageResourceAccessUpdateLostResponse(t *testing.T) {
	t.Parallel()
	const block = "resource \"cloudflare_image\" \"new\" {\n  source = \"a.png\"\n  require_signed_urls = %t\n}\n"
	for name, settings := range map[string]string{"with retries": "", "without": "provider \"cloudflare\" {\n  max_retries = 0\n}\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			r.NewIDOnAccessChange(true)
			c := r.cli(t, requiredProviders+settings+fmt.Sprintf(block, false))
			put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
			c.want(0, "apply", "-auto-approve")
			c.write("main.tf", requiredProviders+settings+fmt.Sprintf(block, true))
			r.DropResponseAfterCommit(1)
			failed := c.onlyError("apply", "-auto-approve")
			if want := "terraform state rm"; !strings.Contains(failed.Detail, want) {
				t.Errorf("detail: got %s, want %s in it", failed.Detail, want)
			}
			c.want(0, "state", "rm", "cloudflare_image.new")
			c.importFrom(failed, "new", "1 imported, 0 added")
			r.assertInAccount(c)
		})
	}
}

// If somebody else takes the ID during a re-upload, the resource is removed
// from the state with a warning, and their image is never updated or deleted.
func TestImageResourceReadAfterFailedReupload(t *testing.T) {
	t.Parallel()
	const image = "cloudflare_image"
	f, r := newImageFolder(t), newTestEnv(t)
	ours := newProtocolWith(t, r, oneRetry)
	arguments := f.newImage()
	before := ours.mustApply(t, image, written{}, arguments)
	r.FailMethod(http.MethodPost, "v1", 1, func(w http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body)
		r.AddImage(fmt.Sprintf(`{"result":{"id":"brand/new","filename":"theirs.png","uploaded":%q,"variants":[]},"success":true}`,
			time.Now().UTC().Add(time.Minute).Format(time.RFC3339)))
		fakeapi.Respond(409, "text/plain", "ERROR 5409: Resource already exists")(w, req)
	})
	r.ConflictAfterDelete(-1)
	arguments["source"] = f.path("new.png")
	after, reported := ours.apply(t, image, before, arguments)
	want := []string{
		`ERROR Unable to update Cloudflare image "brand/new": conflict`,
		`ERROR Cloudflare image "brand/new" was deleted, but not re-uploaded: the ID is taken`,
	}
	if got := summaries(reported); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}

	theirs, _ := r.Image("brand/new")
	warning := `WARNING Cloudflare image "brand/new" is not the image in state`
	gone, reported := ours.apply(t, image, after, nil)
	if len(reported) > 0 || !ours.state(t, image, gone.state).IsNull() {
		t.Errorf("destroyed: got %q", summaries(reported))
	}
	_, reported = ours.apply(t, image, after, arguments)
	if got := summaries(reported); len(got) != 1 || !strings.Contains(got[0], "Unable to update") {
		t.Errorf("updated without a refresh: got %q", got)
	}
	read, reported := ours.read(t, image, after)
	if !slices.Equal(summaries(reported), []string{warning}) || !ours.state(t, image, read.state).IsNull() {
		t.Errorf("read: got %q and the state %s", summaries(reported), ours.state(t, image, read.state))
	}
	if now, is := r.Image("brand/new"); !is || now != theirs {
		t.Errorf("somebody else's image changed from %s to %s", theirs, now)
	}
}

// After a failed re-upload, a stale read of the deleted image isn't mistaken
// for somebody else's image: an update creates the image again.
func TestImageResourceStaleReadAfterFailedReupload(t *testing.T) {
	t.Parallel()
	const image = "cloudflare_image"
	f, r := newImageFolder(t), newTestEnv(t)
	ours := newProtocol(t, r)
	arguments := f.newImage()
	before := ours.mustApply(t, image, written{}, arguments)
	deleted, _ := r.Image("brand/new")
	r.FailMethod(http.MethodPost, "v1", 1, fakeapi.Respond(400, "text/plain", "ERROR 5400: Bad Request"))
	arguments["source"] = f.path("new.png")
	failed, reported := ours.apply(t, image, before, arguments)
	if len(reported) != 2 {
		t.Fatalf("got %q", summaries(reported))
	}

	r.FailMethod(http.MethodGet, "brand/new", 2, fakeapi.Respond(200, "application/json", deleted))
	read, reported := ours.read(t, image, failed)
	if len(reported) > 0 || !ours.state(t, image, read.state).IsNull() {
		t.Errorf("read: got %q and the state %s", summaries(reported), ours.state(t, image, read.state))
	}
	ours.mustApply(t, image, failed, arguments)
	if _, is := r.Image("brand/new"); !is {
		t.Error("the image is not created")
	}
}

// If the DELETE of a re-upload isn't applied, but has an ambiguous outcome, the
// image is still the one in the state, and the next apply re-uploads the
// content.
func TestImageResourceReadAfterReuploadNotDeleted(t *testing.T) {
	t.Parallel()
	const image = "cloudflare_image"
	f, r := newImageFolder(t), newTestEnv(t)
	ours := newProtocolWith(t, r, oneRetry)
	arguments := f.newImage()
	before := ours.mustApply(t, image, written{}, arguments)
	r.FailMethod(http.MethodDelete, "brand/new", 1, fakeapi.Reset)
	r.FailMethod(http.MethodDelete, "brand/new", 1, notApplied503)
	arguments["source"] = f.path("new.png")
	failed, _ := ours.apply(t, image, before, arguments)
	read, reported := ours.read(t, image, failed)
	if len(reported) > 0 || ours.state(t, image, read.state).IsNull() {
		t.Fatalf("read: got %q and the state %s", summaries(reported), ours.state(t, image, read.state))
	}
	ours.mustApply(t, image, read, arguments)
}

// A 404 within minutes of a create by this resource is treated as a stale read,
// except for an image with a generated ID.
func TestResourceReadNewObjectNotFound(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	tests := map[string]struct {
		typeName  string
		arguments func(protocol) map[string]any
		hide      func(*testEnv)
		kept      bool
	}{
		"a custom ID": {
			typeName: "cloudflare_image", arguments: func(protocol) map[string]any {
				return map[string]any{"id": "brand/new", "source": f.path("old.png"), "require_signed_urls": false}
			}, hide: func(r *testEnv) { r.RemoveImage("brand/new") }, kept: true,
		},
		"a generated ID": {
			typeName: "cloudflare_image", arguments: func(protocol) map[string]any {
				return map[string]any{"source": f.path("old.png"), "require_signed_urls": false}
			}, hide: func(r *testEnv) { r.RemoveImage(r.Images()[len(r.Images())-1]) },
		},
		"a key": {
			typeName: "cloudflare_image_signing_key", arguments: newKeyArguments,
			hide: func(r *testEnv) { r.RemoveKey("shop") }, kept: true,
		},
		"a variant": {
			typeName: "cloudflare_image_variant", arguments: newCardArguments,
			hide: func(r *testEnv) { r.RemoveVariant("card") }, kept: true,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			r.RemoveKey("campaign")
			ours := newProtocolWith(t, r, oneRetry)
			created := ours.mustApply(t, test.typeName, written{}, test.arguments(ours))
			test.hide(r)
			read, reported := ours.read(t, test.typeName, created)
			if kept := !ours.state(t, test.typeName, read.state).IsNull(); kept != test.kept {
				t.Errorf("kept: %t, want %t", kept, test.kept)
			}
			if warned := len(reported) == 1 && strings.Contains(summaries(reported)[0], "not found yet"); warned != test.kept {
				t.Errorf("got %q", summaries(reported))
			}
		})
	}
}

// A re-upload that the API would reject after the existing image is deleted is
// rejected in the plan.
func TestImageResourcePlanRejectedReupload(t *testing.T) {
	t.Parallel()
	const image = "cloudflare_image"
	f := newImageFolder(t)
	tests := map[string]struct{ id, meta, want string }{
		"metadata that is a string": {
			id:   "brand/new",
			meta: `"text"`,
			want: `Unable to re-upload Cloudflare image "brand/new": invalid existing metadata`,
		},
		"metadata that is an array": {
			id:   "brand/new",
			meta: `[1]`,
			want: `Unable to re-upload Cloudflare image "brand/new": invalid existing metadata`,
		},
		"metadata that is too large": {
			id: "brand/new", meta: `{"a":"` + strings.Repeat("x", 1100) + `"}`, want: `Unable to re-upload Cloudflare image "brand/new": invalid existing metadata`,
		},
		"an ID of another extension": {
			id:   "brand/new.html",
			meta: `{}`,
			want: `Unable to re-upload Cloudflare image "brand/new.html": non-image file extension`,
		},
		"nothing wrong": {id: "brand/new.png", meta: `{"a":1}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			r.AddImage(
				fmt.Sprintf(
					`{"result":{"id":%q,"uploaded":"2026-11-29T10:00:00Z","variants":[],"meta":%s},"success":true}`,
					test.id,
					test.meta,
				),
			)
			ours := newProtocol(t, r)
			arguments := map[string]any{
				"account_id":          fakeapi.AccountID,
				"id":                  test.id,
				"source":              f.path("old.png"),
				"require_signed_urls": false,
			}
			state := ours.attributes(t, image, ours.imported(t, image, test.id).state)
			state["sha256"] = tftypes.NewValue(tftypes.String, strings.Repeat("0", 64))
			before := ours.config(t, image, map[string]any{
				"account_id": fakeapi.AccountID, "id": test.id, "sha256": strings.Repeat("0", 64), "require_signed_urls": false,
				"meta_json": state["meta_json"], "metadata": nil, "uploaded": "2026-11-29T10:00:00Z",
			})
			planned := ours.plan(t, image, written{state: before}, arguments)
			got := summaries(planned.Diagnostics)
			if test.want == "" && len(got) > 0 || test.want != "" && !slices.Equal(got, []string{"ERROR " + test.want}) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// While it is unknown whether an object was deleted, only its deletion can be
// planned, whatever a read shows.
func TestResourcePlanAfterAmbiguousDelete(t *testing.T) {
	t.Parallel()
	f := newImageFolder(t)
	tests := map[string]struct {
		typeName, last string
		arguments      func(protocol) map[string]any
	}{
		"an image": {typeName: "cloudflare_image", last: "new", arguments: func(protocol) map[string]any {
			return map[string]any{"id": "new", "source": f.path("old.png"), "require_signed_urls": false}
		}},
		"a variant": {typeName: "cloudflare_image_variant", last: "card", arguments: newCardArguments},
		"a key":     {typeName: "cloudflare_image_signing_key", last: "shop", arguments: newKeyArguments},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			r.RemoveKey("campaign")
			ours := newProtocolWith(t, r, oneRetry)
			created := ours.mustApply(t, test.typeName, written{}, test.arguments(ours))
			r.FailMethod(http.MethodDelete, test.last, 2, notApplied503)
			failed, reported := ours.apply(t, test.typeName, created, nil)
			if len(reported) != 1 || !strings.Contains(summaries(reported)[0], "it may have been deleted") {
				t.Fatalf("got %q", summaries(reported))
			}
			read, reported := ours.read(t, test.typeName, failed)
			if len(reported) > 0 || ours.state(t, test.typeName, read.state).IsNull() {
				t.Errorf("read: got %q and the state %s", summaries(reported), ours.state(t, test.typeName, read.state))
			}
			planned := summaries(ours.plan(t, test.typeName, read, test.arguments(ours)).Diagnostics)
			if len(planned) != 1 || !strings.HasSuffix(planned[0], "may have been deleted") {
				t.Errorf("plan: got %q", planned)
			}
			ours.mustApply(t, test.typeName, read, nil)
		})
	}
}

// After a delete with an ambiguous outcome, a variant or key of the same name is
// removed from the state if its definition or value differs, and stays if it is
// the same. If it stays, and the delete is no longer recent, later changes by
// others are drift again.
func TestResourceReadAfterAmbiguousDelete(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		typeName, id string
		arguments    func(protocol) map[string]any
		replace      func(*testEnv) // by others
		age          time.Duration  // of the delete
		update       map[string]any // another configuration; nil for none
		warning      string
	}{
		"a variant": {
			typeName: "cloudflare_image_variant", id: "card", arguments: newCardArguments, replace: replaceCard,
			warning: "is not the image variant in state",
		},
		"a variant, an hour later": {
			typeName: "cloudflare_image_variant", id: "card", arguments: newCardArguments, replace: replaceCard, age: time.Hour,
			update: map[string]any{"width": 500.0}, warning: "is not the image variant in state",
		},
		"a key": {
			typeName: "cloudflare_image_signing_key", id: "shop", arguments: newKeyArguments, replace: replaceKey,
			warning: "is not the image signing key in state",
		},
		"a key, an hour later": {
			typeName: "cloudflare_image_signing_key", id: "shop", arguments: newKeyArguments, replace: replaceKey, age: time.Hour,
			warning: "is not the image signing key in state",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			r.RemoveKey("campaign") // an account has two keys at most
			ours := newProtocolWith(t, r, oneRetry)
			created := ours.mustApply(t, test.typeName, written{}, test.arguments(ours))
			r.FailMethod(http.MethodDelete, test.id, 2, notApplied503)
			failed, _ := ours.apply(t, test.typeName, created, nil)
			failed.private = agedBy(t, failed.private, test.age)

			kept, reported := ours.read(t, test.typeName, failed)
			if len(reported) > 0 || ours.state(t, test.typeName, kept.state).IsNull() {
				t.Errorf("read of ours: got %q and the state %s", summaries(reported), ours.state(t, test.typeName, kept.state))
			}
			test.replace(r)
			read, reported := ours.read(t, test.typeName, failed)
			if len(reported) != 1 || !strings.HasSuffix(summaries(reported)[0], test.warning) ||
				!ours.state(t, test.typeName, read.state).IsNull() {
				t.Errorf("read of theirs: got %q and the state %s", summaries(reported), ours.state(t, test.typeName, read.state))
			}
			_, reported = ours.apply(t, test.typeName, failed, nil)
			if len(reported) != 1 || !strings.HasSuffix(summaries(reported)[0], "not the one in state") {
				t.Errorf("delete of theirs: got %q", summaries(reported))
			}
			if test.update != nil {
				_, reported = ours.apply(t, test.typeName, failed, ours.card(test.update))
				if len(reported) != 1 || !strings.HasSuffix(summaries(reported)[0], "not the one in state") {
					t.Errorf("update of theirs: got %q", summaries(reported))
				}
			}
			read, reported = ours.read(t, test.typeName, kept)
			if isDrift := len(reported) == 0 && !ours.state(t, test.typeName, read.state).IsNull(); isDrift != (test.age > 0) {
				t.Errorf("read after ours: got %q and the state %s", summaries(reported), ours.state(t, test.typeName, read.state))
			}
		})
	}
}

// A draft may be uploaded later, and is still the image in the state. After a delete
// with an unknown outcome, a later image under its ID is somebody else's.
func TestImageResourceDeleteDraftAgain(t *testing.T) {
	t.Parallel()
	const image = "cloudflare_image"
	r := newTestEnv(t)
	r.AddImage(draftAt("2026-01-01T00:00:00.000Z"))
	ours := newProtocolWith(t, r, oneRetry)
	before := ours.imported(t, image, "draft/one", `WARNING Cloudflare image "draft/one" is a draft`)
	r.FailMethod(http.MethodDelete, "draft/one", 2, notApplied503)
	failed, _ := ours.apply(t, image, before, nil)
	r.AddImage(draftAt("2026-01-02T00:00:00.000Z"))
	_, reported := ours.apply(t, image, failed, nil)
	if got := summaries(reported); len(got) != 1 || !strings.HasSuffix(got[0], "is not the image in state") {
		t.Errorf("got %q", got)
	}
	if _, is := r.Image("draft/one"); !is {
		t.Error("somebody else's image was deleted")
	}
}

// draftAt returns a draft that was created at the given time.
func draftAt(uploaded string) string {
	return fmt.Sprintf(`{"result":{"id":"draft/one","filename":null,"uploaded":%q,"requireSignedURLs":false,"draft":true,"variants":[]},"success":true}`,
		uploaded)
}

func newCardArguments(p protocol) map[string]any { return p.card(map[string]any{"width": 300.0}) }

func newKeyArguments(protocol) map[string]any { return map[string]any{"name": "shop"} }

func replaceCard(r *testEnv) {
	r.PutVariant("card", `{"width":100,"fit":"pad","metadata":"none"}`, false)
}

// replaceKey gives the key another value.
func replaceKey(r *testEnv) { r.AddKey("shop") }

// A read that returns a variant that the same run, or the one before it, deleted
// before it created this one is stale.
func TestVariantResourceStaleReadAfterReplacement(t *testing.T) {
	t.Parallel()
	const variant = "cloudflare_image_variant"
	r := newTestEnv(t)
	ours := newProtocol(t, r)
	before := ours.mustApply(t, variant, written{}, ours.card(map[string]any{"width": 100.0}))
	ours.mustApply(t, variant, before, nil)
	created := ours.mustApply(t, variant, written{}, ours.card(map[string]any{"width": 200.0}))
	ours.mustApply(t, variant, created, nil) // tainted
	created = ours.mustApply(t, variant, written{}, ours.card(map[string]any{"width": 200.0}))
	r.PutVariant("card", `{"fit":"scale-down","metadata":"none","width":100}`, false)
	ours.mustKeep(t, variant, created)
}

// A read that returns the image from before a re-upload is stale as a whole.
func TestImageResourceStaleReadAfterReupload(t *testing.T) {
	t.Parallel()
	const image = "cloudflare_image"
	f, r := newImageFolder(t), newTestEnv(t)
	ours := newProtocol(t, r)
	arguments := f.newImage()
	created := ours.mustApply(t, image, written{}, arguments)
	r.FailMethod(http.MethodGet, "brand/new", 1, fakeapi.Respond(200, "application/json",
		`{"result":{"id":"brand/new","filename":"old.png","creator":"somebody","uploaded":"2025-11-29T10:00:00Z","variants":[]},"success":true}`))
	var log strings.Builder
	read, reported := ours.readLogged(t, &log, image, created)
	got, want := ours.state(t, image, read.state), ours.state(t, image, created.state)
	if len(reported) > 0 || !got.Equal(want) {
		t.Errorf("got %q and the state %s, want %s", summaries(reported), got, want)
	}
	if !strings.Contains(log.String(), "Ignoring stale read of Cloudflare image after a recent write") {
		t.Errorf("got the log %s", &log)
	}
}

// createHashed creates an image whose sha256 is configured; moved.png has the same
// content.
func (f imageFolder) createHashed(t *testing.T, p protocol) (arguments map[string]any, created written) {
	t.Helper()
	f.write(t, "moved.png", pngOf(10))
	f.write(t, "old.png", pngOf(10))
	arguments = f.newImage()
	arguments["sha256"] = f.hash(t, "old.png").ValueString()
	return arguments, p.mustApply(t, "cloudflare_image", written{}, arguments)
}

// An update that sends no request doesn't prove that the image exists: a later image
// with its ID is still somebody else's.
func TestImageResourceUpdateWithoutRequest(t *testing.T) {
	t.Parallel()
	const image = "cloudflare_image"
	f, r := newImageFolder(t), newTestEnv(t)
	ours := newProtocolWith(t, r, oneRetry)
	arguments, created := f.createHashed(t, ours)
	r.RemoveImage("brand/new")
	missing, reported := ours.read(t, image, created)
	if got := summaries(reported); len(got) != 1 || !strings.HasSuffix(got[0], "not found yet") {
		t.Fatalf("got %q", got)
	}
	arguments["source"] = f.path("moved.png")
	moved := ours.mustApply(t, image, missing, arguments)
	r.AddImage(fmt.Sprintf(`{"result":{"id":"brand/new","filename":"theirs.png","uploaded":%q,"variants":[]},"success":true}`,
		time.Now().UTC().Add(time.Minute).Format(time.RFC3339)))
	read, reported := ours.read(t, image, moved)
	if got := summaries(reported); len(got) != 1 || !strings.HasSuffix(got[0], "is not the image in state") ||
		!ours.state(t, image, read.state).IsNull() {
		t.Errorf("got %q and the state %s", got, ours.state(t, image, read.state))
	}
}

// After a successful re-upload, nothing is left of a delete without a response.
func TestImageResourcePlanAfterReupload(t *testing.T) {
	t.Parallel()
	const image = "cloudflare_image"
	f, r := newImageFolder(t), newTestEnv(t)
	ours := newProtocolWith(t, r, oneRetry)
	arguments := f.newImage()
	created := ours.mustApply(t, image, written{}, arguments)
	r.FailMethod(http.MethodDelete, "brand/new", 2, notApplied503)
	arguments["source"] = f.path("new.png")
	failed, _ := ours.apply(t, image, created, arguments)
	uploaded := ours.mustApply(t, image, failed, arguments)
	arguments["creator"] = "somebody"
	ours.mustApply(t, image, uploaded, arguments)
}

// An image that a failed re-upload has deleted gets a new upload time, even if only the
// path of its file changes.
func TestImageResourceUploadAfterFailedReupload(t *testing.T) {
	t.Parallel()
	const image = "cloudflare_image"
	f, r := newImageFolder(t), newTestEnv(t)
	ours := newProtocolWith(t, r, oneRetry)
	arguments, created := f.createHashed(t, ours)
	r.FailMethod(http.MethodPost, "v1", 1, fakeapi.Respond(403, "text/plain", ""))
	changed := maps.Clone(arguments)
	changed["source"], changed["sha256"] = f.path("new.png"), f.hash(t, "new.png").ValueString()
	failed, _ := ours.apply(t, image, created, changed)
	arguments["source"] = f.path("moved.png")
	ours.mustKeep(t, image, ours.mustApply(t, image, failed, arguments))
}

// A variant that is created again after a delete without a response is planned as any
// other.
func TestVariantResourcePlanAfterSecondDelete(t *testing.T) {
	t.Parallel()
	const variant = "cloudflare_image_variant"
	r := newTestEnv(t)
	ours := newProtocolWith(t, r, oneRetry)
	before := ours.mustApply(t, variant, written{}, newCardArguments(ours))
	r.FailMethod(http.MethodDelete, "card", 2, notApplied503)
	failed, _ := ours.apply(t, variant, before, nil)
	ours.mustApply(t, variant, failed, nil)
	created := ours.mustApply(t, variant, written{}, newCardArguments(ours))
	ours.mustApply(t, variant, created, ours.card(map[string]any{"width": 500.0}))
}

// agedBy returns a private state whose recorded writes are older by age.
func agedBy(t *testing.T, encoded []byte, age time.Duration) []byte {
	t.Helper()
	private := privateMap{}
	if err := json.Unmarshal(encoded, &private); err != nil {
		t.Fatal(err)
	}
	var writes recentWrites
	if err := json.Unmarshal(private[recentWritesKey], &writes); err != nil {
		t.Fatal(err)
	}
	for i := range writes {
		writes[i].At = writes[i].At.Add(-age)
	}
	writes.save(t.Context(), private)
	aged, err := json.Marshal(private)
	if err != nil {
		t.Fatal(err)
	}
	return aged
}

// If a read doesn't find the image, and somebody else uploads one under its ID
// before the next read, the resource is removed from the state, and their image
// isn't deleted.
func TestImageResourceReplacedWhileNotFound(t *testing.T) {
	t.Parallel()
	r := newEmptyTestEnv(t)
	block := "resource \"cloudflare_image\" \"logo\" {\n  id = \"logo\"\n  source = \"a.png\"\n}\n"
	c := r.cli(t, requiredProviders+block)
	put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
	c.appliedState()
	r.RemoveImage("logo")
	c.want(0, "apply", "-auto-approve", "-refresh-only") // a warning: not found yet
	if got := c.managed(); len(got) != 1 {
		t.Errorf("got %v in the state, want the image", got)
	}
	r.replaceContent(t, "logo")
	r.requests()
	c.write("main.tf", requiredProviders)
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !outputMatching("is not the image in state").MatchString(output) {
		t.Errorf("apply ended with %d:\n%s", code, output)
	}
	if got := writes(r.requests()); len(got) > 0 {
		t.Errorf("somebody else's image received the writes %q", got)
	}
	if got := c.managed(); len(got) != 0 {
		t.Errorf("got %v in the state, want nothing", got)
	}
}

// If somebody else replaced the image after a plan was saved, applying the plan
// leaves their image untouched.
func TestImageResourceReplacedSincePlan(t *testing.T) {
	t.Parallel()
	block := func(more string) string {
		return requiredProviders + "resource \"cloudflare_image\" \"logo\" {\n  id = \"logo\"\n  source = \"a.png\"\n" + more + "}\n"
	}
	const notOurs = `Unable to update Cloudflare image "logo": not the image in state`
	tests := map[string]struct {
		config  string
		width   int // of the file
		code    int
		summary string
		managed int // images that remain in the state
	}{
		"destroyed":   {config: requiredProviders, width: 10, summary: `Cloudflare image "logo" is not the image in state`},
		"re-uploaded": {config: block(""), width: 20, code: 1, summary: notOurs, managed: 1},
		"updated":     {config: block("  creator = \"me\"\n"), width: 10, code: 1, summary: notOurs, managed: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newEmptyTestEnv(t)
			c := r.cli(t, block(""))
			put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
			c.appliedState()
			put(t, filepath.Join(c.Dir, "a.png"), pngOf(test.width))
			c.write("main.tf", test.config)
			c.want(0, "plan", "-out=saved")
			r.replaceContent(t, "logo")
			r.requests()
			found, code := c.diagnostics("apply", "saved")
			if code != test.code || len(found) != 1 || found[0].Summary != test.summary {
				t.Errorf("apply ended with %d: %v", code, found)
			}
			if got := writes(r.requests()); len(got) > 0 {
				t.Errorf("somebody else's image received the writes %q", got)
			}
			if got := c.managed(); len(got) != test.managed {
				t.Errorf("got %v in the state, want %d images", got, test.managed)
			}
		})
	}
}

// If the ID of a replaced image stays reserved for longer than the retries
// take, the error doesn't offer to import an image that doesn't exist, and the
// next apply creates it.
func TestImageResourceReplaceWithReservedID(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, requiredProviders+`
provider "cloudflare" {
  max_retries = 1
}
resource "cloudflare_image" "new" {
  id     = "brand/new"
  source = "a.png"
}
`)
	put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
	c.want(0, "apply", "-auto-approve")
	r.ConflictAfterDelete(2)
	failed := c.onlyError("apply", "-auto-approve", "-replace=cloudflare_image.new")
	if want := `Unable to create Cloudflare image "brand/new": already exists`; failed.Summary != want {
		t.Errorf("summary: got %s, want %s", failed.Summary, want)
	}
	if !strings.Contains(failed.Detail, "Apply again in a few minutes: this run deleted") || importBlocks.MatchString(failed.Detail) {
		t.Errorf("detail: got %s", failed.Detail)
	}
	c.want(0, "apply", "-auto-approve")
	r.assertContent(t, "brand/new", pngOf(10))
}
