// Command releasecheck looks at the release that make mirror has built into
// dist/: that it is complete, that an engine installs it from the mirror
// without a network, and that building the same commit again, elsewhere, gives
// the same bytes, with a signature that holds. It needs gpg. Its argument is
// the version.
package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/standin"
)

// project is how everything in dist/ begins.
const project = "terraform-provider-cloudflare"

// platforms are those that the release is for.
var platforms = []string{
	"darwin_amd64", "darwin_arm64",
	"freebsd_386", "freebsd_amd64", "freebsd_arm", "freebsd_arm64",
	"linux_386", "linux_amd64", "linux_arm", "linux_arm64",
	"windows_386", "windows_amd64", "windows_arm64",
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "releasecheck: give one argument, the version")
		os.Exit(2)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 45*time.Minute)
	err := run(ctx, os.Args[1])
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "releasecheck:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, version string) error {
	dir, err := os.MkdirTemp("", "cloudflare-images-release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := checkComplete(version); err != nil {
		return err
	}
	fmt.Printf("Complete: archives for %d platforms, each with its SBOM, all in SHA256SUMS.\n", len(platforms))
	if err := checkInstalls(ctx, filepath.Join(dir, "install"), version); err != nil {
		return err
	}
	fmt.Println("Installs: init and plan work from the mirror without a network.")
	if err := checkReproducible(ctx, dir, version); err != nil {
		return err
	}
	fmt.Println("Reproducible: a clone gives the same archives, and an empty build cache the same binary.")
	fmt.Println("Signed: the signature of the clone's checksums, by a key made for it, is good.")
	return nil
}

// sums is the list of what the release consists of, with checksums.
func sums(dist, version string) string {
	return filepath.Join(dist, project+"_"+version+"_SHA256SUMS")
}

// checkComplete looks for what a registry asks for.
func checkComplete(version string) error {
	want := []string{project + "_" + version + "_manifest.json"}
	for _, platform := range platforms {
		name := project + "_" + version + "_" + platform
		want = append(want, name+".cdx.json", name+".zip")
		binary := project + "_v" + version
		if strings.HasPrefix(platform, "windows") {
			binary += ".exe"
		}
		archive, err := zip.OpenReader(filepath.Join("dist", name+".zip"))
		if err != nil {
			return err
		}
		var files []string
		for _, file := range archive.File {
			files = append(files, file.Name)
		}
		archive.Close()
		if got := strings.Join(files, " "); got != "LICENSE THIRD_PARTY.md "+binary {
			return fmt.Errorf("%s.zip holds %s", name, got)
		}
	}
	content, err := os.ReadFile(sums("dist", version))
	if err != nil {
		return err
	}
	var got []string
	for line := range strings.Lines(string(content)) {
		if fields := strings.Fields(line); len(fields) == 2 {
			got = append(got, fields[1])
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		return fmt.Errorf("SHA256SUMS lists %v, not %v", got, want)
	}
	return nil
}

// checkInstalls installs the provider from the mirror and plans with it. The
// proxy is a closed port: whoever wants the network fails.
func checkInstalls(ctx context.Context, dir, version string) error {
	path, err := engine.Find()
	if err != nil {
		return err
	}
	mirror, err := filepath.Abs(filepath.Join("dist", "mirror"))
	if err != nil {
		return err
	}
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("examples", "demo"))); err != nil {
		return err
	}
	cliConfig := filepath.Join(dir, "cli.tfrc")
	if err := os.WriteFile(cliConfig, []byte(engine.MirrorConfig(mirror)), 0o600); err != nil {
		return err
	}
	_, variables, stop, err := standin.Listen(ctx)
	if err != nil {
		return err
	}
	defer stop()
	workspace := &engine.Workspace{Engine: path, Dir: dir, CLIConfig: cliConfig, Env: append(variables,
		"HTTPS_PROXY=http://127.0.0.1:1", "HTTP_PROXY=http://127.0.0.1:1", "TF_VAR_image_id=brand/logo")}
	if _, err := workspace.RunAll(ctx, []string{"init", "-no-color"}, []string{"plan", "-no-color"}); err != nil {
		return err
	}
	lock, err := os.ReadFile(filepath.Join(dir, ".terraform.lock.hcl"))
	if err != nil {
		return err
	}
	if !strings.Contains(string(lock), fmt.Sprintf("version = %q", version)) {
		return fmt.Errorf("another version than %s was installed:\n%s", version, lock)
	}
	return nil
}

