terraform {
  required_providers {
    cloudflare = {
      source = "terraform.local/images/cloudflare"
    }
  }
}

data "cloudflare_image_variants" "all" {}

data "cloudflare_image" "logo" {
  image_id = "brand/logo"

  lifecycle {
    precondition {
      condition     = contains(keys(data.cloudflare_image_variants.all.variants), "banner")
      error_message = "This account has no variant named banner. Create it in the dashboard, under Images."
    }
  }
}

output "banner_url" {
  value = data.cloudflare_image.logo.variant_urls["banner"]
}
