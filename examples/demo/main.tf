terraform {
  required_version = ">= 1.5"

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

variable "image_id" {
  type = string
}

variable "variant" {
  type    = string
  default = "public"
}

# A private image, if there is one.
variable "private_image_id" {
  type    = string
  default = null
}

# The width of a variant to create, if variants can be written.
variable "card_width" {
  type    = number
  default = null
}

# The image file to upload, if images can be written.
variable "image_file" {
  type    = string
  default = null
}

provider "cloudflare" {}

# The plan fails if the image lacks the variant, and lists the available ones.
data "cloudflare_image" "photo" {
  image_id          = var.image_id
  required_variants = [var.variant]
}

data "cloudflare_image" "private" {
  count    = var.private_image_id == null ? 0 : 1
  image_id = var.private_image_id
}

data "cloudflare_images" "newest" {
  max_items = 3
}

data "cloudflare_image_variants" "all" {}

resource "cloudflare_image_variant" "card" {
  count   = var.card_width == null ? 0 : 1
  id      = "card"
  options = { fit = "cover", width = var.card_width, height = 400 }
}

resource "cloudflare_image" "uploaded" {
  count  = var.image_file == null ? 0 : 1
  id     = "demo/image.png"
  source = "${path.module}/${var.image_file}"
}

output "uploaded_url" {
  value = one([for image in cloudflare_image.uploaded :
    "${image.delivery_base_url}/public"
  ])
}

output "variant_urls" {
  value = data.cloudflare_image.photo.variant_urls
}

output "url" {
  value = data.cloudflare_image.photo.variant_urls[var.variant]
}

output "require_signed_urls" {
  value = data.cloudflare_image.photo.require_signed_urls
}

output "newest_images" {
  value = data.cloudflare_images.newest.ids
}

output "variant_widths" {
  value = {
    for name, variant in data.cloudflare_image_variants.all.variants :
    name => variant.width
  }
}

output "card_url" {
  value = one([for card in cloudflare_image_variant.card :
    "${data.cloudflare_image.photo.delivery_base_url}/${card.id}"
  ])
}

output "private_url" {
  value = one(data.cloudflare_image.private[*].variant_urls["public"])
}
