// What Terraform's repository has in modules that are published nowhere. Its
// own dependencies are those of ../go.mod, the only place that builds it.
module github.com/hashicorp/terraform/internal

go 1.26.8
