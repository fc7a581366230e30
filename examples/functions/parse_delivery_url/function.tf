locals {
  parsed = provider::cloudflare::parse_delivery_url(
    "https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/brand/logo%2520v2/hero"
  )
}

# brand/logo%20v2
output "image_id" {
  value = local.parsed.image_id
}

# The same image, in another variant, from a custom domain.
output "thumbnail" {
  value = provider::cloudflare::delivery_url(
    local.parsed.account_hash,
    local.parsed.image_id,
    "thumbnail",
    "img.example.com",
  )
}

# /uploads/avatar1.jpg
output "source" {
  value = provider::cloudflare::parse_delivery_url(
    "https://www.example.com/cdn-cgi/image/w=80,q=75/uploads/avatar1.jpg"
  ).source
}
