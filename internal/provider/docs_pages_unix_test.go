//go:build unix

package provider

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine/enginetest"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// pageRunner runs the blocks of a page in one shell, with a separate home
// directory, against the fake API.
type pageRunner struct {
	env    []string
	script strings.Builder
	shown  []string // lines of output on the page
}

// notWalked contains the prefixes of shell lines that are skipped: commands of
// other tests, commands that don't end, and variables that the test sets
// itself.
var notWalked = []string{"make demo", "make test", "make fake-api", "export CLOUDFLARE_", "export TF_VAR_"}

func newPageRunner(t *testing.T, variables []string) *pageRunner {
	t.Helper()
	path, _ := enginetest.Find(t)
	home, bin := t.TempDir(), t.TempDir()
	if err := os.Symlink(path, filepath.Join(bin, "terraform")); err != nil {
		t.Fatal(err)
	}
	w := &pageRunner{env: slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return slices.ContainsFunc(
			[]string{"TF_", "CLOUDFLARE_", "MAKE", "MFLAGS", "XDG_", "HOME="},
			func(prefix string) bool {
				return strings.HasPrefix(variable, prefix)
			},
		)
	})}
	for _, name := range []string{"GOPATH", "GOCACHE", "GOMODCACHE"} { // otherwise in the home directory
		value, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		w.env = append(w.env, name+"="+strings.TrimSpace(string(value)))
	}
	search := bin + ":" + os.Getenv("PATH") //nolint:forbidigo // as in a shell
	w.env = append(w.env, "HOME="+home, "PATH="+search, "CHECKPOINT_DISABLE=1")
	w.env = append(w.env, variables...)
	return w
}

// add appends a block of a page to the script. A configuration is written to
// main.tf, and an HTML block to the template that it uses.
func (w *pageRunner) add(b block) {
	switch b.language {
	case "sh":
		for line := range strings.Lines(b.content) {
			if !slices.ContainsFunc(notWalked, func(prefix string) bool { return strings.HasPrefix(line, prefix) }) {
				w.script.WriteString(line)
			}
		}
	case "terraform":
		w.script.WriteString("cat > main.tf <<'END'\n" + b.content + "END\n")
	case "html":
		w.script.WriteString("cat > page.html.tftpl <<'END'\n" + b.content + "END\n")
	case "text":
		if !strings.HasPrefix(b.content, "Error: ") { // checked by another test
			w.shown = append(w.shown, strings.Split(strings.TrimSpace(b.content), "\n")...)
		}
	}
}

// colors matches the control sequences for colors in the output of Terraform.
var colors = regexp.MustCompile("\x1b\\[[0-9;]*m")

// run runs the script in a folder and returns what it printed.
func (w *pageRunner) run(t *testing.T, folder string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "sh", "-eu", "-c", w.script.String())
	command.Dir, command.Env = folder, w.env
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v:\n%s\n%s", err, w.script.String(), output)
	}
	plain := colors.ReplaceAllString(string(output), "")
	for _, line := range w.shown {
		if !strings.Contains(words(plain), words(line)) {
			t.Errorf("the page shows %q, but the output is:\n%s", line, plain)
		}
	}
	return plain
}

// fakeAPIOrigin is the default address of make fake-api.
const fakeAPIOrigin = "http://127.0.0.1:8789"

// walk runs the blocks of a page of this repository against a fake API at an
// origin, which replaces fakeAPIOrigin.
func walk(t *testing.T, page, origin string, variables []string) (output, home string) {
	t.Helper()
	w := newPageRunner(t, variables)
	for _, b := range blocksOf(t, page) {
		b.content = strings.ReplaceAll(b.content, fakeAPIOrigin, origin)
		w.add(b)
	}
	output = w.run(t, "../..")
	for _, variable := range w.env {
		if path, ok := strings.CutPrefix(variable, "HOME="); ok {
			home = path
		}
	}
	return output, home
}

// opens reports whether a URL returns an image.
func opens(t *testing.T, url string) bool {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode == http.StatusOK && response.Header.Get("Content-Type") == "image/png"
}

