terraform {
  required_version = ">= 1.5"

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

resource "cloudflare_image" "harbour" {
  id       = "harbour"
  source   = "harbour.jpg"
  metadata = jsonencode({ alt = "Boats in a harbour" })
}

resource "cloudflare_image_variant" "card" {
  id      = "card"
  options = { fit = "cover", width = 320, height = 240 }
}

locals {
  base_url = cloudflare_image.harbour.delivery_base_url
}

output "page" {
  value = templatefile("${path.module}/page.html.tftpl", {
    full  = "${local.base_url}/public"
    small = "${local.base_url}/${cloudflare_image_variant.card.id}"
    width = cloudflare_image_variant.card.options.width
    alt   = jsondecode(cloudflare_image.harbour.metadata).alt
    size  = "${cloudflare_image.harbour.width} × ${cloudflare_image.harbour.height}"
  })
}
