// Package schemacompat compares the provider's schema, as Terraform exports it,
// with the committed schema.json, which users rely on.
package schemacompat

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine/enginetest"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

// promised is the schema that users rely on.
const promised = "schema.json"

var update = flag.Bool("update", false, "write "+promised+", as make generate does")

// The exported schema equals the committed one.
func TestSchemaCompatibility(t *testing.T) {
	t.Parallel()
	_, version := enginetest.Find(t)
	workspace, err := engine.Try(t.Context(), provider.Addresses(), "examples/provider")
	if err != nil {
		t.Fatal(err)
	}
	defer workspace.Close()
	output, err := workspace.RunAll(t.Context(), []string{"init", "-no-color"}, []string{"providers", "schema", "-json"})
	if err != nil {
		t.Fatal(err)
	}
	exported, err := normalize(t.Context(), []byte(output))
	if err != nil {
		t.Fatal(err)
	}
	knowsAll := version.Has(engine.Functions) && version.Has(engine.EphemeralResources)
	if *update {
		if !knowsAll {
			t.Fatalf("%s does not export everything that the provider serves: use a newer version", version.Name)
		}
		if err := os.WriteFile(promised, exported, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	committed, err := os.ReadFile(promised)
	if err != nil {
		t.Fatal(err)
	}
	if !knowsAll { // what this version cannot export is not compared
		committed = without(t, committed, version)
	}
	if diff := cmp.Diff(strings.Split(string(committed), "\n"), strings.Split(string(exported), "\n")); diff != "" {
		t.Errorf("the provider's schema differs from internal/dev/schemacompat/schema.json (-committed +exported):\n%s\n"+
			"If the change is intended, run make generate, commit the file, and add a changelog entry.", diff)
	}
}

// without removes the parts of a committed schema that a version can't export.
func without(t *testing.T, committed []byte, version engine.Version) []byte {
	t.Helper()
	var schemas tfjson.ProviderSchemas
	if err := json.Unmarshal(committed, &schemas); err != nil {
		t.Fatal(err)
	}
	schema := schemas.Schemas["cloudflare"]
	if !version.Has(engine.Functions) {
		schema.Functions = nil
	}
	if !version.Has(engine.EphemeralResources) {
		schema.EphemeralResourceSchemas = nil
	}
	encoded, err := encode(schemas)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// normalize gives the one provider of an export a short name, whatever its
// address, and indents the JSON, so that differences can be read. Decoding into
// tfjson drops fields that only some versions write; the format version is
// fixed for the same reason. Missing parts are added from the provider itself.
func normalize(ctx context.Context, exported []byte) ([]byte, error) {
	var schemas tfjson.ProviderSchemas
	if err := json.Unmarshal(exported, &schemas); err != nil {
		return nil, fmt.Errorf("read the exported schema: %w", err)
	}
	if len(schemas.Schemas) != 1 {
		return nil, fmt.Errorf("the exported schema has %d providers, not 1", len(schemas.Schemas))
	}
	schemas.FormatVersion = "1.0"
	for _, schema := range schemas.Schemas {
		if err := complete(ctx, schema); err != nil {
			return nil, err
		}
		schemas.Schemas = map[string]*tfjson.ProviderSchema{"cloudflare": schema}
	}
	return encode(schemas)
}

func encode(schemas tfjson.ProviderSchemas) ([]byte, error) {
	var indented bytes.Buffer
	encoder := json.NewEncoder(&indented)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(schemas)
	return indented.Bytes(), err
}

// The short name omits the address, which a fork changes.
func TestNormalize(t *testing.T) {
	t.Parallel()
	normalized, err := normalize(t.Context(), []byte(`{"format_version":"1.987","provider_schemas":{
		"example.com/a/b":{"provider":{"version":0},"of_version_99":{}}}}`))
	if err != nil || !strings.Contains(string(normalized), `"cloudflare": {`) {
		t.Errorf("got %s, %v", normalized, err)
	}
	for _, gone := range []string{"example.com", "1.987", "version_99"} {
		if strings.Contains(string(normalized), gone) {
			t.Errorf("%s is still in %s", gone, normalized)
		}
	}
	if normalized, err := normalize(t.Context(), []byte(`{"format_version":"1.0","provider_schemas":{}}`)); err == nil {
		t.Errorf("no provider: got %s", normalized)
	}
}
