# w=400,fit=cover,q=80
output "variant" {
  value = provider::cloudflare::flexible_variant({ w = 400, q = 80, fit = "cover" })
}

# https://imagedelivery.net/ZWd9g1K7eljCn_KDTu_MWA/brand/logo/w=400,background=%23ffcc00
output "url" {
  value = provider::cloudflare::delivery_url(
    "ZWd9g1K7eljCn_KDTu_MWA",
    "brand/logo",
    provider::cloudflare::flexible_variant({ w = 400, background = "#ffcc00" }),
  )
}
