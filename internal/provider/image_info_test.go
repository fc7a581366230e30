package provider

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
)

// infoAttributes are those that describe the uploaded file.
var infoAttributes = []string{"width", "height", "format", "size"}

func infoOf(format string, width, height, size int) imageInfoModel {
	return imageInfoModel{
		Width: types.Int64Value(int64(width)), Height: types.Int64Value(int64(height)),
		Format: types.StringValue(format), Size: types.Int64Value(int64(size)),
	}
}

// The dimensions are planned as soon as the file is known.
func TestImagePlanInfo(t *testing.T) {
	t.Parallel()
	folder := newImageFolder(t)
	folder.write(t, "old.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`))
	source := func(name string) func(*imageResourceModel) {
		return func(c *imageResourceModel) { c.Source = folder.text(name) }
	}
	url := func(c *imageResourceModel) {
		c.Source, c.URL = types.StringNull(), types.StringValue("https://example.com/a.png")
	}
	state := func(change func(*imageResourceModel)) *imageResourceModel {
		m := folder.state(t, customID)
		change(m)
		return m
	}
	withoutInfo := func(m *imageResourceModel) { m.imageInfoModel = imageInfoModel{} }
	size := len(pngOf(8))
	oldInfo, newInfo := infoOf("png", 8, 5, size), infoOf("png", 9, 5, len(pngOf(9)))
	noSize := infoOf("svg", 0, 0, 41)
	noSize.Width, noSize.Height = types.Int64Null(), types.Int64Null()
	tests := map[string]struct {
		before *imageResourceModel // nil for a new image
		config func(*imageResourceModel)
		want   imageInfoModel
	}{
		"new file":               {config: source("new.png"), want: newInfo},
		"new file, SVG":          {config: source("old.svg"), want: noSize},
		"new URL":                {config: url},
		"new file, unknown path": {config: func(c *imageResourceModel) { c.Source = types.StringUnknown() }, want: unknownImageInfo},
		"new file, unknown URL":  {config: func(c *imageResourceModel) { c.URL = types.StringUnknown() }, want: unknownImageInfo},
		"new file, missing": {
			config: func(c *imageResourceModel) { c.Source, c.SHA256 = folder.text("later.png"), types.StringUnknown() },
			want:   unknownImageInfo,
		},
		"new file, with its hash": {
			config: func(c *imageResourceModel) { c.SHA256 = folder.hash(t, "old.png") }, want: oldInfo,
		},
		"unchanged":       {before: folder.state(t, customID), want: oldInfo},
		"other file":      {before: folder.state(t, customID), config: source("new.png"), want: newInfo},
		"URL for a file":  {before: folder.state(t, customID), config: url},
		"file for a URL":  {before: folder.urlState(t, customID), want: oldInfo},
		"after an import": {before: folder.importedState(t, customID), want: oldInfo},
		"no content": {
			before: folder.state(t, customID),
			config: func(c *imageResourceModel) { c.Source = types.StringNull() },
			want:   oldInfo,
		},
		"hash of the state": {
			before: folder.state(t, customID),
			config: func(c *imageResourceModel) { c.SHA256 = folder.hash(t, "old.png") },
			want:   oldInfo,
		},
		"state of an earlier version": {before: state(withoutInfo), want: oldInfo},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := imagePlan{before: test.before}
			plan.config = imageResourceModel{AccountID: types.StringValue("account"), Source: folder.text("old.png")}
			plan.config.ID, plan.config.RequireSignedURLs = types.StringValue(customID), types.BoolNull()
			if test.config != nil {
				test.config(&plan.config)
			}
			plan.planned = plan.config
			plan.planned.RequireSignedURLs = types.BoolValue(false)
			plan.run()
			if plan.diags.HasError() {
				t.Errorf("got %v", plan.diags)
			}
			if diff := cmp.Diff(test.want, plan.planned.imageInfoModel); diff != "" {
				t.Errorf("info (-want +got):\n%s", diff)
			}
		})
	}
}

