package provider

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine/enginetest"
)

// outputMatching returns a pattern for words in Terraform's output, which
// wraps lines.
func outputMatching(words string) *regexp.Regexp {
	var parts []string
	for word := range strings.FieldsSeq(words) {
		parts = append(parts, regexp.QuoteMeta(word))
	}
	return regexp.MustCompile(strings.Join(parts, `[\s│]+`))
}

// cli runs Terraform or OpenTofu with the provider's binary, after an init, in
// a separate folder.
type cli struct {
	*engine.Workspace

	t *testing.T
}

func (r *testEnv) cli(t *testing.T, configuration string) *cli {
	t.Helper()
	return r.cliIn(t, t.TempDir(), "main.tf", configuration)
}

// cliIn returns a cli in a copy of a folder with one additional file.
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

// want runs a command and checks its exit code.
func (c *cli) want(code int, args ...string) {
	c.t.Helper()
	if output, got := c.run(args...); got != code {
		c.t.Errorf("%s ended with %d, want %d:\n%s", args, got, code, output)
	}
}

// write creates a file in the folder.
func (c *cli) write(name, content string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.Dir, name), []byte(content), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// diagnostic is an error or warning in the JSON output.
type diagnostic struct {
	Severity, Summary, Detail, Address string
	Snippet                            struct{ Code string }
}

// diagnostics runs a command with -json and returns the diagnostics.
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

// onlyError runs a command that fails with one error, and returns the error.
func (c *cli) onlyError(args ...string) diagnostic {
	c.t.Helper()
	found, code := c.diagnostics(args...)
	if code != 1 {
		c.t.Errorf("%s ended with %d, want 1", args, code)
	}
	if len(found) != 1 || found[0].Severity != "error" {
		c.t.Fatalf("%s: got %+v, want one error", args, found)
	}
	return found[0]
}

var importBlocks = regexp.MustCompile(`(?s)import \{.*?\}`)

// importFrom applies the configuration with the import block of an error,
// changed to the named resource, and checks the summary of the apply.
func (c *cli) importFrom(failed diagnostic, name, want string) {
	c.t.Helper()
	blocks := importBlocks.FindAllString(failed.Detail, -1)
	if len(blocks) != 1 {
		c.t.Fatalf("got %d import blocks, want 1: %s", len(blocks), failed.Detail)
	}
	c.write("import.tf", strings.Replace(blocks[0], "example", name, 1))
	output, code := c.run("apply", "-auto-approve", "-no-color")
	if code != 0 {
		c.t.Errorf("apply ended with %d:\n%s", code, output)
	}
	if !strings.Contains(output, want) {
		c.t.Errorf("got:\n%s\nwant %s", output, want)
	}
}

// state returns the content of the state file.
func (c *cli) state() string {
	c.t.Helper()
	content, err := os.ReadFile(filepath.Join(c.Dir, "terraform.tfstate"))
	if err != nil {
		c.t.Fatal(err)
	}
	return string(content)
}

// stateContains reports whether the state file contains a piece of JSON, however
// it is indented: OpenTofu 1.8 to 1.11 write compact JSON.
func (c *cli) stateContains(compact string) bool {
	c.t.Helper()
	var state bytes.Buffer
	if err := json.Compact(&state, []byte(c.state())); err != nil {
		c.t.Fatal(err)
	}
	return strings.Contains(state.String(), compact)
}

// appliedState applies the configuration and returns the state.
func (c *cli) appliedState() string {
	c.t.Helper()
	if output, code := c.run("apply", "-auto-approve", "-no-color"); code != 0 {
		c.t.Fatalf("apply ended with %d:\n%s", code, output)
	}
	return c.state()
}

