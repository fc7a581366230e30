list "cloudflare_image" "all" {
  provider = cloudflare
  limit    = 10000 # Terraform stops after 100 unless told otherwise
}

list "cloudflare_image_variant" "all" {
  provider = cloudflare
}
