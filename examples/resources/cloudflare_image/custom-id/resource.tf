# The URLs contain the ID, so they stay the same if the content changes.
resource "cloudflare_image" "logo" {
  id     = "brand/header-logo"
  source = "${path.module}/logo.png"
}

output "logo_url" {
  value = "${cloudflare_image.logo.delivery_base_url}/public"
}
