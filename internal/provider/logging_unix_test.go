//go:build unix

package provider

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// logoBlock is a configuration that reads one image.
const logoBlock = requiredProviders + "data \"cloudflare_image\" \"x\" {\n  image_id = \"brand/logo\"\n}\n"

// The provider's process logs to Terraform if logging is enabled, and
// otherwise writes nothing.
func TestLogDisabled(t *testing.T) {
	t.Parallel()
	const request, wait, library = `"Received Cloudflare API response"`, `"Waiting before Cloudflare API request"`, `"Served request"`
	everything := []string{request, wait, library, `"plugin address"`}
	for name, test := range map[string]struct {
		variables map[string]string
		want      []string // lines; none if nothing is written
	}{
		"logging is off":        {nil, nil},
		"empty counts as unset": {map[string]string{"TF_LOG": "", "TF_LOG_PROVIDER": "", "TF_LOG_SDK": ""}, nil},
		"Terraform's own log":   {map[string]string{"TF_LOG_CORE": "ERROR", "TF_LOG_PATH": os.DevNull}, nil},
		"everything":            {map[string]string{"TF_LOG": "ERROR"}, everything},
		"providers":             {map[string]string{"TF_LOG_PROVIDER": "ERROR"}, everything},
		"this provider's log":   {map[string]string{"TF_LOG_PROVIDER_CLOUDFLARE": "TRACE"}, everything},
		"libraries":             {map[string]string{"TF_LOG_SDK_PROTO": "TRACE"}, everything},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			r.Fail("brand/logo", 1, fakeapi.Respond(503, "text/plain", ""))
			maps.Copy(r.variables, test.variables)
			c := r.cli(t, logoBlock)
			written := c.keepStderr()
			if output, code := c.run("plan", "-no-color"); code != 0 {
				t.Fatalf("plan ended with %d:\n%s", code, output)
			}
			content, err := os.ReadFile(written)
			if err != nil || len(r.Requests()) != 2 {
				t.Fatalf("got %v and %d requests, want the provider to have run", err, len(r.Requests()))
			}
			if test.want == nil && len(content) > 0 {
				t.Errorf("got:\n%s\nwant nothing", content)
			}
			for _, want := range test.want {
				if !strings.Contains(string(content), `"@message":`+want) {
					t.Errorf("got:\n%s\nwant %s", content, want)
				}
			}
		})
	}
}

// builtBinary returns the provider's binary in the mirror.
func builtBinary(t *testing.T) string {
	t.Helper()
	mirror := filepath.Join(filepath.Dir(buildProvider(t)), "mirror")
	binaries, err := filepath.Glob(
		filepath.Join(mirror, filepath.FromSlash(Addresses()[0]), "*", "*", "terraform-provider-*"),
	)
	if err != nil || len(binaries) == 0 {
		t.Fatalf("found %v, %v in %s", binaries, err, mirror)
	}
	return binaries[0]
}

// keepStderr has Terraform run the provider through a script that redirects
// standard error to a file.
func (c *cli) keepStderr() (path string) {
	c.t.Helper()
	dir := c.t.TempDir()
	path = filepath.Join(dir, "stderr.txt")
	for name, content := range map[string]string{
		"terraform-provider-cloudflare": fmt.Sprintf("#!/bin/sh\nexec '%s' \"$@\" 2>>'%s'\n", builtBinary(c.t), path),
		"cli.tfrc": fmt.Sprintf(
			"provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n", Source, dir,
		),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o700); err != nil {
			c.t.Fatal(err)
		}
	}
	c.CLIConfig = filepath.Join(dir, "cli.tfrc")
	return path
}

// A crash of the provider is not silenced. The provider's socket is in TMPDIR,
// and the path of a socket is limited to about a hundred bytes, which a test's
// folder may exceed: so TMPDIR is a relative path.
func TestLogDisabledReportsCrashes(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), builtBinary(t))
	command.Dir = dir
	// The variables that go-plugin requires to serve.
	command.Env = []string{
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		"TMPDIR=.",
	}
	var written strings.Builder
	command.Stderr = &written
	handshake, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(handshake).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "1|6|") {
		t.Errorf("got %q, %v, want a handshake", line, err)
	}
	if err := command.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); err == nil || !strings.HasPrefix(written.String(), "SIGQUIT: quit") ||
		!strings.Contains(written.String(), "goroutine 1 ") {
		t.Errorf("got %v and:\n%s\nwant the stacks of the goroutines, and nothing before", err, written.String())
	}
}

// Terraform shows the requested log levels.
func TestLogLevels(t *testing.T) {
	t.Parallel()
	const request, wait = "Received Cloudflare API response: ", "Waiting before Cloudflare API request: "
	for name, test := range map[string]struct {
		variable, level string
		want            map[string]int // lines
	}{
		"waits are warnings":          {variable: "TF_LOG", level: "WARN", want: map[string]int{request: 0, wait: 1}},
		"attempts are debug messages": {variable: "TF_LOG_PROVIDER", level: "DEBUG", want: map[string]int{request: 2, wait: 1}},
		"logging is off":              {variable: "TF_LOG_CORE", level: "ERROR", want: map[string]int{request: 0, wait: 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newTestEnv(t)
			r.Fail("brand/logo", 1, fakeapi.Respond(503, "text/plain", ""))
			r.variables[test.variable] = test.level
			output, code := r.cli(t, logoBlock).run("plan", "-no-color")
			if code != 0 {
				t.Fatalf("plan ended with %d:\n%s", code, output)
			}
			for line, want := range test.want {
				if got := strings.Count(output, line); got != want {
					t.Errorf("lines with %q: got %d, want %d:\n%s", line, got, want, output)
				}
			}
		})
	}
}
