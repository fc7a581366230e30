import {
  to = cloudflare_image.logo
  id = "023e105f4ecef8ad9ca31a8372d0c353/brand/logo" # or the ID alone
}
