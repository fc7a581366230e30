# The plan fails if the image or one of these variants doesn't exist.
data "cloudflare_image" "logo" {
  image_id          = "brand/logo"
  required_variants = ["hero", "thumbnail"]
}

output "urls" {
  value = data.cloudflare_image.logo.variant_urls
}
