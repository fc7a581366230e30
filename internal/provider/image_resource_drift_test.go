package provider

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/delivery"
)

// driftConfig has an image for each kind of drift.
const driftConfig = requiredProviders + `
provider "cloudflare" {
  max_retries = 1
}
resource "cloudflare_image" "metadata" {
  id       = "metadata"
  source   = "a.png"
  metadata = jsonencode({ team = "web" })
}
resource "cloudflare_image" "unnamed" {
  id     = "unnamed"
  source = "a.png"
}
resource "cloudflare_image" "creator" {
  id      = "creator"
  source  = "a.png"
  creator = "me"
}
resource "cloudflare_image" "access" {
  source              = "a.png"
  require_signed_urls = true
}
resource "cloudflare_image" "deleted" {
  source = "b.png"
}
resource "cloudflare_image" "same" {
  id       = "same"
  source   = "a.png"
  metadata = jsonencode({ team = "web", size = 1.0 })
}
`

// Changes and deletions outside Terraform show up in the plan, and an apply
// reverts them; the plan itself changes nothing.
func TestImageResourceDrift(t *testing.T) {
	t.Parallel()
	r := newEmptyTestEnv(t)
	c := r.cli(t, driftConfig)
	put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
	put(t, filepath.Join(c.Dir, "b.png"), pngOf(20))
	c.appliedState()
	deleted := ""
	generated := slices.DeleteFunc(r.Images(), func(id string) bool {
		if c.managed()[id] == hashed(pngOf(20)) {
			deleted = id
		}
		return !delivery.IsGeneratedID(id) || id == deleted
	})
	if len(generated) != 1 || deleted == "" {
		t.Fatalf("got %q", r.Images())
	}
	r.elsewhere(t, "metadata", `{"metadata":{"team":"shop"}}`)
	r.elsewhere(t, "unnamed", `{"metadata":{"theirs":1}}`)
	r.elsewhere(t, "creator", `{"creator":"somebody"}`)
	r.elsewhere(t, generated[0], `{"requireSignedURLs":false}`)
	r.elsewhere(t, "same", `{"metadata":{ "size": 1, "team": "web" }}`)
	r.RemoveImage(deleted)

	changes, found, code := c.planned()
	want := map[string]string{}
	for _, name := range []string{"metadata", "unnamed", "creator", "access"} {
		want["cloudflare_image."+name] = "update"
	}
	want["cloudflare_image.deleted"] = "create"
	if diff := cmp.Diff(want, changes); code != 0 || len(found) > 0 || diff != "" {
		t.Errorf("plan ended with %d and %v (-want +got):\n%s", code, found, diff)
	}
	if got := writes(r.requests()); len(got) > 0 {
		t.Errorf("a plan wrote %q", got)
	}
	c.want(0, "apply", "-auto-approve")
	got := writes(r.requests())
	slices.Sort(got)
	repairs := []string{
		"PATCH /" + generated[0] + ` {"requireSignedURLs":true}`, `PATCH /creator {"creator":"me"}`,
		`PATCH /metadata {"metadata":{"team":"web"}}`, `PATCH /unnamed {"metadata":{}}`,
		fmt.Sprintf("POST  file: \"b.png\", image/png, %d bytes", len(pngOf(20))),
	}
	if diff := cmp.Diff(repairs, got); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	r.assertManaged(c)
	c.want(0, "plan", "-detailed-exitcode")

	r.RemoveImage("metadata") // deleting a missing image isn't an error
	c.want(0, "destroy", "-auto-approve", "-refresh=false")
	r.assertManaged(c)
}

// An image that was just uploaded stays in the state even if reads return 404
// for a while.
func TestImageResourceNotFoundYet(t *testing.T) {
	t.Parallel()
	r := newEmptyTestEnv(t)
	r.DelayVisibility(2)
	c := r.cli(t, requiredProviders+"resource \"cloudflare_image\" \"logo\" {\n  id = \"logo\"\n  source = \"a.png\"\n}\n")
	put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
	c.appliedState()
	r.requests()
	c.want(0, "plan", "-detailed-exitcode")
	if got := r.requests(); !slices.Equal(got, []string{"GET /logo", "GET /logo", "GET /logo"}) {
		t.Errorf("got %q, want two 404s, and then the image", got)
	}
}

// A draft is reported, and isn't a change.
func TestImageResourceDraft(t *testing.T) {
	t.Parallel()
	r := newEmptyTestEnv(t)
	c := r.cli(t, requiredProviders+"resource \"cloudflare_image\" \"logo\" {\n  id = \"logo\"\n  source = \"a.png\"\n}\n")
	put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
	c.appliedState()
	r.AddImage(
		`{"result":{"id":"logo","filename":null,"uploaded":"2030-01-01T00:00:00.000Z","requireSignedURLs":false,"draft":true,` +
			`"variants":["https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/logo/public"]},"success":true,"errors":[],"messages":[]}`,
	)
	changes, found, code := c.planned("-detailed-exitcode")
	if code != 0 || len(changes) > 0 {
		t.Errorf("plan ended with %d and the changes %v, want none", code, changes)
	}
	if len(found) != 1 || found[0].Severity != "warning" {
		t.Fatalf("got %v, want one warning", found)
	}
	if want := `Cloudflare image "logo" is a draft: Upload its content`; !strings.Contains(found[0].line(), want) {
		t.Errorf("got %s, want %s in it", found[0].line(), want)
	}
}
