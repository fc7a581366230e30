package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// comparingServer fails the test if a response that bypasses the framework
// differs from the framework's. Nearly all tests that apply configurations use it.
type comparingServer struct {
	server

	tb testing.TB
}

func (s comparingServer) UpgradeResourceState(
	ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	got, err := s.server.UpgradeResourceState(ctx, req)
	want, wantErr := s.frameworkServer.UpgradeResourceState(ctx, req)
	if diff := cmp.Diff(responseOf(want, wantErr), responseOf(got, err)); diff != "" {
		s.tb.Errorf("UpgradeResourceState of %s (-framework +got):\n%s", req.TypeName, diff)
	}
	s.assertSameValue(req.TypeName, got.UpgradedState, want.UpgradedState)
	return got, err
}

func (s comparingServer) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	if req.TypeName != "cloudflare_image" || !s.isUnchangedImage(ctx, req) {
		return s.server.PlanResourceChange(ctx, req)
	}
	got, err := s.server.PlanResourceChange(ctx, req)
	want, wantErr := s.frameworkServer.PlanResourceChange(ctx, req)
	if diff := cmp.Diff(responseOf(want, wantErr), responseOf(got, err)); diff != "" {
		s.tb.Errorf("PlanResourceChange of %s (-framework +got):\n%s", req.TypeName, diff)
	}
	s.assertSameValue(req.TypeName, got.PlannedState, want.PlannedState)
	return got, err
}

// assertSameValue compares two states of a resource.
func (s comparingServer) assertSameValue(typeName string, got, want *tfprotov6.DynamicValue) {
	s.tb.Helper()
	schemas, err := s.schemas()
	if err != nil {
		s.tb.Fatal(err)
	}
	of := schemas.ResourceSchemas[typeName].ValueType()
	if got == nil || want == nil {
		if got != want {
			s.tb.Errorf("%s: got the state %v, want %v", typeName, got, want)
		}
		return
	}
	gotValue, gotErr := got.Unmarshal(of)
	wantValue, wantErr := want.Unmarshal(of)
	if gotErr != nil || wantErr != nil || !gotValue.Equal(wantValue) {
		s.tb.Errorf("%s: got the state %s, want %s (%v, %v)", typeName, gotValue, wantValue, gotErr, wantErr)
	}
}

// envelope is all of a response but its state.
type envelope struct {
	Diagnostics, Replace []string
	Private              map[string]string
	Identity             string
	Err                  error
}

// responseOf returns all of a response but its state. An identity may be null or
// missing.
func responseOf(response any, err error) envelope {
	c := envelope{Err: err}
	var private []byte
	var diagnostics []*tfprotov6.Diagnostic
	var identity *tfprotov6.ResourceIdentityData
	switch response := response.(type) {
	case *tfprotov6.UpgradeResourceStateResponse:
		diagnostics = response.Diagnostics
	case *tfprotov6.ReadResourceResponse:
		diagnostics, private, identity = response.Diagnostics, response.Private, response.NewIdentity
	case *tfprotov6.PlanResourceChangeResponse:
		diagnostics, private, identity = response.Diagnostics, response.PlannedPrivate, response.PlannedIdentity
		for _, path := range response.RequiresReplace {
			c.Replace = append(c.Replace, path.String())
		}
	}
	for _, d := range diagnostics {
		c.Diagnostics = append(c.Diagnostics, fmt.Sprintf("%s %s %s: %s", d.Severity, d.Attribute, d.Summary, d.Detail))
	}
	values := map[string][]byte{}
	if len(private) > 0 && json.Unmarshal(private, &values) != nil {
		c.Identity = "malformed private state: " + string(private)
	}
	for key, value := range values {
		if c.Private == nil {
			c.Private = map[string]string{}
		}
		c.Private[key] = string(value)
	}
	of := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"account_id": tftypes.String, "image_id": tftypes.String}}
	if identity != nil {
		if value, err := identity.IdentityData.Unmarshal(of); err == nil && !value.IsNull() {
			c.Identity = value.String()
		}
	}
	return c
}

