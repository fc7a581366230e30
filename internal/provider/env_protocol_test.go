package provider

import (
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// read has a server read a data source, as Terraform does.
func read(
	tb testing.TB,
	from tfprotov6.ProviderServer,
	typeName string,
	arguments map[string]any,
) *tfprotov6.ReadDataSourceResponse {
	tb.Helper()
	config := configuredWith(tb, from, typeName, arguments)
	response, err := from.ReadDataSource(
		tb.Context(),
		&tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config},
	)
	if err != nil {
		tb.Fatal(err)
	}
	return response
}

// configuredServer configures a server from its environment and arguments of the
// provider block.
func configuredServer(
	tb testing.TB, server tfprotov6.ProviderServer, arguments map[string]any,
) *tfprotov6.GetProviderSchemaResponse {
	tb.Helper()
	schemas, err := server.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		tb.Fatal(err)
	}
	configured, err := server.ConfigureProvider(
		tb.Context(),
		&tfprotov6.ConfigureProviderRequest{Config: dynamic(tb, schemas.Provider, arguments)},
	)
	if err != nil || len(configured.Diagnostics) > 0 {
		tb.Fatal(err, configured)
	}
	return schemas
}

// configuredWith configures a server, and encodes a configuration of a data
// source.
func configuredWith(
	tb testing.TB,
	server tfprotov6.ProviderServer,
	typeName string,
	arguments map[string]any,
) *tfprotov6.DynamicValue {
	tb.Helper()
	return dynamic(tb, configuredServer(tb, server, nil).DataSourceSchemas[typeName], arguments)
}

// forbidden is the API's response to a token without the permission.
var forbidden = fakeapi.Respond(403, "application/json",
	`{"result":null,"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"messages":[]}`)

// protocol calls a configured provider over the plugin protocol, as the newest
// Terraform would: calls that older versions don't send are tested with any
// version.
type protocol struct {
	frameworkServer

	schemas *tfprotov6.GetProviderSchemaResponse
}

func newProtocol(t *testing.T, r *testEnv) protocol {
	t.Helper()
	return newProtocolWith(t, r, nil)
}

// newProtocolWith returns a configured server with arguments in the provider
// block.
func newProtocolWith(t *testing.T, r *testEnv, arguments map[string]any) protocol {
	t.Helper()
	ours := comparingServer{newServer(newWithEnvironment("test", environment(r.variables))).(server), t}
	return protocol{ours, configuredServer(t, ours, arguments)}
}

// imported returns the object after an import by ID. A read reports the warnings.
func (p protocol) imported(t *testing.T, typeName, id string, warnings ...string) written {
	t.Helper()
	imported, err := p.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
	if err != nil || len(imported.ImportedResources) != 1 {
		t.Fatal(err, imported)
	}
	one := imported.ImportedResources[0]
	read, reported := p.read(t, typeName, written{state: one.State, identity: one.Identity, private: one.Private})
	if got := summaries(reported); !slices.Equal(got, warnings) {
		t.Fatalf("got %q, want %q", got, warnings)
	}
	return read
}

// mustKeep reads an object, and fails if that reports anything or changes the state.
func (p protocol) mustKeep(t *testing.T, typeName string, object written) {
	t.Helper()
	read, reported := p.read(t, typeName, object)
	got, want := p.state(t, typeName, read.state), p.state(t, typeName, object.state)
	if len(reported) > 0 || !got.Equal(want) {
		t.Errorf("got %q and the state %s, want %s", summaries(reported), got, want)
	}
}

// state decodes the state of a resource.
func (p protocol) state(t *testing.T, typeName string, encoded *tfprotov6.DynamicValue) tftypes.Value {
	t.Helper()
	state, err := encoded.Unmarshal(p.schemas.ResourceSchemas[typeName].ValueType())
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// attributes returns the attributes of a state.
func (p protocol) attributes(t *testing.T, typeName string, encoded *tfprotov6.DynamicValue) map[string]tftypes.Value {
	t.Helper()
	found, err := objectAttributes(encoded, p.schemas.ResourceSchemas[typeName].ValueType())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// written is an object as returned by the provider.
type written struct {
	state    *tfprotov6.DynamicValue
	identity *tfprotov6.ResourceIdentityData
	private  []byte
}

// plan plans a resource, or its destroy if there is no configuration.
func (p protocol) plan(
	t *testing.T,
	typeName string,
	before written,
	arguments map[string]any,
) *tfprotov6.PlanResourceChangeResponse {
	t.Helper()
	planned, err := p.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:         typeName,
		PriorState:       p.prior(t, typeName, before),
		PriorIdentity:    before.identity,
		PriorPrivate:     before.private,
		ProposedNewState: p.config(t, typeName, arguments), Config: p.config(t, typeName, arguments),
	})
	if err != nil {
		t.Fatal(err)
	}
	return planned
}

