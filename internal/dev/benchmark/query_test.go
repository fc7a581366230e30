//go:build linux

package benchmark

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
)

// newest is the Terraform that make builds from tools/terraform.
const newest = "../../../.bin/terraform-latest"

// query is the configuration for terraform query.
const query = `
list "cloudflare_image" "many" {
  provider = cloudflare
  limit    = %d
  config {
    creator = "many"
  }
}
`

// BenchmarkQuery measures the import of an account with 5,000 images, step by
// step, with the Terraform in use or, if that has no list resources, with the
// newest one.
func BenchmarkQuery(b *testing.B) {
	const images = 5000
	rig := newRig(b)
	if !rig.lists(b) {
		if rig.engine, _ = filepath.Abs(newest); !rig.lists(b) {
			fmt.Println(
				"BenchmarkQuery: NOT MEASURED: no Terraform here has list resources; make engine ENGINE=terraform-latest builds one",
			)
			return
		}
	}
	place := rig.prepare(b, row{latency: latency, settings: prefetch, images: images})
	place.write(b, "all.tfquery.hcl", fmt.Sprintf(query, images))
	for _, step := range []struct {
		name, want string
		args       []string
	}{
		{name: "list", want: "many/4999", args: []string{"query"}},
		{name: "generate", want: "many/4999", args: []string{"query", "-generate-config-out=generated.tf"}},
		{name: "plan of imports", want: "Plan: 5000 to import, 0 to add, 0 to change, 0 to destroy.", args: []string{"plan"}},
		{name: "apply", want: "Apply complete! Resources: 5000 imported, 0 added, 0 changed, 0 destroyed.", args: []string{"apply", "-auto-approve"}},
		{name: "plan", want: "No changes.", args: []string{"plan"}},
	} {
		b.Run(step.name, func(b *testing.B) {
			for b.Loop() {
				wall, printed := place.measure(b, append(step.args, "-no-color")...)
				if !strings.Contains(printed, step.want) {
					b.Fatalf("no %q in:\n%.10000s", step.want, printed)
				}
				b.ReportMetric(float64(wall), "ns/op")
			}
		})
	}
}

// lists reports whether this Terraform exists and supports list resources.
func (r rig) lists(b *testing.B) bool {
	b.Helper()
	if _, err := os.Stat(r.engine); err != nil {
		return false
	}
	version, err := engine.Identify(b.Context(), r.engine)
	if err != nil {
		b.Fatal(err)
	}
	return version.Has(engine.ListResources)
}
