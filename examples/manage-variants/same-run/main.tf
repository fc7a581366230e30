terraform {
  required_version = ">= 1.5"

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

locals {
  # What each variant makes of a picture, by the name of the variant.
  variants = {
    avatar = { fit = "cover", width = 96, height = 96 }
    card   = { fit = "cover", width = 600, height = 400 }
    wide   = { width = 1600, browser_ttl = 86400 }
  }

  # Those that are served unsigned, even of private images.
  unsigned = ["avatar"]
}

resource "cloudflare_image_variant" "all" {
  for_each = local.variants

  id                        = each.key
  options                   = each.value
  never_require_signed_urls = contains(local.unsigned, each.key)

  # Deleting a variant breaks every URL that names it.
  lifecycle {
    prevent_destroy = true
  }
}

# The base of an image's URLs is the same whichever variants there are.
data "cloudflare_image" "harbour" {
  image_id = "photos/harbour.jpg"
}

output "harbour_urls" {
  value = {
    for name, variant in cloudflare_image_variant.all :
    name => "${data.cloudflare_image.harbour.delivery_base_url}/${variant.id}"
  }
}

# What asks which variants there are has to be read after they were made.
data "cloudflare_image" "logo" {
  image_id          = "brand/logo"
  required_variants = keys(local.variants)

  depends_on = [cloudflare_image_variant.all]
}
