# https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/hero
output "url" {
  value = provider::cloudflare::delivery_url(
    "ZWd9g1K7eljCn_KDTu_MWA",
    "brand/logo",
    "hero",
  )
}

# https://img.example.com/cdn-cgi/imagedelivery/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/hero
output "custom_domain_url" {
  value = provider::cloudflare::delivery_url(
    "ZWd9g1K7eljCn_KDTu_MWA",
    "brand/logo",
    "hero",
    "img.example.com",
  )
}
