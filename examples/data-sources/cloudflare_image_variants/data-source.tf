data "cloudflare_image_variants" "all" {}

output "widths" {
  value = {
    for name, variant in data.cloudflare_image_variants.all.variants :
    name => variant.width
  }
}

# Fail before any image is read if the variant is missing.
data "cloudflare_image" "logo" {
  image_id = "brand/logo"

  lifecycle {
    precondition {
      condition     = contains(keys(data.cloudflare_image_variants.all.variants), "hero")
      error_message = "This account has no variant named hero."
    }
  }
}

output "hero_url" {
  value = data.cloudflare_image.logo.variant_urls["hero"]
}
