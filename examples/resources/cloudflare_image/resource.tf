resource "cloudflare_image" "logo" {
  source = "${path.module}/logo.png"

  metadata = jsonencode({
    alt = "The logo on a light background"
  })

  # New content gets a new ID and new URLs. Create the new image before the old
  # one is deleted, so that whatever uses the URL is updated in between.
  lifecycle {
    create_before_destroy = true
  }
}

output "logo_url" {
  value = "${cloudflare_image.logo.delivery_base_url}/public"
}
