terraform {
  required_version = ">= 1.7" # the mocked provider: Terraform 1.7 or OpenTofu 1.8

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

output "banner_url" {
  value = lookup(local.urls, "banner", null)

  precondition {
    condition     = contains(keys(local.urls), "banner")
    error_message = "The logo has no variant named banner."
  }
}

output "year" {
  value = lookup(jsondecode(data.cloudflare_image.logo.meta_json), "year", null)
}
