terraform {
  required_version = ">= 1.7" # the functions: Terraform 1.8 or OpenTofu 1.7

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

provider "cloudflare" {}

# The path of each file is the ID of its image, such as images/hills.png.
resource "cloudflare_image" "all" {
  for_each = fileset(path.module, "images/*.{jpg,png,webp}")

  id     = each.key
  source = "${path.module}/${each.key}"

  metadata = jsonencode({
    alt = lookup(local.alt, each.key, "")
  })
}

data "cloudflare_image_variants" "all" {}

locals {
  # Descriptions, for people who don't see the images.
  alt = {
    "images/harbour.jpg"     = "Boats in a harbour"
    "images/hills.png"       = "A house in the hills"
    "images/lighthouse.webp" = "A lighthouse & the moon"
  }

  # The variants that have a width and don't crop or pad: all candidates of a
  # srcset must show the same content.
  widths = {
    for name, variant in data.cloudflare_image_variants.all.variants :
    name => variant.width
    if variant.width != null
    && !contains(["cover", "crop", "pad"], coalesce(variant.fit, "scale-down"))
  }

  flexible = {
    for width in [320, 640, 960] :
    width => provider::cloudflare::flexible_variant({ width = width, fit = "cover" })
  }

  images = {
    for id, image in cloudflare_image.all : id => {
      # Escaped for HTML.
      alt = replace(replace(replace(
        jsondecode(image.metadata).alt, "&", "&amp;"), "<", "&lt;"), "\"", "&quot;"
      )
      src = "${image.delivery_base_url}/public"
      # Browsers reserve the space before the image is loaded.
      width  = image.width
      height = image.height
      # One entry for each variant of the account.
      variants = join(", ", [
        for name, width in local.widths :
        "${image.delivery_base_url}/${name} ${width}w"
      ])
      # One entry for each width.
      flexible = join(", ", [
        for width, variant in local.flexible :
        "${image.delivery_base_url}/${variant} ${width}w"
      ])
    }
  }
}

output "page" {
  value = templatefile("${path.module}/page.html.tftpl", { images = local.images })
}
