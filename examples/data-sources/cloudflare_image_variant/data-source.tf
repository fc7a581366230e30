# The plan fails if the account has no such variant, and lists the existing ones.
data "cloudflare_image_variant" "hero" {
  variant_id = "hero"
}

output "hero_size" {
  value = join(" × ", [
    data.cloudflare_image_variant.hero.options.width,
    data.cloudflare_image_variant.hero.options.height,
  ])
}