// apply plans and applies, and returns the new object.
func (p protocol) apply(
	t *testing.T,
	typeName string,
	before written,
	arguments map[string]any,
) (written, []*tfprotov6.Diagnostic) {
	t.Helper()
	planned := p.plan(t, typeName, before, arguments)
	if len(planned.Diagnostics) > 0 || len(planned.RequiresReplace) > 0 {
		t.Fatalf("the plan: %q, %v", summaries(planned.Diagnostics), planned.RequiresReplace)
	}
	return p.applyPlan(t, typeName, before, planned, arguments)
}

// mustApply is apply for a configuration that has to succeed without
// diagnostics.
func (p protocol) mustApply(t *testing.T, typeName string, before written, arguments map[string]any) written {
	t.Helper()
	after, reported := p.apply(t, typeName, before, arguments)
	if len(reported) > 0 {
		t.Fatal(summaries(reported))
	}
	return after
}

// applyPlan applies a plan.
func (p protocol) applyPlan(
	t *testing.T, typeName string, before written, planned *tfprotov6.PlanResourceChangeResponse, arguments map[string]any,
) (written, []*tfprotov6.Diagnostic) {
	t.Helper()
	applied, err := p.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: p.prior(t, typeName, before), PlannedState: planned.PlannedState,
		PlannedIdentity: planned.PlannedIdentity,
		PlannedPrivate:  planned.PlannedPrivate,
		Config:          p.config(t, typeName, arguments),
	})
	if err != nil {
		t.Fatal(err)
	}
	return written{state: applied.NewState, identity: applied.NewIdentity, private: applied.Private}, applied.Diagnostics
}

// prior returns the state of an object, which may be null.
func (p protocol) prior(t *testing.T, typeName string, before written) *tfprotov6.DynamicValue {
	t.Helper()
	if before.state == nil {
		return p.config(t, typeName, nil)
	}
	return before.state
}

// config encodes a configuration, which may be null.
func (p protocol) config(t *testing.T, typeName string, arguments map[string]any) *tfprotov6.DynamicValue {
	t.Helper()
	schema := p.schemas.ResourceSchemas[typeName]
	if arguments != nil {
		return dynamic(t, schema, arguments)
	}
	none, err := tfprotov6.NewDynamicValue(schema.ValueType(), tftypes.NewValue(schema.ValueType(), nil))
	if err != nil {
		t.Fatal(err)
	}
	return &none
}

// read reads an object again.
func (p protocol) read(t *testing.T, typeName string, before written) (written, []*tfprotov6.Diagnostic) {
	t.Helper()
	return p.readLogged(t, io.Discard, typeName, before)
}

// readLogged also writes the provider's log.
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

// summaries returns the severities and summaries of diagnostics.
func summaries(diagnostics []*tfprotov6.Diagnostic) (reported []string) {
	for _, diagnostic := range diagnostics {
		reported = append(reported, fmt.Sprint(diagnostic.Severity, " ", diagnostic.Summary))
	}
	return reported
}

// dynamic encodes a configuration; omitted attributes are null. The value of a
// dynamic attribute is a tftypes.Value.
func dynamic(tb testing.TB, schema *tfprotov6.Schema, arguments map[string]any) *tfprotov6.DynamicValue {
	tb.Helper()
	kind, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		tb.Fatal("the schema is not an object")
	}
	values := map[string]tftypes.Value{}
	for name, attribute := range kind.AttributeTypes {
		value, ready := arguments[name].(tftypes.Value)
		if !ready {
			value = tftypes.NewValue(attribute, arguments[name])
		}
		values[name] = value
	}
	value, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, values))
	if err != nil {
		tb.Fatal(err)
	}
	return &value
}