// A refresh fills in the attributes that earlier versions of the provider
// didn't write.
func TestImageModelReadImageInfo(t *testing.T) {
	t.Parallel()
	folder := newImageFolder(t)
	size := len(pngOf(8))
	tests := map[string]struct {
		change func(*imageResourceModel)
		want   imageInfoModel
	}{
		"same file":       {func(*imageResourceModel) {}, infoOf("png", 8, 5, size)},
		"other file":      {func(m *imageResourceModel) { m.Source = folder.text("new.png") }, imageInfoModel{}},
		"missing file":    {func(m *imageResourceModel) { m.Source = folder.text("gone.png") }, imageInfoModel{}},
		"no file":         {func(m *imageResourceModel) { m.Source = types.StringNull() }, imageInfoModel{}},
		"unknown content": {func(m *imageResourceModel) { m.SHA256 = unknownContent }, imageInfoModel{}},
		"known before": {
			func(m *imageResourceModel) { m.imageInfoModel = infoOf("gif", 1, 1, 1) }, infoOf("gif", 1, 1, 1),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := folder.state(t, customID)
			m.imageInfoModel = imageInfoModel{}
			test.change(m)
			m.readImageInfo()
			if diff := cmp.Diff(test.want, m.imageInfoModel); diff != "" {
				t.Errorf("info (-want +got):\n%s", diff)
			}
		})
	}
}

// sizedPage uses the dimensions of an image in a postcondition and in outputs,
// all of which are evaluated in the plan.
const sizedPage = requiredProviders + `
resource "cloudflare_image" "hero" {
  id     = "hero"
  source = "hero.png"
  lifecycle {
    postcondition {
      condition     = self.width >= 12
      error_message = "hero.png is ${self.width} pixels wide, want at least 12."
    }
  }
}
output "page" {
  value = "<img width=\"${cloudflare_image.hero.width}\" height=\"${cloudflare_image.hero.height}\">"
}
output "small_url" {
  value = provider::cloudflare::transformation_url("example.com", "/hero.png", { width = cloudflare_image.hero.width / 2 })
}
output "file" {
  value = "${cloudflare_image.hero.format}, ${cloudflare_image.hero.size} bytes"
}
`

func TestImageResourceDimensions(t *testing.T) {
	t.Parallel()
	requireFeature(t, engine.Functions)
	c := newEmptyTestEnv(t).cli(t, sizedPage)
	hero := filepath.Join(c.Dir, "hero.png")
	put(t, hero, pngOf(10))
	output, code := c.run("plan", "-no-color")
	if code != 1 || !strings.Contains(words(output), "hero.png is 10 pixels wide, want at least 12.") {
		t.Errorf("a plan of a narrow image ended with %d:\n%s", code, output)
	}
	put(t, hero, pngOf(20))
	output, code = c.run("plan", "-no-color")
	if code != 0 || !strings.Contains(words(output), `+ page = "<img width=\"20\" height=`) {
		t.Errorf("plan ended with %d:\n%s", code, output)
	}
	c.want(0, "apply", "-auto-approve")
	if got, want := c.outputOf("file"), fmt.Sprintf("png, %d bytes", len(pngOf(20))); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := c.outputOf("small_url"), "https://example.com/cdn-cgi/image/w=10/hero.png"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	page := c.outputOf("page")
	c.want(0, "plan", "-detailed-exitcode")

	// States that earlier versions of the provider wrote have no dimensions.
	state := c.read("terraform.tfstate")
	old := state
	for _, name := range infoAttributes {
		old = regexp.MustCompile(`\n *"`+name+`": [^\n]*,(\n)`).ReplaceAllString(old, "$1")
	}
	if old == state {
		t.Fatalf("the state has no dimensions: %s", state)
	}
	c.write("terraform.tfstate", old)
	output, code = c.run("plan", "-no-color", "-detailed-exitcode")
	if code != 0 {
		t.Errorf("with an old state, plan ended with %d:\n%s", code, output)
	}
	c.want(0, "apply", "-auto-approve")
	if got := c.outputOf("page"); got != page {
		t.Errorf("got %s, want %s", got, page)
	}
	if !slices.ContainsFunc(strings.Split(c.read("terraform.tfstate"), "\n"), func(line string) bool {
		return strings.Contains(line, `"width"`) && strings.Contains(line, "20")
	}) {
		t.Error("the state still has no width")
	}
}
