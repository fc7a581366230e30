package provider

import (
	"fmt"
	"io"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

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

// forbidden is what the API answers to a token without the permission.
var forbidden = fakeapi.Respond(403, "application/json",
	`{"result":null,"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"messages":[]}`)

// protocol is a configured provider that is asked by the plugin protocol, as the
// newest engine would: what an older one does not ask is seen with any.
type protocol struct {
	frameworkServer

	schemas *tfprotov6.GetProviderSchemaResponse
}

func newProtocol(t *testing.T, r *testEnv) protocol {
	t.Helper()
	ours := newServer(newWithEnvironment("test", environment(r.variables)))
	return protocol{ours.(frameworkServer), configuredServer(t, ours)}
}

// imported is the object after an import of an ID.
func (p protocol) imported(t *testing.T, typeName, id string) written {
	t.Helper()
	imported, err := p.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
	if err != nil || len(imported.ImportedResources) != 1 {
		t.Fatal(err, imported)
	}
	one := imported.ImportedResources[0]
	read, told := p.read(t, typeName, written{state: one.State, identity: one.Identity, private: one.Private})
	if len(told) > 0 {
		t.Fatal(summaries(told))
	}
	return read
}

// state is one of a resource.
func (p protocol) state(t *testing.T, typeName string, encoded *tfprotov6.DynamicValue) tftypes.Value {
	t.Helper()
	state, err := encoded.Unmarshal(p.schemas.ResourceSchemas[typeName].ValueType())
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// attributes are those of a state.
func (p protocol) attributes(t *testing.T, typeName string, encoded *tfprotov6.DynamicValue) map[string]tftypes.Value {
	t.Helper()
	found, err := objectAttributes(encoded, p.schemas.ResourceSchemas[typeName].ValueType())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// written is an object as the provider left it.
type written struct {
	state    *tfprotov6.DynamicValue
	identity *tfprotov6.ResourceIdentityData
	private  []byte
}

// plan plans a resource; without a configuration, its end.
func (p protocol) plan(
	t *testing.T,
	typeName string,
	before written,
	given map[string]any,
) *tfprotov6.PlanResourceChangeResponse {
	t.Helper()
	planned, err := p.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: p.prior(t, typeName, before), PriorIdentity: before.identity, PriorPrivate: before.private,
		ProposedNewState: p.config(t, typeName, given), Config: p.config(t, typeName, given),
	})
	if err != nil {
		t.Fatal(err)
	}
	return planned
}

// apply plans and applies, and is what is there then.
func (p protocol) apply(
	t *testing.T,
	typeName string,
	before written,
	given map[string]any,
) (written, []*tfprotov6.Diagnostic) {
	t.Helper()
	planned := p.plan(t, typeName, before, given)
	if len(planned.Diagnostics) > 0 || len(planned.RequiresReplace) > 0 {
		t.Fatalf("the plan: %q, %v", summaries(planned.Diagnostics), planned.RequiresReplace)
	}
	return p.applyPlan(t, typeName, before, planned, given)
}

// applyPlan applies a plan.
func (p protocol) applyPlan(
	t *testing.T, typeName string, before written, planned *tfprotov6.PlanResourceChangeResponse, given map[string]any,
) (written, []*tfprotov6.Diagnostic) {
	t.Helper()
	applied, err := p.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: p.prior(t, typeName, before), PlannedState: planned.PlannedState,
		PlannedIdentity: planned.PlannedIdentity, PlannedPrivate: planned.PlannedPrivate, Config: p.config(t, typeName, given),
	})
	if err != nil {
		t.Fatal(err)
	}
	return written{state: applied.NewState, identity: applied.NewIdentity, private: applied.Private}, applied.Diagnostics
}

// prior is the state of an object, which may be none.
func (p protocol) prior(t *testing.T, typeName string, before written) *tfprotov6.DynamicValue {
	t.Helper()
	if before.state == nil {
		return p.config(t, typeName, nil)
	}
	return before.state
}

// config is a configuration, or none at all.
func (p protocol) config(t *testing.T, typeName string, given map[string]any) *tfprotov6.DynamicValue {
	t.Helper()
	schema := p.schemas.ResourceSchemas[typeName]
	if given != nil {
		return dynamic(t, schema, given)
	}
	none, err := tfprotov6.NewDynamicValue(schema.ValueType(), tftypes.NewValue(schema.ValueType(), nil))
	if err != nil {
		t.Fatal(err)
	}
	return &none
}

// read reads an object anew.
func (p protocol) read(t *testing.T, typeName string, before written) (written, []*tfprotov6.Diagnostic) {
	t.Helper()
	return p.readLogged(t, io.Discard, typeName, before)
}

// readLogged writes the log of the provider as well.
func (p protocol) readLogged(
	t *testing.T,
	log io.Writer,
	typeName string,
	before written,
) (written, []*tfprotov6.Diagnostic) {
	t.Helper()
	read, err := p.ReadResource(tflogtest.RootLogger(t.Context(), log), &tfprotov6.ReadResourceRequest{
		TypeName: typeName, CurrentState: before.state, CurrentIdentity: before.identity, Private: before.private,
	})
	if err != nil {
		t.Fatal(err)
	}
	return written{state: read.NewState, identity: read.NewIdentity, private: read.Private}, read.Diagnostics
}

// summaries are the severities and summaries of what a provider has to tell.
func summaries(diagnostics []*tfprotov6.Diagnostic) (told []string) {
	for _, diagnostic := range diagnostics {
		told = append(told, fmt.Sprint(diagnostic.Severity, " ", diagnostic.Summary))
	}
	return told
}

// dynamic encodes a configuration of attributes, the others being null. That of
// an attribute of any type is given as it is.
func dynamic(tb testing.TB, schema *tfprotov6.Schema, given map[string]any) *tfprotov6.DynamicValue {
	tb.Helper()
	kind, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		tb.Fatal("the schema is no object")
	}
	values := map[string]tftypes.Value{}
	for name, attribute := range kind.AttributeTypes {
		value, ready := given[name].(tftypes.Value)
		if !ready {
			value = tftypes.NewValue(attribute, given[name])
		}
		values[name] = value
	}
	value, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, values))
	if err != nil {
		tb.Fatal(err)
	}
	return &value
}
