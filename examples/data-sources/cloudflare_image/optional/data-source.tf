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
