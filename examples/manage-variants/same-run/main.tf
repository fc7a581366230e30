terraform {
  required_version = ">= 1.5"

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

resource "cloudflare_image_variant" "all" {
  for_each = {
    avatar = { fit = "cover", width = 96, height = 96 }
    card   = { fit = "cover", width = 600, height = 400 }
  }

  id      = each.key
  options = each.value
}

# delivery_base_url doesn't depend on the variants of the account.
data "cloudflare_image" "harbour" {
  image_id = "photos/harbour.jpg"
}

output "harbour_urls" {
  value = {
    for name, variant in cloudflare_image_variant.all :
    name => "${data.cloudflare_image.harbour.delivery_base_url}/${variant.id}"
  }
}

# variant_urls does. Since this image refers to the variants, Terraform reads it
# after they are created.
data "cloudflare_image" "logo" {
  image_id          = "brand/logo"
  required_variants = keys(cloudflare_image_variant.all)
}

output "logo_urls" {
  value = data.cloudflare_image.logo.variant_urls
}
