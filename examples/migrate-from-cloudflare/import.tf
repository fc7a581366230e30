import {
  to = cloudflare_image_variant.example_image_variant
  id = "023e105f4ecef8ad9ca31a8372d0c353/hero"
}
