//go:build linux

// Package benchmark measures real Terraform, or OpenTofu, with the provider
// against the stand-in, and with a provider that does nothing.
package benchmark

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

// latency is that of the stand-in in the rows that have one, but the last.
const latency = 100 * time.Millisecond

// row is a plan to measure.
type row struct {
	name          string
	idle          bool          // with the provider that does nothing
	latency       time.Duration // of the stand-in
	configuration string        // none to export the schema only
	settings      string        // in the provider block
	images        int           // that are stored; 0 for 1000
	quota         int           // requests in a window of 10 s; 0 for no limit
	refused       bool          // nobody listens, and the plan fails
}

// rows begin with the plan that the others are compared to.
var rows = []row{
	{name: "1 block", latency: latency, configuration: blocks(1)},
	{name: "1 block/no latency", configuration: blocks(1)},
	{name: "1 block/do-nothing provider", idle: true, configuration: blocks(1)},
	{name: "start-up"},
	{name: "start-up/do-nothing provider", idle: true},
	{name: "100 blocks", latency: latency, configuration: blocks(100)},
	{name: "100 blocks/prefetched", latency: latency, configuration: blocks(100), settings: prefetch},
	{name: "1000 blocks", latency: latency, configuration: blocks(1000)},
	{name: "1000 blocks/no latency", configuration: blocks(1000)},
	{name: "1000 blocks/prefetched", latency: latency, configuration: blocks(1000), settings: prefetch},
	{name: "1000 blocks/do-nothing provider", idle: true, configuration: blocks(1000)},
	{name: "1000 blocks/connections refused", configuration: blocks(1000), refused: true},
	{name: "1000 images by cloudflare_images", latency: latency, configuration: listing},
	{name: "100000 images by cloudflare_images", configuration: listing, images: 100_000},
	{name: "2000 blocks/1200 requests in 10 s", latency: latency / 10, configuration: blocks(2000), images: 2000, quota: 1200},
}

const prefetch = "prefetch_images = true"

const listing = `
data "cloudflare_images" "all" {
  creator = "many"
}
output "n" {
  value = length([for image in data.cloudflare_images.all.images : image.variant_urls["public"]])
}
`

func blocks(n int) string {
	return fmt.Sprintf(`
data "cloudflare_image" "many" {
  count    = %d
  image_id = format("many/%%04d", count.index)
}
output "n" {
  value = length([for image in data.cloudflare_image.many : image.variant_urls["public"]])
}
`, n)
}

// requirements begin every configuration, with the settings of the provider.
const requirements = `
terraform {
  required_providers {
    cloudflare = { source = %q }
  }
}
provider "cloudflare" {
  %s
}
`

// stored is the answer of an image with the creator many.
const stored = `{"result":{"id":"many/%04[1]d","filename":"picture-%04[1]d.png","creator":"many","meta":{"alt":"A picture"},` +
	`"requireSignedURLs":false,"uploaded":"2030-01-01T00:00:00.000Z","variants":[` +
	`"https://imagedelivery.net/hash/many/%04[1]d/public","https://imagedelivery.net/hash/many/%04[1]d/hero",` +
	`"https://imagedelivery.net/hash/many/%04[1]d/thumbnail"]},"success":true,"errors":[],"messages":[]}`

// What the table says of a plan: how long it took, and as a multiple of the
// first row, in the same turn; CPU time of the engine and the provider together,
// and of the provider's process alone, with its peak memory; requests, and how many of them were answered with 429.
func BenchmarkPlan(b *testing.B) {
	rig := newRig(b)
	var base time.Duration
	for _, r := range rows {
		b.Run(r.name, func(b *testing.B) {
			var wall time.Duration
			for b.Loop() {
				wall = rig.measure(b, r)
			}
			base = cmp.Or(base, wall)
			b.ReportMetric(float64(wall), "ns/op") // without init and the stand-in's making
			b.ReportMetric(float64(wall)/float64(base), "ratio")
		})
	}
}

// rig holds a mirror with the wrapper, and the providers that it can run.
type rig struct {
	engine, cliConfig string
	binaries          map[bool]string // the provider, and the idle one
}

func newRig(b *testing.B) rig {
	b.Helper()
	dir := b.TempDir()
	path, err := engine.Find()
	if err != nil {
		b.Fatal(err)
	}
	cliConfig, err := engine.Build(b.Context(), dir, "./internal/dev/benchmark/wrapper", provider.Addresses())
	if err != nil {
		b.Fatal(err)
	}
	binaries := map[bool]string{false: filepath.Join(dir, "provider"), true: filepath.Join(dir, "idle")}
	for idle, source := range map[bool]string{false: "../../..", true: "./idle"} {
		build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binaries[idle], source)
		if printed, err := build.CombinedOutput(); err != nil {
			b.Fatalf("build %s: %v\n%s", source, err, printed)
		}
	}
	return rig{path, cliConfig, binaries}
}

// measure runs a row once, reports what it took, and returns for how long.
func (r rig) measure(b *testing.B, row row) (wall time.Duration) {
	b.Helper()
	standIn := standin.New()
	for i := range cmp.Or(row.images, 1000) {
		standIn.Store(fmt.Sprintf(stored, i))
	}
	standIn.Delay(row.latency)
	if row.quota > 0 {
		standIn.Limit(row.quota, 10*time.Second)
	}
	server := httptest.NewServer(standIn)
	defer server.Close()
	if row.refused {
		server.Close()
	}
	dir := b.TempDir()
	configuration := fmt.Sprintf(requirements, provider.Source, row.settings) + row.configuration
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(configuration), 0o600); err != nil {
		b.Fatal(err)
	}
	usage := filepath.Join(dir, "usage.json")
	workspace := &engine.Workspace{Engine: r.engine, Dir: dir, CLIConfig: r.cliConfig, Env: []string{
		"CLOUDFLARE_API_TOKEN=" + standin.Token, "CLOUDFLARE_ACCOUNT_ID=" + standin.AccountID,
		"CLOUDFLARE_BASE_URL=" + server.URL + standin.BasePath,
		"BENCHMARK_PROVIDER=" + r.binaries[row.idle], "BENCHMARK_USAGE=" + usage,
	}}
	if _, err := workspace.RunAll(b.Context(), []string{"init", "-no-color"}); err != nil {
		b.Fatal(err)
	}
	command := []string{"plan", "-no-color"}
	if row.configuration == "" {
		command = []string{"providers", "schema", "-json"}
	}
	begin := time.Now()
	run := workspace.Command(b.Context(), command...)
	if printed, err := run.CombinedOutput(); (err != nil) != row.refused {
		b.Fatalf("%v:\n%s", err, printed)
	}
	wall = time.Since(begin)
	b.ReportMetric((run.ProcessState.UserTime() + run.ProcessState.SystemTime()).Seconds(), "all-cpu-s")
	reportUsage(b, usage)
	refused := 0
	for _, request := range standIn.Requests() {
		if request.Status == 429 {
			refused++
		}
	}
	b.ReportMetric(float64(len(standIn.Requests())), "requests")
	b.ReportMetric(float64(refused), "429s")
	return wall
}

// reportUsage reports what the wrapper has noted.
func reportUsage(b *testing.B, file string) {
	b.Helper()
	encoded, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	var took struct {
		CPU    time.Duration
		Memory int64
	}
	if err := json.Unmarshal(encoded, &took); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(took.CPU.Seconds(), "cpu-s")
	b.ReportMetric(float64(took.Memory)/1e6, "peak-MB")
}
