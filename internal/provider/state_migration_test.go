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

// officialStateFile returns a state file written by the official provider,
// with some strings replaced.
func officialStateFile(t *testing.T, name string, replacements ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "official", name+".tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	state := string(text)
	if cliVersion(t).OpenTofu {
		state = strings.ReplaceAll(state, "registry.terraform.io", "registry.opentofu.org")
	}
	return strings.NewReplacer(replacements...).Replace(state)
}

// The instructions for an import name the object completely, or not at all.
func TestStateMigrationImportInstead(t *testing.T) {
	t.Parallel()
	for object, want := range map[[2]string]string{
		{"a", "b/${c}"}: `"a/b/$${c}"`,
		{"", "b"}:       `"<account ID>/<ID>"`,
		{"a", ""}:       `"<account ID>/<ID>"`,
		{"", ""}:        `"<account ID>/<ID>"`,
	} {
		if got := importInstead(object[0], object[1]); !strings.Contains(got, want) {
			t.Errorf("%q: got %s, want %s in it", object, got, want)
		}
	}
}

// migratedImage is the image of the state files, as returned by the API.
const migratedImage = `{"result":{"id":"brandlogo","filename":"logo.png","creator":"web-team",` +
	`"meta":{"n":3,"nested":{"a":[1,null,"x<&>é"]},"team":"web"},"uploaded":"2026-11-24T14:28:03.512Z","requireSignedURLs":false,` +
	`"variants":["https://imagedelivery.net/MTt4OTd0b0w5aj/brandlogo/public"]},"success":true,"errors":[],"messages":[]}`

// newMigrationEnv returns an account with the objects in the state files.
func newMigrationEnv(t *testing.T) *testEnv {
	t.Helper()
	r := newTestEnv(t)
	for _, id := range r.Images() {
		r.RemoveImage(id)
	}
	r.RemoveVariant("thumbnail")
	r.AddImage(migratedImage)
	r.PutVariant("hero", `{"fit":"scale-down","metadata":"none","width":1366,"height":768}`, false)
	r.PutVariant("thumb", `{"fit":"cover","metadata":"copyright","width":80,"height":60}`, true)
	return r
}

// Configurations for the official provider.
const (
	migratedImageConfig = `
resource "cloudflare_image" "logo" {
  account_id = "` + fakeapi.AccountID + `"
  id         = "brandlogo"
  creator    = "web-team"
  url        = "https://images.example.com/a/logo.png"
  metadata   = jsonencode({ team = "web", n = 3, nested = { a = [1, null, "x<&>é"] } })
}
`
	migratedVariantsConfig = `
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

// assertReadsOnly checks that a plan of migrated objects sends only reads.
func (r *testEnv) assertReadsOnly(t *testing.T) {
	t.Helper()
	for _, line := range r.requests() {
		if !strings.HasPrefix(line, "GET ") {
			t.Errorf("got the request %s", line)
		}
	}
}

// If the configuration changes only the source of the provider's local name,
// states of all versions are migrated, and there are no changes.
func TestStateMigrationSameAddress(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		state        string
		replacements []string
		config       string
	}{
		"image, version 0": {state: "v5.18.0-image", config: migratedImageConfig},
		"image, version 1": {
			state:        "v5.18.0-image",
			replacements: []string{`"schema_version": 0`, `"schema_version": 1`},
			config:       migratedImageConfig,
		},
		"image, version 500": {state: "v5.22.0-image", config: migratedImageConfig},
		"image, future version": {
			state:        "v5.22.0-image",
			replacements: []string{`"schema_version": 500`, `"schema_version": 999`},
			config:       migratedImageConfig,
		},
		"variants, version 500": {state: "v5.22.0-variants", config: migratedVariantsConfig},
		"variants, version 0": {
			state:        "v5.22.0-variants",
			replacements: []string{`"schema_version": 500`, `"schema_version": 0`},
			config:       migratedVariantsConfig,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newMigrationEnv(t)
			c := r.cliWithState(t, requiredProviders+test.config, officialStateFile(t, test.state, test.replacements...))
			output, code := c.run("plan", "-detailed-exitcode", "-no-color")
			if code != 0 {
				t.Errorf("plan ended with %d:\n%s", code, output)
			}
			c.want(0, "apply", "-auto-approve")
			r.assertReadsOnly(t)
			c.want(0, "plan", "-detailed-exitcode")
		})
	}
}

// Metadata that is neither in the state nor in the configuration stays in the
// account, whether the official state omits it or has older values.
func TestStateMigrationKeepsMetadata(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"none in the state":       {"\"meta\": \"", "\"meta_of_old\": \""},
		"another in the state":    {"\\\"n\\\": 3", "\\\"n\\\": 4"},
		"as it is in the account": nil,
	}
	for name, replacements := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newMigrationEnv(t)
			config := regexp.MustCompile(`(?m)^  metadata .*\n`).ReplaceAllString(migratedImageConfig, "")
			state := officialStateFile(t, "v5.18.0-image", replacements...)
			state = regexp.MustCompile(`"metadata": ".*"`).ReplaceAllString(state, `"metadata": null`)
			c := r.cliWithState(t, requiredProviders+config, state)
			c.want(0, "plan", "-detailed-exitcode", "-no-color")
			c.want(0, "apply", "-auto-approve", "-no-color")
			r.assertReadsOnly(t)
			c.want(0, "plan", "-detailed-exitcode", "-no-color")
			if !c.stateContains(`"meta_json":"{\"n\":3`) {
				t.Errorf("meta_json does not show it:\n%s", c.state())
			}
		})
	}
}

