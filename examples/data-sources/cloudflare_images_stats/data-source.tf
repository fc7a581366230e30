data "cloudflare_images_stats" "now" {}

check "room_for_images" {
  assert {
    condition     = data.cloudflare_images_stats.now.current < 0.9 * data.cloudflare_images_stats.now.allowed
    error_message = "${data.cloudflare_images_stats.now.current} of ${data.cloudflare_images_stats.now.allowed} images are stored."
  }
}
