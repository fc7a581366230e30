package provider

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// What goes past the framework is what the framework would have handed on.
func TestServerReadsAsTheFramework(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	for typeName, given := range map[string]map[string]any{
		"cloudflare_image":          {"image_id": "brand/logo"},
		"cloudflare_images":         {"creator": "design-team"},
		"cloudflare_image_variant":  {"variant_id": "hero"},
		"cloudflare_image_variants": {},
		"cloudflare_images_stats":   {},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			ours := newServer(newWithEnvironment("test", environment(r.variables)))
			framework := ours.(server).frameworkServer
			got, want := read(t, ours, typeName, given), read(t, framework, typeName, given)
			if got.State == nil || want.State == nil {
				t.Fatalf("got %+v and %+v", got, want)
			}
			schemas, err := ours.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
			if err != nil {
				t.Fatal(err)
			}
			of := schemas.DataSourceSchemas[typeName].ValueType()
			gotState, wantState := wireValue(got.State.MsgPack).decode(of), wireValue(want.State.MsgPack).decode(of)
			if !gotState.Equal(wantState) || wantState.IsNull() {
				t.Errorf("got %s, want %s", gotState, wantState)
			}
		})
	}
}

// A read that fails hands on what the framework says, and no state.
func TestServerPassesErrorsOn(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	ours := newServer(newWithEnvironment("test", environment(r.variables)))
	got := read(t, ours, "cloudflare_image", map[string]any{"image_id": "none"})
	if len(got.Diagnostics) != 1 || got.Diagnostics[0].Summary != `Cloudflare image "none" not found` {
		t.Errorf("got %+v", got)
	}
	want := read(t, ours.(server).frameworkServer, "cloudflare_image", map[string]any{"image_id": "none"})
	if !cmp.Equal(got.State, want.State) {
		t.Errorf("got the state %v, want %v", got.State, want.State)
	}
}

// read asks a server to read a data source, as an engine does.
func read(
	tb testing.TB,
	from tfprotov6.ProviderServer,
	typeName string,
	given map[string]any,
) *tfprotov6.ReadDataSourceResponse {
	tb.Helper()
	config := configuredWith(tb, from, typeName, given)
	response, err := from.ReadDataSource(
		tb.Context(),
		&tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config},
	)
	if err != nil {
		tb.Fatal(err)
	}
	return response
}

// configuredServer configures a server by its environment alone.
func configuredServer(tb testing.TB, server tfprotov6.ProviderServer) *tfprotov6.GetProviderSchemaResponse {
	tb.Helper()
	schemas, err := server.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		tb.Fatal(err)
	}
	configured, err := server.ConfigureProvider(
		tb.Context(),
		&tfprotov6.ConfigureProviderRequest{Config: dynamic(tb, schemas.Provider, nil)},
	)
	if err != nil || len(configured.Diagnostics) > 0 {
		tb.Fatal(err, configured)
	}
	return schemas
}

// configured configures a server, and encodes a configuration of a data source.
func configuredWith(
	tb testing.TB,
	server tfprotov6.ProviderServer,
	typeName string,
	given map[string]any,
) *tfprotov6.DynamicValue {
	tb.Helper()
	return dynamic(tb, configuredServer(tb, server).DataSourceSchemas[typeName], given)
}
