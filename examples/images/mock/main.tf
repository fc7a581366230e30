terraform {
  required_providers {
    cloudflare = {
      source = "terraform.local/images/cloudflare"
    }
  }
}

variable "picture" {
  type = string
}

resource "cloudflare_image" "logo" {
  source = var.picture
}

output "logo_url" {
  value = "${cloudflare_image.logo.delivery_base_url}/hero"
}
