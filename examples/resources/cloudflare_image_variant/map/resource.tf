locals {
  # The options of each variant, by its name.
  variants = {
    avatar = { fit = "cover", width = 96, height = 96 }
    card   = { fit = "cover", width = 600, height = 400 }
    wide   = { width = 1600, browser_ttl = 86400 }
  }

  # These are public even for private images.
  unsigned = ["avatar"]
}

resource "cloudflare_image_variant" "all" {
  for_each = local.variants

  id                        = each.key
  options                   = each.value
  never_require_signed_urls = contains(local.unsigned, each.key)

  lifecycle {
    prevent_destroy = true
  }
}
