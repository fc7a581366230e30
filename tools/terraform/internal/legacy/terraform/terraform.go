// Package terraform replaces a package that only Terraform's own tests import,
// but that go mod tidy requires.
package terraform
