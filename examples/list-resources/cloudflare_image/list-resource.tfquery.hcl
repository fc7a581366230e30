# All images; the default limit of Terraform is 100.
list "cloudflare_image" "all" {
  provider = cloudflare
  limit    = 10000
}

# Those of a creator with certain metadata, the oldest first.
list "cloudflare_image" "home" {
  provider = cloudflare

  config {
    creator     = "web-team"
    meta_filter = { "page.name" = "home" }
    sort_order  = "asc"
  }
}
