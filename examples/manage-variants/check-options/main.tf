terraform {
  required_version = ">= 1.5"

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

locals {
  variants = {
    card = { fit = "cover", width = 600, height = 400 }
    wide = { width = 1600 }
  }
}

resource "cloudflare_image_variant" "all" {
  for_each = local.variants

  id      = each.key
  options = each.value

  lifecycle {
    # Terraform silently drops unknown names inside options. self.options has
    # the remaining ones.
    postcondition {
      condition = length(setsubtract(keys(each.value), keys(self.options))) == 0
      error_message = format("Unknown options of the variant %s: %s.", each.key,
        join(", ", setsubtract(keys(each.value), keys(self.options))),
      )
    }
  }
}
