resource "cloudflare_image_variant" "card" {
  id = "card"

  options = {
    fit    = "cover"
    width  = 600
    height = 400
  }

  # Deleting or renaming a variant breaks every URL that contains its name.
  # This fails any plan that would do so.
  lifecycle {
    prevent_destroy = true
  }
}
