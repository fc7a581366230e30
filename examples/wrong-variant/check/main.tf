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

check "logo" {
  assert {
    condition     = contains(keys(data.cloudflare_image.logo.variant_urls), "banner")
    error_message = "The logo has no variant named banner; the plain one is used."
  }
}

output "banner_url" {
  value = lookup(data.cloudflare_image.logo.variant_urls, "banner", data.cloudflare_image.logo.variant_urls["public"])
}
