//go:build unix

package provider

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine/enginetest"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// pageRunner does what a page says, block after block, in one shell: as a person
// would who only pastes, in a home of their own, against the fake API.
type pageRunner struct {
	env    []string
	script strings.Builder
	shown  []string // lines that the page promises
}

// notWalked begin the lines of shell blocks that the walk leaves out: what
// other tests run, what never ends, and what leads to the API, for which the
// walk has a fake API of its own.
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
	for _, name := range []string{"GOPATH", "GOCACHE", "GOMODCACHE"} { // which else lie in the home
		value, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		w.env = append(w.env, name+"="+strings.TrimSpace(string(value)))
	}
	search := bin + ":" + os.Getenv("PATH") //nolint:forbidigo // as a shell has it
	w.env = append(w.env, "HOME="+home, "PATH="+search, "CHECKPOINT_DISABLE=1")
	w.env = append(w.env, variables...)
	return w
}

// add takes a block of a page into the script. A configuration is main.tf, a
// page its template.
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
		if !strings.HasPrefix(b.content, "Error: ") { // which shows what another test makes
			w.shown = append(w.shown, strings.Split(strings.TrimSpace(b.content), "\n")...)
		}
	}
}

// run runs the script in a folder and returns what it printed.
func (w *pageRunner) run(t *testing.T, folder string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "sh", "-eu", "-c", w.script.String())
	command.Dir, command.Env = folder, w.env
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v:\n%s\n%s", err, w.script.String(), output)
	}
	for _, line := range w.shown {
		if !strings.Contains(words(string(output)), words(line)) {
			t.Errorf("the page shows %q, but the output is:\n%s", line, output)
		}
	}
	return string(output)
}

// makeStandIn is where make fake-api listens.
const makeStandIn = "http://127.0.0.1:8789"

// walk does what a page of this repository says, as far as the engine can, with
// a fake API at an origin of its own.
func walk(t *testing.T, page, origin string, variables []string) (output, home string) {
	t.Helper()
	w := newPageRunner(t, variables)
	for _, b := range blocksOf(t, page) {
		if strings.Contains(b.content, "provider::") && !cliVersion(t).Has(engine.Functions) {
			break
		}
		b.content = strings.ReplaceAll(b.content, makeStandIn, origin)
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

// opens reports whether a URL gives a picture.
func opens(t *testing.T, url string) bool {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode == http.StatusOK && answer.Header.Get("Content-Type") == "image/png"
}

// Who pastes the README from top to bottom gets a URL, that of a picture of
// their own, and a signed one that opens where the unsigned one does not.
func TestDocsReadme(t *testing.T) {
	t.Parallel()
	origin, variables, stop, err := fakeapi.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	variables = append(variables, "TF_VAR_signing_key="+fakeapi.SigningKey)
	output, _ := walk(t, "README.md", origin, variables)
	if cliVersion(t).Has(engine.Functions) {
		signed := output[strings.LastIndex(output, "http://"):]
		unsigned, _, _ := strings.Cut(signed, "?")
		if !opens(t, signed) || opens(t, unsigned) {
			t.Errorf("%s does not open, or %s does", signed, unsigned)
		}
	}

	// What it gives to be pasted is what make fake-api prints.
	pasted := "export " + strings.Join(variables, "\nexport ") + "\n"
	if want := strings.ReplaceAll(pasted, origin, makeStandIn); !slices.Contains(
		blocksOf(t, "README.md"),
		block{"sh", want},
	) {
		t.Errorf("the README does not show:\n%s", want)
	}
}

// Who pastes the first guide from top to bottom gets a page whose pictures
// open.
func TestDocsGettingStartedGuide(t *testing.T) {
	t.Parallel()
	origin, variables, stop, err := fakeapi.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	_, home := walk(t, "docs/guides/first-page.md", origin, variables)
	page, err := os.ReadFile(filepath.Join(home, "first-page", "page.html"))
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
	if !strings.Contains(string(page), `width="160" alt="Boats in a harbour"`) {
		t.Errorf("the page has no width and no words for its picture:\n%s", page)
	}
}

// The commands of the troubleshooting page do what it says.
func TestTroubleshootingCommands(t *testing.T) {
	t.Parallel()
	r := newTestEnv(t)
	c := r.exampleCLI(t, "data-sources/cloudflare_image")
	w := newPageRunner(t, c.Env)
	w.env = append(w.env, "TF_CLI_CONFIG_FILE="+c.CLIConfig)
	w.script.WriteString("curl() { printf '%s\\n' \"$@\"; }\n")
	for _, b := range blocksOf(t, "docs/guides/troubleshooting.md") {
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
	asked := slices.ContainsFunc(
		r.Requests(),
		func(request fakeapi.Request) bool { return request.URI == fakeapi.BasePath+want },
	)
	if url != "https://api.cloudflare.com/client/v4"+want || !asked {
		t.Errorf("the page asks for %s, the provider for %v", url, r.Requests())
	}
	if header := "Authorization: Bearer " + fakeapi.Token; !slices.Contains(arguments, header) {
		t.Errorf("the page does not send %q: %q", header, arguments)
	}
}
