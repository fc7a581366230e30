data "cloudflare_image" "logo" {
  image_id = "brand/logo"
}

output "hero_url" {
  value = data.cloudflare_image.logo.variant_urls["hero"]
}

output "alt_text" {
  value = data.cloudflare_image.logo.meta["alt"]
}
