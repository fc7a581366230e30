// Package terraform stands in for one that only tests of Terraform's own
// import, and that go mod tidy asks for.
package terraform
