# The plan fails where the account has no such variant, and names those it has.
data "cloudflare_image_variant" "hero" {
  variant_id = "hero"
}

output "hero_size" {
  value = join(" × ", [
    data.cloudflare_image_variant.hero.options.width,
    data.cloudflare_image_variant.hero.options.height,
  ])
}
