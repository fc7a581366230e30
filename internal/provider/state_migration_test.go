package provider

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// officialStateFile is a state file that the official provider has written, with
// some texts exchanged.
func officialStateFile(t *testing.T, name string, exchange ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "official", name+".tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	state := string(text)
	if cliVersion(t).OpenTofu {
		state = strings.ReplaceAll(state, "registry.terraform.io", "registry.opentofu.org")
	}
	return strings.NewReplacer(exchange...).Replace(state)
}

// The way by import names what is known of the object whole, or not at all.
func TestStateMigrationImportInstead(t *testing.T) {
	t.Parallel()
	for given, want := range map[[2]string]string{
		{"a", "b/${c}"}: `"a/b/$${c}"`,
		{"", "b"}:       `"<account ID>/<ID>"`,
		{"a", ""}:       `"<account ID>/<ID>"`,
		{"", ""}:        `"<account ID>/<ID>"`,
	} {
		if got := importInstead(given[0], given[1]); !strings.Contains(got, want) {
			t.Errorf("%q: got %s, want %s in it", given, got, want)
		}
	}
}

// takenImage is the image of the state files, as the API has it.
const takenImage = `{"result":{"id":"brandlogo","filename":"logo.png","creator":"web-team",` +
	`"meta":{"n":3,"nested":{"a":[1,null,"x<&>é"]},"team":"web"},"uploaded":"2026-11-24T14:28:03.512Z","requireSignedURLs":false,` +
	`"variants":["https://imagedelivery.net/MTt4OTd0b0w5aj/brandlogo/public"]},"success":true,"errors":[],"messages":[]}`

// newMigrationEnv has what the state files speak of.
func newMigrationEnv(t *testing.T) *testEnv {
	t.Helper()
	r := newTestEnv(t)
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
  account_id = "` + fakeapi.AccountID + `"
  id         = "brandlogo"
  creator    = "web-team"
  url        = "https://images.example.com/a/logo.png"
  metadata   = jsonencode({ team = "web", n = 3, nested = { a = [1, null, "x<&>é"] } })
}
`
	takenVariantsConfig = `
resource "cloudflare_image_variant" "hero" {
  account_id = "` + fakeapi.AccountID + `"
  id         = "hero"
  options    = { fit = "scale-down", height = 768, metadata = "none", width = 1366 }
}
resource "cloudflare_image_variant" "thumb" {
  account_id                = "` + fakeapi.AccountID + `"
  id                        = "thumb"
  options                   = { fit = "cover", height = 60, metadata = "copyright", width = 80 }
  never_require_signed_urls = true
}
`
)

// reads are the requests that a plan over what was taken over makes, and no
// other.
func (r *testEnv) wantReadsOnly(t *testing.T) {
	t.Helper()
	for _, line := range r.requests() {
		if !strings.HasPrefix(line, "GET ") {
			t.Errorf("got the request %s", line)
		}
	}
}

// With another source under the same local name, the states of all versions are
// taken over, and nothing is left to do.
func TestStateMigrationSameAddress(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		state    string
		exchange []string
		config   string
	}{
		"image, version 0": {state: "v5.18.0-image", config: takenImageConfig},
		"image, version 1": {
			state:    "v5.18.0-image",
			exchange: []string{`"schema_version": 0`, `"schema_version": 1`},
			config:   takenImageConfig,
		},
		"image, version 500": {state: "v5.22.0-image", config: takenImageConfig},
		"image, a version to come": {
			state:    "v5.22.0-image",
			exchange: []string{`"schema_version": 500`, `"schema_version": 999`},
			config:   takenImageConfig,
		},
		"variants, version 500": {state: "v5.22.0-variants", config: takenVariantsConfig},
		"variants, version 0": {
			state:    "v5.22.0-variants",
			exchange: []string{`"schema_version": 500`, `"schema_version": 0`},
			config:   takenVariantsConfig,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newMigrationEnv(t)
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

// Metadata that neither the state nor the configuration names stays in the account,
// whether the state knows nothing of it, or what was there earlier.
func TestStateMigrationKeepsMetadata(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"none in the state":       {"\"meta\": \"", "\"meta_of_old\": \""},
		"another in the state":    {"\\\"n\\\": 3", "\\\"n\\\": 4"},
		"as it is in the account": nil,
	}
	for name, exchange := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newMigrationEnv(t)
			config := regexp.MustCompile(`(?m)^  metadata .*\n`).ReplaceAllString(takenImageConfig, "")
			state := officialStateFile(t, "v5.18.0-image", exchange...)
			state = regexp.MustCompile(`"metadata": ".*"`).ReplaceAllString(state, `"metadata": null`)
			c := r.cliWithState(t, requiredProviders+config, state)
			c.want(0, "plan", "-detailed-exitcode", "-no-color")
			c.want(0, "apply", "-auto-approve", "-no-color")
			r.wantReadsOnly(t)
			c.want(0, "plan", "-detailed-exitcode", "-no-color")
			if !c.stateContains(`"meta_json":"{\"n\":3`) {
				t.Errorf("meta_json does not show it:\n%s", c.state())
			}
		})
	}
}

