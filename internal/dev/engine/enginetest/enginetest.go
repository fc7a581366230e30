// Package enginetest finds the Terraform or OpenTofu that a test runs.
package enginetest

import (
	"context"
	"sync"
	"testing"

	"terraform.local/images/terraform-provider-cloudflare/internal/dev/engine"
)

type found struct {
	path    string
	version engine.Version
}

// find looks once for all tests of a package.
var find = sync.OnceValues(func() (found, error) {
	path, err := engine.Find()
	if err != nil {
		return found{}, err
	}
	version, err := engine.Identify(context.Background(), path)
	return found{path, version}, err
})

// Find returns the path and version of Terraform or OpenTofu. If neither is
// found, it fails the test. In short mode it skips the test instead.
func Find(tb testing.TB) (path string, version engine.Version) {
	tb.Helper()
	if testing.Short() {
		tb.Skip("runs Terraform or OpenTofu, which tests do not in short mode")
	}
	one, err := find()
	if err != nil {
		tb.Fatal(err)
	}
	return one.path, one.version
}
