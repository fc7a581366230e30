package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// benchmarkRead measures reads of a data source over the plugin protocol and
// loopback.
func benchmarkRead(b *testing.B, typeName string, arguments map[string]any) {
	b.Helper()
	r := newTestEnv(b)
	for i := range 1000 {
		r.AddImage(fmt.Sprintf(
			`{"result":{"id":"many/%04d","creator":"many","meta":{"alt":"A picture"},"uploaded":"2030-01-01T00:00:00.000Z",`+
				`"variants":["https://imagedelivery.net/hash/many/%04d/public","https://imagedelivery.net/hash/many/%04d/hero"]},"success":true}`,
			i, i, i,
		))
	}
	server := newServer(newWithEnvironment("test", environment(r.variables)))
	config := configuredWith(b, server, typeName, arguments)
	b.ReportAllocs()
	for b.Loop() {
		read, err := server.ReadDataSource(b.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
		if err != nil || len(read.Diagnostics) > 0 {
			b.Fatal(err, read.Diagnostics)
		}
	}
}

func BenchmarkReadImage(b *testing.B) {
	benchmarkRead(b, "cloudflare_image", map[string]any{"image_id": "many/0001"})
}

func BenchmarkReadThousandImages(b *testing.B) {
	benchmarkRead(b, "cloudflare_images", map[string]any{"creator": "many"})
}

// BenchmarkPlanUnchangedImage measures each call by which Terraform plans an
// unchanged image.
func BenchmarkPlanUnchangedImage(b *testing.B) {
	const image = "cloudflare_image"
	r := newTestEnv(b)
	r.AddImage(`{"result":{"id":"many/0001","filename":"small.png","creator":"many","meta":{"alt":"An image"},` +
		`"uploaded":"2025-01-01T00:00:00.000Z","variants":["https://imagedelivery.net/hash/many/0001/public",` +
		`"https://imagedelivery.net/hash/many/0001/hero"]},"success":true}`)
	file := filepath.Join(b.TempDir(), "small.png")
	if err := os.WriteFile(file, pngOf(8), 0o600); err != nil {
		b.Fatal(err)
	}
	server := newServer(newWithEnvironment("test", environment(r.variables)))
	schemas := configuredServer(b, server, nil)
	arguments := map[string]any{"id": "many/0001", "creator": "many", "source": file, "metadata": `{"alt":"An image"}`}
	config := dynamic(b, schemas.ResourceSchemas[image], arguments)
	raw := &tfprotov6.RawState{JSON: fmt.Appendf(nil, `{"id":"many/0001","account_id":%q,"creator":"many","source":%q,`+
		`"metadata":"{\"alt\":\"An image\"}","meta_json":"{\"alt\":\"An image\"}","meta":{"alt":"An image"},"sha256":%q}`,
		fakeapi.AccountID, file, hashed(pngOf(8)))}

	upgrade := &tfprotov6.UpgradeResourceStateRequest{TypeName: image, Version: schemaVersion, RawState: raw}
	upgraded, err := server.UpgradeResourceState(b.Context(), upgrade)
	assertSuccess(b, err, upgraded.Diagnostics)
	read := &tfprotov6.ReadResourceRequest{TypeName: image, CurrentState: upgraded.UpgradedState}
	refreshed, err := server.ReadResource(b.Context(), read)
	assertSuccess(b, err, refreshed.Diagnostics)
	read.CurrentState, read.CurrentIdentity = refreshed.NewState, refreshed.NewIdentity
	validate := &tfprotov6.ValidateResourceConfigRequest{TypeName: image, Config: config}
	plan := &tfprotov6.PlanResourceChangeRequest{
		TypeName: image, Config: config, PriorState: refreshed.NewState, ProposedNewState: refreshed.NewState,
		PriorIdentity: refreshed.NewIdentity, PriorPrivate: refreshed.Private,
	}
	for name, call := range map[string]func() ([]*tfprotov6.Diagnostic, error){
		"upgrade": func() ([]*tfprotov6.Diagnostic, error) {
			resp, err := server.UpgradeResourceState(b.Context(), upgrade)
			return resp.Diagnostics, err
		},
		"read": func() ([]*tfprotov6.Diagnostic, error) {
			resp, err := server.ReadResource(b.Context(), read)
			return resp.Diagnostics, err
		},
		"validate": func() ([]*tfprotov6.Diagnostic, error) {
			resp, err := server.ValidateResourceConfig(b.Context(), validate)
			return resp.Diagnostics, err
		},
		"plan": func() ([]*tfprotov6.Diagnostic, error) {
			resp, err := server.PlanResourceChange(b.Context(), plan)
			return resp.Diagnostics, err
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				diags, err := call()
				assertSuccess(b, err, diags)
			}
		})
	}
}

// assertSuccess fails the benchmark if a call failed.
func assertSuccess(b *testing.B, err error, diags []*tfprotov6.Diagnostic) {
	b.Helper()
	if err != nil || len(diags) > 0 {
		b.Fatal(err, diags)
	}
}
