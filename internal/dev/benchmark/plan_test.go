//go:build linux

// Package benchmark measures real Terraform, or OpenTofu, with the provider
// against the fake API, and with a provider that does nothing.
package benchmark

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine/enginetest"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

// latency is the latency of the fake API in the rows that set one. The row with
// a quota sets a tenth of it.
const latency = 100 * time.Millisecond

// row is a plan to measure, or an apply.
type row struct {
	name          string
	idle          bool          // with the provider that does nothing
	latency       time.Duration // of the fake API
	configuration string        // none to export the schema only
	settings      string        // in the provider block
	images        int           // number of stored images; 0 for 1000
	quota         int           // requests in a window of 10 s; 0 for no limit
	unreachable   bool          // nobody listens, and the plan fails
	apply         bool          // instead of a plan
	unchanged     bool          // the images of unchanged exist and are in the state before the measurement
	hashed        bool          // runs sha256sum on all images instead of Terraform

	// The baseline for the metric "times", computed from the times of earlier rows.
	baseline func(walls) time.Duration
}

// walls are the times of the rows in one round, by name.
type walls map[string]time.Duration

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
	{name: "1000 blocks/connections refused", configuration: blocks(1000), unreachable: true},
	{name: "1000 images by cloudflare_images", latency: latency, configuration: listing},
	{name: "100000 images by cloudflare_images", configuration: listing, images: 100_000},
	{
		name:          "2000 blocks/1200 requests in 10 s",
		latency:       latency / 10,
		configuration: blocks(2000),
		images:        2000,
		quota:         1200,
	},

	{name: "apply of 200 images/do-nothing provider", idle: true, apply: true, configuration: newImages(200)},
	{
		name:          "apply of 200 images",
		latency:       latency,
		apply:         true,
		configuration: newImages(200),
		baseline: func(took walls) time.Duration {
			return took["apply of 200 images/do-nothing provider"] + 200/10*latency
		},
	},
	{name: "1000 new images/sha256sum", hashed: true},
	{name: "1000 new images/do-nothing provider", idle: true, configuration: newImages(1000)},
	{
		name:          "1000 new images",
		latency:       latency,
		configuration: newImages(1000),
		baseline: func(took walls) time.Duration {
			return took["1000 new images/sha256sum"] + took["1000 new images/do-nothing provider"]
		},
	},
	{name: "1000 unchanged images/do-nothing provider", idle: true, unchanged: true, configuration: unchanged},
	{
		name: "1000 unchanged images/prefetched", latency: latency, unchanged: true, configuration: unchanged, settings: prefetch,
		baseline: func(took walls) time.Duration { return took["1000 unchanged images/do-nothing provider"] },
	},
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

func newImages(n int) string {
	return fmt.Sprintf(`
resource "cloudflare_image" "new" {
  count  = %d
  id     = format("new/%%04d", count.index)
  source = format("files/%%04d.png", count.index)
}
`, n)
}

const unchanged = `
resource "cloudflare_image" "many" {
  count   = 1000
  id      = format("many/%04d", count.index)
  creator = "many"
  source  = "small.png"
}
`

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

// stored is the response for an image with the creator many.
const stored = `{"result":{"id":"many/%04[1]d","filename":"image-%04[1]d.png","creator":"many","meta":{"alt":"An image"},` +
	`"requireSignedURLs":false,"uploaded":"2025-01-01T00:00:00.000Z","variants":[` +
	`"https://imagedelivery.net/hash/many/%04[1]d/public","https://imagedelivery.net/hash/many/%04[1]d/hero",` +
	`"https://imagedelivery.net/hash/many/%04[1]d/thumbnail"]},"success":true,"errors":[],"messages":[]}`

// BenchmarkPlan reports the metrics of each row: its duration, also as a
// multiple of the first row of the same round or of comparable rows; CPU time
// of Terraform and the provider together, and of the provider process alone,
// with its peak memory; requests, and how many of them got a 429.
func BenchmarkPlan(b *testing.B) {
	rig := newRig(b)
	var base time.Duration
	took := walls{}
	for _, r := range rows {
		b.Run(r.name, func(b *testing.B) {
			var wall time.Duration
			for b.Loop() {
				wall = rig.measure(b, r)
			}
			base, took[r.name] = cmp.Or(base, wall), wall
			b.ReportMetric(float64(wall), "ns/op") // without init and the setup of the fake API
			b.ReportMetric(float64(wall)/float64(base), "ratio")
			if r.baseline != nil {
				b.ReportMetric(float64(wall)/float64(r.baseline(took)), "times")
			}
		})
	}
}

// rig is a mirror with the wrapper, the providers that it can run, and image
// files.
type rig struct {
	engine, cliConfig string
	binaries          map[bool]string // false: the provider; true: the one that does nothing
	files             string          // a folder
}

func newRig(b *testing.B) rig {
	b.Helper()
	dir := b.TempDir()
	path, _ := enginetest.Find(b)
	cliConfig, err := engine.Build(b.Context(), dir, "./internal/dev/benchmark/wrapper", provider.Addresses())
	if err != nil {
		b.Fatal(err)
	}
	binaries := map[bool]string{false: filepath.Join(dir, "provider"), true: filepath.Join(dir, "idle")}
	for idle, source := range map[bool]string{false: "../../..", true: "./idle"} {
		build := exec.CommandContext(
			b.Context(),
			"go",
			"build",
			"-trimpath",
			"-ldflags",
			"-s -w",
			"-o",
			binaries[idle],
			source,
		)
		if printed, err := build.CombinedOutput(); err != nil {
			b.Fatalf("build %s: %v\n%s", source, err, printed)
		}
	}
	return rig{engine: path, cliConfig: cliConfig, binaries: binaries, files: filepath.Join(dir, "files")}
}