// The two other ways to migrate have the same result: a provider with another
// local name, and a move to another label.
func TestStateMigrationOtherWays(t *testing.T) {
	t.Parallel()
	both := strings.Replace(requiredProviders, "cloudflare = {", `official = { source = "cloudflare/cloudflare" }
    cloudflare = {`, 1)
	renamed := strings.Replace(requiredProviders, "cloudflare =", "images =", 1)
	tests := map[string]string{
		"another provider": renamed + regexp.MustCompile(`(?m)^resource .*`).
			ReplaceAllString(migratedVariantsConfig+migratedImageConfig, "$0\n  provider = images"),
		"another label": both + strings.NewReplacer(`"hero" {`, `"hero2" {`, `"thumb" {`, `"thumb2" {`).
			Replace(migratedVariantsConfig) +
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
			r.assertReadsOnly(t)
			c.want(0, "plan", "-detailed-exitcode")
			if after := c.state(); strings.Contains(after, `registry.terraform.io/cloudflare/cloudflare`) {
				t.Errorf("the state still has the official provider:\n%s", after)
			}
		})
	}
}

// The command in the guide replaces the provider in the state, before a plan.
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
	c := r.cliWithState(t, requiredProviders+migratedVariantsConfig, officialStateFile(t, "v5.22.0-variants"))
	output, code := c.run(slices.Insert(strings.Fields(string(command[1])), 2, "-auto-approve")...)
	if code != 0 || strings.Contains(c.state(), `/cloudflare/cloudflare\"]`) {
		t.Errorf("%s ended with %d:\n%s\n%s", command[1], code, output, c.state())
	}
	c.want(0, "plan", "-detailed-exitcode")
	r.assertReadsOnly(t)
}

// A state that can't be migrated stays unchanged, and the error says what to
// do.
func TestStateMigrationErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		state, config string
		replacements  []string
		why           string
	}{
		"no ID": {
			state: "v5.22.0-variants", config: migratedVariantsConfig, replacements: []string{`"id": "thumb"`, `"id": null`}, why: "account_id, id or options is missing",
		},
		"options of another form": {
			state: "v5.22.0-variants", config: migratedVariantsConfig,
			replacements: []string{`"width": 80`, `"width": "80"`},
			why:          `ID "thumb": options.width has the type string, which no known version of its provider writes.`,
		},
		"URLs of another form": {
			state: "v5.22.0-image", config: migratedImageConfig,
			replacements: []string{`"variants": [`, `"variants": [[], `},
			why:          `ID "brandlogo": variants has the type array, which no known version of its provider writes.`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newMigrationEnv(t)
			state := officialStateFile(t, test.state, test.replacements...)
			c := r.cliWithState(t, requiredProviders+test.config, state)
			output, code := c.run("apply", "-auto-approve", "-no-color")
			if code != 1 || !outputMatching("Unable to migrate state").MatchString(output) ||
				!outputMatching(test.why).MatchString(output) || !strings.Contains(output, "destroy = false") {
				t.Errorf("apply ended with %d:\n%s", code, output)
			}
			if diff := cmp.Diff(state, c.state()); diff != "" {
				t.Errorf("the state changed (-before +after):\n%s", diff)
			}
			r.assertReadsOnly(t)
		})
	}
}

// A key in the state of this provider under another address is migrated as
// well.
func TestStateMigrationSigningKey(t *testing.T) {
	t.Parallel()
	r := newTestEnvWithFreeKey(t)
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
	r.assertReadsOnly(t)
	c.want(0, "plan", "-detailed-exitcode")
}

// cliWithState returns a configuration with an existing state.
func (r *testEnv) cliWithState(t *testing.T, config, state string) *cli {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "terraform.tfstate"), []byte(state), 0o600); err != nil {
		t.Fatal(err)
	}
	return r.cliIn(t, dir, "main.tf", config)
}

