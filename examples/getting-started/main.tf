terraform {
  required_version = ">= 1.5"

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

data "cloudflare_image" "harbour" {
  image_id          = "photos/harbour.jpg"
  required_variants = ["public", "thumbnail"]
}

data "cloudflare_image_variants" "all" {}

output "page" {
  value = templatefile("${path.module}/page.html.tftpl", {
    picture   = data.cloudflare_image.harbour.variant_urls["public"]
    thumbnail = data.cloudflare_image.harbour.variant_urls["thumbnail"]
    width     = data.cloudflare_image_variants.all.variants["thumbnail"].width
  })
}