// Reads of resources, which bypass the framework with their state, return what
// the framework returns.
func TestServerReadsResourcesAsTheFramework(t *testing.T) {
	t.Parallel()
	image := func(more map[string]any) map[string]any {
		state := map[string]any{
			"id": "brand/logo", "account_id": fakeapi.AccountID, "uploaded": "2026-03-02T08:15:30Z", "draft": false,
			"require_signed_urls": false,
		}
		maps.Copy(state, more)
		return state
	}
	tests := map[string]struct {
		typeName string
		state    map[string]any
		prepare  func(*fakeapi.Server)
	}{
		"image":               {typeName: "cloudflare_image", state: image(nil)},
		"image, with content": {typeName: "cloudflare_image", state: image(map[string]any{"source": "a.png", "sha256": "x", "width": 1})},
		"image, other metadata": {
			typeName: "cloudflare_image", state: image(map[string]any{"metadata": `{"a":1}`, "meta_json": `{"a":1}`}),
		},
		"image, metadata in another order": {
			typeName: "cloudflare_image", state: image(map[string]any{"metadata": `{"b": 2, "a": 1}`}),
			prepare: func(s *fakeapi.Server) { s.SetMetadata("brand/logo", `{"a":1,"b":2}`) },
		},
		"image, private": {typeName: "cloudflare_image", state: image(map[string]any{"require_signed_urls": true})},
		"image, replaced": {
			typeName: "cloudflare_image", state: image(map[string]any{"uploaded": "2020-03-02T08:15:30Z", "sha256": "x"}),
		},
		"image, migrated": {typeName: "cloudflare_image", state: map[string]any{"id": "brand/logo", "account_id": fakeapi.AccountID}},
		"image, missing":  {typeName: "cloudflare_image", state: image(map[string]any{"id": "none"})},
		"image, error": {
			typeName: "cloudflare_image", state: image(nil),
			prepare: func(s *fakeapi.Server) { s.FailMethod(http.MethodGet, "brand/logo", -1, forbidden) },
		},
		"variant":          {typeName: "cloudflare_image_variant", state: map[string]any{"id": "hero", "account_id": fakeapi.AccountID}},
		"variant, missing": {typeName: "cloudflare_image_variant", state: map[string]any{"id": "none", "account_id": fakeapi.AccountID}},
		"key": {
			typeName: "cloudflare_image_signing_key", state: map[string]any{"name": "default", "account_id": fakeapi.AccountID},
		},
		"key, missing": {
			typeName: "cloudflare_image_signing_key", state: map[string]any{"name": "none", "account_id": fakeapi.AccountID},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			if test.prepare != nil {
				test.prepare(r.Server)
			}
			ours := comparingServer{newServer(newWithEnvironment("test", environment(r.variables))).(server), t}
			schemas := configuredServer(t, ours, nil)
			req := &tfprotov6.ReadResourceRequest{
				TypeName: test.typeName, CurrentState: dynamic(t, schemas.ResourceSchemas[test.typeName], test.state),
			}
			got, err := ours.ReadResource(t.Context(), req)
			want, wantErr := ours.frameworkServer.ReadResource(t.Context(), req)
			if diff := cmp.Diff(responseOf(want, wantErr), responseOf(got, err)); diff != "" {
				t.Errorf("response (-framework +got):\n%s", diff)
			}
			ours.assertSameValue(test.typeName, got.NewState, want.NewState)
		})
	}
}

// readState returns the state of an image after a refresh.
func readState(t *testing.T, of map[string]any) map[string]any {
	t.Helper()
	r := newTestEnv(t)
	stored := map[string]any{"id": "brand/logo", "account_id": fakeapi.AccountID}
	maps.Copy(stored, of)
	stored["account_id"] = fakeapi.AccountID
	r.AddImage(fmt.Sprintf(`{"result":{"id":%q,"uploaded":"2026-03-02T08:15:30Z","requireSignedURLs":%t,`+
		`"variants":["https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/%[1]s/public"]},"success":true}`,
		stored["id"], stored["require_signed_urls"] == true))
	ours := newProtocol(t, r)
	state := ours.config(t, "cloudflare_image", stored)
	refreshed, reported := ours.read(t, "cloudflare_image", written{state: state})
	if len(reported) > 0 {
		t.Fatal(summaries(reported))
	}
	attributes := map[string]any{}
	for name, value := range ours.attributes(t, "cloudflare_image", refreshed.state) {
		attributes[name] = value
	}
	return attributes
}

