terraform {
  required_providers {
    cloudflare = {
      source = "terraform.local/images/cloudflare"
    }
  }
}

provider "cloudflare" {}

data "cloudflare_image_variants" "all" {}

data "cloudflare_images" "web" {
  creator           = "web-team"
  required_variants = ["public"]
}

locals {
  # The variants that say how wide they are, and show the whole picture: in a
  # srcset, all must show the same.
  widths = {
    for name, variant in data.cloudflare_image_variants.all.variants :
    name => variant.width
    if variant.width != null
    && !contains(["cover", "crop", "pad"], coalesce(variant.fit, "scale-down"))
  }

  pictures = {
    for id, image in data.cloudflare_images.web.images : id => {
      alt = local.alt[id]
      src = image.variant_urls["public"]
      # One entry for each variant of the account.
      variants = join(", ", [
        for name, width in local.widths : "${image.variant_urls[name]} ${width}w"
        if contains(keys(image.variant_urls), name)
      ])
      # One entry for each width of our own choice.
      flexible = join(", ", [
        for width, variant in local.flexible :
        "${image.delivery_base_url}/${variant} ${width}w"
      ])
    }
  }

  flexible = {
    for width in [320, 640, 960] :
    width => provider::cloudflare::flexible_variant({ width = width, fit = "cover" })
  }

  # Metadata is text of anyone's, so it is escaped for HTML.
  alt = {
    for id, image in data.cloudflare_images.web.images :
    id => replace(replace(replace(
      try(coalesce(image.meta["alt"]), ""), "&", "&amp;"), "<", "&lt;"), "\"", "&quot;"
    )
  }
}

output "page" {
  value = templatefile("${path.module}/page.html.tftpl", { pictures = local.pictures })
}
