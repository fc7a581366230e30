data "cloudflare_images_stats" "now" {}

locals {
  stored  = data.cloudflare_images_stats.now.current
  allowed = data.cloudflare_images_stats.now.allowed
}

check "room_for_images" {
  assert {
    condition     = local.stored < 0.9 * local.allowed
    error_message = "${local.stored} of ${local.allowed} images are stored."
  }
}
