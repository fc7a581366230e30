terraform {
  required_version = ">= 1.5"

  required_providers {
    cloudflare = {
      source  = "terraform.local/images/cloudflare"
      version = "~> 0.1"
    }
  }
}

# Every picture of a folder, under its path as the ID: pictures/hero.png.
resource "cloudflare_image" "pictures" {
  for_each = fileset(path.module, "pictures/**/*.{jpg,png,svg,webp}")

  id     = each.key
  source = "${path.module}/${each.key}"

  metadata = jsonencode({
    folder = dirname(each.key)
  })
}

output "urls" {
  value = {
    for id, image in cloudflare_image.pictures :
    id => "${image.delivery_base_url}/public"
  }
}
