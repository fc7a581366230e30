resource "cloudflare_image" "logo" {
  source = "${path.module}/logo.png"

  metadata = jsonencode({
    alt = "The logo on a light background"
  })

  # Another picture has another URL. With this, it is there before the old one
  # goes, and whatever uses the URL is changed in between.
  lifecycle {
    create_before_destroy = true
  }
}

output "logo_url" {
  value = "${cloudflare_image.logo.delivery_base_url}/public"
}
