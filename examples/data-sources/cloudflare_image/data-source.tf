# The plan fails where the image, or one of these variants, does not exist.
data "cloudflare_image" "logo" {
  image_id          = "brand/logo"
  required_variants = ["hero"]
}

# A variant by its name.
output "hero_url" {
  value = data.cloudflare_image.logo.variant_urls["hero"]
}

# A flexible variant, where the account has them enabled.
output "small_url" {
  value = "${data.cloudflare_image.logo.delivery_base_url}/w=200,fit=contain"
}

output "alt_text" {
  value = data.cloudflare_image.logo.meta["alt"]
}

# An image that may be missing.
data "cloudflare_image" "banner" {
  image_id         = "campaign/banner"
  ignore_not_found = true
}

output "banner_url" {
  value = (
    data.cloudflare_image.banner.exists
    ? data.cloudflare_image.banner.variant_urls["public"]
    : null
  )
}
