package main

import (
	"bytes"
	"debug/buildinfo"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-version"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine/enginetest"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

const root = "../../.."

// configuration has the constraint of the examples.
const configuration = `terraform {
  required_providers {
    cloudflare = {
      source  = "` + provider.Source + `"
      version = "~> 0.1"
    }
  }
}

data "cloudflare_image" "logo" {
  image_id = "brand/logo"
}
`

// initialized returns a working directory in which Terraform finds the
// providers that are installed in the given home.
func initialized(t *testing.T, home string) *engine.Workspace {
	t.Helper()
	path, _ := enginetest.Find(t)
	_, env, stop, err := fakeapi.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	// Without a CLI configuration, Terraform looks for providers in the home.
	env = append(env, "HOME="+home, "APPDATA="+home, "XDG_DATA_HOME="+home, "XDG_CONFIG_HOME="+home)
	w := &engine.Workspace{Engine: path, Dir: t.TempDir(), CLIConfig: os.DevNull, Env: env}
	if err := os.WriteFile(filepath.Join(w.Dir, "main.tf"), []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

var lockedVersion = regexp.MustCompile(`version *= "(.+)"`)

// locked returns the version that a folder is initialized with.
func locked(t *testing.T, w *engine.Workspace) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(w.Dir, ".terraform.lock.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	found := lockedVersion.FindSubmatch(content)
	if found == nil {
		t.Fatalf("no version in\n%s", content)
	}
	return string(found[1])
}

// Initialized folders keep their build when another one is installed, and an
// upgrade selects the new one.
func TestInstallAgain(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	w := initialized(t, home)
	addresses := provider.Addresses()
	at := time.Date(2026, 11, 29, 9, 0, 0, 0, time.FixedZone("", 3600))
	base := version.Must(version.NewSemver("0.1.0"))
	installed := func(stamp string, at time.Time) (last string, isNew bool) {
		binary, err := build(t.Context(), root, stamp)
		if err != nil {
			t.Fatal(err)
		}
		for _, address := range addresses {
			folder := filepath.Join(home, ".terraform.d", "plugins", filepath.FromSlash(address))
			if last, isNew, err = install(folder, base, binary, at); err != nil {
				t.Fatal(err)
			}
		}
		return last, isNew
	}
	works := func(want string, runs ...[]string) {
		t.Helper()
		if output, err := w.RunAll(t.Context(), runs...); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		if got := locked(t, w); got != want {
			t.Errorf("%v: got version %s, want %s", runs, got, want)
		}
	}
	initialize, upgrade, plan := []string{
		"init",
		"-no-color",
	}, []string{
		"init",
		"-no-color",
		"-upgrade",
	}, []string{
		"plan",
		"-no-color",
	}

	const first, second = "0.1.20261129080000", "0.1.20261129080001"
	installed("one", at)
	works(first, initialize, plan)
	if _, isNew := installed("one", at.Add(time.Hour)); isNew {
		t.Error("the same build was installed as another version")
	}
	file, isNew := installed("two", at.Add(time.Second))
	if !isNew || !strings.Contains(file, second) {
		t.Errorf("got %s, new: %t, want %s", file, isNew, second)
	}
	works(first, plan, initialize, plan)
	works(second, upgrade, plan)

	// Replacing the build of a version causes the message that the guide explains.
	content, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, append(content, '\n'), 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile(filepath.Join(root, "docs", "guides", "debugging.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range [][]string{plan, upgrade} {
		output, code, err := w.Run(t.Context(), run...)
		message := regexp.MustCompile(`does(?:n't| not) match any of the checksums (?:previously )?recorded in the dependency lock file`).
			FindString(strings.Join(strings.Fields(strings.ReplaceAll(output, "│", " ")), " "))
		if err != nil || code != 1 || message == "" || !bytes.Contains(guide, []byte(message)) {
			t.Errorf("%v ended with %d, %v:\n%s\nwant a message that the guide explains", run, code, err, output)
		}
	}
	if err := os.Remove(filepath.Join(w.Dir, ".terraform.lock.hcl")); err != nil {
		t.Fatal(err)
	}
	works(second, initialize, plan)
}

// The commit is not part of the binary. This repository may be a worktree,
// which Go ignores, so the test creates a repository.
func TestBuildWithoutCommit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{"go.mod": "module example.com/provider\n", "main.go": "package main\n\nfunc main() {}\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{"init", "-q"}, {"add", "."}, {"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "a"},
	} {
		git := exec.CommandContext(t.Context(), "git", args...)
		git.Dir = dir
		if output, err := git.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, output)
		}
	}
	binary, err := build(t.Context(), dir, "0.1.0-dev")
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.Read(bytes.NewReader(binary))
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range info.Settings {
		if strings.HasPrefix(setting.Key, "vcs") {
			t.Errorf("the binary contains %s %s", setting.Key, setting.Value)
		}
	}
}

// The newest build is the one with the highest version of the same first
// numbers.
func TestNewestOf(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		folders []string
		want    string
	}{
		"none":                  {nil, ""},
		"a release":             {[]string{"0.1.0"}, "0.1.0"},
		"by number, not letter": {[]string{"0.1.20261129080000", "0.1.9"}, "0.1.20261129080000"},
		"other first numbers":   {[]string{"0.1.3", "0.2.0", "1.1.0"}, "0.1.3"},
		"others":                {[]string{"index.json", "0.1.3", "latest"}, "0.1.3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "cloudflare")
			for _, name := range test.folders {
				if err := os.MkdirAll(filepath.Join(folder, name), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			found, err := newestOf(folder, version.Must(version.NewSemver("0.1.0")))
			got := ""
			if found != nil {
				got = found.Original()
			}
			if err != nil || got != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
}
