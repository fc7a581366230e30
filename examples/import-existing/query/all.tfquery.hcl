list "cloudflare_image" "all" {
  provider = cloudflare
  limit    = 10000 # the default is 100
}

list "cloudflare_image_variant" "all" {
  provider = cloudflare
}
