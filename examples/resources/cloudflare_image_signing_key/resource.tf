resource "cloudflare_image_signing_key" "shop" {
  name = "shop"

  # URLs signed with a key stop working when the key is deleted or renamed.
  # This fails any plan that would do so.
  lifecycle {
    prevent_destroy = true
  }
}
