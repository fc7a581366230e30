# Private images always have a generated ID, never a custom one.
resource "cloudflare_image" "contract" {
  source              = "${path.module}/contract.png"
  require_signed_urls = true

  lifecycle {
    create_before_destroy = true
  }
}

output "contract_id" {
  value = cloudflare_image.contract.id
}
