package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestIdentify(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Terraform v1.0.11":    "OpenTofu: false, functions: false, ephemeral resources: false",
		"Terraform v1.8.0":     "OpenTofu: false, functions: true, ephemeral resources: false",
		"Terraform v1.11.4":    "OpenTofu: false, functions: true, ephemeral resources: true",
		"Terraform v1.8.0-rc1": "OpenTofu: false, functions: true, ephemeral resources: false",
		"OpenTofu v1.6.3":      "OpenTofu: true, functions: false, ephemeral resources: false",
		"OpenTofu v1.10.9":     "OpenTofu: true, functions: true, ephemeral resources: false",
		"OpenTofu v1.12.6":     "OpenTofu: true, functions: true, ephemeral resources: true",
		"\nWarning: no such file\n\nOpenTofu v1.12.6\n":   "OpenTofu: true, functions: true, ephemeral resources: true",
		"Terraform v1.11.4\non linux_amd64\n\nNot new!\n": "OpenTofu: false, functions: true, ephemeral resources: true",
		"":                          "error",
		"Terraform":                 "error",
		"Packer v1.11.4":            "error",
		"Terraform v1.x":            "error",
		"terraform: no such option": "error",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := "error"
			if v, err := identify(name); err == nil {
				got = fmt.Sprintf("OpenTofu: %t, functions: %t, ephemeral resources: %t", v.OpenTofu, v.Has(v.Functions), v.Has(v.EphemeralResources))
			}
			if got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestLacks(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ engine, file, content, want string }{
		"nothing": {"Terraform v1.5.7", "main.tf", `data "cloudflare_image" "x" {}`, ""},
		"function": {
			"Terraform v1.7.5", "main.tf", `x = provider::cloudflare::f()`,
			"Terraform v1.7.5 has no functions of providers; they came with 1.8.0",
		},
		"has functions": {"OpenTofu v1.7.0", "main.tf", `x = provider::cloudflare::f()`, ""},
		"ephemeral": {
			"OpenTofu v1.10.9", "main.tf", `ephemeral "x" "y" {}`,
			"OpenTofu v1.10.9 has no ephemeral resources; they came with 1.11.0",
		},
		"mock": {
			"OpenTofu v1.7.0", "tests/a.tftest.hcl", `mock_provider "x" {}`,
			"OpenTofu v1.7.0 has no mocked providers; they came with 1.8.0",
		},
		"in prose": {"Terraform v1.5.7", "README.md", `provider::`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, test.file)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			v, err := identify(test.engine)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := v.Lacks(dir); err != nil || got != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
}
