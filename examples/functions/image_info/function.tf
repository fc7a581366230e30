locals {
  logo = provider::cloudflare::image_info(filebase64("${path.module}/logo.png"))
}

# <img src="/logo.png" width="320" height="160">
output "img" {
  value = format(
    "<img src=\"/logo.png\" width=\"%d\" height=\"%d\">",
    local.logo.width,
    local.logo.height,
  )
}

# png, 1273 bytes
output "file" {
  value = "${local.logo.format}, ${local.logo.size} bytes"
}
