terraform {
  required_version = ">= 1.14" # the list resources: Terraform 1.14

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

provider "cloudflare" {}
