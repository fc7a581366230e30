//go:build release

package releasecheck

import (
	"archive/zip"
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine/enginetest"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/fakeapi"
)

// These tests check the files that make mirror has built in dist/.

// project is the prefix of the file names in dist/.
const project = "terraform-provider-cloudflare"

// platforms are the platforms of a release.
var platforms = []string{
	"darwin_amd64", "darwin_arm64",
	"freebsd_386", "freebsd_amd64", "freebsd_arm", "freebsd_arm64",
	"linux_386", "linux_amd64", "linux_arm", "linux_arm64",
	"windows_386", "windows_amd64", "windows_arm64",
}

var released = flag.String("version", "", "the version that was built")

// root returns the absolute path of the module.
func root(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// artifact returns the path of a part of the release in a tree.
func artifact(tree, name string) string {
	return filepath.Join(tree, "dist", project+"_"+*released+"_"+name)
}

// run runs a command in a folder, with additional environment variables.
func run(t *testing.T, dir string, env []string, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), args[0], args[1:]...)
	command.Dir, command.Env = dir, append(os.Environ(), env...)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, output)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// unpack returns the names and the content of the files in an archive.
func unpack(t *testing.T, path string) (names []string, content map[string][]byte) {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	content = map[string][]byte{}
	for _, file := range archive.File {
		opened, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		if content[file.Name], err = io.ReadAll(opened); err != nil {
			t.Fatal(err)
		}
		opened.Close()
		names = append(names, file.Name)
	}
	return names, content
}

// Every platform has an archive with the licences and an SBOM, and SHA256SUMS
// lists everything that a registry requires.
func TestComplete(t *testing.T) {
	t.Parallel()
	want := []string{filepath.Base(artifact("", "manifest.json"))}
	for _, platform := range platforms {
		binary := project + "_v" + *released
		if strings.HasPrefix(platform, "windows") {
			binary += ".exe"
		}
		path := artifact(root(t), platform+".zip")
		want = append(want, filepath.Base(path), filepath.Base(artifact("", platform+".cdx.json")))
		names, content := unpack(t, path)
		if got, want := strings.Join(names, " "), "LICENSE THIRD_PARTY.md "+binary; got != want {
			t.Errorf("%s holds %s, not %s", path, got, want)
		}
		if licences := content["THIRD_PARTY.md"]; !bytes.Contains(
			licences,
			[]byte("### github.com/hashicorp/terraform-plugin-framework v"),
		) {
			t.Errorf("THIRD_PARTY.md in %s lacks the plugin framework:\n%.500s", path, licences)
		}
	}
	var got []string
	for line := range strings.Lines(string(read(t, artifact(root(t), "SHA256SUMS")))) {
		got = append(got, strings.Fields(line)[1])
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("SHA256SUMS lists %v, not %v", got, want)
	}
}

// Terraform installs the provider from the mirror and plans with it. The proxy
// is a closed port, so network access fails.
func TestInstalls(t *testing.T) {
	t.Parallel()
	path, _ := enginetest.Find(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root(t), "examples", "demo"))); err != nil {
		t.Fatal(err)
	}
	cliConfig := filepath.Join(dir, "cli.tfrc")
	mirror := engine.MirrorConfig(filepath.Join(root(t), "dist", "mirror"))
	if err := os.WriteFile(cliConfig, []byte(mirror), 0o600); err != nil {
		t.Fatal(err)
	}
	_, env, stop, err := fakeapi.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	env = append(env, "HTTPS_PROXY=http://127.0.0.1:1", "HTTP_PROXY=http://127.0.0.1:1", "TF_VAR_image_id=brand/logo")
	workspace := &engine.Workspace{Engine: path, Dir: dir, CLIConfig: cliConfig, Env: env}
	if _, err := workspace.RunAll(t.Context(), []string{"init", "-no-color"}, []string{"plan", "-no-color"}); err != nil {
		t.Fatal(err)
	}
	lock := string(read(t, filepath.Join(dir, ".terraform.lock.hcl")))
	// Terraform aligns the equal signs with those of the other arguments.
	if !regexp.MustCompile(fmt.Sprintf(`(?m)^  version +=\s+%q$`, *released)).MatchString(lock) {
		t.Errorf("a version other than %s was installed:\n%s", *released, lock)
	}
}

// A clone of the commit produces the same archives, signed with a temporary
// key, and a build with an empty cache produces the same binary.
func TestReproducible(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	clone := filepath.Join(dir, "a clone")
	run(t, root(t), nil, "git", "clone", "-q", ".", clone)
	if err := os.Symlink(filepath.Join(root(t), ".bin"), filepath.Join(clone, ".bin")); err != nil {
		t.Fatal(err)
	}
	home := filepath.Join(dir, "gnupg")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	gpg := []string{"GNUPGHOME=" + home, "GPG_PASSPHRASE="}
	run(t, dir, gpg, "gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", "",
		"--quick-generate-key", "release check", "rsa3072", "sign", "never")
	defer run(t, dir, gpg, "gpgconf", "--kill", "gpg-agent")
	// The clone uses the tools of this tree; -o keeps make from building them
	// again.
	run(t, clone, gpg, "make", "-o", ".bin/goreleaser", "-o", ".bin/cyclonedx-gomod", "-o", ".bin/go-licence-detector",
		"release-snapshot", "SKIP=publish", "VERSION="+*released)
	sums := artifact(clone, "SHA256SUMS")
	run(t, clone, gpg, "gpg", "--batch", "--verify", sums+".sig", sums)
	if first, second := read(t, artifact(root(t), "SHA256SUMS")), read(t, sums); !bytes.Equal(first, second) {
		t.Errorf(
			"a clone of the last commit gives other bytes; has everything been committed?\ndist:\n%s\nclone:\n%s",
			first,
			second,
		)
	}

	rebuilt := filepath.Join(dir, "rebuilt")
	// The date changes only the modification time of the binary, not its content.
	run(t, clone, []string{
		"GOTOOLCHAIN=" + readModule(t, filepath.Join(clone, "go.mod")).Toolchain.Name,
		"GOCACHE=" + filepath.Join(dir, "empty"), "VERSION=" + *released, "SOURCE_DATE_EPOCH=0",
	}, ".bin/goreleaser", "build", "--snapshot", "--clean", "--single-target", "--output", rebuilt)
	_, content := unpack(t, artifact(root(t), runtime.GOOS+"_"+runtime.GOARCH+".zip"))
	if !bytes.Equal(content[project+"_v"+*released], read(t, rebuilt)) {
		t.Error("an empty build cache gives another binary")
	}
}
