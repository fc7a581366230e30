terraform {
  required_version = ">= 1.5"

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

variable "logo" {
  type    = string
  default = "logo.png"
}

resource "cloudflare_image" "logo" {
  id     = "logo"
  source = "${path.module}/${var.logo}"
}

resource "cloudflare_image_variant" "card" {
  id      = "card"
  options = { width = 600 }
}

output "logo_url" {
  value = join("/", [
    cloudflare_image.logo.delivery_base_url, cloudflare_image_variant.card.id
  ])
}
