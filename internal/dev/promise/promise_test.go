package promise

import (
	"bytes"
	"encoding/json"
	"errors"
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
	exported, err := normalize([]byte(output))
	if err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadFile(promised)
	if err != nil {
		t.Fatal(err)
	}
	if exported, err = keep(exported, committed, !version.Has(engine.Identities), !version.Has(engine.ListResources)); err != nil {
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
		schemas.Schemas = map[string]*tfjson.ProviderSchema{"cloudflare": schema}
	}
	return encode(schemas)
}

// keep takes identities, list resources or both from what is promised, for an
// engine that exports none: many still use one, and can write all the rest.
func keep(exported, promised []byte, identities, lists bool) ([]byte, error) {
	var schemas, kept tfjson.ProviderSchemas
	if err := errors.Join(json.Unmarshal(exported, &schemas), json.Unmarshal(promised, &kept)); err != nil {
		return nil, err
	}
	for name, schema := range schemas.Schemas {
		before := kept.Schemas[name]
		if identities && before != nil {
			schema.ResourceIdentitySchemas = before.ResourceIdentitySchemas
		}
		if lists && before != nil {
			schema.ListResourceSchemas = before.ListResourceSchemas
		}
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
	normalized, err := normalize([]byte(`{"format_version":"1.9","provider_schemas":{
		"example.com/a/b":{"provider":{"version":0},"of_a_later_version":{}}}}`))
	if err != nil || !strings.Contains(string(normalized), `"cloudflare": {`) {
		t.Errorf("got %s, %v", normalized, err)
	}
	for _, gone := range []string{"example.com", "1.9", "later"} {
		if strings.Contains(string(normalized), gone) {
			t.Errorf("%s is still in %s", gone, normalized)
		}
	}
	if normalized, err := normalize([]byte(`{"format_version":"1.0","provider_schemas":{}}`)); err == nil {
		t.Errorf("no provider: got %s", normalized)
	}
}

// What an engine cannot export stays, and all else is new.
func TestKeep(t *testing.T) {
	t.Parallel()
	const promised = `{"format_version":"1.0","provider_schemas":{"cloudflare":{"provider":{"version":1},
		"list_resource_schemas":{"cloudflare_y":{"version":0}},
		"resource_identity_schemas":{"cloudflare_x":{"version":0,"attributes":{"name":{"type":"string"}}}}}}}`
	const exported = `{"format_version":"1.0","provider_schemas":{"cloudflare":{"provider":{"version":2}}}}`
	for name, test := range map[string]struct{ identities, lists bool }{
		"an engine that exports all": {false, false}, "one without identities": {true, true}, "one without lists": {false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kept, err := keep([]byte(exported), []byte(promised), test.identities, test.lists)
			if err != nil || !strings.Contains(string(kept), `"version": 2`) ||
				strings.Contains(string(kept), "cloudflare_x") != test.identities || strings.Contains(string(kept), "cloudflare_y") != test.lists {
				t.Errorf("got %s, %v", kept, err)
			}
		})
	}
	if kept, err := keep([]byte(exported), []byte("{"), true, true); err == nil {
		t.Errorf("a promise that is no JSON: got %s", kept)
	}
}
