import {
  to = cloudflare_image_variant.card
  id = "023e105f4ecef8ad9ca31a8372d0c353/card" # or "card", in the provider's account
}
