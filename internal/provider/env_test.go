package provider

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// enginePath is the Terraform or OpenTofu that the tests drive, and engineVersion
// which one it is; buildProvider compiles the provider for it, once.
var (
	enginePath    string
	engineVersion engine.Version
	buildProvider func() (string, error)
)

func TestMain(m *testing.M) {
	if isPlugin() {
		os.Exit(serveOfficial())
	}
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	path, err := engine.Find()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	dir, err := os.MkdirTemp("", "cloudflare-images-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	enginePath = path
	if engineVersion, err = engine.Identify(context.Background(), path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	buildProvider = sync.OnceValues(func() (string, error) {
		if err := mirrorOfficial(filepath.Join(dir, "mirror")); err != nil {
			return "", err
		}
		return engine.Build(context.Background(), dir, ".", Addresses())
	})

	// What terraform-plugin-testing goes by.
	address := strings.Split(Addresses()[0], "/")
	if engineVersion.OpenTofu {
		address = strings.Split(Addresses()[len(Addresses())-1], "/")
	}
	for name, value := range map[string]string{
		engine.PathVariable:         path,
		"TF_ACC_PROVIDER_HOST":      address[0],
		"TF_ACC_PROVIDER_NAMESPACE": address[1],
		"TF_CLI_CONFIG_FILE":        os.DevNull,
	} {
		if err := os.Setenv(name, value); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}

	// Half of the time, these tests wait: for a pace, for a try to come, for an
	// engine that waits. A flag -parallel goes before this.
	if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// with is for tests of terraform-plugin-testing that not every engine can run.
func with(feature engine.Feature) []tfversion.TerraformVersionCheck {
	return []tfversion.TerraformVersionCheck{needed(feature)}
}

// withEngine skips a test, by name and version, where the engine lacks what it
// needs.
func withEngine(t *testing.T, feature engine.Feature) {
	t.Helper()
	if reason := engineVersion.Without(feature); reason != "" {
		t.Skip(reason)
	}
}

type needed engine.Feature

func (n needed) CheckTerraformVersion(
	_ context.Context, _ tfversion.CheckTerraformVersionRequest, resp *tfversion.CheckTerraformVersionResponse,
) {
	resp.Skip = engineVersion.Without(engine.Feature(n))
}

// testEnv is a fake API on loopback, and the environment that leads to it.
type testEnv struct {
	*fakeapi.Server

	seen int // requests that asked has told

	variables map[string]string
}

func newTestEnv(tb testing.TB) *testEnv {
	tb.Helper()
	fake := fakeapi.New()
	server := httptest.NewServer(fake)
	tb.Cleanup(server.Close)
	return &testEnv{Server: fake, variables: map[string]string{
		"CLOUDFLARE_API_TOKEN":  fakeapi.Token,
		"CLOUDFLARE_ACCOUNT_ID": fakeapi.AccountID,
		"CLOUDFLARE_BASE_URL":   server.URL + fakeapi.BasePath,
	}}
}

// factories serves the provider to terraform-plugin-testing, in this process.
func (r *testEnv) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"cloudflare": func() (tfprotov6.ProviderServer, error) {
			return newServer(newWithEnvironment("test", environment(r.variables))), nil
		},
	}
}

// requiredProviders begins every configuration.
const requiredProviders = `
terraform {
  required_providers {
    cloudflare = { source = "` + Source + `" }
  }
}
`

// example is a published example with the published provider block.
func example(t *testing.T, path string) string {
	t.Helper()
	var whole strings.Builder
	for _, file := range []string{"provider/provider.tf", path} {
		content, err := os.ReadFile(filepath.Join("..", "..", "examples", file))
		if err != nil {
			t.Fatal(err)
		}
		whole.Write(content)
	}
	return whole.String()
}

// outputMatching is a pattern for words in an engine's output, which breaks lines where
// it likes.
func outputMatching(words string) *regexp.Regexp {
	var parts []string
	for word := range strings.FieldsSeq(words) {
		parts = append(parts, regexp.QuoteMeta(word))
	}
	return regexp.MustCompile(strings.Join(parts, `[\s│]+`))
}

// cli is the engine with the provider's binary, installed by init, in a folder
// of its own.
type cli struct {
	*engine.Workspace

	t *testing.T
}

func (r *testEnv) cli(t *testing.T, configuration string) *cli {
	t.Helper()
	return r.cliIn(t, t.TempDir(), "main.tf", configuration)
}

// cliIn works in a copy of a folder, with one more file.
func (r *testEnv) cliIn(t *testing.T, source, name, content string) *cli {
	t.Helper()
	cliConfig, err := buildProvider()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	workspace := &engine.Workspace{Engine: enginePath, Dir: dir, CLIConfig: cliConfig}
	for name, value := range r.variables {
		workspace.Env = append(workspace.Env, name+"="+value)
	}
	c := &cli{workspace, t}
	reason, err := engineVersion.Lacks(dir)
	if err != nil {
		t.Fatal(err)
	}
	if reason != "" {
		t.Skip(reason)
	}
	if output, code := c.run("init", "-no-color"); code != 0 {
		t.Fatalf("init ended with %d:\n%s", code, output)
	}
	return c
}

func (c *cli) run(args ...string) (output string, code int) {
	c.t.Helper()
	output, code, err := c.Run(c.t.Context(), args...)
	if err != nil {
		c.t.Fatal(err)
	}
	return output, code
}

// want runs the engine and wants an exit code.
func (c *cli) want(code int, args ...string) {
	c.t.Helper()
	if output, got := c.run(args...); got != code {
		c.t.Errorf("%s ended with %d, want %d:\n%s", args, got, code, output)
	}
}

// write puts a file into the folder.
func (c *cli) write(name, content string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.Dir, name), []byte(content), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// diagnostic is an error or warning as the engine reports it in JSON.
type diagnostic struct {
	Severity, Summary, Detail, Address string
	Snippet                            struct{ Code string }
}

// diagnostics runs a command with -json and returns what it reports.
func (c *cli) diagnostics(args ...string) (found []diagnostic, code int) {
	c.t.Helper()
	output, code := c.run(slices.Insert(slices.Clone(args), 1, "-json")...)
	if args[0] == "validate" {
		var report struct{ Diagnostics []diagnostic }
		if err := json.Unmarshal([]byte(output), &report); err != nil {
			c.t.Fatalf("%v:\n%s", err, output)
		}
		return report.Diagnostics, code
	}
	for line := range strings.Lines(output) {
		var event struct{ Diagnostic *diagnostic }
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			c.t.Fatalf("%v:\n%s", err, output)
		}
		if event.Diagnostic != nil {
			found = append(found, *event.Diagnostic)
		}
	}
	return found, code
}
