package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
)

// officialState is a state file that the official provider has written, with
// some texts exchanged.
func officialStateFile(t *testing.T, name string, exchange ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "official", name+".tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	state := string(text)
	if engineVersion.OpenTofu {
		state = strings.ReplaceAll(state, "registry.terraform.io", "registry.opentofu.org")
	}
	return strings.NewReplacer(exchange...).Replace(state)
}

// takenImage is the image of the state files, as the API has it.
const takenImage = `{"result":{"id":"brandlogo","filename":"logo.png","creator":"web-team",` +
	`"meta":{"n":3,"nested":{"a":[1,null,"x<&>é"]},"team":"web"},"uploaded":"2026-11-24T14:28:03.512Z","requireSignedURLs":false,` +
	`"variants":["https://imagedelivery.net/MTt4OTd0b0w5aj/brandlogo/public"]},"success":true,"errors":[],"messages":[]}`

// takenRig has what the state files speak of.
func takenRig(t *testing.T) *rig {
	t.Helper()
	r := newRig(t)
	for _, id := range r.Images() {
		r.RemoveImage(id)
	}
	r.RemoveVariant("thumbnail")
	r.Store(takenImage)
	r.PutVariant("hero", `{"fit":"scale-down","metadata":"none","width":1366,"height":768}`, false)
	r.PutVariant("thumb", `{"fit":"cover","metadata":"copyright","width":80,"height":60}`, true)
	return r
}

// What a configuration for the official provider says.
const (
	takenImageConfig = `
resource "cloudflare_image" "logo" {
  account_id = "` + standin.AccountID + `"
  id         = "brandlogo"
  creator    = "web-team"
  url        = "https://images.example.com/a/logo.png"
  metadata   = jsonencode({ team = "web", n = 3, nested = { a = [1, null, "x<&>é"] } })
}
`
	takenVariantsConfig = `
resource "cloudflare_image_variant" "hero" {
  account_id = "` + standin.AccountID + `"
  id         = "hero"
  options    = { fit = "scale-down", height = 768, metadata = "none", width = 1366 }
}
resource "cloudflare_image_variant" "thumb" {
  account_id                = "` + standin.AccountID + `"
  id                        = "thumb"
  options                   = { fit = "cover", height = 60, metadata = "copyright", width = 80 }
  never_require_signed_urls = true
}
`
)

// reads are the requests that a plan over what was taken over makes, and no
// other.
func (r *rig) wantReadsOnly(t *testing.T) {
	t.Helper()
	for _, line := range r.asked() {
		if !strings.HasPrefix(line, "GET ") {
			t.Errorf("got the request %s", line)
		}
	}
}

// With another source under the same local name, the states of all versions are
// taken over, and nothing is left to do.
func TestTakeOverAtTheSameAddress(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		state    string
		exchange []string
		config   string
	}{
		"image, version 0":         {"v5.18.0-image", nil, takenImageConfig},
		"image, version 1":         {"v5.18.0-image", []string{`"schema_version": 0`, `"schema_version": 1`}, takenImageConfig},
		"image, version 500":       {"v5.22.0-image", nil, takenImageConfig},
		"image, a version to come": {"v5.22.0-image", []string{`"schema_version": 500`, `"schema_version": 999`}, takenImageConfig},
		"variants, version 500":    {"v5.22.0-variants", nil, takenVariantsConfig},
		"variants, version 0":      {"v5.22.0-variants", []string{`"schema_version": 500`, `"schema_version": 0`}, takenVariantsConfig},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := takenRig(t)
			c := r.cliWithState(t, requiredProviders+test.config, officialStateFile(t, test.state, test.exchange...))
			output, code := c.run("plan", "-detailed-exitcode", "-no-color")
			if code != 0 {
				t.Errorf("plan ended with %d:\n%s", code, output)
			}
			c.want(0, "apply", "-auto-approve")
			r.wantReadsOnly(t)
			c.want(0, "plan", "-detailed-exitcode")
		})
	}
}

// Each of the other two ways ends the same: a provider of another local name,
// and a move to another label.
func TestTakeOverByOtherWays(t *testing.T) {
	t.Parallel()
	both := strings.Replace(requiredProviders, "cloudflare = {", `official = { source = "cloudflare/cloudflare" }
    cloudflare = {`, 1)
	renamed := strings.Replace(requiredProviders, "cloudflare =", "images =", 1)
	tests := map[string]string{
		"another provider": renamed + regexp.MustCompile(`(?m)^resource .*`).
			ReplaceAllString(takenVariantsConfig+takenImageConfig, "$0\n  provider = images"),
		"another label": both + strings.NewReplacer(`"hero" {`, `"hero2" {`, `"thumb" {`, `"thumb2" {`).Replace(takenVariantsConfig) + `
moved {
  from = cloudflare_image_variant.hero
  to   = cloudflare_image_variant.hero2
}
moved {
  from = cloudflare_image_variant.thumb
  to   = cloudflare_image_variant.thumb2
}
`,
	}
	for name, config := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := takenRig(t)
			state := officialStateFile(t, "v5.22.0-variants")
			if strings.Contains(config, `"cloudflare_image"`) {
				image := officialStateFile(t, "v5.22.0-image")
				resources := image[strings.Index(image, `"resources": [`)+len(`"resources": [`) : strings.LastIndex(image, "]")]
				state = strings.Replace(state, `"resources": [`, `"resources": [`+strings.TrimRight(resources, " \n")+",", 1)
			}
			c := r.cliWithState(t, config, state)
			output, code := c.run("apply", "-auto-approve", "-no-color")
			if code != 0 || !strings.Contains(output, "0 added, 0 changed, 0 destroyed") {
				t.Errorf("apply ended with %d:\n%s", code, output)
			}
			r.wantReadsOnly(t)
			c.want(0, "plan", "-detailed-exitcode")
			if after := c.state(); strings.Contains(after, `registry.terraform.io/cloudflare/cloudflare`) {
				t.Errorf("the state still has the official provider:\n%s", after)
			}
		})
	}
}

// A state that cannot be taken over stays as it is, and the error says what to
// do.
func TestTakeOverOfWhatCannotBe(t *testing.T) {
	t.Parallel()
	r := takenRig(t)
	state := officialStateFile(t, "v5.22.0-variants", `"id": "thumb"`, `"id": null`)
	c := r.cliWithState(t, requiredProviders+takenVariantsConfig, state)
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 1 || !says("State of the official provider cannot be taken over").MatchString(output) ||
		!says("account_id, id or options is missing").MatchString(output) || !strings.Contains(output, "destroy = false") {
		t.Errorf("apply ended with %d:\n%s", code, output)
	}
	if diff := cmp.Diff(state, c.state()); diff != "" {
		t.Errorf("the state changed (-before +after):\n%s", diff)
	}
	r.wantReadsOnly(t)
}

// cliWithState is a configuration with a state that is there already.
func (r *rig) cliWithState(t *testing.T, config, state string) *cli {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "terraform.tfstate"), []byte(state), 0o600); err != nil {
		t.Fatal(err)
	}
	return r.cliIn(t, dir, "main.tf", config)
}
