import {
  to = cloudflare_image_signing_key.shop
  id = "023e105f4ecef8ad9ca31a8372d0c353/shop" # or "shop", in the provider's account
}
