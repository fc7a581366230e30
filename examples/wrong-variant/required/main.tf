terraform {
  required_providers {
    cloudflare = {
      source = "terraform.local/images/cloudflare"
    }
  }
}

data "cloudflare_image" "logo" {
  image_id          = "brand/logo"
  required_variants = ["hero", "banner"]
}

output "banner_url" {
  value = data.cloudflare_image.logo.variant_urls["banner"]
}