// Each of the other two ways ends the same: a provider of another local name,
// and a move to another label.
func TestStateMigrationOtherWays(t *testing.T) {
	t.Parallel()
	both := strings.Replace(requiredProviders, "cloudflare = {", `official = { source = "cloudflare/cloudflare" }
    cloudflare = {`, 1)
	renamed := strings.Replace(requiredProviders, "cloudflare =", "images =", 1)
	tests := map[string]string{
		"another provider": renamed + regexp.MustCompile(`(?m)^resource .*`).
			ReplaceAllString(takenVariantsConfig+takenImageConfig, "$0\n  provider = images"),
		"another label": both + strings.NewReplacer(`"hero" {`, `"hero2" {`, `"thumb" {`, `"thumb2" {`).
			Replace(takenVariantsConfig) +
			`
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
			r := newMigrationEnv(t)
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

// The command of the guide replaces the provider in the state, before a plan.
func TestStateMigrationReplaceProvider(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../templates/guides/migrate-from-cloudflare.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile(`(?m)^terraform (state replace-provider .*)$`).FindSubmatch(guide)
	if command == nil {
		t.Fatal("the guide has no such command")
	}
	r := newMigrationEnv(t)
	c := r.cliWithState(t, requiredProviders+takenVariantsConfig, officialStateFile(t, "v5.22.0-variants"))
	output, code := c.run(slices.Insert(strings.Fields(string(command[1])), 2, "-auto-approve")...)
	if code != 0 || strings.Contains(c.state(), `/cloudflare/cloudflare\"]`) {
		t.Errorf("%s ended with %d:\n%s\n%s", command[1], code, output, c.state())
	}
	c.want(0, "plan", "-detailed-exitcode")
	r.wantReadsOnly(t)
}

// A state that cannot be taken over stays as it is, and the error says what to
// do.
func TestStateMigrationErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		state, config string
		exchange      []string
		why           string
	}{
		"no ID": {
			state: "v5.22.0-variants", config: takenVariantsConfig, exchange: []string{`"id": "thumb"`, `"id": null`}, why: "account_id, id or options is missing",
		},
		"options of another form": {
			state: "v5.22.0-variants", config: takenVariantsConfig,
			exchange: []string{`"width": 80`, `"width": "80"`},
			why:      `ID "thumb": options.width is of the type string, which it is in no known version of that provider.`,
		},
		"URLs of another form": {
			state: "v5.22.0-image", config: takenImageConfig,
			exchange: []string{`"variants": [`, `"variants": [[], `},
			why:      `ID "brandlogo": variants is of the type array, which it is in no known version of that provider.`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newMigrationEnv(t)
			state := officialStateFile(t, test.state, test.exchange...)
			c := r.cliWithState(t, requiredProviders+test.config, state)
			output, code := c.run("apply", "-auto-approve", "-no-color")
			if code != 1 || !outputMatching("Unable to migrate state").MatchString(output) ||
				!outputMatching(test.why).MatchString(output) || !strings.Contains(output, "destroy = false") {
				t.Errorf("apply ended with %d:\n%s", code, output)
			}
			if diff := cmp.Diff(state, c.state()); diff != "" {
				t.Errorf("the state changed (-before +after):\n%s", diff)
			}
			r.wantReadsOnly(t)
		})
	}
}

