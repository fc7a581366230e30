package promise

import (
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
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
	version, err := engine.Identify(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if !version.Has(version.Functions) {
		t.Logf("%s knows no functions of providers", version.Name)
		before.Functions = nil
	}
	if !version.Has(version.EphemeralResources) {
		t.Logf("%s knows no ephemeral resources", version.Name)
		before.EphemeralResourceSchemas = nil
	}
	return before, after
}

// The short name does away with the address, which a fork changes.
func TestNormalize(t *testing.T) {
	t.Parallel()
	normalized, err := normalize([]byte(`{"format_version":"1.9","provider_schemas":{"example.com/a/b":{"provider":{"version":0},"of_a_later_version":{}}}}`))
	if err != nil || !strings.Contains(string(normalized), `"cloudflare": {`) || strings.Contains(string(normalized), "example.com") || strings.Contains(string(normalized), "1.9") || strings.Contains(string(normalized), "later") {
		t.Errorf("got %s, %v", normalized, err)
	}
	if normalized, err := normalize([]byte(`{"format_version":"1.0","provider_schemas":{}}`)); err == nil {
		t.Errorf("no provider: got %s", normalized)
	}
}
