import {
  to = cloudflare_image_signing_key.shop
  identity = {
    account_id = "023e105f4ecef8ad9ca31a8372d0c353" # or omit it: the provider's
    name       = "shop"
  }
}