// checkReproducible builds the commit again in a clone: everything, signed by
// a key made for it, and one binary with an empty build cache.
func checkReproducible(ctx context.Context, dir, version string) error {
	clone := filepath.Join(dir, "a clone")
	tools, err := filepath.Abs(".bin")
	if err != nil {
		return err
	}
	if output, err := exec.CommandContext(ctx, "git", "clone", "-q", ".", clone).CombinedOutput(); err != nil {
		return fmt.Errorf("clone: %w\n%s", err, output)
	}
	if err := os.Symlink(tools, filepath.Join(clone, ".bin")); err != nil {
		return err
	}
	signer := signer{home: filepath.Join(dir, "gnupg")}
	defer signer.stop()
	if err := signer.makeKey(ctx); err != nil {
		return err
	}
	// The clone uses our tools, so -o says that they need no building.
	rebuild := exec.CommandContext(ctx, "make", "-o", ".bin/goreleaser", "-o", ".bin/cyclonedx-gomod", "release-snapshot", "SKIP=publish", "VERSION="+version) //nolint:gosec // the caller names the version
	rebuild.Dir = clone
	rebuild.Env = signer.env()
	if output, err := rebuild.CombinedOutput(); err != nil {
		return fmt.Errorf("make release-snapshot in a clone: %w\n%s", err, output)
	}
	if err := signer.verify(ctx, sums(filepath.Join(clone, "dist"), version)); err != nil {
		return err
	}
	first, err := os.ReadFile(sums("dist", version))
	if err != nil {
		return err
	}
	second, err := os.ReadFile(sums(filepath.Join(clone, "dist"), version))
	if err != nil {
		return err
	}
	if !bytes.Equal(first, second) {
		return fmt.Errorf("a clone of the last commit gives other bytes; has everything been committed?\ndist:\n%s\nclone:\n%s", first, second)
	}

	rebuilt := filepath.Join(dir, "rebuilt")
	build := exec.CommandContext(ctx, filepath.Join(tools, "goreleaser"), "build", "--snapshot", "--clean", "--single-target", "--output", rebuilt)
	build.Dir = clone
	toolchain, err := toolchain("go.mod")
	if err != nil {
		return err
	}
	// Of the date, no byte of the binary depends, only that of its file.
	build.Env = append(os.Environ(), "GOTOOLCHAIN="+toolchain, "GOCACHE="+filepath.Join(dir, "empty"), "VERSION="+version, "SOURCE_DATE_EPOCH=0")
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build with an empty cache: %w\n%s", err, output)
	}
	released, err := releasedBinary(version)
	if err != nil {
		return err
	}
	again, err := os.ReadFile(rebuilt)
	if err != nil {
		return err
	}
	if !bytes.Equal(released, again) {
		return errors.New("an empty build cache gives another binary")
	}
	return nil
}

// toolchain is the version of Go that a go.mod names for builds.
func toolchain(path string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	file, err := modfile.Parse(path, content, nil)
	if err != nil {
		return "", err
	}
	if file.Toolchain == nil {
		return "", fmt.Errorf("%s names no toolchain, on which the bytes of a release depend", path)
	}
	return file.Toolchain.Name, nil
}

// signer signs with a key that is thrown away.
type signer struct{ home string }

func (s signer) env() []string { return append(os.Environ(), "GNUPGHOME="+s.home, "GPG_PASSPHRASE=") }

func (s signer) gpg(ctx context.Context, args ...string) error {
	command := exec.CommandContext(ctx, "gpg", append([]string{"--batch"}, args...)...)
	command.Env = s.env()
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("gpg %s: %w\n%s", strings.Join(args, " "), err, output)
	}
	return nil
}

func (s signer) makeKey(ctx context.Context) error {
	if err := os.Mkdir(s.home, 0o700); err != nil {
		return err
	}
	return s.gpg(ctx, "--pinentry-mode", "loopback", "--passphrase", "", "--quick-generate-key", "release check", "rsa3072", "sign", "never")
}

// stop ends the agent that gpg has started.
func (s signer) stop() {
	command := exec.Command("gpgconf", "--kill", "gpg-agent") //nolint:noctx // it ends at once
	command.Env = s.env()
	_ = command.Run()
}

func (s signer) verify(ctx context.Context, sums string) error {
	return s.gpg(ctx, "--verify", sums+".sig", sums)
}

// releasedBinary is the one for this platform.
func releasedBinary(version string) ([]byte, error) {
	archive, err := zip.OpenReader(filepath.Join("dist", project+"_"+version+"_"+runtime.GOOS+"_"+runtime.GOARCH+".zip"))
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	binary, err := archive.Open(project + "_v" + version)
	if err != nil {
		return nil, err
	}
	defer binary.Close()
	return io.ReadAll(binary)
}
