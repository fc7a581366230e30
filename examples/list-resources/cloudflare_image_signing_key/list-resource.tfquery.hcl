# The names of all signing keys.
list "cloudflare_image_signing_key" "all" {
  provider = cloudflare
}
