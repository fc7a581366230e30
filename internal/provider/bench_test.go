package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// benchmarkRead measures reads of a data source over the plugin protocol and
// loopback.
func benchmarkRead(b *testing.B, typeName string, arguments map[string]any) {
	b.Helper()
	r := newTestEnv(b)
	for i := range 1000 {
		r.Store(fmt.Sprintf(
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

// BenchmarkPlanUnchangedImage measures what Terraform calls to plan an
// unchanged image: a read and a plan without changes.
func BenchmarkPlanUnchangedImage(b *testing.B) {
	const image = "cloudflare_image"
	r := newTestEnv(b)
	r.Store(`{"result":{"id":"many/0001","creator":"many","uploaded":"2025-01-01T00:00:00.000Z",` +
		`"variants":["https://imagedelivery.net/hash/many/0001/public","https://imagedelivery.net/hash/many/0001/hero"]},"success":true}`)
	server := newServer(newWithEnvironment("test", environment(r.variables)))
	schemas := configuredServer(b, server)
	config := dynamic(b, schemas.ResourceSchemas[image], map[string]any{"id": "many/0001", "creator": "many"})
	state := dynamic(b, schemas.ResourceSchemas[image], map[string]any{
		"id": "many/0001", "creator": "many", "account_id": r.variables["CLOUDFLARE_ACCOUNT_ID"],
	})
	b.ReportAllocs()
	for b.Loop() {
		read, err := server.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{TypeName: image, CurrentState: state})
		if err != nil || len(read.Diagnostics) > 0 {
			b.Fatal(err, read)
		}
		planned, err := server.PlanResourceChange(b.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName:         image,
			PriorState:       read.NewState,
			ProposedNewState: read.NewState,
			Config:           config,
			PriorIdentity:    read.NewIdentity,
		})
		if err != nil || len(planned.Diagnostics) > 0 || len(planned.RequiresReplace) > 0 {
			b.Fatal(err, planned)
		}
	}
}
