terraform {
  required_version = ">= 1.7" # import with for_each: Terraform 1.7 or OpenTofu 1.7

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

locals {
  variants = {
    public = { width = 1366, height = 768 }
    hero   = { fit = "cover", width = 1200, height = 400 }
    card   = { fit = "cover", width = 600, height = 400 }
  }
}

data "cloudflare_image_variants" "all" {}

# Existing variants are imported; the others are created.
import {
  for_each = setintersection(
    keys(local.variants), keys(data.cloudflare_image_variants.all.variants)
  )
  to = cloudflare_image_variant.all[each.key]
  id = each.key
}

resource "cloudflare_image_variant" "all" {
  for_each = local.variants

  id      = each.key
  options = each.value
}

# Variants of the account that the map above doesn't contain yet.
output "unmanaged" {
  value = {
    for name, variant in data.cloudflare_image_variants.all.variants :
    name => variant if !contains(keys(local.variants), name)
  }
}
