package engine_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine/enginetest"
	"terraform.local/images/terraform-provider-cloudflare/internal/provider"
)

// A copy of a folder works with real Terraform, and is removed afterwards.
func TestTry(t *testing.T) {
	enginetest.Find(t)
	t.Setenv("CLOUDFLARE_API_TOKEN", "of the caller, which must not get through")
	w, err := engine.Try(t.Context(), provider.Addresses(), "examples/detect-missing-variants/index", "CLOUDFLARE_ACCOUNT_ID=a/b")
	if err != nil {
		t.Fatal(err)
	}
	if output, err := w.RunAll(t.Context(), []string{"init", "-no-color"}, []string{"validate", "-no-color"}); err != nil ||
		!strings.Contains(output, "The configuration is valid") {
		t.Errorf("got %v:\n%s", err, output)
	}
	output, err := w.RunAll(t.Context(), []string{"plan", "-no-color"})
	if err == nil || !strings.Contains(err.Error(), "plan ended with exit code 1:") ||
		!strings.Contains(output, "CLOUDFLARE_ACCOUNT_ID") {
		t.Errorf("got %v:\n%s", err, output)
	}
	w.Close()
	if _, err := os.Stat(filepath.Dir(w.Dir)); !os.IsNotExist(err) {
		t.Errorf("the copy is left: %v", err)
	}
	if _, err := w.RunAll(t.Context(), []string{"version"}); err == nil {
		t.Error("Terraform ran in a removed folder")
	}
}

func TestTryWithoutAFolder(t *testing.T) {
	t.Parallel()
	if w, err := engine.Try(t.Context(), provider.Addresses(), "examples/no-such-folder"); err == nil {
		w.Close()
		t.Error("a folder that is not there was tried")
	}
}

func TestFind(t *testing.T) {
	t.Setenv(engine.PathVariable, "bin/some-engine")
	if path, err := engine.Find(); err != nil || !filepath.IsAbs(path) || filepath.Base(path) != "some-engine" {
		t.Errorf("got %s, %v", path, err)
	}
	empty := t.TempDir()
	t.Setenv(engine.PathVariable, "")
	t.Setenv("PATH", empty)
	if path, err := engine.Find(); err == nil || !strings.Contains(err.Error(), "neither terraform nor tofu is on PATH") {
		t.Errorf("got %s, %v", path, err)
	}
	tofu := filepath.Join(empty, "tofu")
	if runtime.GOOS == "windows" {
		tofu += ".exe"
	}
	if err := os.WriteFile(tofu, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if path, err := engine.Find(); err != nil || path != tofu {
		t.Errorf("got %s, %v, want %s", path, err, tofu)
	}
}

// A binary that doesn't exist can't be identified.
func TestIdentifyAnother(t *testing.T) {
	t.Parallel()
	if _, err := engine.Identify(t.Context(), filepath.Join(t.TempDir(), "no-such-engine")); err == nil {
		t.Error("nothing was identified")
	}
}
