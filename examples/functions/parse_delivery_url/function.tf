locals {
  parsed = provider::cloudflare::parse_delivery_url(
    "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/brand/logo%2520v2/hero"
  )
}

# brand/logo%20v2
output "image_id" {
  value = local.parsed.image_id
}

# The same image, in another variant, from a domain of one's own.
output "thumbnail" {
  value = provider::cloudflare::delivery_url(
    local.parsed.account_hash,
    local.parsed.image_id,
    "thumbnail",
    "img.example.com",
  )
}
