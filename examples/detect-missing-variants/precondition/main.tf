terraform {
  required_version = ">= 1.5"

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

data "cloudflare_image_variants" "all" {}

locals {
  variants = keys(data.cloudflare_image_variants.all.variants)
}

data "cloudflare_image" "logo" {
  image_id = "brand/logo"

  lifecycle {
    precondition {
      condition     = contains(local.variants, "banner")
      error_message = "This account has no variant named banner. Define it under Images."
    }
  }
}

output "banner_url" {
  value = data.cloudflare_image.logo.variant_urls["banner"]
}
