terraform {
  required_version = ">= 1.5"

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
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
