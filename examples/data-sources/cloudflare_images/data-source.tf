# The images of a creator. The plan fails if one of them lacks the variant.
data "cloudflare_images" "web" {
  creator           = "web-team"
  sort_order        = "asc"
  required_variants = ["public"]
}

output "main_logo_url" {
  value = data.cloudflare_images.web.images["logos/main.png"].variant_urls["public"]
}

output "alt_texts" {
  value = {
    for id, image in data.cloudflare_images.web.images :
    id => lookup(image.meta, "alt", null)
  }
}

# The newest image with certain metadata.
data "cloudflare_images" "newest_of_home" {
  meta_filter = {
    "page.name" = "home"
  }
  max_items = 1
}

output "newest_of_home" {
  value = one(data.cloudflare_images.newest_of_home.ids)
}

# Strings, numbers and booleans match by value and type; a list matches any of
# its values.
data "cloudflare_images" "recent" {
  meta_filter = {
    alt  = "The logo on a light background"
    year = [2025, 2026]
  }
}

output "recent" {
  value = data.cloudflare_images.recent.ids
}
