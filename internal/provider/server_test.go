package provider

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider/internal/tfwire"
)

// readConfigs has a configuration of each data source that reads at least one
// object.
var readConfigs = map[string]map[string]any{
	"cloudflare_image":          {"image_id": "brand/logo"},
	"cloudflare_images":         {"creator": "design-team"},
	"cloudflare_image_variant":  {"variant_id": "hero"},
	"cloudflare_image_variants": {},
	"cloudflare_images_stats":   {},
}

// Responses that bypass the framework equal those of the framework, for each
// data source.
func TestServerReadsAsTheFramework(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	for _, newDataSource := range new(cloudflareProvider).DataSources(t.Context()) {
		var metadata datasource.MetadataResponse
		newDataSource().Metadata(t.Context(), datasource.MetadataRequest{ProviderTypeName: "cloudflare"}, &metadata)
		typeName := metadata.TypeName
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			config, ok := readConfigs[typeName]
			if !ok {
				t.Fatal("readConfigs has no configuration of this data source")
			}
			ours := newServer(newWithEnvironment("test", environment(r.variables)))
			framework := ours.(server).frameworkServer
			got, want := read(t, ours, typeName, config), read(t, framework, typeName, config)
			if got.State == nil || want.State == nil {
				t.Fatalf("got %+v and %+v", got, want)
			}
			schemas, err := ours.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
			if err != nil {
				t.Fatal(err)
			}
			of := schemas.DataSourceSchemas[typeName].ValueType()
			gotState, assertState := tfwire.Value(got.State.MsgPack).Decode(of), tfwire.Value(want.State.MsgPack).Decode(of)
			if assertState.IsNull() {
				t.Fatal("the framework returns no state")
			}
			if !gotState.Equal(assertState) {
				t.Errorf("got %s, want %s", gotState, assertState)
			}
		})
	}
}

// Every type in every schema can be encoded.
func TestSchemaTypesAreSupported(t *testing.T) {
	t.Parallel()
	types := schemaTypes(t)
	if len(types) < 12 {
		t.Fatalf("found only the schemas of %d objects", len(types))
	}
	for name, of := range types {
		for attribute, of := range of {
			if problem := unsupported(t, of); problem != "" {
				t.Errorf("%s.%s: %s", name, attribute, problem)
			}
		}
	}
}

// schemaTypes returns the types of the attributes of everything that has a
// schema.
func schemaTypes(t *testing.T) map[string]map[string]attr.Type {
	t.Helper()
	p, found := newWithEnvironment("test", environment(nil)), map[string]map[string]attr.Type{}
	add := func(kind, name string, schema attr.Type) {
		found[kind+" "+name] = schema.(attr.TypeWithAttributeTypes).AttributeTypes()
	}
	var block provider.SchemaResponse
	p.Schema(t.Context(), provider.SchemaRequest{}, &block)
	add("provider", "cloudflare", block.Schema.Type())
	for _, newDataSource := range p.DataSources(t.Context()) {
		var metadata datasource.MetadataResponse
		var described datasource.SchemaResponse
		newDataSource().Metadata(t.Context(), datasource.MetadataRequest{}, &metadata)
		newDataSource().Schema(t.Context(), datasource.SchemaRequest{}, &described)
		add("data source", metadata.TypeName, described.Schema.Type())
	}
	for _, newResource := range p.Resources(t.Context()) {
		var metadata resource.MetadataResponse
		var described resource.SchemaResponse
		newResource().Metadata(t.Context(), resource.MetadataRequest{}, &metadata)
		newResource().Schema(t.Context(), resource.SchemaRequest{}, &described)
		add("resource", metadata.TypeName, described.Schema.Type())
	}
	for _, newList := range p.ListResources(t.Context()) {
		var metadata resource.MetadataResponse
		var described list.ListResourceSchemaResponse
		newList().Metadata(t.Context(), resource.MetadataRequest{}, &metadata)
		newList().ListResourceConfigSchema(t.Context(), list.ListResourceSchemaRequest{}, &described)
		add("list resource", metadata.TypeName, described.Schema.Type())
	}
	for _, newEphemeral := range p.EphemeralResources(t.Context()) {
		var metadata ephemeral.MetadataResponse
		var described ephemeral.SchemaResponse
		newEphemeral().Metadata(t.Context(), ephemeral.MetadataRequest{}, &metadata)
		newEphemeral().Schema(t.Context(), ephemeral.SchemaRequest{}, &described)
		add("ephemeral resource", metadata.TypeName, described.Schema.Type())
	}
	return found
}