// measure runs a row once, reports its metrics, and returns its duration.
func (r rig) measure(b *testing.B, row row) (wall time.Duration) {
	b.Helper()
	if row.hashed {
		return r.hash(b)
	}
	command := []string{"plan", "-no-color"}
	switch {
	case row.configuration == "":
		command = []string{"providers", "schema", "-json"}
	case row.apply:
		command = []string{"apply", "-no-color", "-auto-approve"}
	}
	wall, printed := r.prepare(b, row).measure(b, command...)
	if row.unchanged && !strings.Contains(printed, "No changes.") {
		b.Fatal(printed)
	}
	return wall
}

// place is a working directory of Terraform, and the account behind it.
type place struct {
	*engine.Workspace

	fake        *fakeapi.Server
	usage       string // the file that the wrapper writes
	unreachable bool
}

// prepare does everything that isn't measured: it sets up the account and the
// working directory.
func (r rig) prepare(b *testing.B, row row) place {
	b.Helper()
	fake := fakeapi.New()
	for i := range cmp.Or(row.images, 1000) {
		fake.AddImage(fmt.Sprintf(stored, i))
	}
	if row.quota > 0 {
		fake.Limit(row.quota, 10*time.Second)
	}
	server := httptest.NewServer(fake)
	b.Cleanup(server.Close)
	if row.unreachable {
		server.Close()
	}
	dir := b.TempDir()
	usage := filepath.Join(dir, "usage.json")
	workspace := &engine.Workspace{Engine: r.engine, Dir: dir, CLIConfig: r.cliConfig, Env: []string{
		"CLOUDFLARE_API_TOKEN=" + fakeapi.Token, "CLOUDFLARE_ACCOUNT_ID=" + fakeapi.AccountID,
		"CLOUDFLARE_BASE_URL=" + server.URL + fakeapi.BasePath,
		"BENCHMARK_PROVIDER=" + r.binaries[row.idle], "BENCHMARK_USAGE=" + usage,
	}}
	place := place{Workspace: workspace, fake: fake, usage: usage, unreachable: row.unreachable}
	place.write(b, "main.tf", fmt.Sprintf(requirements, provider.Source, row.settings)+row.configuration)
	if strings.Contains(row.configuration, "files/") {
		r.drawImages(b, dir)
	}
	place.run(b, "init", "-no-color")
	if row.unchanged {
		draw(b, filepath.Join(dir, "small.png"), 8)
		place.write(b, "terraform.tfstate", madeState(b, filepath.Join(dir, "small.png")))
		place.run(b, "apply", "-no-color", "-auto-approve", "-refresh-only")
	}
	fake.Delay(row.latency)
	return place
}

// madeState returns the part of a state that is needed to refresh the images of
// unchanged: creating them would rewrite the state file for each.
func madeState(b *testing.B, file string) string {
	b.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	instances := make([]string, 1000)
	for i := range instances {
		instances[i] = fmt.Sprintf(`{"index_key":%d,"schema_version":1000,"attributes":{"id":"many/%04[1]d","account_id":%q,`+
			`"creator":"many","source":"small.png","sha256":"%x","meta":{"alt":"An image"},"meta_json":"{\"alt\":\"An image\"}"}}`,
			i, fakeapi.AccountID, sha256.Sum256(content))
	}
	return fmt.Sprintf(
		`{"version":4,"terraform_version":"1.0.0","serial":1,"lineage":"benchmark","resources":[{"mode":"managed",`+
			`"type":"cloudflare_image","name":"many","provider":"provider[\"%s\"]","instances":[%s]}]}`,
		provider.Addresses()[0],
		strings.Join(instances, ","),
	)
}

func (p place) write(b *testing.B, name, text string) {
	b.Helper()
	if err := os.WriteFile(filepath.Join(p.Dir, name), []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

func (p place) run(b *testing.B, args ...string) {
	b.Helper()
	if _, err := p.RunAll(b.Context(), args); err != nil {
		b.Fatal(err)
	}
}

// measure runs Terraform, reports the resources it used, and returns its
// duration and output.
func (p place) measure(b *testing.B, args ...string) (wall time.Duration, output string) {
	b.Helper()
	before := len(p.fake.Requests())
	begin := time.Now()
	run := p.Command(b.Context(), args...)
	printed, err := run.CombinedOutput()
	if (err != nil) != p.unreachable {
		b.Fatalf("%v:\n%s", err, printed)
	}
	wall = time.Since(begin)
	b.ReportMetric((run.ProcessState.UserTime() + run.ProcessState.SystemTime()).Seconds(), "all-cpu-s")
	reportUsage(b, p.usage)
	requests, throttled := p.fake.Requests()[before:], 0
	for _, request := range requests {
		if request.Status == 429 {
			throttled++
		}
	}
	b.ReportMetric(float64(len(requests)), "requests")
	b.ReportMetric(float64(throttled), "429s")
	return wall, string(printed)
}

// reportUsage reports the resource usage that the wrapper has written.
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
