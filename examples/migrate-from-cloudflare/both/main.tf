terraform {
  required_version = ">= 1.7" # the functions: Terraform 1.8 or OpenTofu 1.7

  required_providers {
    cloudflare = {
      source  = "cloudflare/cloudflare"
      version = "~> 5.0"
    }
    images = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

variable "account_id" {
  type    = string
  default = "023e105f4ecef8ad9ca31a8372d0c353"
}

provider "images" {
  account_id = var.account_id
}

# The official provider manages the variant.
resource "cloudflare_image_variant" "hero" {
  account_id = var.account_id
  id         = "hero"
  options = {
    fit      = "cover"
    width    = 1200
    height   = 400
    metadata = "none"
  }
}

# This provider reads an image that must have the variant, once it exists.
data "cloudflare_image" "logo" {
  provider          = images
  image_id          = "brand/logo"
  required_variants = ["hero"]

  depends_on = [cloudflare_image_variant.hero]
}

output "hero_url" {
  value = data.cloudflare_image.logo.variant_urls["hero"]
}

# Functions are called by the local name of the provider.
output "image_id" {
  value = provider::images::parse_delivery_url(
    data.cloudflare_image.logo.variant_urls["hero"]
  ).image_id
}
