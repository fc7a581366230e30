import {
  to = cloudflare_image.logo
  identity = {
    account_id = "023e105f4ecef8ad9ca31a8372d0c353" # or omit it: the provider's
    image_id   = "brand/logo"
  }
}
