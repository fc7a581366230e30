# The path of each file is the ID of its image, such as images/logo.png.
resource "cloudflare_image" "all" {
  for_each = fileset(path.module, "images/**/*.{jpg,png,svg,webp}")

  id     = each.key
  source = "${path.module}/${each.key}"

  metadata = jsonencode({
    directory = dirname(each.key)
  })
}

output "urls" {
  value = {
    for id, image in cloudflare_image.all :
    id => "${image.delivery_base_url}/public"
  }
}
