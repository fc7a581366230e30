// Command schemafile prints the provider's schema as an engine exports it,
// under the name that tfplugindocs looks for.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"terraform.local/images/terraform-provider-cloudflare/internal/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "schemafile:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "cloudflare-images-schema-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	path, err := engine.Find()
	if err != nil {
		return err
	}
	cliConfig, err := engine.Build(ctx, dir, provider.Address)
	if err != nil {
		return err
	}
	configuration := fmt.Sprintf("terraform {\n  required_providers {\n    cloudflare = { source = %q }\n  }\n}\n", provider.Address)
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(configuration), 0o600); err != nil {
		return err
	}
	workspace := &engine.Workspace{Engine: path, Dir: dir, CLIConfig: cliConfig}
	output, err := workspace.RunAll(ctx, []string{"init", "-no-color"}, []string{"providers", "schema", "-json"})
	if err != nil {
		return err
	}
	return printSchema(output)
}

func printSchema(exported string) error {
	var schemas struct {
		FormatVersion string                     `json:"format_version"`
		Providers     map[string]json.RawMessage `json:"provider_schemas"`
	}
	if err := json.Unmarshal([]byte(exported), &schemas); err != nil {
		return fmt.Errorf("read the exported schema: %w", err)
	}
	schemas.Providers = map[string]json.RawMessage{"cloudflare": schemas.Providers[provider.Address]}
	return json.NewEncoder(os.Stdout).Encode(schemas)
}