// The blocks of the README, pasted from top to bottom, print a URL that opens.
func TestDocsReadme(t *testing.T) {
	t.Parallel()
	origin, variables, stop, err := fakeapi.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	variables = append(variables, "TF_VAR_signing_key="+fakeapi.SigningKey)
	output, _ := walk(t, "README.md", origin, variables)
	_, url, _ := strings.Cut(output[strings.LastIndex(output, "logo_url"):], `"`)
	url, _, _ = strings.Cut(url, `"`)
	if !opens(t, url) {
		t.Errorf("%q does not open:\n%s", url, output)
	}

	// The README shows the variables that make fake-api prints.
	pasted := "export " + strings.Join(variables, "\nexport ") + "\n"
	if want := strings.ReplaceAll(pasted, origin, fakeAPIOrigin); !slices.Contains(
		blocksOf(t, "README.md"),
		block{"sh", want},
	) {
		t.Errorf("the README does not show:\n%s", want)
	}
}

// The README's configuration fails with the error that the README shows if its
// variant is misspelled.
func TestDocsReadmeError(t *testing.T) {
	t.Parallel()
	blocks := blocksOf(t, "README.md")
	at := slices.IndexFunc(blocks, func(b block) bool { return b.language == "terraform" })
	c := newTestEnv(t).cli(t, strings.Replace(blocks[at].content, `["hero"]`, `["heroo"]`, 1))
	output, code := c.run("plan", "-no-color")
	if code != 1 || !strings.HasPrefix(blocks[0].content, "Error: ") {
		t.Errorf("plan ended with %d", code)
	}
	for line := range strings.Lines(blocks[0].content) {
		if !strings.Contains(words(output), words(line)) {
			t.Errorf("the README shows %q, but the output is:\n%s", line, output)
		}
	}
}

// The blocks of the first guide, pasted from top to bottom, write a page whose
// images open.
func TestDocsGettingStartedGuide(t *testing.T) {
	t.Parallel()
	origin, variables, stop, err := fakeapi.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	_, home := walk(t, "docs/guides/getting-started.md", origin, variables)
	page, err := os.ReadFile(filepath.Join(home, "getting-started", "page.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, attribute := range []string{`href="`, `src="`} {
		_, rest, _ := strings.Cut(string(page), attribute)
		url, _, _ := strings.Cut(rest, `"`)
		if !opens(t, url) {
			t.Errorf("%s%s does not open:\n%s", attribute, url, page)
		}
	}
	if !strings.Contains(string(page), `width="320" alt="Boats in a harbour"`) {
		t.Errorf("the image has no width or no description:\n%s", page)
	}
}

// The URL that the guide signs opens; without its signature, it doesn't.
func TestPrivateImagesGuideSignedURL(t *testing.T) {
	t.Parallel()
	requireFeature(t, engine.Functions)
	r := newTestEnv(t)
	server := httptest.NewServer(r.Server)
	t.Cleanup(server.Close)
	r.DeliverFrom(server.URL)
	r.variables["TF_VAR_signing_key"] = fakeapi.SigningKey
	c := r.exampleCLI(t, "functions/signed_url")
	c.want(0, "apply", "-auto-approve")
	signed := c.outputOf("contract_url")
	unsigned, _, _ := strings.Cut(signed, "?")
	if !opens(t, signed) || opens(t, unsigned) {
		t.Errorf("%s does not open, or %s does", signed, unsigned)
	}
}

// The commands of the debugging page log and send the requests it describes.
func TestDebuggingGuideCommands(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.exampleCLI(t, "data-sources/cloudflare_image")
	w := newPageRunner(t, c.Env)
	w.env = append(w.env, "TF_CLI_CONFIG_FILE="+c.CLIConfig)
	w.script.WriteString("curl() { printf '%s\\n' \"$@\"; }\n")
	for _, b := range blocksOf(t, "docs/guides/debugging.md") {
		w.add(b)
	}
	output := w.run(t, c.Dir)
	log, err := os.ReadFile(filepath.Join(c.Dir, "plan.log"))
	if err != nil || !strings.Contains(string(log), "[DEBUG]") || !strings.Contains(string(log), "brand%2Flogo") {
		t.Errorf("the log has no line of a request: %v\n%s", err, log)
	}
	arguments := strings.Split(strings.TrimSpace(output), "\n")
	url := arguments[len(arguments)-1]
	want := "/accounts/" + fakeapi.AccountID + "/images/v1/brand%2Flogo"
	requested := slices.ContainsFunc(
		r.Requests(),
		func(request fakeapi.Request) bool { return request.URI == fakeapi.BasePath+want },
	)
	if url != "https://api.cloudflare.com/client/v4"+want || !requested {
		t.Errorf("the page requests %s, the provider %v", url, r.Requests())
	}
	if header := "Authorization: Bearer " + fakeapi.Token; !slices.Contains(arguments, header) {
		t.Errorf("the page does not send %q: %q", header, arguments)
	}
}