// officialCase is a state of the official provider, and the expected state or
// error.
type officialCase struct{ official, migrated, rejected string }

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
		SourceState: &tfprotov6.RawState{JSON: raw}, SourcePrivate: []byte(movedPrivate),
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// movedPrivate is the private state of moved resources.
const movedPrivate = `{"created":"IjIwMjYtMTEtMDJUMDA6MDA6MDBaIg=="}`

// identityOf decodes an identity without its null attributes. It returns nil
// without an identity.
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

// assertState compares a state with an expected one, in which null attributes
// are omitted.
func assertState(
	t *testing.T,
	server tfprotov6.ProviderServer,
	typeName string,
	got *tfprotov6.DynamicValue,
	migrated string,
) {
	t.Helper()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	of := schemas.ResourceSchemas[typeName].ValueType()
	want, err := tfprotov6.RawState{JSON: []byte(migrated)}.Unmarshal(of)
	if err != nil {
		t.Fatal(err)
	}
	if got == nil {
		t.Fatalf("there is no state, want %s", migrated)
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

// assertMigrationError checks that there is one error that contains words and the
// instructions for an import.
func assertMigrationError(t *testing.T, got []*tfprotov6.Diagnostic, summary string, words ...string) {
	t.Helper()
	if len(got) != 1 || got[0].Severity != tfprotov6.DiagnosticSeverityError || got[0].Summary != summary {
		t.Fatalf("got %s, want the error %q", joined(got), summary)
	}
	for _, want := range append(words, "Nothing was changed. ", "\n  removed {\n", "\n      destroy = false\n", "\n  import {\n") {
		if !strings.Contains(got[0].Detail, want) {
			t.Errorf("got the detail %s\nwant %q in it", got[0].Detail, want)
		}
	}
}

func joined(diagnostics []*tfprotov6.Diagnostic) (text string) {
	for _, d := range diagnostics {
		text += d.Severity.String() + ": " + d.Summary + ": " + d.Detail + "\n"
	}
	return text
}

// checkOfficial checks the migration of official states, in each version and
// through each protocol call.
func checkOfficial(t *testing.T, typeName, idName string, cases map[string]officialCase) {
	t.Helper()
	server := migrationServer()
	for name, test := range cases {
		for _, version := range []int64{0, 1, 499, 500, 999} {
			t.Run(fmt.Sprintf("%s, version %d", name, version), func(t *testing.T) {
				t.Parallel()
				upgraded := upgrade(t, server, typeName, version, []byte(test.official))
				moved := move(t, server, typeName, officialAddress, typeName, version, []byte(test.official))
				if test.rejected != "" {
					const summary = "Unable to migrate state"
					assertMigrationError(t, upgraded.Diagnostics, summary, "state of a "+typeName+", ", test.rejected)
					assertMigrationError(t, moved.Diagnostics, summary, "state of a "+typeName+", ", test.rejected)
					return
				}
				if len(upgraded.Diagnostics)+len(moved.Diagnostics) > 0 {
					t.Fatalf("got %s%s", joined(upgraded.Diagnostics), joined(moved.Diagnostics))
				}
				assertState(t, server, typeName, upgraded.UpgradedState, test.migrated)
				assertState(t, server, typeName, moved.TargetState, test.migrated)
				var keys map[string]any
				if err := json.Unmarshal([]byte(test.migrated), &keys); err != nil {
					t.Fatal(err)
				}
				identity := identityOf(t, server, typeName, moved.TargetIdentity)
				if identity["account_id"] != keys["account_id"] || identity[idName] != keys["id"] {
					t.Errorf("got the identity %v, want that of %s", identity, test.migrated)
				}
			})
		}
	}
}

// Whether a state can be moved depends on the provider, type and version that
// wrote it.
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
		rejected          []string
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
		"this provider at another address": {
			to:      variant,
			address: old,
			from:    variant,
			version: 1000,
			raw:     own,
			want:    own,
		},
		"a key of this provider at another address": {to: keys, address: old, from: keys, raw: key, want: key},
		"this provider, unknown attributes": {
			to: keys, address: old, from: keys, raw: `{` + account + `,"name":"shop","value":{"a":1}}`, want: key,
		},

		"another provider": {
			to:      variant,
			address: "registry.terraform.io/example/cloudflare2",
			from:    variant,
			version: 500,
			raw:     official,
			rejected: []string{
				"type cloudflare_image_variant (provider registry.terraform.io/example/cloudflare2, schema version 500)",
			},
		},
		"an address with the same end": {
			to:      variant,
			address: "registry.terraform.io/notcloudflare/cloudflare",
			from:    variant,
			version: 500,
			raw:     official,
			rejected: []string{
				"(provider registry.terraform.io/notcloudflare/cloudflare,",
			},
		},
		"no address": {
			to:       variant,
			from:     variant,
			version:  500,
			raw:      official,
			rejected: []string{"schema version 500"},
		},
		"another type": {
			to:      variant,
			address: officialAddress,
			from:    "cloudflare_image",
			version: 500,
			raw:     official,
			rejected: []string{
				"type cloudflare_image (provider " + officialAddress, "can't be moved to cloudflare_image_variant.",
			},
		},
		"an unknown type": {
			to:      "cloudflare_image",
			address: "registry.terraform.io/hashicorp/aws",
			from:    "aws_s3_object",
			raw:     `{"id":"x"}`,
			rejected: []string{
				"type aws_s3_object (provider registry.terraform.io/hashicorp/aws,", "can't be moved to cloudflare_image.",
			},
		},
		"different types of this provider": {
			to:      variant,
			address: old,
			from:    "cloudflare_image",
			version: 1000,
			raw:     own,
			rejected: []string{
				"type cloudflare_image (",
			},
		},
		"a future version": {to: variant, address: old, from: variant, version: 1001, raw: own, rejected: []string{
			"schema version 1001", "up to schema version 1000 can be moved. If a newer version of this provider wrote the state, use that version.",
		}},
		"a future version of the official provider": {
			to:       variant,
			address:  officialAddress,
			from:     variant,
			version:  1001,
			raw:      official,
			rejected: []string{"version 1001"},
		},
		"a key of a future version": {
			to:       keys,
			address:  old,
			from:     keys,
			version:  1,
			raw:      key,
			rejected: []string{"up to schema version 0 can"},
		},
		"a key of the official provider": {
			to:       keys,
			address:  officialAddress,
			from:     keys,
			version:  -1,
			raw:      key,
			rejected: []string{"version -1"},
		},
		"this provider, without an ID": {
			to:      variant,
			address: old,
			from:    variant,
			version: 1000,
			raw:     `{` + account + `}`,
			rejected: []string{
				`account "023e105f4ecef8ad9ca31a8372d0c353", ID "": account_id or id is missing.`,
			},
		},
		"this provider, without an account": {to: keys, address: old, from: keys, raw: `{"name":"shop"}`, rejected: []string{
			`account "", ID "shop": account_id or name is missing.`,
		}},
		"this provider, null": {
			to:       keys,
			address:  old,
			from:     keys,
			raw:      `null`,
			rejected: []string{"account_id or name is missing."},
		},
		"this provider, malformed": {
			to:      variant,
			address: old,
			from:    variant,
			version: 1000,
			raw:     `{"options":7}`,
			rejected: []string{
				"The state claims to be of this provider, but is malformed. In the state of a cloudflare_image_variant,",
			},
		},
	}
	server := migrationServer()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := move(t, server, test.to, test.address, test.from, test.version, []byte(test.raw))
			if test.rejected != nil {
				assertMigrationError(t, resp.Diagnostics, moved, test.rejected...)
				return
			}
			if len(resp.Diagnostics) > 0 {
				t.Fatalf("got %s", joined(resp.Diagnostics))
			}
			assertState(t, server, test.to, resp.TargetState, test.want)
			identity := identityOf(t, server, test.to, resp.TargetIdentity)
			id := identity["variant_id"] + identity["name"]
			if identity["account_id"] != "023e105f4ecef8ad9ca31a8372d0c353" || id != "hero" && id != "shop" {
				t.Errorf("got the identity %v", identity)
			}
			private := "" // of another provider
			if test.address == old {
				private = movedPrivate
			}
			if got := string(resp.TargetPrivate); got != private {
				t.Errorf("got the private state %s, want %s", got, private)
			}
		})
	}
}

// A state of the current version is read unchanged, and one that isn't JSON is
// an error.
func TestStateMigrationUpgrades(t *testing.T) {
	t.Parallel()
	server := migrationServer()
	for typeName, own := range map[string]string{
		"cloudflare_image":         `{` + migratedImageKeys + `,"sha256":"aa","source":"logo.png"}`,
		"cloudflare_image_variant": `{` + migratedVariantKeys + `,"options":{"width":1,"browser_ttl":3600}}`,
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			got := upgrade(t, server, typeName, schemaVersion, []byte(own))
			if len(got.Diagnostics) > 0 {
				t.Errorf("got %s", joined(got.Diagnostics))
			}
			assertState(t, server, typeName, got.UpgradedState, own)

			flat := &tfprotov6.RawState{Flatmap: map[string]string{"id": "brandlogo"}}
			upgraded, err := server.UpgradeResourceState(t.Context(),
				&tfprotov6.UpgradeResourceStateRequest{TypeName: typeName, Version: 1, RawState: flat})
			if err != nil {
				t.Fatal(err)
			}
			assertMigrationError(
				t,
				upgraded.Diagnostics,
				"Unable to migrate state",
				"The state of a "+typeName+" has no attributes in JSON.",
			)
		})
	}
}
