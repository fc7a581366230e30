// Package promise holds the provider's schema as a promise to its users: the
// file schema.json, what an engine exports now, and what a difference between
// the two would mean for a configuration. The provider does not use it.
package promise

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	tfjson "github.com/hashicorp/terraform-json"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

// promised is the schema that users rely on. make generate writes it.
//
//go:embed schema.json
var promised []byte

// name is the provider's name in an exported schema, whatever its address.
const name = "cloudflare"

// Export returns the provider's schema as the engine exports it, indented, so
// that a change can be read.
func Export(ctx context.Context, path string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "cloudflare-images-schema-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)

	cliConfig, err := engine.Build(ctx, dir, provider.Addresses())
	if err != nil {
		return nil, err
	}
	configuration := fmt.Sprintf("terraform {\n  required_providers {\n    cloudflare = { source = %q }\n  }\n}\n", provider.Source)
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(configuration), 0o600); err != nil {
		return nil, err
	}
	workspace := &engine.Workspace{Engine: path, Dir: dir, CLIConfig: cliConfig}
	output, err := workspace.RunAll(ctx, []string{"init", "-no-color"}, []string{"providers", "schema", "-json"})
	if err != nil {
		return nil, err
	}
	return normalize([]byte(output))
}

// normalize gives the one provider of an export its short name. Reading it into
// tfjson drops what only some versions of the engines write, and the format's
// version is fixed for the same reason.
func normalize(exported []byte) ([]byte, error) {
	var schemas tfjson.ProviderSchemas
	if err := json.Unmarshal(exported, &schemas); err != nil {
		return nil, fmt.Errorf("read the exported schema: %w", err)
	}
	if len(schemas.Schemas) != 1 {
		return nil, fmt.Errorf("the exported schema has %d providers, not 1", len(schemas.Schemas))
	}
	schemas.FormatVersion = "1.0"
	for _, schema := range schemas.Schemas {
		schemas.Schemas = map[string]*tfjson.ProviderSchema{name: schema}
	}
	var indented bytes.Buffer
	encoder := json.NewEncoder(&indented)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(schemas); err != nil {
		return nil, err
	}
	return indented.Bytes(), nil
}

// Parse reads what Export returned.
func Parse(exported []byte) (*tfjson.ProviderSchema, error) {
	var schemas tfjson.ProviderSchemas
	if err := json.Unmarshal(exported, &schemas); err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	if schemas.Schemas[name] == nil {
		return nil, fmt.Errorf("the schema has no provider %q", name)
	}
	return schemas.Schemas[name], nil
}
