package engine

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// The name and the version are found among other output.
func TestIdentify(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ printed, want string }{
		"an old Terraform":     {"Terraform v1.0.11", "Terraform v1.0.11"},
		"a release candidate":  {"Terraform v1.8.0-rc1", "Terraform v1.8.0-rc1"},
		"OpenTofu":             {"OpenTofu v1.6.3", "OpenTofu v1.6.3"},
		"after a warning":      {"\nWarning: no such file\n\nOpenTofu v1.12.6\n", "OpenTofu v1.12.6"},
		"before a note":        {"Terraform v1.11.4\non linux_amd64\n\nNot new!\n", "Terraform v1.11.4"},
		"nothing":              {"", "error"},
		"no version":           {"Terraform", "error"},
		"another program":      {"Packer v1.11.4", "error"},
		"no number":            {"Terraform v1.x", "error"},
		"an error":             {"terraform: no such option", "error"},
		"a name in a sentence": {"This is not Terraform v1.8.0", "error"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := "error"
			v, err := identify(test.printed)
			if err == nil {
				got = v.Name
			}
			if got != test.want {
				t.Errorf("got %s, %v, want %s", got, err, test.want)
			}
		})
	}
}

// Each feature is recognized from its first version on, and not before.
func TestHas(t *testing.T) {
	t.Parallel()
	names := []string{"mocks", "functions", "ephemeral", "write-only", "identity", "lists", "moves", "merging"}
	features := []Feature{
		MockedProviders, Functions, EphemeralResources, WriteOnlyArguments, Identities, ListResources, MovesBetweenProviders,
		EqualErrorsMerged,
	}
	for engine, want := range map[string][]string{
		"Terraform v1.0.11":    nil,
		"Terraform v1.6.6":     nil,
		"Terraform v1.7.0":     {"mocks"},
		"Terraform v1.8.0-rc1": {"mocks", "functions", "moves"},
		"Terraform v1.9.8":     {"mocks", "functions", "moves"},
		"Terraform v1.10.5":    {"mocks", "functions", "ephemeral", "moves"},
		"Terraform v1.11.4":    {"mocks", "functions", "ephemeral", "write-only", "moves"},
		"Terraform v1.12.0":    {"mocks", "functions", "ephemeral", "write-only", "identity", "moves", "merging"},
		"Terraform v1.13.5":    {"mocks", "functions", "ephemeral", "write-only", "identity", "moves", "merging"},
		"Terraform v1.14.0":    names,
		"Terraform v1.16.4":    names,
		"OpenTofu v1.6.3":      nil,
		"OpenTofu v1.7.10":     {"functions"},
		"OpenTofu v1.10.9":     {"mocks", "functions"},
		"OpenTofu v1.11.6":     {"mocks", "functions", "ephemeral", "write-only"},
		"OpenTofu v1.12.0":     {"mocks", "functions", "ephemeral", "write-only", "identity"},
		"OpenTofu v1.12.6":     {"mocks", "functions", "ephemeral", "write-only", "identity", "moves"},
	} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			v, err := identify(engine)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for i, feature := range features {
				if v.Has(feature) {
					got = append(got, names[i])
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// The required features of a configuration are found in its files; the missing
// ones are reported by name and version.
func TestLacks(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ engine, file, content, want string }{
		"nothing": {engine: "Terraform v1.5.7", file: "main.tf", content: `data "cloudflare_image" "x" {}`},
		"function": {
			engine: "Terraform v1.7.5", file: "main.tf", content: `x = provider::cloudflare::f()`,
			want: "Terraform v1.7.5 has no provider functions, which came with 1.8.0",
		},
		"has functions": {engine: "OpenTofu v1.7.0", file: "main.tf", content: `x = provider::cloudflare::f()`},
		"ephemeral": {
			engine: "OpenTofu v1.10.9", file: "main.tf", content: "terraform {}\n" + `ephemeral "x" "y" {}`,
			want: "OpenTofu v1.10.9 has no ephemeral resources, which came with 1.11.0",
		},
		"mock": {
			engine: "OpenTofu v1.7.0", file: "tests/a.tftest.hcl", content: `mock_provider "x" {}`,
			want: "OpenTofu v1.7.0 has no mocked providers, which came with 1.8.0",
		},
		"import of many": {
			engine: "Terraform v1.6.6", file: "main.tf", content: "import {\n  for_each = {}\n}\n",
			want: "Terraform v1.6.6 has no import blocks with for_each, which came with 1.7.0",
		},
		"a resource of many": {engine: "Terraform v1.6.6", file: "main.tf", content: "resource \"x\" \"y\" {\n  for_each = {}\n}\n"},
		"identity": {
			engine: "Terraform v1.11.4", file: "import.tf", content: "import {\n  to = a.b\n  identity = {\n    id = 1\n  }\n}\n",
			want: "Terraform v1.11.4 has no imports by identity, which came with 1.12.0",
		},
		"list": {
			engine: "Terraform v1.13.5", file: "main.tfquery.hcl", content: `list "x" "y" {}`,
			want: "Terraform v1.13.5 has no list resources, which came with 1.14.0",
		},
		"list, of OpenTofu": {
			engine: "OpenTofu v1.12.6", file: "main.tfquery.hcl", content: `list "x" "y" {}`,
			want: "OpenTofu v1.12.6 has no list resources, which came with Terraform 1.14.0",
		},
		"has lists":    {engine: "Terraform v1.14.0", file: "main.tfquery.hcl", content: `list "x" "y" {}`},
		"an argument":  {engine: "Terraform v1.5.7", file: "main.tf", content: `  allow_list "x" {}` + "\n" + `  list "x" {}`},
		"in prose":     {engine: "Terraform v1.5.7", file: "README.md", content: `provider::`},
		"in an output": {engine: "Terraform v1.5.7", file: "main.tf", content: "identity = other.identity"},
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
