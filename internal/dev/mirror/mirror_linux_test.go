package main

import (
	"archive/zip"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine/enginetest"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

const version = "0.1.0"

// laidOut returns the path of a mirror with the provider for this machine.
func laidOut(t *testing.T) string {
	t.Helper()
	enginetest.Find(t) // before the build, which takes longer
	dist := t.TempDir()
	built := t.TempDir()
	if _, err := engine.Build(t.Context(), built, ".", provider.Addresses()[:1]); err != nil {
		t.Fatal(err)
	}
	binaries, err := filepath.Glob(
		filepath.Join(built, "mirror", filepath.FromSlash(provider.Addresses()[0]), "*", "*", "*"),
	)
	if err != nil || len(binaries) != 1 {
		t.Fatalf("found %q, %v, want one binary", binaries, err)
	}
	binary, err := os.ReadFile(binaries[0])
	if err != nil {
		t.Fatal(err)
	}
	name := "terraform-provider-cloudflare_" + version + "_" + runtime.GOOS + "_" + runtime.GOARCH + ".zip"
	file, err := os.Create(filepath.Join(dist, name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	archive := zip.NewWriter(file)
	header := &zip.FileHeader{Name: filepath.Base(binaries[0]), Method: zip.Store}
	header.SetMode(0o755)
	content, err := archive.CreateHeader(header)
	if err == nil {
		_, err = content.Write(binary)
	}
	if err == nil {
		err = archive.Close()
	}
	if err == nil {
		err = layOut(dist, version, provider.Addresses())
	}
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dist, "mirror")
}

// workspace returns a folder that requires the provider, and a CLI
// configuration.
func workspace(t *testing.T, installation string, env ...string) *engine.Workspace {
	t.Helper()
	path, _ := enginetest.Find(t)
	dir := t.TempDir()
	w := &engine.Workspace{Engine: path, Dir: dir, CLIConfig: filepath.Join(dir, "cli.tfrc"), Env: env}
	for name, content := range map[string]string{
		"main.tf": "terraform {\n  required_providers {\n    cloudflare = {\n      source = \"" + provider.Source + "\"\n    }\n  }\n}\n" +
			"data \"cloudflare_image\" \"logo\" {\n  image_id = \"brand/logo\"\n}\n",
		"cli.tfrc": installation,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// Terraform installs the provider from the mirror on a web server, with the
// hashes that the mirror gives, and rejects an archive with other hashes.
func TestNetworkMirror(t *testing.T) {
	t.Parallel()
	mirror := laidOut(t)
	server := httptest.NewTLSServer(http.FileServer(http.Dir(mirror)))
	t.Cleanup(server.Close)
	authority := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(authority, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	installation := "provider_installation {\n  network_mirror {\n    url = \"" + server.URL + "/\"\n  }\n}\n"
	trust := []string{"SSL_CERT_FILE=" + authority, "NO_PROXY=127.0.0.1"}

	w := workspace(t, installation, trust...)
	if output, err := w.RunAll(t.Context(), []string{"init", "-no-color"}, []string{"validate", "-no-color"}); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	lock, err := os.ReadFile(filepath.Join(w.Dir, ".terraform.lock.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"` + version + `"`, `"h1:`} {
		if !strings.Contains(string(lock), want) {
			t.Errorf("the lock file has no %s:\n%s", want, lock)
		}
	}

	index := filepath.Join(mirror, filepath.FromSlash(provider.Addresses()[0]), version+".json")
	content, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	other := strings.NewReplacer(`"h1:`, `"h1:0`, `"zh:`, `"zh:0`).Replace(string(content))
	if err := os.WriteFile(index, []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	w = workspace(t, installation, trust...)
	if output, code, err := w.Run(t.Context(), "init", "-no-color"); err != nil || code != 1 ||
		!strings.Contains(output, "checksum") {
		t.Errorf("init ended with %d, %v, want a checksum error:\n%s", code, err, output)
	}
}

// The folder is a filesystem mirror as well, from which a lock file gets the
// hashes of a platform, as RELEASING.md shows.
func TestFilesystemMirror(t *testing.T) {
	t.Parallel()
	mirror := laidOut(t)
	w := workspace(t, engine.MirrorConfig(mirror))
	output, err := w.RunAll(t.Context(),
		[]string{"providers", "lock", "-fs-mirror=" + mirror, "-platform=" + runtime.GOOS + "_" + runtime.GOARCH},
		[]string{"init", "-no-color", "-lockfile=readonly"},
		[]string{"validate", "-no-color"})
	if err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}

func TestMirrorWithoutArchives(t *testing.T) {
	t.Parallel()
	err := layOut(t.TempDir(), version, provider.Addresses())
	if err == nil || !strings.Contains(err.Error(), "there is no terraform-provider-cloudflare_0.1.0_*.zip") {
		t.Errorf("got %v", err)
	}
}
