terraform {
  required_version = ">= 1.8" # for the function

  required_providers {
    cloudflare = {
      source = "terraform.local/images/cloudflare"
    }
  }
}

variable "image_id" {
  type = string
}

variable "variant" {
  type    = string
  default = "public"
}

provider "cloudflare" {}

data "cloudflare_image" "picture" {
  image_id = var.image_id
}

data "cloudflare_images" "newest" {
  max_items = 3
}

data "cloudflare_image_variants" "all" {}

output "variant_urls" {
  value = data.cloudflare_image.picture.variant_urls
}

# The plan fails where the account has no such variant.
output "url" {
  value = data.cloudflare_image.picture.variant_urls[var.variant]
}

output "require_signed_urls" {
  value = data.cloudflare_image.picture.require_signed_urls
}

output "newest_images" {
  value = data.cloudflare_images.newest.ids
}

output "variant_widths" {
  value = { for name, variant in data.cloudflare_image_variants.all.variants : name => variant.width }
}

output "flexible_url" {
  value = "${data.cloudflare_image.picture.delivery_base_url}/${provider::cloudflare::flexible_variant({ width = 320, fit = "cover" })}"
}
