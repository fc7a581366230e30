// Package terraform replaces one that only Terraform's own tests import,
// and that go mod tidy requires.
package terraform
