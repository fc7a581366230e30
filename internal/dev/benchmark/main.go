//go:build linux

// Command benchmark measures real Terraform, or OpenTofu, with the provider
// against the stand-in, and with a provider that does nothing, and prints a
// table. All rows are taken in one run, in turns, as these machines are noisy.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

// latency is that of the stand-in in the rows that have one, but the last.
const latency = 100 * time.Millisecond

// rounds is how often each row is measured, and quickRounds how often those
// that take a fraction of a second; the median counts.
const (
	rounds      = 5
	quickRounds = 25
)

// usageFile names the file that the wrapper around a provider writes to.
const usageFile = "BENCHMARK_USAGE"

func main() {
	if path, wrapped := os.LookupEnv(usageFile); wrapped && filepath.Base(os.Args[0]) != "benchmark" { //nolint:forbidigo // how the wrapper is told
		os.Exit(wrap(path))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	err := run(ctx)
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchmark:", err)
		os.Exit(1)
	}
}

// usage is what a provider process took.
type usage struct {
	CPU    time.Duration
	Memory int64 // peak, in bytes
}

// wrap runs the provider that lies beside it, and writes down what it took.
func wrap(path string) int {
	child := exec.Command(os.Args[0]+".real", os.Args[1:]...) //nolint:noctx,gosec // it ends with its parent, and lies beside it
	child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
	_ = child.Run()
	state := child.ProcessState
	if state == nil {
		return 1
	}
	took := usage{CPU: state.UserTime() + state.SystemTime()}
	if resources, ok := state.SysUsage().(*syscall.Rusage); ok {
		took.Memory = resources.Maxrss << 10 // Linux counts in KiB
	}
	encoded, err := json.Marshal(took)
	if err == nil {
		err = os.WriteFile(path, encoded, 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return state.ExitCode()
}

// row is a line of the table.
type row struct {
	name          string
	idle          bool // with the provider that does nothing
	schema        bool // only export the schema
	settings      string
	configuration string
	latency       time.Duration
	quota         int // of the stand-in's limit, in a window of 10 s; 0 for none
	once          bool
	quick         bool
}

// measured is what a row took: medians, but for the answers with 429, of which
// the most in any round counts.
type measured struct {
	wall, cpu         time.Duration
	memory            int64
	requests, refused int
}

func blocks(n int) string {
	return fmt.Sprintf("data \"cloudflare_image\" \"many\" {\n  count    = %d\n  image_id = format(\"many/%%04d\", count.index)\n}\noutput \"n\" {\n  value = length([for image in data.cloudflare_image.many : image.variant_urls[\"public\"]])\n}\n", n)
}

const listing = "data \"cloudflare_images\" \"all\" {\n  creator = \"many\"\n}\noutput \"n\" {\n  value = length([for image in data.cloudflare_images.all.images : image.variant_urls[\"public\"]])\n}\n"

var rows = []row{
	{name: "start-up: `providers schema`, do-nothing provider", idle: true, schema: true, quick: true},
	{name: "start-up: `providers schema`", schema: true, quick: true},
	{name: "1 block, do-nothing provider", idle: true, configuration: blocks(1), quick: true},
	{name: "1 block, no latency", configuration: blocks(1), quick: true},
	{name: "1 block", configuration: blocks(1), latency: latency, quick: true},
	{name: "100 blocks", configuration: blocks(100), latency: latency},
	{name: "100 blocks, prefetched", configuration: blocks(100), latency: latency, settings: "prefetch_images = true"},
	{name: "1000 blocks, do-nothing provider", idle: true, configuration: blocks(1000)},
	{name: "1000 blocks, no latency", configuration: blocks(1000)},
	{name: "1000 blocks", configuration: blocks(1000), latency: latency},
	{name: "1000 blocks, prefetched", configuration: blocks(1000), latency: latency, settings: "prefetch_images = true"},
	{name: "1000 images by `cloudflare_images`", configuration: listing, latency: latency},
	{name: "2000 blocks, 1200 requests allowed in 10 s, latency 10 ms, one round", configuration: blocks(2000), latency: 10 * time.Millisecond, quota: 1200, once: true},
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "cloudflare-images-benchmark-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := bench{dir: dir}
	if b.engine, err = engine.Find(); err != nil {
		return err
	}
	for _, idle := range []bool{false, true} {
		if err := b.build(ctx, idle); err != nil {
			return err
		}
	}
	samples := make([][]measured, len(rows))
	for round := range quickRounds {
		for i, r := range rows {
			if (r.once && round > 0) || (!r.quick && round >= rounds) {
				continue
			}
			m, err := b.measure(ctx, r)
			if err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
			samples[i] = append(samples[i], m)
		}
		fmt.Fprintf(os.Stderr, "benchmark: round %d of %d\n", round+1, quickRounds)
	}
	version, err := engine.Identify(ctx, b.engine)
	if err != nil {
		return err
	}
	fmt.Printf("%s, %s, %s/%s, %d cores; medians of %d rounds taken in turns, %d for start-up and single blocks; latency of the stand-in %s.\n\n",
		version.Name, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), rounds, quickRounds, latency)
	fmt.Println("| plan of | wall | ratio to 1 block | provider CPU | provider peak memory | requests | 429s |")
	fmt.Println("|---|--:|--:|--:|--:|--:|--:|")
	base := median(samples[4]).wall
	for i, r := range rows {
		m := median(samples[i])
		fmt.Printf("| %s | %.3f s | %.2f | %.2f s | %.1f MB | %d | %d |\n", r.name, m.wall.Seconds(), float64(m.wall)/float64(base), m.cpu.Seconds(), float64(m.memory)/1e6, m.requests, m.refused)
	}
	return nil
}

func median(samples []measured) measured {
	// One 429 in any round is one too many.
	refused := 0
	for _, s := range samples {
		refused = max(refused, s.refused)
	}
	pick := func(value func(measured) int64) int64 {
		values := make([]int64, len(samples))
		for i, s := range samples {
			values[i] = value(s)
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	return measured{
		wall:     time.Duration(pick(func(m measured) int64 { return int64(m.wall) })),
		cpu:      time.Duration(pick(func(m measured) int64 { return int64(m.cpu) })),
		memory:   pick(func(m measured) int64 { return m.memory }),
		requests: int(pick(func(m measured) int64 { return int64(m.requests) })),
		refused:  refused,
	}
}

// bench holds a mirror with each provider, wrapped.
type bench struct {
	dir, engine string
	cliConfig   [2]string
}

func index(idle bool) int {
	if idle {
		return 1
	}
	return 0
}

// build puts a provider into a mirror of its own, with the wrapper before it.
func (b *bench) build(ctx context.Context, idle bool) error {
	dir := filepath.Join(b.dir, fmt.Sprint("provider-", index(idle)))
	cliConfig, err := engine.Build(ctx, dir, provider.Addresses())
	if err != nil {
		return err
	}
	b.cliConfig[index(idle)] = cliConfig
	binaries, err := filepath.Glob(filepath.Join(dir, "mirror", "*", "*", "*", "*", "*", "terraform-provider-*"))
	if err != nil || len(binaries) != len(provider.Addresses()) {
		return fmt.Errorf("found the binaries %v: %w", binaries, err)
	}
	for _, binary := range binaries {
		for output, source := range map[string]string{binary + ".real": ".", binary: "./internal/dev/benchmark"} {
			if idle && source == "." {
				source = "./internal/dev/benchmark/idle"
			}
			build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w -X main.address="+provider.Addresses()[0], "-o", output, source)
			if printed, err := build.CombinedOutput(); err != nil {
				return fmt.Errorf("build %s: %w\n%s", source, err, printed)
			}
		}
	}
	return nil
}

// measure runs one row.
func (b *bench) measure(ctx context.Context, r row) (measured, error) {
	standIn := standin.New()
	for i := range 2000 {
		creator := "many"
		if i >= 1000 {
			creator = "more"
		}
		if i >= 1000 && !strings.Contains(r.configuration, "2000") {
			break
		}
		standIn.Store(fmt.Sprintf(`{"result":{"id":"many/%04d","filename":"picture-%04d.png","creator":%q,"meta":{"alt":"A picture"},"requireSignedURLs":false,"uploaded":"2030-01-01T00:00:00.000Z","variants":["https://imagedelivery.net/hash/many/%04d/public","https://imagedelivery.net/hash/many/%04d/hero","https://imagedelivery.net/hash/many/%04d/thumbnail"]},"success":true,"errors":[],"messages":[]}`, i, i, creator, i, i, i))
	}
	standIn.Delay(r.latency)
	if r.quota > 0 {
		standIn.Limit(r.quota, 10*time.Second)
	}
	server := httptest.NewServer(standIn)
	defer server.Close()

	work, err := os.MkdirTemp(b.dir, "work-")
	if err != nil {
		return measured{}, err
	}
	settings := r.settings
	if r.idle {
		settings = ""
	}
	configuration := fmt.Sprintf("terraform {\n  required_providers {\n    cloudflare = { source = %q }\n  }\n}\nprovider \"cloudflare\" {\n  %s\n}\n%s", provider.Source, settings, r.configuration)
	if err := os.WriteFile(filepath.Join(work, "main.tf"), []byte(configuration), 0o600); err != nil {
		return measured{}, err
	}
	usagePath := filepath.Join(work, "usage.json")
	workspace := &engine.Workspace{Engine: b.engine, Dir: work, CLIConfig: b.cliConfig[index(r.idle)], Env: []string{
		"CLOUDFLARE_API_TOKEN=" + standin.Token, "CLOUDFLARE_ACCOUNT_ID=" + standin.AccountID,
		"CLOUDFLARE_BASE_URL=" + server.URL + standin.BasePath, usageFile + "=" + usagePath,
	}}
	if _, err := workspace.RunAll(ctx, []string{"init", "-no-color"}); err != nil {
		return measured{}, err
	}
	args := []string{"plan", "-no-color", "-refresh=true"}
	if r.schema {
		args = []string{"providers", "schema", "-json"}
	}
	begin := time.Now()
	if _, err := workspace.RunAll(ctx, args); err != nil {
		return measured{}, err
	}
	m := measured{wall: time.Since(begin), requests: len(standIn.Requests())}
	for _, request := range standIn.Requests() {
		if request.Status == 429 {
			m.refused++
		}
	}
	encoded, err := os.ReadFile(usagePath)
	if err != nil {
		return measured{}, err
	}
	var took usage
	if err := json.Unmarshal(encoded, &took); err != nil {
		return measured{}, err
	}
	m.cpu, m.memory = took.CPU, took.Memory
	return m, nil
}
