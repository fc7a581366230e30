resource "cloudflare_image_variant" "card" {
  id = "card"

  options = {
    fit    = "cover"
    width  = 600
    height = 400
  }

  # Deleting a variant breaks every URL that names it. This stops a plan that
  # would do so, as a change of id does.
  lifecycle {
    prevent_destroy = true
  }
}
