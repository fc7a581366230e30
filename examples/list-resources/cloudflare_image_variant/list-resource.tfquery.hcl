# All variants, "public" among them.
list "cloudflare_image_variant" "all" {
  provider = cloudflare
}
