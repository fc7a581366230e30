terraform {
  required_version = ">= 1.8" # for the function

  required_providers {
    cloudflare = {
      source = "cloudflare/cloudflare"
    }
    images = {
      source = "terraform.local/images/cloudflare"
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

# This provider reads an image that must have it, once it has been made.
data "cloudflare_image" "logo" {
  provider          = images
  image_id          = "brand/logo"
  required_variants = ["hero"]

  depends_on = [cloudflare_image_variant.hero]
}

output "hero_url" {
  value = data.cloudflare_image.logo.variant_urls["hero"]
}

# Functions go by the local name as well.
output "image_id" {
  value = provider::images::parse_delivery_url(
    data.cloudflare_image.logo.variant_urls["hero"]
  ).image_id
}