// A key that another address of ours has made comes over as well.
func TestStateMigrationSigningKey(t *testing.T) {
	t.Parallel()
	r := newTestEnvWithRoom(t)
	both := strings.Replace(requiredProviders, "cloudflare = {", `official = { source = "cloudflare/cloudflare" }
    cloudflare = {`, 1)
	before, _, _ := strings.Cut(officialStateFile(t, "v5.22.0-variants"), `"resources": [`)
	resources := `"resources": [{"mode":"managed","type":"cloudflare_image_signing_key","name":"old",` +
		`"provider":"provider[\"registry.terraform.io/cloudflare/cloudflare\"]","instances":[{"schema_version":0,` +
		`"attributes":{"account_id":"` + fakeapi.AccountID + `","name":"default"}}]}]}`
	if cliVersion(t).OpenTofu {
		resources = strings.ReplaceAll(resources, "registry.terraform.io", "registry.opentofu.org")
	}
	c := r.cliWithState(t, both+`
resource "cloudflare_image_signing_key" "new" {
  account_id = "`+fakeapi.AccountID+`"
  name       = "default"
}
moved {
  from = cloudflare_image_signing_key.old
  to   = cloudflare_image_signing_key.new
}
`, before+resources)
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 || !strings.Contains(output, "0 added, 0 changed, 0 destroyed") {
		t.Errorf("apply ended with %d:\n%s", code, output)
	}
	r.wantReadsOnly(t)
	c.want(0, "plan", "-detailed-exitcode")
}

// cliWithState is a configuration with a state that is there already.
func (r *testEnv) cliWithState(t *testing.T, config, state string) *cli {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "terraform.tfstate"), []byte(state), 0o600); err != nil {
		t.Fatal(err)
	}
	return r.cliIn(t, dir, "main.tf", config)
}

// officialCase is a state of the official provider, and what becomes of it: a
// state of ours, or an error.
type officialCase struct{ theirs, ours, refused string }

const officialAddress = "registry.terraform.io/cloudflare/cloudflare"

func migrationServer() tfprotov6.ProviderServer {
	return newServer(newWithEnvironment("test", environment(nil)))
}

