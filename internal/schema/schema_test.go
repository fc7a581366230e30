package schema

import (
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"terraform.local/images/terraform-provider-cloudflare/internal/engine"
)

// load returns the promised schema and the present one. Of what the engine
// does not know, the promise is left out.
func load(t *testing.T) (before, after *tfjson.ProviderSchema) {
	t.Helper()
	path, err := engine.Find()
	if err != nil {
		t.Fatal(err)
	}
	exported, err := Export(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if after, err = Parse(exported); err != nil {
		t.Fatal(err)
	}
	if before, err = Parse(promised); err != nil {
		t.Fatal(err)
	}
	release, err := engine.Identify(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if !release.Has(release.Functions) {
		t.Logf("%s knows no functions of providers", release.Name)
		before.Functions = nil
	}
	if !release.Has(release.EphemeralResources) {
		t.Logf("%s knows no ephemeral resources", release.Name)
		before.EphemeralResourceSchemas = nil
	}
	return before, after
}

// The short name does away with the address, which a fork changes.
func TestRename(t *testing.T) {
	t.Parallel()
	renamed, err := rename([]byte(`{"format_version":"1.9","provider_schemas":{"example.com/a/b":{"provider":{"version":0},"of_a_later_version":{}}}}`))
	if err != nil || !strings.Contains(string(renamed), `"cloudflare": {`) || strings.Contains(string(renamed), "example.com") || strings.Contains(string(renamed), "1.9") || strings.Contains(string(renamed), "later") {
		t.Errorf("got %s, %v", renamed, err)
	}
	if renamed, err := rename([]byte(`{"format_version":"1.0","provider_schemas":{}}`)); err == nil {
		t.Errorf("no provider: got %s", renamed)
	}
}
