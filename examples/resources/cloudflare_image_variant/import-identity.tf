import {
  to = cloudflare_image_variant.card
  identity = {
    account_id = "023e105f4ecef8ad9ca31a8372d0c353" # or omit it: the provider's
    variant_id = "card"
  }
}
