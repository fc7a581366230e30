package provider

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/client"
)

func TestImageModelCheckContent(t *testing.T) {
	t.Parallel()
	const known = "2026-03-02T08:15:30.120Z" // of storedState
	content := func(sha256, url types.String) func(*imageResourceModel) {
		return func(m *imageResourceModel) { m.SHA256, m.URL = sha256, url }
	}
	url := types.StringValue("https://example.com/a.png")
	hash := types.StringValue(strings.Repeat("0", 64))
	tests := map[string]struct {
		id       string // "logo" if empty
		before   func(*imageResourceModel)
		uploaded string
		draft    bool
		replaced bool
		want     string // of the attribute uploaded; the value read if empty
	}{
		"same time":              {uploaded: known},
		"rounded down":           {uploaded: "2026-03-02T08:15:30Z", want: known},
		"rounded up":             {uploaded: "2026-03-02T08:15:31Z"},
		"five seconds":           {uploaded: "2026-03-02T08:15:35.120Z"},
		"more than five seconds": {uploaded: "2026-03-02T08:15:35.121Z", replaced: true},
		"a day":                  {uploaded: "2026-03-03T08:15:30Z", replaced: true},
		"a day, from a URL": {
			before: content(types.StringNull(), url), uploaded: "2026-03-03T08:15:30Z", replaced: true,
		},
		"a day, from a URL with a hash": {
			before: content(hash, url), uploaded: "2026-03-03T08:15:30Z", replaced: true,
		},
		"stale read": {uploaded: "2026-03-02T08:15:00Z", want: known},
		"imported, without content": {
			before: content(types.StringNull(), types.StringNull()), uploaded: "2026-03-03T08:15:30Z",
		},
		"replaced before": {
			before: content(unknownContent, types.StringNull()), uploaded: "2026-03-03T08:15:30Z",
		},
		"draft that got its content": {
			before:   func(m *imageResourceModel) { m.Draft = types.BoolValue(true) },
			uploaded: "2026-03-03T08:15:30Z",
		},
		"migrated state": {
			before:   func(m *imageResourceModel) { m.Draft = types.BoolNull() },
			uploaded: "2026-03-03T08:15:30Z",
		},
		"draft":        {uploaded: "2026-03-03T08:15:30Z", draft: true},
		"generated ID": {id: cloudflareID, uploaded: "2026-03-03T08:15:30Z"},
		"unknown before": {
			before:   func(m *imageResourceModel) { m.Uploaded = types.StringNull() },
			uploaded: "2026-03-03T08:15:30Z",
		},
		"malformed": {uploaded: "tomorrow"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := storedState(test.before)
			if test.id == "" {
				test.id = "logo"
			}
			before.ID = types.StringValue(test.id)
			got := *before
			diags := got.applyRead(storedImage(func(i *client.Image) {
				i.ID, i.Uploaded, i.Draft = test.id, &test.uploaded, test.draft
			}), before.operation(actionRead))
			hasWarning := slices.ContainsFunc(summariesOfDiags(diags), func(summary string) bool {
				return strings.HasSuffix(summary, "was replaced outside of Terraform")
			})
			if hasWarning != test.replaced {
				t.Errorf("warnings: got %v, want one: %t", diags, test.replaced)
			}
			wantHash, wantURL := before.SHA256, before.URL
			if test.replaced {
				wantHash, wantURL = unknownContent, types.StringNull()
			}
			if !got.SHA256.Equal(wantHash) || !got.URL.Equal(wantURL) {
				t.Errorf("got sha256 %s and url %s, want %s and %s", got.SHA256, got.URL, wantHash, wantURL)
			}
			if test.want == "" {
				test.want = test.uploaded
			}
			if uploaded := got.Uploaded.ValueString(); uploaded != test.want {
				t.Errorf("uploaded: got %s, want %s", uploaded, test.want)
			}
		})
	}
}

// replaceContent deletes an image and uploads another one under its ID, as
// another user would.
func (r *testEnv) replaceContent(t *testing.T, id string) {
	t.Helper()
	r.RemoveImage(id)
	r.AddImage(fmt.Sprintf(`{"result":{"id":%q,"filename":"theirs.png","uploaded":%q,"requireSignedURLs":false,`+
		`"variants":["https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/%s/public"]},"success":true,"errors":[],"messages":[]}`,
		id, time.Now().UTC().Add(time.Hour).Format("2006-01-02T15:04:05.000Z"), id))
}

// Content that somebody replaced is uploaded again, unless sha256 is ignored.
func TestImageResourceContentDrift(t *testing.T) {
	t.Parallel()
	const block = "resource \"cloudflare_image\" \"logo\" {\n  id = \"logo\"\n  source = \"a.png\"\n%s}\n"
	const ignored = "  lifecycle {\n    ignore_changes = [sha256]\n  }\n"
	r := newEmptyTestEnv(t)
	c := r.cli(t, requiredProviders+fmt.Sprintf(block, ""))
	put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
	c.appliedState()
	c.want(0, "plan", "-detailed-exitcode")

	r.replaceContent(t, "logo")
	r.requests()
	changes, found, code := c.planned()
	if diff := cmp.Diff(map[string]string{"cloudflare_image.logo": "update"}, changes); code != 0 || diff != "" {
		t.Errorf("plan ended with %d (-want +got):\n%s", code, diff)
	}
	if len(found) != 1 || found[0].Severity != "warning" ||
		!strings.Contains(found[0].line(), `Cloudflare image "logo" was replaced outside of Terraform: Apply to delete the existing image`) {
		t.Errorf("got %v, want a warning", found)
	}

	c.write("main.tf", requiredProviders+fmt.Sprintf(block, ignored))
	c.want(0, "apply", "-auto-approve")
	c.want(0, "plan", "-detailed-exitcode")
	if got := writes(r.requests()); len(got) > 0 {
		t.Errorf("an ignored change of the content wrote %q", got)
	}

	c.write("main.tf", requiredProviders+fmt.Sprintf(block, ""))
	c.want(0, "apply", "-auto-approve")
	want := []string{"DELETE /logo", fmt.Sprintf("POST  id: logo\nfile: \"a.png\", image/png, %d bytes", len(pngOf(10)))}
	if diff := cmp.Diff(want, writes(r.requests())); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	r.assertContent(t, "logo", pngOf(10))
	r.assertManaged(c)
	c.want(0, "plan", "-detailed-exitcode")
}

// The provider's own writes don't count as changes by others.
func TestImageResourceContentDriftOwnWrites(t *testing.T) {
	t.Parallel()
	const block = "resource \"cloudflare_image\" \"logo\" {\n  id = \"logo\"\n  source = \"a.png\"\n%s}\n"
	r := newEmptyTestEnv(t)
	c := r.cli(t, requiredProviders+fmt.Sprintf(block, ""))
	put(t, filepath.Join(c.Dir, "a.png"), pngOf(10))
	c.appliedState()
	c.write("main.tf", requiredProviders+fmt.Sprintf(block, "  creator = \"me\"\n"))
	c.want(0, "apply", "-auto-approve")
	c.want(0, "plan", "-detailed-exitcode")
	put(t, filepath.Join(c.Dir, "a.png"), pngOf(20))
	c.want(0, "apply", "-auto-approve")
	c.want(0, "plan", "-detailed-exitcode")
	r.assertContent(t, "logo", pngOf(20))
}
