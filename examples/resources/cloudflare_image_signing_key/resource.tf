resource "cloudflare_image_signing_key" "shop" {
  name = "shop"

  # URLs that were signed with a key stop working once it is deleted. This
  # stops a plan that would do so, as a change of name does.
  lifecycle {
    prevent_destroy = true
  }
}