func upgrade(
	t *testing.T, server tfprotov6.ProviderServer, typeName string, version int64, raw []byte,
) *tfprotov6.UpgradeResourceStateResponse {
	t.Helper()
	resp, err := server.UpgradeResourceState(
		t.Context(),
		&tfprotov6.UpgradeResourceStateRequest{
			TypeName: typeName,
			Version:  version,
			RawState: &tfprotov6.RawState{JSON: raw},
		},
	)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

func move(
	t *testing.T, server tfprotov6.ProviderServer, to, address, from string, version int64, raw []byte,
) *tfprotov6.MoveResourceStateResponse {
	t.Helper()
	resp, err := server.MoveResourceState(t.Context(), &tfprotov6.MoveResourceStateRequest{
		TargetTypeName: to, SourceProviderAddress: address, SourceTypeName: from, SourceSchemaVersion: version,
		SourceState: &tfprotov6.RawState{JSON: raw},
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// identityOf is an identity without what is null in it; nil where there is none.
func identityOf(
	t *testing.T, server tfprotov6.ProviderServer, typeName string, identity *tfprotov6.ResourceIdentityData,
) map[string]string {
	t.Helper()
	schemas, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if identity == nil {
		return nil
	}
	values, err := objectAttributes(identity.IdentityData, schemas.IdentitySchemas[typeName].ValueType())
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for name, value := range values {
		var text *string
		if err := value.As(&text); err != nil {
			t.Fatal(err)
		}
		if text != nil {
			texts[name] = *text
		}
	}
	return texts
}

// wantState compares a state with one of ours, which leaves out what is null.
func wantState(
	t *testing.T,
	server tfprotov6.ProviderServer,
	typeName string,
	got *tfprotov6.DynamicValue,
	ours string,
) {
	t.Helper()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	of := schemas.ResourceSchemas[typeName].ValueType()
	want, err := tfprotov6.RawState{JSON: []byte(ours)}.Unmarshal(of)
	if err != nil {
		t.Fatal(err)
	}
	if got == nil {
		t.Fatalf("there is no state, want %s", ours)
	}
	state, err := got.Unmarshal(of)
	if err != nil {
		t.Fatal(err)
	}
	differences, err := state.Diff(want)
	if err != nil {
		t.Fatal(err)
	}
	for _, difference := range differences {
		t.Errorf("got and want: %s", difference)
	}
}

// wantRefusal wants one error, with words in it and, always, the way out.
func wantRefusal(t *testing.T, got []*tfprotov6.Diagnostic, summary string, words ...string) {
	t.Helper()
	if len(got) != 1 || got[0].Severity != tfprotov6.DiagnosticSeverityError || got[0].Summary != summary {
		t.Fatalf("got %s, want the error %q", said(got), summary)
	}
	for _, want := range append(words, "Nothing was changed. ", "\n  removed {\n", "\n      destroy = false\n", "\n  import {\n") {
		if !strings.Contains(got[0].Detail, want) {
			t.Errorf("got the detail %s\nwant %q in it", got[0].Detail, want)
		}
	}
}

func said(diagnostics []*tfprotov6.Diagnostic) (text string) {
	for _, d := range diagnostics {
		text += d.Severity.String() + ": " + d.Summary + ": " + d.Detail + "\n"
	}
	return text
}

// checkOfficial takes states over in each version and each way.
func checkOfficial(t *testing.T, typeName, idName string, cases map[string]officialCase) {
	t.Helper()
	server := migrationServer()
	for name, test := range cases {
		for _, version := range []int64{0, 1, 499, 500, 999} {
			t.Run(fmt.Sprintf("%s, version %d", name, version), func(t *testing.T) {
				t.Parallel()
				upgraded := upgrade(t, server, typeName, version, []byte(test.theirs))
				moved := move(t, server, typeName, officialAddress, typeName, version, []byte(test.theirs))
				if test.refused != "" {
					const summary = "Unable to migrate state"
					wantRefusal(t, upgraded.Diagnostics, summary, "state of a "+typeName+", ", test.refused)
					wantRefusal(t, moved.Diagnostics, summary, "state of a "+typeName+", ", test.refused)
					return
				}
				if len(upgraded.Diagnostics)+len(moved.Diagnostics) > 0 {
					t.Fatalf("got %s%s", said(upgraded.Diagnostics), said(moved.Diagnostics))
				}
				wantState(t, server, typeName, upgraded.UpgradedState, test.ours)
				wantState(t, server, typeName, moved.TargetState, test.ours)
				var keys map[string]any
				if err := json.Unmarshal([]byte(test.ours), &keys); err != nil {
					t.Fatal(err)
				}
				identity := identityOf(t, server, typeName, moved.TargetIdentity)
				if identity["account_id"] != keys["account_id"] || identity[idName] != keys["id"] {
					t.Errorf("got the identity %v, want that of %s", identity, test.ours)
				}
			})
		}
	}
}

// From where a state is moved, and what becomes of it there.
func TestStateMigrationMoves(t *testing.T) {
	t.Parallel()
	const (
		account  = `"account_id":"023e105f4ecef8ad9ca31a8372d0c353"`
		official = `{` + account + `,"id":"hero","options":{"fit":"pad","height":1,"metadata":"keep","width":2},"never_require_signed_urls":true}`
		own      = `{` + account + `,"id":"hero","options":{"fit":"pad","height":1,"browser_ttl":3600},"never_require_signed_urls":true}`
		key      = `{` + account + `,"name":"shop"}`
		variant  = "cloudflare_image_variant"
		keys     = "cloudflare_image_signing_key"
		moved    = "Unsupported state move"
		old      = "registry.example.com/old/cloudflare"
	)
	tests := map[string]struct {
		to, address, from string
		version           int64
		raw               string
		want              string // the state
		refused           []string
	}{
		"the official provider, by Terraform": {
			to:      variant,
			address: officialAddress,
			from:    variant,
			version: 500,
			raw:     official,
			want:    official,
		},
		"the official provider, by OpenTofu": {
			to:      variant,
			address: "registry.opentofu.org/cloudflare/cloudflare",
			from:    variant,
			version: 500,
			raw:     official,
			want:    official,
		},
		"the official provider, without a host": {
			to:      variant,
			address: "cloudflare/cloudflare",
			from:    variant,
			version: 500,
			raw:     official,
			want:    official,
		},
		"the official provider, by its name": {
			to:      variant,
			address: "cloudflare",
			from:    variant,
			raw:     official,
			want:    official,
		},
		"a mirror of the official provider": {
			to:      variant,
			address: "mirror.example.com/cloudflare/cloudflare",
			from:    variant,
			version: 500,
			raw:     official,
			want:    official,
		},
		"our own at another address": {
			to:      variant,
			address: old,
			from:    variant,
			version: 1000,
			raw:     own,
			want:    own,
		},
		"our own key at another address": {to: keys, address: old, from: keys, raw: key, want: key},
		"our own with something else": {
			to: keys, address: old, from: keys, raw: `{` + account + `,"name":"shop","value":{"a":1}}`, want: key,
		},

		"another provider": {
			to:      variant,
			address: "registry.terraform.io/example/cloudflare2",
			from:    variant,
			version: 500,
			raw:     official,
			refused: []string{
				"type cloudflare_image_variant (provider registry.terraform.io/example/cloudflare2, schema version 500)",
			},
		},
		"an address that only ends alike": {
			to:      variant,
			address: "registry.terraform.io/notcloudflare/cloudflare",
			from:    variant,
			version: 500,
			raw:     official,
			refused: []string{
				"(provider registry.terraform.io/notcloudflare/cloudflare,",
			},
		},
		"no address": {
			to:      variant,
			from:    variant,
			version: 500,
			raw:     official,
			refused: []string{"schema version 500"},
		},
		"another type": {
			to:      variant,
			address: officialAddress,
			from:    "cloudflare_image",
			version: 500,
			raw:     official,
			refused: []string{
				"type cloudflare_image (provider " + officialAddress, "can't be moved to cloudflare_image_variant.",
			},
		},
		"an unknown type": {
			to:      "cloudflare_image",
			address: "registry.terraform.io/hashicorp/aws",
			from:    "aws_s3_object",
			raw:     `{"id":"x"}`,
			refused: []string{
				"type aws_s3_object (provider registry.terraform.io/hashicorp/aws,", "can't be moved to cloudflare_image.",
			},
		},
		"our own type, and another of ours": {
			to:      variant,
			address: old,
			from:    "cloudflare_image",
			version: 1000,
			raw:     own,
			refused: []string{
				"type cloudflare_image (",
			},
		},
		"a version to come": {to: variant, address: old, from: variant, version: 1001, raw: own, refused: []string{
			"schema version 1001", "up to schema version 1000 can be moved. If a newer version of this provider wrote the state, use that version.",
		}},
		"a version to come of the official provider": {
			to:      variant,
			address: officialAddress,
			from:    variant,
			version: 1001,
			raw:     official,
			refused: []string{"version 1001"},
		},
		"a key of a version to come": {
			to:      keys,
			address: old,
			from:    keys,
			version: 1,
			raw:     key,
			refused: []string{"up to schema version 0 can"},
		},
		"a key of the official provider": {
			to:      keys,
			address: officialAddress,
			from:    keys,
			version: -1,
			raw:     key,
			refused: []string{"version -1"},
		},
		"our own without an ID": {
			to:      variant,
			address: old,
			from:    variant,
			version: 1000,
			raw:     `{` + account + `}`,
			refused: []string{
				`account "023e105f4ecef8ad9ca31a8372d0c353", ID "": account_id or id is missing.`,
			},
		},
		"our own without an account": {to: keys, address: old, from: keys, raw: `{"name":"shop"}`, refused: []string{
			`account "", ID "shop": account_id or name is missing.`,
		}},
		"our own, null": {
			to:      keys,
			address: old,
			from:    keys,
			raw:     `null`,
			refused: []string{"account_id or name is missing."},
		},
		"our own of another form": {
			to:      variant,
			address: old,
			from:    variant,
			version: 1000,
			raw:     `{"options":7}`,
			refused: []string{
				"The state isn't one of this provider. In the state of a cloudflare_image_variant,",
			},
		},
	}
	server := migrationServer()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := move(t, server, test.to, test.address, test.from, test.version, []byte(test.raw))
			if test.refused != nil {
				wantRefusal(t, resp.Diagnostics, moved, test.refused...)
				return
			}
			if len(resp.Diagnostics) > 0 {
				t.Fatalf("got %s", said(resp.Diagnostics))
			}
			wantState(t, server, test.to, resp.TargetState, test.want)
			identity := identityOf(t, server, test.to, resp.TargetIdentity)
			id := identity["variant_id"] + identity["name"]
			if identity["account_id"] != "023e105f4ecef8ad9ca31a8372d0c353" || id != "hero" && id != "shop" {
				t.Errorf("got the identity %v", identity)
			}
		})
	}
}

// A state of our own version is read as it is, and one that is not in JSON is
// none.
func TestStateMigrationUpgrades(t *testing.T) {
	t.Parallel()
	server := migrationServer()
	for typeName, own := range map[string]string{
		"cloudflare_image":         `{` + takenImageKeys + `,"sha256":"aa","source":"logo.png"}`,
		"cloudflare_image_variant": `{` + takenVariantKeys + `,"options":{"width":1,"browser_ttl":3600}}`,
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			got := upgrade(t, server, typeName, schemaVersion, []byte(own))
			if len(got.Diagnostics) > 0 {
				t.Errorf("got %s", said(got.Diagnostics))
			}
			wantState(t, server, typeName, got.UpgradedState, own)

			flat := &tfprotov6.RawState{Flatmap: map[string]string{"id": "brandlogo"}}
			upgraded, err := server.UpgradeResourceState(t.Context(),
				&tfprotov6.UpgradeResourceStateRequest{TypeName: typeName, Version: 1, RawState: flat})
			if err != nil {
				t.Fatal(err)
			}
			wantRefusal(
				t,
				upgraded.Diagnostics,
				"Unable to migrate state",
				"The state of a "+typeName+" has no attributes in JSON.",
			)
		})
	}
}
