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

# Every picture of the folder, under its path as the ID: pictures/hills.png.
resource "cloudflare_image" "pictures" {
  for_each = fileset(path.module, "pictures/*.{jpg,png,webp}")

  id     = each.key
  source = "${path.module}/${each.key}"

  metadata = jsonencode({
    alt = lookup(local.alt, each.key, "")
  })
}

data "cloudflare_image_variants" "all" {}

locals {
  # What the pictures show, for those who do not see them.
  alt = {
    "pictures/harbour.jpg"     = "Boats in a harbour"
    "pictures/hills.png"       = "A house in the hills"
    "pictures/lighthouse.webp" = "A lighthouse & the moon"
  }

  # The variants that say how wide they are, and show the whole picture: in a
  # srcset, all must show the same.
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

  pictures = {
    for id, image in cloudflare_image.pictures : id => {
      # Escaped for HTML, so that no text can break the page.
      alt = replace(replace(replace(
        jsondecode(image.metadata).alt, "&", "&amp;"), "<", "&lt;"), "\"", "&quot;"
      )
      src = "${image.delivery_base_url}/public"
      # One entry for each variant of the account.
      variants = join(", ", [
        for name, width in local.widths :
        "${image.delivery_base_url}/${name} ${width}w"
      ])
      # One entry for each width of our own choice.
      flexible = join(", ", [
        for width, variant in local.flexible :
        "${image.delivery_base_url}/${variant} ${width}w"
      ])
    }
  }
}

output "page" {
  value = templatefile("${path.module}/page.html.tftpl", { pictures = local.pictures })
}
