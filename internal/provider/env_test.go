package provider

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	fwresource "github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
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
	// These tests spend half of the time waiting: for the rate limit, for a retry, for
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

// with returns the condition of a test of terraform-plugin-testing that needs
// a feature.
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

// testEnv is a fake API on loopback, and the environment that points to it.
type testEnv struct {
	*fakeapi.Server

	seen int // requests that were returned

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
			return comparingServer{newServer(newWithEnvironment("test", environment(r.variables))).(server), tb}, nil
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

// example returns a published example with the published provider block.
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

// emptyResourceState returns a state of a resource in which every attribute is
// null.
func emptyResourceState(t *testing.T, of fwresource.Resource) tfsdk.State {
	t.Helper()
	var resp fwresource.SchemaResponse
	of.Schema(t.Context(), fwresource.SchemaRequest{}, &resp)
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

// otherAccount is not the one that the fake API has.
const otherAccount = "0123456789abcdef0123456789abcdef"

// requests returns the requests to the images API since the last call: method,
// path below images/v1, and body.
func (r *testEnv) requests() (lines []string) {
	all := r.Requests()
	for _, request := range all[r.seen:] {
		path := strings.TrimPrefix(request.URI, fakeapi.BasePath+"/accounts/"+fakeapi.AccountID+"/images/v1")
		lines = append(lines, strings.TrimSpace(request.Method+" "+path+" "+request.Body))
	}
	r.seen = len(all)
	return lines
}

// assertRequests compares the requests since the last call, in order.
// Terraform may read more than once in a row: that counts as one read.
func (r *testEnv) assertRequests(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for _, line := range r.requests() {
		if len(got) == 0 || got[len(got)-1] != line || !strings.HasPrefix(line, "GET ") {
			got = append(got, line)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// emptyPlan checks that there are no changes left.
var emptyPlan = []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}

// plannedActions checks the action that is planned for a resource.
func plannedActions(address string, action plancheck.ResourceActionType) []plancheck.PlanCheck {
	return []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}
}

// pngOf returns a small PNG file; another width gives other content.
func pngOf(width int) []byte {
	var encoded bytes.Buffer
	if err := png.Encode(&encoded, image.NewGray(image.Rect(0, 0, width, 5))); err != nil {
		panic(err) // a buffer accepts everything
	}
	return encoded.Bytes()
}

// svgOf returns an SVG file that contains a string, with at least size bytes.
func svgOf(text string, size int) []byte {
	head := `<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><!-- ` + text
	return []byte(head + strings.Repeat(" ", max(size-len(head), 1)) + "--></svg>\n")
}

func hashed(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// put writes a file for a test.
func put(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// newEmptyTestEnv returns an environment whose account has no images.
func newEmptyTestEnv(t *testing.T) *testEnv {
	t.Helper()
	r := newTestEnv(t)
	for _, id := range r.Images() {
		r.RemoveImage(id)
	}
	return r
}

// elsewhere changes an image outside Terraform, and doesn't count as a
// request.
func (r *testEnv) elsewhere(t *testing.T, id, body string) {
	t.Helper()
	address := fakeapi.BasePath + "/accounts/" + fakeapi.AccountID + "/images/v1/" + id
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPatch, address, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+fakeapi.Token)
	request.Header.Set("Content-Type", "application/json")
	response := httptest.NewRecorder()
	r.ServeHTTP(response, request)
	if response.Code != http.StatusOK {
		t.Fatalf("update of %s: got status %d: %s", id, response.Code, response.Body)
	}
	r.requests()
}

// assertContent compares the content of an image.
func (r *testEnv) assertContent(t *testing.T, id string, want []byte) {
	t.Helper()
	if got := r.Content(id); !bytes.Equal(got, want) {
		t.Errorf("content of %q: got %d bytes, want %d different ones", id, len(got), len(want))
	}
}

// lifecycle returns an empty environment, a folder, and a check of the requests.
func lifecycle(t *testing.T) (r *testEnv, dir string, requested func(want ...string) resource.TestCheckFunc) {
	t.Helper()
	r, dir = newEmptyTestEnv(t), t.TempDir()
	return r, filepath.ToSlash(dir), func(want ...string) resource.TestCheckFunc {
		return func(*terraform.State) error { r.assertRequests(t, want...); return nil }
	}
}

// checkNoImages checks that a test left no images.
func (r *testEnv) checkNoImages(*terraform.State) error {
	if left := r.Images(); len(left) > 0 {
		return fmt.Errorf("images are left: %q", left)
	}
	return nil
}

// newTestEnvWithFreeKey has room for one more signing key.
func newTestEnvWithFreeKey(t *testing.T) *testEnv {
	t.Helper()
	r := newTestEnv(t)
	r.RemoveKey("campaign")
	return r
}

// repoFile returns a file of this repository.
func repoFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// environment returns a getenv that knows only these variables.
func environment(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}

// secondPlanIsEmpty asserts that neither state nor outputs change again.
var secondPlanIsEmpty = resource.ConfigPlanChecks{
	PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
}