// unsupported returns the type within a type that can't be encoded, if any.
// Objects have separate models, so only their content counts.
func unsupported(t *testing.T, of attr.Type) (problem string) {
	t.Helper()
	switch of := of.(type) {
	case attr.TypeWithAttributeTypes:
		for name, of := range of.AttributeTypes() {
			if problem := unsupported(t, of); problem != "" {
				return name + ": " + problem
			}
		}
		return ""
	case attr.TypeWithElementType:
		if _, ok := of.ElementType().(attr.TypeWithAttributeTypes); ok {
			return unsupported(t, of.ElementType())
		}
	}
	value, err := of.ValueFromTerraform(t.Context(), sample(t, of.TerraformType(t.Context())))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if p := recover(); p != nil {
			problem = fmt.Sprint(p)
		}
	}()
	tfwire.Encode(&struct {
		Value attr.Value `tfsdk:"value"`
	}{value})
	return ""
}

// sample returns a known value of a type, a collection with one element.
func sample(t *testing.T, of tftypes.Type) tftypes.Value {
	t.Helper()
	switch of := of.(type) {
	case tftypes.List:
		return tftypes.NewValue(of, []tftypes.Value{sample(t, of.ElementType)})
	case tftypes.Set:
		return tftypes.NewValue(of, []tftypes.Value{sample(t, of.ElementType)})
	case tftypes.Map:
		return tftypes.NewValue(of, map[string]tftypes.Value{"key": sample(t, of.ElementType)})
	}
	switch {
	case of.Is(tftypes.Bool):
		return tftypes.NewValue(of, true)
	case of.Is(tftypes.Number):
		return tftypes.NewValue(of, 1)
	default: // also of any type
		return tftypes.NewValue(tftypes.String, "{}")
	}
}

// A failed read returns the framework's errors and no state.
func TestServerPassesErrorsOn(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	ours := newServer(newWithEnvironment("test", environment(r.variables)))
	got := read(t, ours, "cloudflare_image", map[string]any{"image_id": "none"})
	if len(got.Diagnostics) != 1 || got.Diagnostics[0].Summary != `Unable to read Cloudflare image "none": not found` {
		t.Errorf("got %+v", got)
	}
	want := read(t, ours.(server).frameworkServer, "cloudflare_image", map[string]any{"image_id": "none"})
	if !cmp.Equal(got.State, want.State) {
		t.Errorf("got the state %v, want %v", got.State, want.State)
	}
}

// When Terraform requests the configuration of an import, it gets the custom
// ID of an image, and an account only if it isn't the provider's.
func TestGenerateResourceConfig(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ account, id, wantAccount, wantID string }{
		"custom ID":       {account: fakeapi.AccountID, id: "brand/logo", wantID: "brand/logo"},
		"generated ID":    {account: fakeapi.AccountID, id: "083eb7b2-5392-4565-b69e-aff66acddd00"},
		"another account": {account: otherAccount, id: "brand/logo", wantAccount: otherAccount, wantID: "brand/logo"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ours := newServer(newWithEnvironment("test", environment(map[string]string{"CLOUDFLARE_ACCOUNT_ID": fakeapi.AccountID})))
			schemas := configuredServer(t, ours, nil)
			if !schemas.ServerCapabilities.GenerateResourceConfig {
				t.Error("the capability is not announced")
			}
			schema := schemas.ResourceSchemas["cloudflare_image"]
			state := dynamic(t, schema, map[string]any{"account_id": test.account, "id": test.id, "filename": "logo.png"})
			resp, err := ours.GenerateResourceConfig(t.Context(),
				&tfprotov6.GenerateResourceConfigRequest{TypeName: "cloudflare_image", State: state})
			if err != nil {
				t.Fatal(err)
			}
			config, err := objectAttributes(resp.Config, schema.ValueType())
			if err != nil {
				t.Fatal(err)
			}
			for attribute, want := range map[string]string{"account_id": test.wantAccount, "id": test.wantID, "filename": ""} {
				var got *string
				if err := config[attribute].As(&got); err != nil {
					t.Fatal(err)
				}
				if (got == nil) != (want == "") || got != nil && *got != want {
					t.Errorf("%s: got %v, want %q", attribute, config[attribute], want)
				}
			}
		})
	}
}

// A state that can't be read is an error without a configuration, and no
// panic.
func TestGenerateResourceConfigOfNoState(t *testing.T) {
	t.Parallel()
	ours := newServer(newWithEnvironment("test", environment(nil)))
	resp, err := ours.GenerateResourceConfig(t.Context(), &tfprotov6.GenerateResourceConfigRequest{
		TypeName: "cloudflare_image", State: &tfprotov6.DynamicValue{MsgPack: []byte("no state")},
	})
	if err != nil || len(resp.Diagnostics) == 0 || resp.Config != nil {
		t.Errorf("got %+v, %v", resp, err)
	}
}