// Plans of images for which Terraform proposes no change equal the framework's,
// whether they bypass it or not.
func TestServerPlansUnchangedImages(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "a.png")
	put(t, file, pngOf(8))
	const generated = "2cdc28f0-017a-49c4-9ed7-87056c83901f"
	tests := map[string]struct {
		state     map[string]any // in addition to ID and account
		config    []string       // attributes of the state that are configured
		private   string         // with the time of now
		variables map[string]string
		bypasses  bool
	}{
		"unchanged":        {state: map[string]any{"source": file, "sha256": hashed(pngOf(8))}, config: []string{"id", "source"}, bypasses: true},
		"without content":  {config: []string{"id"}, bypasses: true},
		"from a URL":       {state: map[string]any{"url": "https://example.com/a.png"}, config: []string{"id", "url"}, bypasses: true},
		"with all known":   {config: []string{"id", "account_id", "require_signed_urls"}, bypasses: true},
		"generated ID":     {state: map[string]any{"id": generated}, bypasses: true},
		"other content":    {state: map[string]any{"source": file, "sha256": strings.Repeat("0", 64)}, config: []string{"id", "source"}},
		"replaced content": {state: map[string]any{"source": file, "sha256": ""}, config: []string{"id", "source"}},
		"missing file":     {state: map[string]any{"source": "none.png", "sha256": hashed(pngOf(8))}, config: []string{"id", "source"}},
		"private by default": {
			state: map[string]any{"id": generated, "require_signed_urls": true},
		},
		"private": {
			state: map[string]any{"id": generated, "require_signed_urls": true}, config: []string{"require_signed_urls"}, bypasses: true,
		},
		"private with a custom ID": {
			state: map[string]any{"require_signed_urls": true}, config: []string{"id", "require_signed_urls"},
		},
		"of another account": {state: map[string]any{"account_id": strings.Repeat("a", 32)}, config: []string{"id"}},
		"of another configured account": {
			state: map[string]any{"account_id": strings.Repeat("a", 32)}, config: []string{"id", "account_id"}, bypasses: true,
		},
		"without an account": {config: []string{"id"}, variables: map[string]string{"CLOUDFLARE_ACCOUNT_ID": ""}},
		"without a token":    {config: []string{"id"}, variables: map[string]string{"CLOUDFLARE_API_TOKEN": ""}},
		"perhaps deleted": {
			config: []string{"id"}, private: `[{"at":%q,"deleted":true}]`,
		},
		"created before": {
			config: []string{"id"}, private: `[{"at":%q}]`, bypasses: true,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			maps.Copy(r.variables, test.variables)
			ours := newServer(newWithEnvironment("test", environment(r.variables))).(server)
			schema := configuredServer(t, ours, nil).ResourceSchemas["cloudflare_image"]
			state := readState(t, test.state)
			maps.Copy(state, test.state)
			config := map[string]any{}
			for _, attribute := range test.config {
				config[attribute] = state[attribute]
			}
			prior := dynamic(t, schema, state)
			req := &tfprotov6.PlanResourceChangeRequest{
				TypeName: "cloudflare_image", Config: dynamic(t, schema, config), PriorState: prior, ProposedNewState: prior,
			}
			if test.private != "" {
				private := fmt.Appendf(nil, test.private, time.Now().Format(time.RFC3339))
				req.PriorPrivate, _ = json.Marshal(privateMap{recentWritesKey: private}) // always succeeds
			}
			if bypasses := ours.isUnchangedImage(t.Context(), req); bypasses != test.bypasses {
				t.Errorf("bypasses the framework: got %t, want %t", bypasses, test.bypasses)
			}
			want, wantErr := ours.frameworkServer.PlanResourceChange(t.Context(), req)
			if test.bypasses {
				got, err := ours.PlanResourceChange(t.Context(), req)
				if diff := cmp.Diff(responseOf(want, wantErr), responseOf(got, err)); diff != "" {
					t.Errorf("response (-framework +got):\n%s", diff)
				}
				comparingServer{ours, t}.assertSameValue("cloudflare_image", got.PlannedState, want.PlannedState)
				return
			}
			isUnchanged := bytes.Equal(want.PlannedState.MsgPack, prior.MsgPack)
			if isUnchanged && len(want.Diagnostics) == 0 && len(want.RequiresReplace) == 0 {
				t.Error("the framework plans no change either")
			}
		})
	}
}

// A state with an attribute that the schema doesn't have, written by a later
// version of the provider, is read.
func TestServerUnknownAttributeInState(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.cli(t, requiredProviders+"resource \"cloudflare_image_variant\" \"card\" {\n  id      = \"card\"\n  options = { width = 100 }\n}\n")
	c.want(0, "apply", "-auto-approve")
	state := c.state()
	later := regexp.MustCompile(`"attributes": ?\{`).ReplaceAllString(state, `${0}"later":"x",`)
	if later == state {
		t.Fatalf("the state has no attributes:\n%s", state)
	}
	c.write("terraform.tfstate", later)
	c.want(0, "plan", "-detailed-exitcode")
}
