package promise

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

// promised is the schema that users rely on.
const promised = "schema.json"

var update = flag.Bool("update", false, "write "+promised+" anew, as make generate does")

// The schema is what the committed file promises.
func TestPromise(t *testing.T) {
	t.Parallel()
	workspace, err := engine.Try(t.Context(), provider.Addresses(), "examples/provider")
	if err != nil {
		t.Fatal(err)
	}
	defer workspace.Close()
	version, err := engine.Identify(t.Context(), workspace.Engine)
	if err != nil {
		t.Fatal(err)
	}
	output, err := workspace.RunAll(t.Context(), []string{"init", "-no-color"}, []string{"providers", "schema", "-json"})
	if err != nil {
		t.Fatal(err)
	}
	exported, err := normalize(t.Context(), []byte(output))
	if err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadFile(promised)
	if err != nil {
		t.Fatal(err)
	}
	before := parse(t, string(committed))
	// Of what the engine does not know, the promise is left out.
	for member, known := range map[string]bool{
		"functions":                  version.Has(engine.Functions),
		"ephemeral_resource_schemas": version.Has(engine.EphemeralResources),
	} {
		if !known && *update {
			t.Fatalf("%s does not know all that the provider serves: use a newer engine", version.Name)
		}
		if !known {
			t.Logf("%s knows no %s", version.Name, member)
			delete(before, member)
		}
	}
	changes := strings.Join(Compare(before, parse(t, string(exported))), "\n")
	switch {
	case *update:
		t.Log(changes)
		if err := os.WriteFile(promised, exported, 0o644); err != nil {
			t.Fatal(err)
		}
	case changes != "":
		t.Errorf("the provider's schema is not what internal/dev/promise/schema.json promises to users:\n\n%s\n\n"+
			"If that is meant, run make generate, commit the file, and write an entry into the changelog.", changes)
	}
}

// normalize gives the one provider of an export a short name, whatever its
// address, and indents all, so that a change can be read. Reading it into
// tfjson drops what only some versions of the engines write, and the format's
// version is fixed for the same reason. What the engine does not know of is
// taken from the provider.
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

// The short name does away with the address, which a fork changes.
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
