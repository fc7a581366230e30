terraform {
  required_version = ">= 1.7" # the mocked provider: Terraform 1.7 or OpenTofu 1.8

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

variable "logo" {
  type = string
}

resource "cloudflare_image" "logo" {
  source = var.logo
}

output "logo_url" {
  value = "${cloudflare_image.logo.delivery_base_url}/hero"
}
