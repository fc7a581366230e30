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
  image_id = "brand/logo"
}

locals {
  urls = data.cloudflare_image.logo.variant_urls
}

check "logo" {
  assert {
    condition     = contains(keys(local.urls), "banner")
    error_message = "The logo has no variant named banner; the public one is used."
  }
}

output "banner_url" {
  value = lookup(local.urls, "banner", local.urls["public"])
}
