package schemacompat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

// complete adds list resources and identities from the provider if Terraform is
// too old to export them, so that every version generates the same file.
func complete(ctx context.Context, exported *tfjson.ProviderSchema) error {
	server := provider.New("test", new(sync.RWMutex))() //nolint:contextcheck // its schema is built once, for any context
	served, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return err
	}
	if exported.ListResourceSchemas == nil {
		if exported.ListResourceSchemas, err = each(served.ListResourceSchemas, listSchema); err != nil {
			return err
		}
	}
	if exported.ResourceIdentitySchemas == nil {
		exported.ResourceIdentitySchemas, err = each(identities.IdentitySchemas, identitySchema)
	}
	return err
}

// each converts the values of a map.
func each[From, To any](values map[string]From, convert func(From) (To, error)) (map[string]To, error) {
	converted := make(map[string]To, len(values))
	for name, value := range values {
		var err error
		if converted[name], err = convert(value); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return converted, nil
}

// listSchema converts the schema of a list resource to its export.
func listSchema(schema *tfprotov6.Schema) (*tfjson.Schema, error) {
	if len(schema.Block.BlockTypes) > 0 {
		return nil, errors.New("it has blocks, which are not converted yet")
	}
	block := &tfjson.SchemaBlock{
		Attributes:      make(map[string]*tfjson.SchemaAttribute, len(schema.Block.Attributes)),
		Description:     schema.Block.Description,
		DescriptionKind: kind(schema.Block.DescriptionKind),
		Deprecated:      schema.Block.Deprecated,
	}
	for _, attribute := range schema.Block.Attributes {
		if attribute.NestedType != nil {
			return nil, fmt.Errorf("%s has nested attributes, which are not converted yet", attribute.Name)
		}
		exported := &tfjson.SchemaAttribute{
			Description:     attribute.Description,
			DescriptionKind: kind(attribute.DescriptionKind),
			Deprecated:      attribute.Deprecated,
			Required:        attribute.Required,
			Optional:        attribute.Optional,
			Computed:        attribute.Computed,
			Sensitive:       attribute.Sensitive,
		}
		if err := convertType(attribute.Type, &exported.AttributeType); err != nil {
			return nil, err
		}
		block.Attributes[attribute.Name] = exported
	}
	return &tfjson.Schema{Version: uint64(schema.Version), Block: block}, nil
}

// identitySchema converts the schema of an identity to its export.
func identitySchema(schema *tfprotov6.ResourceIdentitySchema) (*tfjson.IdentitySchema, error) {
	attributes := make(map[string]*tfjson.IdentityAttribute, len(schema.IdentityAttributes))
	for _, attribute := range schema.IdentityAttributes {
		exported := &tfjson.IdentityAttribute{
			Description:       attribute.Description,
			RequiredForImport: attribute.RequiredForImport,
			OptionalForImport: attribute.OptionalForImport,
		}
		if err := convertType(attribute.Type, &exported.IdentityType); err != nil {
			return nil, err
		}
		attributes[attribute.Name] = exported
	}
	return &tfjson.IdentitySchema{Version: uint64(schema.Version), Attributes: attributes}, nil
}

func kind(of tfprotov6.StringKind) tfjson.SchemaDescriptionKind {
	return tfjson.SchemaDescriptionKind(strings.ToLower(of.String()))
}

// convertType writes a type of the protocol into one of the export: in JSON they
// are the same.
func convertType(from, to any) error {
	encoded, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(encoded, to)
}

// The export is kept; only missing parts are added.
func TestComplete(t *testing.T) {
	t.Parallel()
	mine := map[string]*tfjson.IdentitySchema{"of the engine": {}}
	schema := tfjson.ProviderSchema{ResourceIdentitySchemas: mine}
	if err := complete(t.Context(), &schema); err != nil {
		t.Fatal(err)
	}
	if len(schema.ResourceIdentitySchemas) != 1 || schema.ResourceIdentitySchemas["of the engine"] == nil {
		t.Errorf("the exported identities became %v", schema.ResourceIdentitySchemas)
	}
	if schema.ListResourceSchemas["cloudflare_image"] == nil {
		t.Errorf("no list resource was added: %v", schema.ListResourceSchemas)
	}
}
