terraform {
  required_providers {
    cloudflare = {
      source = "terraform.local/images/cloudflare"
    }
  }
}

data "cloudflare_image" "logo" {
  image_id = "brand/logo"
}

output "banner_url" {
  value = lookup(data.cloudflare_image.logo.variant_urls, "banner", null)

  precondition {
    condition     = contains(keys(data.cloudflare_image.logo.variant_urls), "banner")
    error_message = "The logo has no variant named banner."
  }
}
