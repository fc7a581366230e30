terraform {
  required_version = ">= 1.7" # import with for_each: Terraform 1.7 or OpenTofu 1.7

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

# The images of one creator, imported with their metadata, creator and access.
# No image files are needed.
data "cloudflare_images" "web" {
  creator = "web-team"
}

import {
  for_each = data.cloudflare_images.web.images
  to       = cloudflare_image.web[each.key]
  id       = "${data.cloudflare_images.web.account_id}/${each.key}"
}

resource "cloudflare_image" "web" {
  for_each = data.cloudflare_images.web.images

  creator             = each.value.creator
  metadata            = length(each.value.meta) > 0 ? each.value.meta_json : null
  require_signed_urls = each.value.require_signed_urls

  # Don't delete images that disappear from the listing.
  lifecycle {
    prevent_destroy = true
  }
}
