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

# What the account has already is taken into the state, and the rest is made.
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

# What the account has beside that, to be written into the map above.
output "unmanaged" {
  value = {
    for name, variant in data.cloudflare_image_variants.all.variants :
    name => variant if !contains(keys(local.variants), name)
  }
}
