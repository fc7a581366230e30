terraform {
  required_version = ">= 1.10" # the ephemeral resource: Terraform 1.10 or OpenTofu 1.11

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

# The current key. Every account has this one from the start, so it is imported.
resource "cloudflare_image_signing_key" "first" {
  name = "default"
}

import {
  to = cloudflare_image_signing_key.first
  id = "default"
}

# The next key.
resource "cloudflare_image_signing_key" "second" {
  name = "shop2"
}

# The key that signs.
ephemeral "cloudflare_image_signing_key" "current" {
  name = cloudflare_image_signing_key.first.name
}

data "cloudflare_image" "contract" {
  image_id = "083eb7b2-5392-4565-b69e-aff66acddd00"
}

# For a write-only argument, such as that of a secret.
locals {
  contract_url = provider::cloudflare::signed_url(
    data.cloudflare_image.contract.variant_urls["public"],
    ephemeral.cloudflare_image_signing_key.current.value,
    "2100-01-01T00:00:00Z",
  )
}
