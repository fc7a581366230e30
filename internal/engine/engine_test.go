package engine

import (
	"fmt"
	"testing"
)

func TestIdentify(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Terraform v1.0.11":         "OpenTofu: false, functions: false, ephemeral resources: false",
		"Terraform v1.8.0":          "OpenTofu: false, functions: true, ephemeral resources: false",
		"Terraform v1.11.4":         "OpenTofu: false, functions: true, ephemeral resources: true",
		"Terraform v1.8.0-rc1":      "OpenTofu: false, functions: true, ephemeral resources: false",
		"OpenTofu v1.6.3":           "OpenTofu: true, functions: false, ephemeral resources: false",
		"OpenTofu v1.10.9":          "OpenTofu: true, functions: true, ephemeral resources: false",
		"OpenTofu v1.12.6":          "OpenTofu: true, functions: true, ephemeral resources: true",
		"Terraform":                 "error",
		"terraform: no such option": "error",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := "error"
			if r, err := identify(name); err == nil {
				got = fmt.Sprintf("OpenTofu: %t, functions: %t, ephemeral resources: %t", r.OpenTofu, r.Has(r.Functions), r.Has(r.EphemeralResources))
			}
			if got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}
