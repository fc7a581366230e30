package provider

import (
	"context"
	"encoding/json"
	"errors"
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

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine/enginetest"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// buildDir is where the tests build the provider. TestMain removes it.
var buildDir string

func TestMain(m *testing.M) {
	if isPlugin() {
		os.Exit(serveOfficial())
	}
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "cloudflare-images-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	buildDir = dir
	// Half of the time, these tests wait: for the rate limit, for a retry, for
	// Terraform. A flag -parallel takes precedence.
	if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// cliVersion returns the version of the Terraform or OpenTofu that the tests run,
// and skips the test in short mode.
func cliVersion(tb testing.TB) engine.Version {
	tb.Helper()
	path, version := enginetest.Find(tb)
	if err := configureTesting(path, version); err != nil {
		tb.Fatal(err)
	}
	return version
}

var (
	testingOnce sync.Once
	errTesting  error
)

// configureTesting sets the environment that terraform-plugin-testing reads,
// once.
func configureTesting(path string, version engine.Version) error {
	testingOnce.Do(func() {
		address := strings.Split(Addresses()[0], "/")
		if version.OpenTofu {
			address = strings.Split(Addresses()[len(Addresses())-1], "/")
		}
		for name, value := range map[string]string{
			engine.PathVariable:         path,
			"TF_ACC_PROVIDER_HOST":      address[0],
			"TF_ACC_PROVIDER_NAMESPACE": address[1],
			"TF_CLI_CONFIG_FILE":        os.DevNull,
		} {
			errTesting = errors.Join(errTesting, os.Setenv(name, value))
		}
	})
	return errTesting
}

var (
	buildOnce sync.Once
	cliConfig string
	errBuild  error
)

// buildProvider compiles the provider, once, and returns the path of the CLI
// configuration that installs it.
func buildProvider(tb testing.TB) string {
	tb.Helper()
	version := cliVersion(tb)
	buildOnce.Do(func() {
		if errBuild = mirrorOfficial(filepath.Join(buildDir, "mirror"), version.OpenTofu); errBuild == nil {
			cliConfig, errBuild = engine.Build(context.Background(), buildDir, ".", Addresses())
		}
	})
	if errBuild != nil {
		tb.Fatal(errBuild)
	}
	return cliConfig
}

// with is the condition of a test of terraform-plugin-testing that needs a
// feature.
func with(tb testing.TB, feature engine.Feature) []tfversion.TerraformVersionCheck {
	tb.Helper()
	return []tfversion.TerraformVersionCheck{missingFeature(cliVersion(tb).Without(feature))}
}

// requireFeature skips a test, with the reason, if Terraform lacks a feature.
func requireFeature(tb testing.TB, feature engine.Feature) {
	tb.Helper()
	if reason := cliVersion(tb).Without(feature); reason != "" {
		tb.Skip(reason)
	}
}

// missingFeature is why a test is skipped, or empty.
type missingFeature string

func (m missingFeature) CheckTerraformVersion(
	_ context.Context, _ tfversion.CheckTerraformVersionRequest, resp *tfversion.CheckTerraformVersionResponse,
) {
	resp.Skip = string(m)
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
func (r *testEnv) factories(tb testing.TB) map[string]func() (tfprotov6.ProviderServer, error) {
	tb.Helper()
	cliVersion(tb)
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
	path, version := enginetest.Find(t)
	cliConfig := buildProvider(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	workspace := &engine.Workspace{Engine: path, Dir: dir, CLIConfig: cliConfig}
	for name, value := range r.variables {
		workspace.Env = append(workspace.Env, name+"="+value)
	}
	c := &cli{workspace, t}
	reason, err := version.Lacks(dir)
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

// emptyResourceState returns a state of a resource in which every attribute is
// null.
func emptyResourceState(t *testing.T, of resource.Resource) tfsdk.State {
	t.Helper()
	var resp resource.SchemaResponse
	of.Schema(t.Context(), resource.SchemaRequest{}, &resp)
	object, ok := resp.Schema.Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("the schema is not an object")
	}
	values := map[string]tftypes.Value{}
	for name, of := range object.AttributeTypes {
		values[name] = tftypes.NewValue(of, nil)
	}
	return tfsdk.State{Raw: tftypes.NewValue(object, values), Schema: resp.Schema}
}