// managed returns the hashes of the images in a state, deposed ones included,
// by ID.
func (c *cli) managed() map[string]string {
	c.t.Helper()
	var state struct {
		Resources []struct {
			Type      string
			Instances []struct {
				Attributes struct{ ID, SHA256 string }
			}
		}
	}
	text, err := os.ReadFile(filepath.Join(c.Dir, "terraform.tfstate"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err := errors.Join(err, json.Unmarshal(text, &state)); err != nil {
		c.t.Fatal(err)
	}
	images := map[string]string{}
	for _, r := range state.Resources {
		for _, instance := range r.Instances {
			if r.Type == "cloudflare_image" {
				images[instance.Attributes.ID] = instance.Attributes.SHA256
			}
		}
	}
	return images
}

// assertManaged checks that the account has exactly the images in the state,
// with the same content.
func (r *testEnv) assertManaged(c *cli) {
	c.t.Helper()
	managed, have := c.managed(), r.Images()
	slices.Sort(have)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(managed)), have); diff != "" {
		c.t.Errorf("images (-state +account):\n%s", diff)
	}
	for id, hash := range managed {
		if content := r.Content(id); hash != "" && hash != hashed(content) {
			c.t.Errorf("the content of %q has %d bytes and is not the one in the state", id, len(content))
		}
	}
}

// planned returns the actions of a plan from the JSON output, by address.
func (c *cli) planned(args ...string) (actions map[string]string, found []diagnostic, code int) {
	c.t.Helper()
	output, code := c.run(append([]string{"plan", "-json"}, args...)...)
	actions = map[string]string{}
	for line := range strings.Lines(output) {
		var event struct {
			Type       string
			Diagnostic *diagnostic
			Change     struct {
				Action   string
				Resource struct{ Addr string }
			}
		}
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			c.t.Fatalf("%v:\n%s", err, output)
		}
		if event.Diagnostic != nil {
			found = append(found, *event.Diagnostic)
		}
		if event.Type == "planned_change" {
			actions[event.Change.Resource.Addr] = event.Change.Action
		}
	}
	return actions, found, code
}

// line returns the diagnostic on one line.
func (d diagnostic) line() string {
	return strings.Join(strings.Fields(d.Summary+": "+d.Detail), " ")
}

// outputOf returns the value of an output.
func (c *cli) outputOf(name string) string {
	c.t.Helper()
	value, code := c.run("output", "-raw", name)
	if code != 0 {
		c.t.Fatalf("output %s ended with %d:\n%s", name, code, value)
	}
	return value
}

// read returns a file of the folder.
func (c *cli) read(name string) string {
	c.t.Helper()
	content, err := os.ReadFile(filepath.Join(c.Dir, name))
	if err != nil {
		c.t.Fatal(err)
	}
	return string(content)
}

// runsImports runs each command of import.sh, after removing the object from
// the state.
func (c *cli) runsImports(address string) {
	c.t.Helper()
	ran := 0
	for line := range strings.Lines(c.read("import.sh")) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] != "terraform" {
			continue
		}
		c.want(0, "state", "rm", address)
		c.want(0, words[1:]...)
		c.want(0, "plan", "-detailed-exitcode")
		ran++
	}
	if ran == 0 {
		c.t.Error("import.sh has no command")
	}
}

// copied returns a copy in a separate folder.
func (c *cli) copied() *cli {
	c.t.Helper()
	dir := c.t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(c.Dir)); err != nil {
		c.t.Fatal(err)
	}
	workspace := *c.Workspace
	workspace.Dir, workspace.Env = dir, slices.Clone(c.Env)
	return &cli{&workspace, c.t}
}

// exampleCLI returns a cli in a copy of an example's folder, without the named
// files, or without importByIdentity if none is named.
func (r *testEnv) exampleCLI(t *testing.T, folder string, without ...string) *cli {
	t.Helper()
	source := t.TempDir()
	if err := os.CopyFS(source, os.DirFS(filepath.Join("..", "..", "examples", filepath.FromSlash(folder)))); err != nil {
		t.Fatal(err)
	}
	if len(without) == 0 {
		without = []string{importByIdentity}
	}
	for _, name := range without {
		if err := os.RemoveAll(filepath.Join(source, name)); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(source, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	configuration := requiredProviders
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), "required_providers") {
			configuration = "# The example says what it requires.\n"
		}
	}
	return r.cliIn(t, source, "test_requirements.tf", configuration)
}

// words removes the line breaks and frames from Terraform's output.
func words(text string) string {
	return strings.Join(
		strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ", "├", " ", "─", " ").Replace(text)),
		" ",
	)
}
