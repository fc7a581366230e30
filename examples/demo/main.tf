terraform {
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
